"""Form sources in four formats are one workbook, with the numbers of rows that a spreadsheet shows."""

import io
import zipfile

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.interchange import workbook
from fieldinspect.interchange.authoring import compile_form
from fieldinspect.interchange.workbook import read_workbook, to_csv, to_markdown, to_xlsx
from fieldinspect.resources import forms_folder
from tests.shared import shared_data

INSTRUMENTS = sorted(one.name for one in forms_folder().iterdir())
IFRC = ("forms", "ifrc-distribution-site-assessment-v1.xls")
SMALL = """
# Words above

| survey |
| | type | name | label |
| | text | a | A \\| B |

| | note | b | =1+1 |
"""


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_survives_the_spreadsheet_and_back(name: str) -> None:
    folder = forms_folder() / name
    source = read_workbook((folder / "form.md").read_bytes(), ".md")
    text, broken = to_markdown(source)
    assert broken == 0
    for kind, written in ((".xlsx", to_xlsx(source)), (".csv", to_csv(source))):
        again = read_workbook(written, kind)
        assert to_markdown(again)[0] == text
        assert compile_form(written, kind, name) == (folder / "form.xml").read_bytes()


def test_rows_are_numbered_as_a_spreadsheet_shows_them_and_lines_as_an_editor_does() -> None:
    book = read_workbook(SMALL.encode(), ".md")
    assert book.about == "# Words above"
    assert [(row.number, row.line) for row in book.rows("survey")] == [(2, 6), (3, 8)]
    assert book.rows("survey")[0].get("label") == "A | B"


def test_an_empty_row_of_a_workbook_keeps_the_numbers_true() -> None:
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Survey"
    for cells in (["type", "name", "label"], [None], ["integer", "n", 1.0], ["text", "t", True]):
        sheet.append(cells)
    target = io.BytesIO()
    made.save(target)
    rows = read_workbook(target.getvalue(), ".xlsx").rows("survey")
    assert [(row.number, row.get("label")) for row in rows] == [(3, "1"), (4, "TRUE")]


def test_a_cell_of_a_workbook_is_never_a_formula() -> None:
    from openpyxl import load_workbook

    written = to_xlsx(read_workbook(SMALL.encode(), ".md"))
    cell = load_workbook(io.BytesIO(written))["survey"]["C3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_workbook_of_another_house_is_read_and_compiles_the_same_from_either_format() -> None:
    data = shared_data(*IFRC).read_bytes()
    book = read_workbook(data, ".xls")
    assert len(book.rows("survey")) == 171
    assert compile_form(data, ".xls", "ifrc") == compile_form(to_xlsx(book), ".xlsx", "ifrc")
    assert to_markdown(book)[1] == 6


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"not a workbook", ".xlsx", "not a workbook that can be read as .xlsx"),
        (b"not a workbook", ".xls", "not a workbook that can be read as .xls"),
        (b"PK\x03\x04 cut short", ".xlsx", "not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls", "not a workbook"),
        (b"\xff\xfe\x00", ".md", "not text in UTF-8"),
        (b"text", ".docx", "is written as .md, .csv, .xlsx or .xls, not .docx"),
        (b"text", "", "not ?"),
    ],
)
def test_what_is_no_workbook_is_a_sentence(data: bytes, kind: str, words: str) -> None:
    with pytest.raises(BadInput, match=words.replace("?", "\\?")):
        read_workbook(data, kind)


def test_a_workbook_that_unpacks_to_far_too_much_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1000)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 2000)
    with pytest.raises(BadInput, match="unpacks to far more"):
        read_workbook(target.getvalue(), ".xlsx")


def test_too_many_bytes_and_too_many_rows_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="67 MB is the most"):
        read_workbook(b"x" * (workbook.MOST_BYTES + 1), ".md")
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    with pytest.raises(BadInput, match="more than 2 rows"):
        read_workbook(SMALL.encode(), ".md")


def test_line_breaks_survive_in_csv_and_are_counted_in_text() -> None:
    data = b'survey\n,type,name,label\n,note,a,"one\ntwo"\n'
    book = read_workbook(data, ".csv")
    assert to_csv(book) == data
    text, broken = to_markdown(book)
    assert broken == 1
    assert b"one two" in text


@pytest.mark.parametrize("damage", [b"\xff" * 4, b"\0" * 40, b"\x99" * 2000])
@pytest.mark.parametrize("place", [8, 60, 400, 2000, -200, -30])
def test_a_workbook_damaged_anywhere_is_refused_or_read(damage: bytes, place: int) -> None:
    whole = to_xlsx(read_workbook((forms_folder() / "contact" / "form.md").read_bytes(), ".md"))
    at = place % len(whole)
    damaged = whole[:at] + damage + whole[at + len(damage) :]
    try:
        book = read_workbook(damaged, ".xlsx")
    except BadInput as refused:
        assert "not a workbook" in str(refused)  # noqa: PT017 - some damage is to what nobody reads
    else:
        assert book.sheets
