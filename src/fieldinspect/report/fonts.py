"""The faces that are embedded in every page, and the characters that they can print."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from fieldinspect import resources
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

REGULAR: Final = "NotoSans"
BOLD: Final = "NotoSans-Bold"
_FILES: Final = {REGULAR: "fonts/NotoSans-Regular.ttf", BOLD: "fonts/NotoSans-Bold.ttf"}


@cache
def register() -> None:
    """Make the faces known to ReportLab, once a process."""
    for name, path in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, resources.file(path)))
    # Every <b> within a paragraph finds its face here; without it ReportLab falls back to Helvetica.
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def missing(text: str) -> list[str]:
    """Return the characters of a text that one of the faces lacks, each once, in order of appearance."""
    register()
    glyphs: list[Any] = [pdfmetrics.getFont(name).face.charToGlyph for name in _FILES]
    unknown = (letter for letter in text if not all(ord(letter) in known for known in glyphs))
    return list(dict.fromkeys(letter for letter in unknown if letter != "\n"))


def require_printable(texts: Iterable[str]) -> None:
    """Raise `BadInput` naming every character of the texts that would print as a box."""
    found = missing("\n".join(texts))
    if found:
        shown = " ".join(f"[{letter}] (U+{ord(letter):04X})" for letter in found)
        raise BadInput(
            _(
                "The report contains a character that cannot be printed: {characters}. "
                "Type it another way, then print again"
            ).format(characters=shown)
        )
