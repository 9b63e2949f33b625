"""The pictures of a form's source: found beside it and nowhere else, told by sheet, row and column."""

from pathlib import Path

import pytest

from fieldinspect.forms.media import MOST_BYTES, PictureRefused
from fieldinspect.interchange import pictures
from fieldinspect.interchange.authoring import compile_workbook
from fieldinspect.interchange.lint import lint
from fieldinspect.interchange.workbook import Workbook, read_workbook
from tests.pictures import bomb, png

SETTINGS = "| settings |\n| | form_title | form_id |\n| | T | t |\n\n"
CHOICES = "| choices |\n| | list_name | name | label::English (en) | image::English (en) |\n"


def book(header: str, *rows: str, choices: str = "front | Front | front.png") -> Workbook:
    lines = "".join(f"| | {row} |\n" for row in rows)
    source = f"{SETTINGS}| survey |\n| | type | name | label::English (en) | {header} |\n{lines}\n{CHOICES}"
    return read_workbook(f"{source}| | d | {choices} |\n".encode(), ".md")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "media"
    made.mkdir()
    return made


def test_a_picture_that_is_not_there_is_told_by_sheet_row_and_column(folder: Path) -> None:
    made = book("media::image::English (en)", "select_one d | door | Which door? | door.png")
    (folder / "door.png").write_bytes(png())
    assert [str(one) for one in pictures.missing(made, folder)] == [
        "sheet “choices”, row 2, column “image::English (en)”: there is no picture “front.png” in the folder “media”. "
        "Put it there, or clear this cell."
    ]
    (folder / "front.png").write_bytes(png())
    assert pictures.missing(made, folder) == []
    assert pictures.unusable(made, folder) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb(), "is 60000 × 60000 pixels, far more than a screen can show. Save it smaller."),
        (b"<svg/>", "is not a picture. Save it as PNG or JPEG."),
        (png() + bytes(MOST_BYTES), "kB is the most. Save it smaller."),
    ],
)
def test_a_hostile_picture_is_told_at_its_cell(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "door.png").write_bytes(content)
    made = book("image::English (en)", "note | door | See | door.png")
    told = [str(one) for one in pictures.unusable(made, folder)]
    assert told[0].startswith("sheet “survey”, row 2, column “image::English (en)”, ${door}:")
    assert told[0].endswith(sentence)


@pytest.mark.parametrize("name", ["../door.png", "/etc/passwd", "C:\\door.png", "door.svg", "a/b.png"])
def test_a_name_that_leads_elsewhere_is_refused_and_never_read(folder: Path, name: str) -> None:
    (folder.parent / "door.png").write_bytes(png())
    made = book("image::English (en)", f"note | door | See | {name}")
    told = [str(one) for one in lint(made, "t") if one.fatal]
    assert len(told) == 1
    assert "cannot be the name of a picture" in told[0]
    with pytest.raises(PictureRefused):
        pictures.read_pictures(folder, [name])


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder.parent / "secret.png").write_bytes(png())
    (folder / "door.png").symlink_to(folder.parent / "secret.png")
    assert pictures.read_pictures(folder, ["door.png"]) == {}


@pytest.mark.parametrize("kind", ["audio", "media::video"])
def test_sound_and_video_are_refused_in_plain_words(kind: str) -> None:
    made = book(f"{kind}::English (en)", "note | door | See | door.mp3")
    assert [str(one) for one in lint(made, "t") if one.fatal] == [
        f"sheet “survey”, row 2, column “{kind}::English (en)”, ${{door}}: sound and video are not played by this "
        "program. Say it in the label, or show a picture."
    ]


def test_a_column_without_a_language_is_advised_about_once() -> None:
    made = book("image", "note | a | See | a.png", "note | b | See | b.png")
    told = [str(one) for one in lint(made, "t") if "has no language" in str(one)]
    assert len(told) == 1
    assert "Call it “image::English (en)”" in told[0]


def test_a_form_with_pictures_compiles_with_or_without_them() -> None:
    made = book("image::English (en)", "select_one d | door | Which door? | door.png")
    xml = compile_workbook(made, "t")
    assert b'<value form="image">jr://images/front.png</value>' in xml


@pytest.mark.parametrize(
    ("source", "there", "expected"),
    [
        ("t/form.md", True, "t/media"),
        ("t/form.md", False, "t/form-media"),
        ("t/doors.xlsx", True, "t/doors-media"),
    ],
)
def test_the_folder_stands_beside_the_source(source: str, there: bool, expected: str, tmp_path: Path) -> None:
    if there:
        (tmp_path / "t" / "media").mkdir(parents=True)
    assert pictures.media_folder(tmp_path / source) == tmp_path / expected
