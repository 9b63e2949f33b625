"""One record filled in on two laptops offline: rows merge by their ids, and only the same question conflicts."""

import pytest

from fieldinspect.domain.kinds import Kind
from fieldinspect.forms import Session, load
from fieldinspect.services import capture, instruments, leaving_out, programme, reading
from fieldinspect.store.vault import StoredVault
from tests.store.test_vault import send
from tests.team import NOW

REPEAT = "/officer_interview/exchange"


class Copy:
    """A record open on one laptop: what is answered is stored as the desktop stores it."""

    def __init__(self, vault: StoredVault, record: str) -> None:
        self.vault, self.record = vault, record
        view = vault.record(record)
        assert view is not None
        self.session = Session(load(instruments.form_of(vault, view)), dict(view.fields))
        self._store(self.session.opening.fields)

    def answer(self, path: str, value: str) -> None:
        self._store(self.session.answer(path, value).fields)

    def add_row(self, question: str) -> str:
        changed = self.session.add_row(REPEAT)
        row = next(iter(changed.fields))
        self._store(changed.fields)
        self.answer(f"{row}/question", question)
        return row

    def remove_row(self, row: str) -> None:
        self._store(self.session.remove_row(row).fields)

    def questions(self) -> list[str]:
        return [self.session.state(f"{row}/question").value for row in self.session.rows(REPEAT)]

    def _store(self, fields: object) -> None:
        capture.answer(self.vault, self.record, fields, happened=NOW)  # type: ignore[arg-type]  # a mapping of fields


@pytest.fixture
def laptops(make_vault: object) -> tuple[StoredVault, StoredVault]:
    lead, ann = (make_vault(name) for name in ("lead", "ann"))  # type: ignore[operator]  # the fixture is a function
    programme.found_inspection(lead, "Copies", now=NOW, forms=instruments.shipped_forms())
    programme.admit(lead, programme.enrolment_request(ann), ["inspector"], now=NOW)
    programme.join(ann, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
    send(lead, ann, 1)
    return lead, ann


def test_rows_of_both_copies_are_kept_and_only_the_same_question_conflicts(
    laptops: tuple[StoredVault, StoredVault],
) -> None:
    lead, ann = laptops
    inspection = reading.inspections(ann)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)
    record = capture.add_record(ann, Kind.INTERVIEW, visit, happened=NOW)
    Copy(ann, record).add_row("asked before they parted")
    send(ann, lead, 2)
    here, there = Copy(ann, record), Copy(lead, record)
    here.add_row("asked by ann")
    there.add_row("asked by the lead")
    here.answer("/officer_interview/place", "an office")
    there.answer("/officer_interview/role_code", "lead for custody")
    here.answer("/officer_interview/rank", "inspector")
    there.answer("/officer_interview/rank", "chief_inspector")
    gone = there.session.rows(REPEAT)[0]
    there.remove_row(gone)
    send(ann, lead, 3)
    send(lead, ann, 4)
    merged = [Copy(vault, record) for vault in (ann, lead)]
    assert merged[0].questions() == merged[1].questions()
    asked = {question for question in merged[0].questions() if question}
    assert asked >= {"asked by ann", "asked by the lead"}
    for copy in merged:
        assert copy.session.state("/officer_interview/place").value == "an office"
        assert copy.session.state("/officer_interview/role_code").value == "lead for custody"
    assert [conflict.field for conflict in lead.conflicts()] == ["/officer_interview/rank"]
    assert lead.digest() == ann.digest()
    assert merged[0].session.state("/officer_interview/rank") == merged[1].session.state(
        "/officer_interview/rank"
    )


def test_the_state_after_loading_is_the_state_before_saving(laptops: tuple[StoredVault, StoredVault]) -> None:
    _lead, ann = laptops
    inspection = reading.inspections(ann)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)
    record = capture.add_record(ann, Kind.INTERVIEW, visit, happened=NOW)
    copy = Copy(ann, record)
    for number in range(3):
        row = copy.add_row(f"question {number}")
        copy.answer(f"{row}/answer", f"answer {number}")
    copy.answer("/officer_interview/started", "22:10:00.000+00:00")
    again = Copy(ann, record)
    assert again.session.paths() == copy.session.paths()
    # The metadata block is filled anew at each opening: it is for other programs, and never stored.
    for path in (path for path in copy.session.paths() if "/meta/" not in path):
        assert again.session.state(path) == copy.session.state(path)


@pytest.fixture
def shared(laptops: tuple[StoredVault, StoredVault]) -> tuple[str, str]:
    """An interview with a row that two laptops have: the record and the row."""
    lead, ann = laptops
    inspection = reading.inspections(ann)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)
    record = capture.add_record(ann, Kind.INTERVIEW, visit, happened=NOW)
    row = Copy(ann, record).add_row("asked before they parted")
    send(ann, lead, 2)
    return record, row


def lost(vault: StoredVault, record: str) -> dict[str, dict[str, str]]:
    view = vault.record(record)
    assert view is not None
    return {
        row: dict(answers)
        for row, answers in leaving_out.lost_rows(Copy(vault, record).session, view.fields).items()
    }


def remove(vault: StoredVault, record: str, row: str) -> None:
    """Remove a row as a screen does."""
    session = Copy(vault, record).session
    fields = leaving_out.with_removal(session, row, session.remove_row(row).fields)
    capture.answer(vault, record, fields, happened=NOW)


def test_an_answer_in_a_row_that_another_removed_meanwhile_is_told_on_both(
    laptops: tuple[StoredVault, StoredVault], shared: tuple[str, str]
) -> None:
    (lead, ann), (record, row) = laptops, shared
    Copy(ann, record).answer(f"{row}/answer", "written offline")
    remove(lead, record, row)
    assert lost(lead, record) == {}, "they knew what they removed"
    send(ann, lead, 4)
    send(lead, ann, 5)
    told = {row: {f"{row}/question": "asked before they parted", f"{row}/answer": "written offline"}}
    assert lost(lead, record) == lost(ann, record) == told
    capture.answer(lead, record, leaving_out.leave_removed(row, told[row]), happened=NOW)
    send(lead, ann, 6)
    assert lost(lead, record) == lost(ann, record) == {}


def test_a_row_brought_back_has_all_its_answers(
    laptops: tuple[StoredVault, StoredVault], shared: tuple[str, str]
) -> None:
    (lead, ann), (record, row) = laptops, shared
    Copy(ann, record).answer(f"{row}/answer", "written offline")
    remove(lead, record, row)
    send(ann, lead, 7)
    session = Copy(lead, record).session
    changed = session.add_row(REPEAT, row.rpartition("[")[2][:-1])
    capture.answer(lead, record, changed.fields, happened=NOW)
    assert lost(lead, record) == {}
    assert session.state(f"{row}/answer").value == "written offline"
    assert not lead.conflicts()
