"""Authoring: XLSForm in, XForm out, and a sentence for each workbook that is not one."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.forms import Session, load
from fieldinspect.interchange.authoring import compile_folder, compile_form
from tests.conformance.play import play
from tests.shared import shared_data

FORM = """| survey |
|        | type    | name | label | relevant     |
|        | integer | age  | Age   |              |
|        | text    | note | Note  | ${{age}} {rule} |
"""


def markdown(rule: str = "> 10") -> bytes:
    return FORM.format(rule=rule).encode()


def workbook(**sheets: list[list[str]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


SURVEY = [
    ["type", "name", "label", "relevant"],
    ["integer", "age", "Age", ""],
    ["text", "note", "Note", "${age} > 10"],
]


def test_the_same_form_in_any_notation_compiles_to_the_same() -> None:
    lines = ("survey", ",type,name,label,relevant", ",integer,age,Age,", ",text,note,Note,${age} > 10", "")
    comma = "\n".join(lines).encode()
    from_table = compile_form(markdown(), ".md", "small")
    assert compile_form(comma, ".csv", "small") == from_table
    assert compile_form(workbook(survey=SURVEY), ".xlsx", "small") == from_table
    assert compile_form(markdown(), ".md", "small") == from_table


def test_the_old_workbook_of_a_site_assessment_is_answered_as_recorded() -> None:
    source = shared_data("forms", "ifrc-distribution-site-assessment-v1.xls").read_bytes()
    compiled = compile_form(source, ".xls", "data")
    form = load(compiled)
    assert form.id == "distributionsite_assessment_v1_0"
    assert form.languages == ("English", "Français")
    with shared_data("forms", "deep.public.jsonl").open(encoding="utf-8") as lines:
        case = json.loads(next(lines))
    score = play({**case, "form": compiled.decode()})
    assert score.differences == []
    assert score.total > 10_000


def test_a_folder_is_compiled_in_place(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "form.md").write_bytes(markdown())
    form = compile_folder(folder)
    assert form.root.name == "small"
    assert load((folder / "form.xml").read_bytes()).digest == form.digest
    assert Session(form).progress() == (0, 1)


def test_a_folder_without_a_source_is_the_world_failing(tmp_path: Path) -> None:
    with pytest.raises(WorldFailed, match=r"There is no form\.md"):
        compile_folder(tmp_path)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (b"", ".md"),
        (b"hello", ".csv"),
        (b"PK\x03\x04 damaged", ".xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"\xff\xfe", ".md"),
        (markdown(), ".doc"),
        (markdown("> explode()"), ".md"),
        (markdown("> ${shoe}"), ".md"),
        (workbook(survey=[*SURVEY, SURVEY[1]]), ".xlsx"),
        (workbook(survey=[SURVEY[0], ["dream", "a", "A", ""]]), ".xlsx"),
        (workbook(survey=[SURVEY[0], ["select_one none", "a", "A", ""]]), ".xlsx"),
        (workbook(choices=[["list_name", "name"]]), ".xlsx"),
    ],
)
def test_a_source_that_is_no_form_is_a_sentence(source: bytes, kind: str) -> None:
    with pytest.raises(BadInput) as caught:
        compile_form(source, kind, "small")
    assert str(caught.value).endswith(".")
    assert "Traceback" not in str(caught.value)
