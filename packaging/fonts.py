"""Cut the shipped fonts from Noto Sans: Latin with Welsh, punctuation, currency and the signs our pages use.

    python packaging/fonts.py /usr/share/fonts/truetype/noto

The folder is that of Debian's fonts-noto-core. The same version gives the same bytes.
Tabular figures (tnum), kerning and hints are kept: times must line up, and small text must stay sharp.
"""

import argparse
from pathlib import Path

from fontTools import subset

FACES = ("Regular", "Bold", "Italic", "BoldItalic")
RANGES = (
    (0x0020, 0x007E),  # basic Latin
    (0x00A0, 0x024F),  # Latin-1, Extended-A (with the Welsh ŵ and ŷ) and -B
    (0x02B0, 0x02FF),  # modifier letters
    (0x0300, 0x036F),  # combining marks: names arrive decomposed too
    (0x1E00, 0x1EFF),  # Latin Extended Additional (with the Welsh ẁ ẃ ẅ ỳ)
    (0x2000, 0x206F),  # dashes, quotation marks, spaces
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x214F),  # letter-like signs
    (0x2150, 0x215F),  # fractions
    (0xFFFD, 0xFFFD),  # what stands for a character that could not be read
)


def cut(source: Path, target: Path) -> None:
    options = subset.Options(
        layout_features=["*"], hinting=True, notdef_outline=True, recalc_timestamp=False, name_IDs=["*"]
    )
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def main() -> None:
    parser = argparse.ArgumentParser(description="Cut the shipped fonts from Noto Sans.")
    parser.add_argument(
        "source", type=Path, help="the folder with NotoSans-Regular.ttf and its three sisters"
    )
    source = parser.parse_args().source
    target = Path(__file__).resolve().parent.parent / "resources" / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        cut(source / f"NotoSans-{face}.ttf", target / f"NotoSans-{face}.ttf")


if __name__ == "__main__":
    main()
