"""A case file read twice: who may, who sees what, how far they agree, and what stands."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Policy
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, programme, reading, second_reading, streams
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.vault import StoredVault
from tests.team import NOW

Readers = tuple[StoredVault, StoredVault]
ENVELOPE = BundleEnvelope()
NUMBER = "/case_file_review/sample/review_number"
READER = "/case_file_review/sample/reader"
HISTORY = "/case_file_review/first_response/history_known"
ATTENDED = "/case_file_review/first_response/attended"
MINUTES = "/case_file_review/first_response/attendance_minutes"
REFERRALS = "/case_file_review/action/referrals"
REASONS = "/case_file_review/overall/overall_reasons"
FIRST = {
    NUMBER: "B-12", HISTORY: "yes", ATTENDED: "yes", MINUTES: "20", REFERRALS: "marac idva", REASONS: "Sound",
}  # fmt: skip
SECOND = {HISTORY: "not_recorded", ATTENDED: "yes", MINUTES: "20", REFERRALS: "idva marac", REASONS: "Good"}


@pytest.fixture
def readers(make_vault: Callable[[str], StoredVault], tmp_path: Path) -> Readers:
    """Ann, who leads, and Ben, with the shipped forms."""
    ann, ben = make_vault("ann"), make_vault("ben")
    programme.found_inspection(
        ann, "Sample", now=NOW, forms=shipped_forms(), policy=Policy(envelope="x25519")
    )
    programme.admit(ann, programme.enrolment_request(ben), ["inspector"], now=NOW)
    programme.join(ben, ann.roster_bytes(), programme.fingerprint(ann.roster_bytes()))
    carry(ann, ben, tmp_path)
    return ann, ben


def carry(sender: StoredVault, receiver: StoredVault, folder: Path) -> None:
    sealed = exchange.seal_bundle(sender, ENVELOPE, [receiver.identity.person], folder)
    exchange.receive_bundle(receiver, ENVELOPE, Path(sealed.path), now=NOW)


def first_reading(vault: StoredVault, answers: Mapping[str, str] = FIRST) -> str:
    inspection = reading.inspections(vault)[0].id
    return capture.add_record(vault, Kind.CASE_FILE_REVIEW, inspection, happened=NOW, answers=answers)


@pytest.fixture
def second(readers: Readers, tmp_path: Path) -> str:
    """Ben's second reading of Ann's review, both completed, both on Ann's laptop."""
    ann, ben = readers
    first = first_reading(ann)
    streams.say_completed(ann, first, True, happened=NOW)
    carry(ann, ben, tmp_path)
    made = second_reading.begin(ben, first, happened=NOW)
    capture.answer(ben, made, SECOND, happened=NOW)
    streams.say_completed(ben, made, True, happened=NOW)
    carry(ben, ann, tmp_path)
    return made


def test_a_second_reading_takes_over_the_number_and_nothing_more(readers: Readers, tmp_path: Path) -> None:
    ann, ben = readers
    first = first_reading(ann)
    carry(ann, ben, tmp_path)
    made = second_reading.begin(ben, first, happened=NOW)
    assert reading.answers(ben, made) == {NUMBER: "B-12", READER: "second"}
    assert [(pair.first, pair.second, pair.number) for pair in second_reading.pairs(ben)] == [
        (first, made, "B-12")
    ]


def test_nobody_reads_their_own_twice_nor_a_file_three_times(readers: Readers, tmp_path: Path) -> None:
    ann, ben = readers
    first = first_reading(ann)
    with pytest.raises(BadInput, match="cannot be read a second time"):
        second_reading.begin(ann, first, happened=NOW)
    carry(ann, ben, tmp_path)
    second_reading.begin(ben, first, happened=NOW)
    with pytest.raises(BadInput, match="cannot be read a second time"):
        second_reading.begin(ben, first, happened=NOW)


def test_the_second_reader_is_blind_until_both_are_completed(readers: Readers, tmp_path: Path) -> None:
    ann, ben = readers
    first = first_reading(ann)
    streams.say_completed(ann, first, True, happened=NOW)
    carry(ann, ben, tmp_path)
    made = second_reading.begin(ben, first, happened=NOW)
    view = ben.record(first)
    assert view is not None
    assert second_reading.is_hidden(ben, view)
    with pytest.raises(BadInput, match="when both readers have completed"):
        second_reading.compare(ben, made)
    streams.say_completed(ben, made, True, happened=NOW)
    assert not second_reading.is_hidden(ben, view)


def test_agreement_is_of_what_both_answered_and_leaves_out_free_text(readers: Readers, second: str) -> None:
    found = second_reading.compare(readers[0], second)
    assert (found.first_reader, found.second_reader) == ("ann", "ben")
    assert (found.agreed, found.both, found.percent) == (3, 4, 75)  # several choices agree in any order
    ((path, question, one, two, settled),) = found.differences
    assert (path, one, two, settled) == (HISTORY, "Yes", "Not recorded", False)
    assert question


def test_what_stands_is_a_correction_and_agreement_stays_what_it_was(readers: Readers, second: str) -> None:
    ann = readers[0]
    with pytest.raises(BadInput, match="Enter why this answer stands"):
        second_reading.keep(ann, second, HISTORY, second=True, reason=" ", happened=NOW)
    second_reading.keep(ann, second, HISTORY, second=True, reason="No log on file", happened=NOW)
    found = second_reading.compare(ann, second)
    assert found.percent == 75
    assert [(one.first, one.second, one.settled) for one in found.differences] == [
        ("Yes", "Not recorded", True)
    ]
    pair = second_reading.pairs(ann)[0]
    assert reading.answers(ann, pair.first)[HISTORY] == "not_recorded"
    assert ann.history(pair.first, HISTORY)[-1].reason == "No log on file"
    second_reading.keep(ann, second, HISTORY, second=False, reason="Found on page 9", happened=NOW)
    assert reading.answers(ann, pair.first)[HISTORY] == "yes"


def test_nothing_to_compare_has_no_percentage(readers: Readers, tmp_path: Path) -> None:
    ann, ben = readers
    first = first_reading(ann, {NUMBER: "B-13"})
    streams.say_completed(ann, first, True, happened=NOW)
    carry(ann, ben, tmp_path)
    made = second_reading.begin(ben, first, happened=NOW)
    streams.say_completed(ben, made, True, happened=NOW)
    assert second_reading.compare(ben, made).percent is None
