"""The audit log: what was collected, altered, read, disclosed and erased, told without what was written."""

import csv
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldinspect.domain.audit import Act, AuditLine, AuditQuery
from fieldinspect.domain.kinds import Kind
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import audit, capture, exchange, reading
from fieldinspect.services.ports import Vault
from fieldinspect.store.vault import StoredVault
from tests.team import NOW, carry

SECRET = "She said the sergeant laughed"


def _visit(vault: Vault) -> str:
    inspection = reading.inspections(vault)[0].id
    return capture.start_visit(vault, inspection=inspection, station="Aber", force="gwent", happened=NOW)


def _lines(vault: Vault, query: AuditQuery | None = None) -> list[AuditLine]:
    return list(audit.lines(vault, query or AuditQuery()))


def test_collecting_and_altering_are_told_apart_and_no_word_is_told(team: dict[str, StoredVault]) -> None:
    lead = team["lead"]
    note = capture.add_note(lead, _visit(lead), SECRET, happened=NOW)
    capture.correct(lead, note, "text", SECRET + " twice", reason="misheard", happened=NOW)
    altered, collected = _lines(lead, AuditQuery(record=note))
    assert (collected.act, altered.act) == (Act.COLLECTION, Act.ALTERATION)
    assert altered.fields == ("text",)
    assert altered.reason == "misheard"
    assert altered.records == (note,)
    assert altered.person == lead.identity.name
    everything = _lines(lead)
    assert SECRET not in repr(everything)
    assert [line.written for line in everything] == sorted(
        (line.written for line in everything), reverse=True
    )


def test_reading_what_is_somebody_elses_is_logged_once_a_session(
    team: dict[str, StoredVault], tmp_path: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = _visit(lead)
    note = capture.add_note(lead, visit, SECRET, happened=NOW)
    carry(lead, ann, tmp_path)
    session = audit.ConsultationLog()
    assert session.opened(ann, [visit, note], happened=NOW) == 2
    assert session.opened(ann, [note], happened=NOW) == 0
    assert audit.ConsultationLog().opened(ann, [note], happened=NOW) == 1
    read = _lines(ann, AuditQuery(acts=frozenset({Act.CONSULTATION})))
    assert [set(line.records) for line in read] == [{note}, {visit, note}]
    assert {line.person for line in read} == {ann.identity.name}


def test_reading_ones_own_is_logged_only_when_it_is_restricted(team: dict[str, StoredVault]) -> None:
    lead = team["lead"]
    visit = _visit(lead)
    note = capture.add_note(lead, visit, SECRET, happened=NOW)
    matter = capture.add_record(lead, Kind.CONDUCT_MATTER, visit, happened=NOW)
    session = audit.ConsultationLog()
    assert session.opened(lead, [note, matter], happened=NOW) == 1
    [line] = _lines(lead, AuditQuery(acts=frozenset({Act.CONSULTATION})))
    assert line.records == (matter,)


def test_the_log_travels_to_whoever_must_see_it(team: dict[str, StoredVault], tmp_path: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = _visit(lead)
    carry(lead, ann, tmp_path)
    audit.ConsultationLog().opened(ann, [visit], happened=NOW)
    carry(ann, lead, tmp_path)
    [line] = _lines(lead, AuditQuery(acts=frozenset({Act.CONSULTATION}), person=ann.identity.person))
    assert line.records == (visit,)


def test_what_may_not_be_read_here_is_told_as_sealed(team: dict[str, StoredVault], tmp_path: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = _visit(lead)
    matter = capture.add_record(lead, Kind.CONDUCT_MATTER, visit, happened=NOW)
    carry(lead, ann, tmp_path)
    [line] = _lines(ann, AuditQuery(record=matter))
    assert line.act is Act.SEALED
    assert line.kind == ""
    assert line.fields == ()


def test_dates_people_and_pages(team: dict[str, StoredVault], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 10)
    lead = team["lead"]
    visit = _visit(lead)
    for number in range(audit.PAGE + 20):
        capture.add_note(lead, visit, f"note {number}", happened=NOW)
    everything = _lines(lead)
    assert len({line.entry for line in everything}) == len(everything) > audit.PAGE + 20
    found, more = audit.first(lead, AuditQuery(), 15)
    assert more
    assert found == everything[:15]
    middle = everything[18].written + timedelta(milliseconds=1)
    since, until = _lines(lead, AuditQuery(since=middle)), _lines(lead, AuditQuery(until=middle))
    assert since
    assert until
    assert since + until == everything
    assert _lines(lead, AuditQuery(person="0" * 32)) == []
    assert _lines(lead, AuditQuery(until=datetime(2001, 1, 1, tzinfo=UTC))) == []


def test_a_table_for_others_names_its_columns_and_runs_no_formula(team: dict[str, StoredVault]) -> None:
    lead = team["lead"]
    note = capture.add_note(lead, _visit(lead), SECRET, happened=NOW)
    capture.correct(lead, note, "text", "x", reason='=HYPERLINK("http://evil")', happened=NOW)
    rows = list(
        csv.DictReader("".join(audit.to_csv(audit.lines(lead, AuditQuery(record=note)))).splitlines())
    )
    assert [row["act"] for row in rows] == ["alteration", "collection"]
    assert rows[0]["reason"].startswith("'=")
    assert rows[0]["records"] == note


def test_giving_the_log_away_is_logged(team: dict[str, StoredVault]) -> None:
    lead = team["lead"]
    given: list[bytes] = []
    count = audit.export(lead, AuditQuery(), given.append, happened=NOW)
    assert given[0].count(b"\r\n") == count + 1
    [line] = _lines(lead, AuditQuery(acts=frozenset({Act.DISCLOSURE})))
    assert line.details["product"] == audit.AUDIT
    assert line.details["digest"] == hashlib.sha256(given[0]).hexdigest()


def test_sealing_is_logged_in_the_bundle_itself_and_leaves_nothing_waiting(
    team: dict[str, StoredVault], tmp_path: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    _visit(lead)
    carry(lead, ann, tmp_path)
    disclosures = AuditQuery(acts=frozenset({Act.DISCLOSURE}))
    [line] = _lines(ann, disclosures)
    assert line.details == {"product": audit.BUNDLE, "issued_to": ann.identity.person}
    assert line.person == lead.identity.name
    audit.ConsultationLog().opened(ann, [reading.visits(ann)[0].id], happened=NOW)
    assert ann.outbox().entries == 0
    with pytest.raises(exchange.NothingToSend):
        exchange.seal_bundle(lead, BundleEnvelope(), [ann.identity.person], tmp_path)
