"""The pictures of a form's source: what its cells name, and the folder beside it that has them.

Nothing is read but files of that folder, by names from the grammar of forms/media: a form cannot name a path.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.files import world_failures
from fieldinspect.forms.media import (
    IMAGES,
    MOST_BYTES,
    MOST_FILES,
    PictureRefused,
    bad_name,
    check_picture,
    is_picture_name,
)
from fieldinspect.i18n import _
from fieldinspect.interchange.survey import Finding, cell, languages
from fieldinspect.interchange.workbook import Row, Workbook

_FOLDER: Final = "media"
_SHEETS: Final = ("survey", "choices")
_UNPLAYED: Final = frozenset({"audio", "video"})


class Cell(NamedTuple):
    """A cell that names a media file: its kind is image, big-image, audio or video."""

    sheet: str
    row: Row
    column: str
    kind: str
    language: str
    text: str

    def finding(self, sentence: str, *, fatal: bool = True) -> Finding:
        name = cell(self.row, "name") if self.sheet == "survey" else ""
        return Finding(
            sentence, self.sheet, self.row.number, self.column, name, fatal=fatal, line=self.row.line
        )


def media_folder(source: Path) -> Path:
    """Return where the pictures of a source are: media/ beside form.md, or NAME-media/ beside NAME.xlsx."""
    beside = source.parent / _FOLDER
    return beside if source.stem == "form" and beside.is_dir() else source.parent / f"{source.stem}-{_FOLDER}"


def read_pictures(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Return the files of a folder by name; what is not there is left out, and so is a link that leads elsewhere.

    Raises `BadInput` for a name that no picture may have, WorldFailed when a file cannot be read. At most one byte
    more than a picture may have is read of each: whether it is one is for `check_picture` to say.
    """
    found: dict[str, bytes] = {}
    for name in names:
        if not is_picture_name(name):
            raise PictureRefused(bad_name(name))
        path = folder / name
        if path.is_file() and path.resolve().parent == folder.resolve():
            with world_failures(), path.open("rb") as file:
                found[name] = file.read(MOST_BYTES + 1)
    return found


def lint_media(book: Workbook) -> Iterator[Finding]:
    """Yield what is wrong with the cells that name media, without looking at a file."""
    spoken = [one for one in languages(book) if one]
    headers: set[tuple[str, str]] = set()
    for one in media_cells(book):
        if one.kind in _UNPLAYED:
            yield one.finding(
                _("sound and video are not played by this program. Say it in the label, or show a picture.")
            )
        elif not is_picture_name(one.text):
            yield one.finding(f"{bad_name(one.text)}.")
        elif spoken and not one.language and (one.sheet, one.column) not in headers:
            headers.add((one.sheet, one.column))
            yield one.finding(
                _(
                    "this column has no language, and the labels have. Call it “{column}::{language}”, or add one each."
                ).format(column=one.column, language=spoken[0]),
                fatal=False,
            )


def missing(book: Workbook, folder: Path) -> list[Finding]:
    """Return the cells that name a picture which is not in the folder: its label would stand alone."""
    asked = [one for one in _named(book) if not read_pictures(folder, [one.text])]
    return [
        one.finding(
            _(
                "there is no picture “{name}” in the folder “{folder}”. Put it there, or clear this cell."
            ).format(name=one.text, folder=folder.name)
        )
        for one in asked
    ]


def unusable(book: Workbook, folder: Path) -> list[Finding]:
    """Return the cells that name a file which is there and cannot be a picture of a form."""
    found: list[Finding] = []
    seen: set[str] = set()
    for one in _named(book):
        if one.text in seen:
            continue
        seen.add(one.text)
        if len(seen) == MOST_FILES + 1:
            found.append(
                one.finding(
                    _("a form may have {most} pictures, and this is one more. Leave some out.").format(
                        most=MOST_FILES
                    )
                )
            )
        for name, data in read_pictures(folder, [one.text]).items():
            try:
                check_picture(name, data)
            except BadInput as refused:
                found.append(one.finding(f"{refused}."))
    return found


def media_cells(book: Workbook) -> Iterator[Cell]:
    """Yield every cell of the survey and the choices that names a media file, in order."""
    for sheet in _SHEETS:
        for row in book.rows(sheet):
            if cell(row, "disabled").lower() in ("yes", "true"):
                continue
            for header, text in row.cells.items():
                kind, language = _column(header)
                if kind:
                    yield Cell(sheet, row, header, kind, language, text.strip().removeprefix("jr://images/"))


def _named(book: Workbook) -> Iterator[Cell]:
    return (one for one in media_cells(book) if one.kind in IMAGES and is_picture_name(one.text))


def _column(header: str) -> tuple[str, str]:
    """Return kind and language: "media::image::Cymraeg (cy)" is (image, Cymraeg (cy)); no kind for other columns."""
    parts = [one.strip() for one in header.split("::")]
    kind = parts.pop(0).lower()
    if kind == _FOLDER and parts:
        kind = parts.pop(0).lower()
    kind = kind.removeprefix("media:").strip()
    return (kind, "::".join(parts)) if kind in IMAGES or kind in _UNPLAYED else ("", "")
