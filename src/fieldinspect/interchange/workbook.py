"""Form sources as a spreadsheet shows them: sheets, rows by their number, columns by their header.

One model for .md, .csv, .xls and .xlsx, so that whatever is wrong with a form can be told by sheet, row and column.
Reading .xlsx and .xls needs the `tools` extra (openpyxl, xlrd).
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.i18n import _

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_UNPACKED: Final = 512 * 1024 * 1024
MOST_ROWS: Final = 200_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CELL: Final = re.compile(r"(?<!\\)\|")
_SPACES: Final = re.compile(r"\s+")
_SHEETS: Final = ("settings", "survey", "choices", "entities", "external_choices", "osm")
ABOUT: Final = "about"
"""The sheet that carries the words above the tables of a .md; form compilers pass it over."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet counts (the header is 1), its cells by column, its line in a .md."""

    number: int
    cells: Mapping[str, str]
    line: int = 0

    def get(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Workbook:
    """The sheets of a form by name in lower case, and what stands above them in a .md."""

    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    about: str = ""

    def rows(self, sheet: str) -> tuple[Row, ...]:
        found = self.sheets.get(sheet)
        return found.rows if found else ()

    def columns(self, sheet: str) -> tuple[str, ...]:
        found = self.sheets.get(sheet)
        return found.columns if found else ()


Grid = Iterable[tuple[int, list[str]]]
"""Line number in the file (0 where a file has none) and the cells of each row."""


def read_workbook(data: bytes, kind: str) -> Workbook:
    """Read a form's source of a kind (".md", ".csv", ".xlsx", ".xls"); raise BadInput when it is none."""
    if len(data) > MOST_BYTES:
        raise BadInput(
            _("This file has {size} MB, and {most} MB is the most for a form.").format(
                size=len(data) // 1_000_000, most=MOST_BYTES // 1_000_000
            )
        )
    match kind:
        case ".md":
            return _read_markdown(_text(data))
        case ".csv":
            return _workbook(_split_csv(_text(data)))
        case ".xlsx":
            return _workbook(_read_xlsx(data))
        case ".xls":
            return _workbook(_read_xls(data))
    raise BadInput(_("A form is written as .md, .csv, .xlsx or .xls, not {kind}.").format(kind=kind or "?"))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(_("This file is not text in UTF-8. Save it again as UTF-8.")) from None


def _workbook(grids: Mapping[str, Grid], about: str = "") -> Workbook:
    named = {name.strip().lower(): grid for name, grid in grids.items()}
    lines = [" ".join(cells).rstrip() for _line, cells in named.pop(ABOUT, ())]
    return Workbook(
        {name: _sheet(name, grid) for name, grid in named.items()}, about or "\n".join(lines).strip()
    )


def _sheet(name: str, grid: Grid) -> Sheet:
    columns: list[str] = []
    rows: list[Row] = []
    for number, (line, cells) in enumerate(grid, 1):
        if number > MOST_ROWS:
            raise BadInput(
                _("The sheet “{sheet}” has more than {most} rows. Divide it.").format(
                    sheet=name, most=MOST_ROWS
                )
            )
        if not columns:
            columns = [_SPACES.sub(" ", one).strip() for one in cells]
            continue
        found = {
            column: text.strip()
            for column, text in zip(columns, cells, strict=False)
            if column and text.strip()
        }
        if found:
            rows.append(Row(number, found, line))
    return Sheet(name, tuple(one for one in columns if one), tuple(rows))


def _read_markdown(text: str) -> Workbook:
    grids: dict[str, list[tuple[int, list[str]]]] = {}
    about: list[str] = []
    sheet = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not (stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 1):
            if not sheet:
                about.append(line)
            continue
        if set(stripped) <= {"|", "-"}:
            continue
        first, *cells = [one.strip().replace("\\|", "|") for one in _CELL.split(stripped[1:-1])]
        if first:
            sheet = first
            grids.setdefault(sheet, [])
        if sheet and any(cells):
            grids[sheet].append((number, cells))
    return _workbook(grids, "\n".join(about).strip())


def _split_csv(text: str) -> dict[str, list[tuple[int, list[str]]]]:
    grids: dict[str, list[tuple[int, list[str]]]] = {}
    sheet = ""
    for first, *cells in (row for row in csv.reader(io.StringIO(text)) if row):
        if first.strip():
            sheet = first.strip()
            grids.setdefault(sheet, [])
        if sheet and (sheet == ABOUT or any(one.strip() for one in cells)):
            grids[sheet].append((0, cells))
    return grids


def _read_xlsx(data: bytes) -> dict[str, Grid]:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise WorldFailed(
            _("Reading workbooks needs openpyxl. Install fieldinspect with its “tools” extra.")
        ) from error
    try:
        _cap_unpacked(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return {sheet.title: _xlsx_rows(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    except BadInput:
        raise
    except Exception as error:  # openpyxl and the readers under it let out all kinds for damaged files
        raise BadInput(_not_a_workbook(".xlsx")) from error


def _cap_unpacked(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise BadInput(_("This workbook unpacks to far more than a form can need. It was not opened."))


def _xlsx_rows(rows: Iterable[tuple[object, ...]]) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    for cells in rows:
        if len(found) > MOST_ROWS:
            break
        found.append((0, [as_text(cell) for cell in cells]))
    return _without_empty_end(found)


def _read_xls(data: bytes) -> dict[str, Grid]:
    try:
        import xlrd
    except ImportError as error:
        raise WorldFailed(
            _(
                "Reading .xls needs xlrd. Install fieldinspect with its “tools” extra, or save the file as .xlsx."
            )
        ) from error
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
        return {sheet.name: _without_empty_end(_xls_rows(sheet, book.datemode)) for sheet in book.sheets()}
    except Exception as error:  # xlrd lets out assertions, struct and unicode errors for damaged files
        raise BadInput(_not_a_workbook(".xls")) from error


def _xls_rows(sheet: object, datemode: int) -> list[tuple[int, list[str]]]:
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, xldate_as_datetime

    found: list[tuple[int, list[str]]] = []
    for number in range(sheet.nrows):  # type: ignore[attr-defined]  # xlrd ships no types
        texts: list[str] = []
        for cell in sheet.row(number):  # type: ignore[attr-defined]  # likewise
            value = cell.value
            if cell.ctype == XL_CELL_DATE:
                value = xldate_as_datetime(value, datemode)
            elif cell.ctype == XL_CELL_BOOLEAN:
                value = bool(value)
            texts.append(as_text(value))
        found.append((0, texts))
    return found


def _without_empty_end(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    while rows and not any(rows[-1][1]):
        rows.pop()
    return rows


def _not_a_workbook(kind: str) -> str:
    return _(
        "This file is not a workbook that can be read as {kind}. Open it in a spreadsheet and save it again as .xlsx."
    ).format(kind=kind)


def as_text(value: object) -> str:
    """Return a cell as the words an author meant: 1.0 is 1, a date is written as ISO 8601 has it."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)


def to_markdown(book: Workbook) -> tuple[bytes, int]:
    """Return the source as aligned tables, and in how many cells a line break became a space."""
    parts = [book.about.strip()] if book.about.strip() else []
    broken = 0
    for sheet in _in_order(book):
        grid = [list(sheet.columns), *([row.get(column) for column in sheet.columns] for row in sheet.rows)]
        broken += sum(1 for cells in grid for cell in cells if "\n" in cell)
        shown = [[_SPACES.sub(" ", cell).strip().replace("|", "\\|") for cell in cells] for cells in grid]
        widths = [max(len(cells[at]) for cells in shown) for at in range(len(sheet.columns))]
        lines = [f"| {sheet.name} |"]
        for cells in shown:
            padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            lines.append(f"|  | {' | '.join(padded)} |")
        parts.append("\n".join(lines))
    return ("\n\n".join(parts) + "\n").encode(), broken


def to_csv(book: Workbook) -> bytes:
    """Return the source as one .csv whose first column names the sheets."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    if book.about.strip():
        writer.writerow([ABOUT])
        writer.writerows(["", line] for line in book.about.splitlines())
    for sheet in _in_order(book):
        writer.writerow([sheet.name])
        writer.writerow(["", *sheet.columns])
        writer.writerows(["", *(row.get(column) for column in sheet.columns)] for row in sheet.rows)
    return target.getvalue().encode()


def to_xlsx(book: Workbook) -> bytes:
    """Return the source as a workbook with frozen headers, every cell as text; the same source, the same bytes."""
    from fieldinspect.interchange.tables import new_book

    target = io.BytesIO()
    made = new_book(target)
    head = made.add_format({"bold": True, "valign": "top", "text_wrap": True})
    plain = made.add_format({"valign": "top", "text_wrap": True})
    quoted = made.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True})
    for name, columns, rows in _printed(book):
        sheet = made.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            widest = max([len(column), *(len(cells[at]) for cells in rows)])
            sheet.set_column(at, at, min(max(widest + 2, 10), 44))
            sheet.write_string(0, at, column, head)
        for number, cells in enumerate(rows, 1):
            for at, text in enumerate(cells):
                if text:
                    look = quoted if text[0] in "=+-@" else plain
                    sheet.write_string(number, at, _CONTROL.sub("", text), look)
    made.close()
    return target.getvalue()


def _printed(book: Workbook) -> Iterator[tuple[str, tuple[str, ...], list[list[str]]]]:
    for sheet in _in_order(book):
        yield sheet.name, sheet.columns, [[row.get(column) for column in sheet.columns] for row in sheet.rows]
    if book.about.strip():
        first, *rest = book.about.strip().splitlines()
        yield ABOUT, (first,), [[line] for line in rest]


def _in_order(book: Workbook) -> list[Sheet]:
    known = [book.sheets[name] for name in _SHEETS if name in book.sheets]
    return [*known, *(sheet for name, sheet in book.sheets.items() if name not in _SHEETS)]
