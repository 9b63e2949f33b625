"""Exported tables as CSV and XLSX: safe to open in a spreadsheet, marked, with the questions and codes beside them.

A text that begins with = + - @ or a control character would be run as a formula by a spreadsheet: CSV has an
apostrophe before it, XLSX a cell of type text. Numbers are numbers only where the form asked for one.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _
from fieldinspect.services.exporting import NUMBERS, Code, Column, Export, Table

MOST_ROWS: Final = 1_048_575
MOST_TEXT: Final = 32_000
"""Characters that a cell of a workbook holds, with room to say that it was cut; CSV holds the whole."""
_FORMULA: Final = re.compile(r"[=+\-@\t\r\n|%]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?\Z")
_SHEET: Final = re.compile(r"[\[\]:*?/\\']")
_SHEET_NAME: Final = 31

Facts = Sequence[tuple[str, str]]
"""What is told about an export: marking, inspection, when, by whom."""


def csv_files(export: Export, facts: Facts) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each file: UTF-8 with a byte order mark, so that spreadsheets know it is."""
    for table in (*_companions(export, facts), *export.tables):
        target = io.StringIO()
        writer = csv.writer(target, lineterminator="\r\n")
        writer.writerow(_safe(column.name) for column in table.columns)
        for row in table.rows:
            writer.writerow(_safe(text, column.type) for text, column in zip(row, table.columns, strict=True))
        yield f"{table.name}.csv", target.getvalue().encode("utf-8-sig")


def _safe(text: str, kind: str = "string") -> str:
    if kind in NUMBERS and _NUMBER.match(text):
        return text
    return f"'{text}" if _FORMULA.match(text) else text


def xlsx_file(export: Export, facts: Facts) -> bytes:
    """Return one workbook, a sheet a table, marked at the head and foot of every printed page.

    The same export gives the same bytes. Raises BadInput when a table has more rows than a sheet holds.
    """
    every = (*_companions(export, facts), *export.tables)
    for table in every:
        if len(table.rows) > MOST_ROWS:
            raise BadInput(
                _("“{table}” has more rows than a workbook holds. Export it as CSV").format(table=table.name)
            )
    target = io.BytesIO()
    book = new_book(target)
    bold, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
    names: set[str] = set()
    marking = facts[0][1].replace("&", "&&") if facts else ""
    for table in every:
        sheet = book.add_worksheet(_sheet_name(table.name, names))
        sheet.freeze_panes(1, 0)
        sheet.set_header(f"&C{marking}")
        sheet.set_footer(f"&C{marking}")
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, _width(column))
            sheet.write_string(0, at, _shown(column.name), bold)
        for number, row in enumerate(table.rows, 1):
            for at, (text, column) in enumerate(zip(row, table.columns, strict=True)):
                _write(sheet, number, at, text, column.type, quoted)
    book.close()
    return target.getvalue()


def new_book(target: io.BytesIO) -> Any:
    """Return a workbook that is put together in memory and says nothing of when or by whom."""
    from xlsxwriter import Workbook

    book = Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1), "author": ""})
    return book


def _width(column: Column) -> int:
    wide = column.type in ("string", "label") and "/" in column.name
    return 34 if wide else min(max(len(column.name) + 4, 12), 44)


def _write(sheet: Any, row: int, at: int, text: str, kind: str, quoted: Any) -> None:
    """Write a cell: a number where the form asked for one, otherwise a text that nothing runs as a formula."""
    if not text:
        return
    if kind in NUMBERS and _NUMBER.match(text):
        sheet.write_number(row, at, float(text))
        return
    sheet.write_string(row, at, _shown(text), quoted if _FORMULA.match(text) else None)


def _shown(text: str) -> str:
    clean = _CONTROL.sub("\ufffd", text)
    if len(clean) > MOST_TEXT:
        clean = clean[:MOST_TEXT] + _(" … (cut here; the whole text is in the CSV export)")
    return clean


def _sheet_name(name: str, taken: set[str]) -> str:
    short = _SHEET.sub("_", name)[:_SHEET_NAME]
    number = 2
    while short.lower() in taken:
        short = f"{short[: _SHEET_NAME - 1 - len(str(number))]}~{number}"
        number += 1
    taken.add(short.lower())
    return short


def _companions(export: Export, facts: Facts) -> tuple[Table, ...]:
    """Return what explains the tables: about, the questions of each column, the labels of each code."""
    questions = tuple(
        (table.name, column.name, column.type, column.label)
        for table in export.tables
        for column in table.columns
        if column.label and column.type != "label"
    )
    return (
        Table("about", (Column("fact"), Column("value")), tuple(facts)),
        Table("questions", tuple(map(Column, ("table", "column", "type", "question"))), questions),
        Table(
            "codes", tuple(map(Column, ("table", "column", "code", "label"))), tuple(map(_code, export.codes))
        ),
    )


def _code(code: Code) -> tuple[str, str, str, str]:
    return code.table, code.column, code.code, code.label
