"""Records as tables and submissions: complete, labelled, joined by keys, and harmless in a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook

from fieldinspect.cli import run
from fieldinspect.cli.common import PASSPHRASE_VARIABLE
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Policy
from fieldinspect.forms import Session
from fieldinspect.interchange import tables
from fieldinspect.interchange.submission import instance_id, submission_xml
from fieldinspect.interchange.tables import csv_files, xlsx_file
from fieldinspect.services import capture, exporting, instruments, programme, reading, writing
from fieldinspect.services.exporting import (
    Column,
    Export,
    LeftOut,
    Table,
    count_left_out,
    record_tables,
    submissions,
)
from fieldinspect.store.vault import StoredVault
from tests.interchange.walkthrough import NOW, walk
from tests.team import PASSPHRASE

FACTS = (("marking", "OFFICIAL-SENSITIVE"), ("inspection", "Sample"))
EVIL = '=HYPERLINK("http://example.org","x")'
Rows = list[dict[str, str]]


@pytest.fixture
def lead(make_vault: Callable[[str], StoredVault]) -> StoredVault:
    vault = make_vault("lead")
    forms = instruments.shipped_forms()
    programme.found_inspection(vault, "Sample", now=NOW, forms=forms, policy=Policy(envelope="x25519"))
    return vault


@pytest.fixture
def visit(lead: StoredVault) -> str:
    inspection = reading.inspections(lead)[0].id
    return capture.start_visit(lead, inspection=inspection, station="Example Road", force="", happened=NOW)


def keep(vault: StoredVault, kind: str, parent: str, name: str) -> tuple[str, Session]:
    """Record what a walk through a form answered, as the screen would."""
    session = walk(name)
    record = capture.add_record(vault, kind, parent, happened=NOW)
    fields: dict[str, str | None] = {}
    for path in session.paths():
        if path.endswith("]"):
            fields[path] = f"{len(fields):06}"
        elif session.state(path).kept:
            fields[path] = session.state(path).kept
    capture.answer(vault, record, fields, happened=NOW)
    return record, session


def table(export: Export, name: str) -> Rows:
    (found,) = [one for one in export.tables if one.name == name]
    names = [column.name for column in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def read_csv(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_answers_come_with_codes_and_labels(lead: StoredVault, visit: str) -> None:
    answers = {"/contact/role_band": "sergeant", "/contact/minutes": "12", "/contact/told_use": "no"}
    kept = {**answers, "/contact/agreed_quote": "yes"}
    record = capture.add_record(lead, Kind.CONTACT, visit, happened=NOW, answers=kept)
    (row,) = table(record_tables(lead), "contact")
    assert (row["record"], row["parent"], row["author"]) == (record, visit, "lead")
    assert (row["role_band"], row["role_band (label)"]) == ("sergeant", "Sergeant")
    assert row["minutes"] == "12"
    assert row["agreed_quote"] == ""  # kept while the record is open, but it does not apply
    (welsh,) = table(record_tables(lead, [Kind.CONTACT], language="cy"), "contact")
    assert welsh["role_band (label)"] == "Rhingyll"


def test_repeats_are_tables_of_their_own_joined_by_keys(lead: StoredVault, visit: str) -> None:
    record, session = keep(lead, Kind.STAFF_FOCUS_GROUP, visit, "staff_focus_group")
    export = record_tables(lead, [Kind.STAFF_FOCUS_GROUP])
    (group,) = table(export, "staff_focus_group")
    (theme,) = table(export, "staff_focus_group.theme")
    assert group["setting/ground_rules (label)"] == "Told how the notes are used; No names of people or cases"
    assert group["present"] == "9"
    assert (theme["parent_row"], theme["record"], theme["position"]) == (record, record, "1")
    (path,) = session.rows("/staff_focus_group/theme")
    assert path == f"/staff_focus_group/theme[{theme['row']}]"
    assert (theme["agreed"], theme["disagreed"], theme["silent"]) == ("6", "1", "2")


def test_the_code_book_holds_every_question_and_every_choice(lead: StoredVault, visit: str) -> None:
    capture.add_record(lead, Kind.DOCUMENT, visit, happened=NOW, answers={"/document/status": "seen"})
    export = record_tables(lead)
    files = dict(csv_files(export, FACTS))
    questions = {(row["table"], row["column"]): row["question"] for row in read_csv(files["questions.csv"])}
    assert questions["document", "promised_by"] == "Who promised it?"
    codes = {(row["column"], row["code"]): row["label"] for row in read_csv(files["codes.csv"])}
    assert codes["status", "promised"] == "Promised"
    assert read_csv(files["about.csv"])[0] == {"fact": "marking", "value": "OFFICIAL-SENSITIVE"}


def test_what_is_withdrawn_is_left_out(lead: StoredVault, visit: str) -> None:
    note = capture.add_note(lead, visit, "Wrong room", happened=NOW)
    capture.add_note(lead, visit, "Right room", happened=NOW)
    capture.withdraw(lead, note, "another station", happened=NOW)
    assert [row["text"] for row in table(record_tables(lead), "note")] == ["Right room"]


def test_restricted_records_and_what_stands_under_them_stay_out_unless_asked_for(
    lead: StoredVault, visit: str
) -> None:
    record, _session = keep(lead, Kind.VICTIM_INTERVIEW, visit, "victim_interview")
    keep(lead, Kind.CONDUCT_MATTER, visit, "conduct_matter")
    capture.add_note(lead, record, "Spoke quietly", happened=NOW)
    capture.add_note(lead, visit, "Open note", happened=NOW)
    export = record_tables(lead)
    assert export.left_out == 3
    assert {one.name for one in export.tables} == {"visit", "note"}
    assert [row["text"] for row in table(export, "note")] == ["Open note"]
    assert [one.view.kind for one in submissions(lead)] == ["visit"]
    everything = record_tables(lead, restricted=True)
    assert everything.left_out == 0
    assert table(everything, "victim_interview")[0]["consent/speaker"] == "P12"


def test_an_older_version_of_a_form_keeps_its_columns(lead: StoredVault, visit: str) -> None:
    capture.add_record(lead, Kind.TEST, visit, happened=NOW, answers={"/test/asked": "Three calls"})
    (_version, xml) = instruments.shipped_forms()["test"]
    newer = xml.replace(b"2026112301", b"2026112401").replace(b"seconds", b"duration")
    instruments.publish_forms(lead, reading.inspections(lead)[0].id, {"test": newer}, now=NOW)
    answers = {"/test/asked": "A name", "/test/result": "slow", "/test/duration": "90"}
    capture.add_record(lead, Kind.TEST, visit, happened=NOW, answers=answers)
    old, new = sorted(table(record_tables(lead), "test"), key=lambda row: row["duration"])
    assert old["asked"] == "Three calls"
    assert (new["duration"], new["seconds"], new["result (label)"]) == ("90", "", "Found, but too slowly")


def test_answers_to_a_form_that_nobody_signed_come_as_they_were_stored(lead: StoredVault, visit: str) -> None:
    fields = {"form": f"contact 9 {'0' * 64}", "/contact/role_band": "sergeant"}
    record = writing.begin(lead, Kind.CONTACT, visit, {}, happened=NOW)
    writing.change(lead, record, fields, happened=NOW)
    (row,) = table(record_tables(lead), "contact")
    assert row["/contact/role_band"] == "sergeant"
    assert [one.view.kind for one in submissions(lead)] == ["visit"]
    assert count_left_out(lead) == LeftOut(restricted=0, blind=0, formless=(record,))


def test_an_xform_export_names_what_it_cannot_write(
    lead: StoredVault,
    visit: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = writing.begin(lead, Kind.CONTACT, visit, {}, happened=NOW)
    writing.change(lead, record, {"form": f"contact 9 {'0' * 64}"}, happened=NOW)
    lead.close()
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    where = ["--vault", str(tmp_path / "vaults" / "lead"), "--out", str(tmp_path / "out")]
    assert run(["export", *where, "--format", "xform", "--recipient", "me"]) == 0
    told = capsys.readouterr().err
    assert "1 record was left out: its form is not here, or not signed by the team list" in told
    assert record in told


@pytest.mark.parametrize("text", [EVIL, "+1", "-1", "@SUM(A1)", "\tx", "|cmd", "%x"])
def test_no_cell_is_a_formula(text: str) -> None:
    export = Export((Table("t", (Column("a"), Column("=b")), ((text, "plain"),)),), (), 0)
    (row,) = read_csv(dict(csv_files(export, FACTS))["t.csv"])
    assert row == {"a": f"'{text}", "'=b": "plain"}
    sheet: Any = load_workbook(io.BytesIO(xlsx_file(export, FACTS)))["t"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")
    assert sheet["A2"].quotePrefix
    assert (sheet["B1"].value, sheet["B1"].data_type) == ("=b", "s")


def test_numbers_are_numbers_only_where_one_was_asked_for() -> None:
    columns = (Column("n", type="int"), Column("s"), Column("d", type="decimal"), Column("bad", type="int"))
    export = Export((Table("t", columns, (("-3", "-3", "2.50", "-3+cmd"),)),), (), 0)
    (row,) = read_csv(dict(csv_files(export, FACTS))["t.csv"])
    assert row == {"n": "-3", "s": "'-3", "d": "2.50", "bad": "'-3+cmd"}
    sheet: Any = load_workbook(io.BytesIO(xlsx_file(export, FACTS)))["t"]
    assert [sheet.cell(2, at).value for at in (1, 2, 3, 4)] == [-3, "-3", 2.5, "-3+cmd"]


def test_a_workbook_is_marked_and_takes_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * 40_000
    rows = (("Llŷr \x01 \ufffe", long),)
    names = ("victim_focus_group.account_of_everything", "victim_focus_group.account_of_everything.x")
    export = Export(tuple(Table(name, (Column("a"), Column("b")), rows) for name in names), (), 0)
    assert xlsx_file(export, FACTS) == xlsx_file(export, FACTS)
    book: Any = load_workbook(io.BytesIO(xlsx_file(export, FACTS)))
    assert len({one.casefold() for one in book.sheetnames}) == 5
    assert all(len(one) <= 31 for one in book.sheetnames)
    sheet = book.worksheets[3]
    assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == "OFFICIAL-SENSITIVE"
    assert sheet["A2"].value == "Llŷr \ufffd \ufffd"
    assert sheet["B2"].value.endswith("(cut here; the whole text is in the CSV export)")
    assert long in dict(csv_files(export, FACTS))[f"{names[0]}.csv"].decode()
    monkeypatch.setattr(tables, "MOST_ROWS", 0)
    with pytest.raises(BadInput, match="Export it as CSV"):
        xlsx_file(export, ())


def test_a_submission_is_the_instance_with_the_record_as_its_id(lead: StoredVault, visit: str) -> None:
    record, session = keep(lead, Kind.STAFF_FOCUS_GROUP, visit, "staff_focus_group")
    (found,) = submissions(lead, [Kind.STAFF_FOCUS_GROUP])
    xml = submission_xml(found)
    assert xml == submission_xml(found)
    top = etree.fromstring(xml)
    assert (top.tag, top.get("id"), top.get("version")) == (
        "staff_focus_group",
        "staff_focus_group",
        "2026112301",
    )
    assert top.findtext("meta/instanceID") == instance_id(record)
    assert top.findtext("theme/silent") == "2"
    assert top.findtext("present") == "9"
    told = {path.tag for path in top.iter() if path.text and path.text.strip()}
    assert "inspector_view" not in told
    assert len(top.findall("theme")) == len(session.rows("/staff_focus_group/theme"))


def test_what_does_not_apply_is_not_submitted(lead: StoredVault, visit: str) -> None:
    answers = {"/document/title": "Policy", "/document/status": "seen", "/document/promised_by": "senior"}
    capture.add_record(lead, Kind.DOCUMENT, visit, happened=NOW, answers=answers)
    (found,) = submissions(lead, [Kind.DOCUMENT])
    top = etree.fromstring(submission_xml(found))
    assert top.findtext("status") == "seen"
    assert top.find("promised_by") is None


@pytest.mark.parametrize("form", ["csv", "xlsx", "xform"])
def test_the_command_writes_digests_and_keeps_a_log(
    form: str,
    lead: StoredVault,
    visit: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep(lead, Kind.VICTIM_INTERVIEW, visit, "victim_interview")
    vault = str(tmp_path / "vaults" / "lead")
    lead.close()
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    out = tmp_path / "out"
    arguments = ["export", "--vault", vault, "--out", str(out), "--format", form, "--recipient", "Analyst"]
    assert run(arguments) == 0
    printed = capsys.readouterr()
    assert "1 restricted record was left out." in printed.err
    told = json.loads(printed.out)
    sums = (out / "SHA256SUMS").read_text().splitlines()
    assert len(sums) == told["files"]
    assert all((out / line.split("  ")[1]).is_file() for line in sums)
    assert out.stat().st_mode & 0o077 == 0
    assert run(arguments) == 2
    assert "holds other files" in capsys.readouterr().err


def test_an_export_is_logged_with_its_digest_and_recipient(lead: StoredVault) -> None:
    inspection = reading.inspections(lead)[0].id
    when = datetime(2014, 3, 28, tzinfo=UTC)
    exporting.log_export(lead, inspection, "ab" * 32, "csv", "Analyst", happened=when)
    (entry,) = lead.children(inspection, [Kind.PRINT_LOG])
    assert (entry.get("product"), entry.get("digest"), entry.get("issued_to")) == (
        "records_export",
        "ab" * 32,
        "Analyst",
    )
