"""A case file read twice: who may, who sees what, how far they agree, and what stands."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Policy
from fieldinspect.services import (
    capture,
    conflicts,
    exporting,
    finding,
    programme,
    reading,
    review,
    second_reading,
    streams,
    writing,
)
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.blindness import SECOND_OF
from fieldinspect.services.comparing import What
from fieldinspect.services.instruments import publish_forms, shipped_forms
from fieldinspect.store.vault import StoredVault
from tests.team import NOW, carry

Readers = tuple[StoredVault, StoredVault]
NUMBER = "/case_file_review/sample/review_number"
READER = "/case_file_review/sample/reader"
HISTORY = "/case_file_review/first_response/history_known"
ATTENDED = "/case_file_review/first_response/attended"
MINUTES = "/case_file_review/first_response/attendance_minutes"
REFERRALS = "/case_file_review/action/referrals"
MONTH = "/case_file_review/case/month"
REASONS = "/case_file_review/overall/overall_reasons"
FIRST = {
    NUMBER: "B-12", HISTORY: "yes", ATTENDED: "yes", MINUTES: "20", REFERRALS: "marac idva", REASONS: "Sound",
    MONTH: "2026-01",
}  # fmt: skip
SECOND = {
    HISTORY: "not_recorded",
    ATTENDED: "yes",
    MINUTES: "20",
    REFERRALS: "idva marac",
    REASONS: "Good",
    MONTH: "January",
}


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
    with pytest.raises(BadInput, match="You read this file first"):
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
    assert view.blind
    with pytest.raises(BadInput, match="when both readers have completed"):
        second_reading.compare(ben, made)
    streams.say_completed(ben, made, True, happened=NOW)
    view = ben.record(first)
    assert view is not None
    assert not view.blind


def test_agreement_is_of_what_both_answered_and_leaves_out_free_text(readers: Readers, second: str) -> None:
    found = second_reading.compare(readers[0], second)
    assert (found.first_reader, found.second_reader) == ("ann", "ben")
    assert (found.agreed, found.both, found.percent) == (3, 4, 75)  # several choices agree in any order
    wording, answer = found.differences
    assert answer[:2] == (What.ANSWER, HISTORY)
    assert answer[3:] == ("Yes", "Not recorded", False)
    assert answer.question
    assert wording[:2] == (What.WORDING, MONTH)
    assert wording[3:] == ("2026-01", "January", False)
    worded = second_reading.compare(readers[0], second, wording=True)
    assert (worded.agreed, worded.both, worded.percent) == (3, 5, 60)


def test_what_stands_is_a_correction_and_agreement_stays_what_it_was(readers: Readers, second: str) -> None:
    ann = readers[0]
    with pytest.raises(BadInput, match="Enter why this answer stands"):
        second_reading.keep(ann, second, HISTORY, second=True, reason=" ", happened=NOW)
    second_reading.keep(ann, second, HISTORY, second=True, reason="No log on file", happened=NOW)
    found = second_reading.compare(ann, second)
    assert found.percent == 75
    assert [(one.first, one.second, one.settled) for one in found.differences] == [
        ("2026-01", "January", False),
        ("Yes", "Not recorded", True),
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


def test_only_who_leads_settles_a_difference(readers: Readers, second: str, tmp_path: Path) -> None:
    ann, ben = readers
    carry(ann, ben, tmp_path)
    assert not second_reading.compare(ben, second).may_settle
    with pytest.raises(BadInput, match="Only a team lead settles a difference"):
        second_reading.keep(ben, second, HISTORY, second=True, reason="Mine is right", happened=NOW)
    with pytest.raises(BadInput, match="do not differ there"):
        second_reading.keep(ann, second, ATTENDED, second=True, reason="No log", happened=NOW)


def test_what_is_typed_after_seeing_the_other_reading_is_not_compared(readers: Readers, second: str) -> None:
    ann = readers[0]
    first = second_reading.pairs(ann)[0].first
    capture.answer(ann, first, {HISTORY: "not_recorded", ATTENDED: None}, happened=NOW)
    streams.say_completed(ann, first, False, happened=NOW)
    streams.say_completed(ann, first, True, happened=NOW)
    found = second_reading.compare(ann, second)
    assert (found.agreed, found.both) == (3, 4)


def test_who_withdrew_a_reading_reads_that_file_no_more(readers: Readers, tmp_path: Path) -> None:
    """They may have seen the other's since."""
    ann, ben = readers
    first = first_reading(ann)
    carry(ann, ben, tmp_path)
    made = second_reading.begin(ben, first, happened=NOW)
    capture.withdraw(ben, made, "Begun by mistake", happened=NOW)
    assert first not in second_reading.may_be_read_again(ben)
    with pytest.raises(BadInput, match="withdrawn your reading"):
        second_reading.begin(ben, first, happened=NOW)


@pytest.mark.parametrize("named_on", ["visit", "review"])
def test_a_conflict_of_interest_bars_the_second_reader(
    readers: Readers, tmp_path: Path, named_on: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = readers
    parent = reading.inspections(ann)[0].id
    fields = {"force": "gwent"} if named_on == "review" else {}
    if named_on == "visit":
        parent = capture.start_visit(ann, inspection=parent, station="Road", force="gwent", happened=NOW)
    answers = {NUMBER: "B-1"}
    first = capture.add_record(
        ann, Kind.CASE_FILE_REVIEW, parent, happened=NOW, fields=fields, answers=answers
    )
    carry(ann, ben, tmp_path)
    assert second_reading.may_be_read_again(ben) == {first}
    roster = ben.roster()
    assert roster is not None
    people = tuple(replace(person, conflicts=("gwent",)) for person in roster.people)
    monkeypatch.setattr(ben, "roster", lambda: replace(roster, people=people))
    assert second_reading.may_be_read_again(ben) == frozenset()
    with pytest.raises(BadInput, match="conflict of interest"):
        second_reading.begin(ben, first, happened=NOW)


def test_who_has_opened_a_review_does_not_read_that_file_a_second_time(
    readers: Readers, tmp_path: Path
) -> None:
    ann, ben = readers
    first = first_reading(ann)
    carry(ann, ben, tmp_path)
    assert second_reading.may_be_read_again(ben) == {first}
    ConsultationLog().opened(ben, [first], happened=NOW)
    assert second_reading.may_be_read_again(ben) == frozenset()
    with pytest.raises(BadInput, match="seen this review"):
        second_reading.begin(ben, first, happened=NOW)


def test_whose_search_met_words_of_a_review_or_below_it_does_not_read_that_file_a_second_time(
    readers: Readers, tmp_path: Path
) -> None:
    ann, ben = readers
    met, commented, other = (first_reading(ann, {REASONS: word}) for word in ("zebra", "Sound", "Other"))
    review.comment(ann, commented, "An okapi", happened=NOW)
    carry(ann, ben, tmp_path)
    log = ConsultationLog()
    for words, found in (("zebra", met), ("okapi", commented)):
        assert len(finding.find(ben, words, log, happened=NOW)) == 1
        assert found not in second_reading.may_be_read_again(ben)
        with pytest.raises(BadInput, match="seen this review"):
            second_reading.begin(ben, found, happened=NOW)
    assert finding.find(ben, "zebra", log, happened=NOW)  # logged once a session
    assert len(ben.of_kind(Kind.CONSULTATION)) == 1
    assert second_reading.may_be_read_again(ben) == {other}


def test_who_saw_what_a_review_is_in_conflict_about_does_not_read_that_file_a_second_time(
    readers: Readers, tmp_path: Path
) -> None:
    ann, ben = readers
    first = first_reading(ann)
    carry(ann, ben, tmp_path)
    capture.answer(ann, first, {REASONS: "Sound, on reflection"}, happened=NOW)
    capture.answer(ben, first, {REASONS: "Elsewhere"}, happened=NOW)
    carry(ann, ben, tmp_path)
    assert second_reading.may_be_read_again(ben) == {first}
    assert len(conflicts.listed(ben, ConsultationLog(), happened=NOW)) == 1
    assert second_reading.may_be_read_again(ben) == frozenset()


def test_who_exported_a_review_does_not_read_that_file_a_second_time(
    readers: Readers, tmp_path: Path
) -> None:
    ann, ben = readers
    first = first_reading(ann)
    carry(ann, ben, tmp_path)
    exporting.log_readings(ben, [Kind.CONTACT], ConsultationLog(), happened=NOW)
    assert second_reading.may_be_read_again(ben) == {first}
    exporting.log_readings(ben, [], ConsultationLog(), happened=NOW)
    assert second_reading.may_be_read_again(ben) == frozenset()


def test_two_readings_by_one_person_are_no_pair(readers: Readers) -> None:
    ann, _ben = readers
    first = first_reading(ann)
    inspection = reading.inspections(ann)[0].id
    writing.begin(ann, Kind.CASE_FILE_REVIEW, inspection, {SECOND_OF: first}, happened=NOW)
    assert second_reading.pairs(ann) == []


def test_agreement_by_question_is_over_all_files(readers: Readers, second: str) -> None:
    rates = {rate.path: rate for rate in second_reading.rates(readers[0])}
    assert next(iter(rates)) == HISTORY  # worst first
    assert (rates[HISTORY].agreement.n, rates[HISTORY].agreement.agreed) == (1, 0)
    assert rates[HISTORY].agreement.kappa == 0
    assert rates[ATTENDED].agreement.kappa is None  # always the same: chance alone agrees
    assert (rates[REFERRALS].agreement.percent, rates[REFERRALS].agreement.alpha) == (100, None)
    assert MONTH not in rates


ROWS = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
 <h:title>Review</h:title><model><instance><case_file_review id="case_file_review" version="r1">
 <sample><reader/><review_number/></sample><call><when/><outcome/></call></case_file_review></instance>
 <bind nodeset="/case_file_review/call/when" type="string"/></model></h:head><h:body>
 <group ref="/case_file_review/call"><label>Calls</label><repeat nodeset="/case_file_review/call">
 <input ref="/case_file_review/call/when"><label>When</label></input>
 <select1 ref="/case_file_review/call/outcome"><label>Outcome</label>
 <item><label>Attended</label><value>a</value></item><item><label>Closed</label><value>c</value></item></select1>
 </repeat></group></h:body></h:html>"""
CALL = "/case_file_review/call"


def calls(reader: str, *rows: tuple[str, str]) -> dict[str, str]:
    return {
        key: value
        for place, (when, outcome) in enumerate(rows)
        for row in [f"{CALL}[{reader}{place}]"]
        for key, value in ((row, f"{place + 1:06}"), (f"{row}/when", when), (f"{row}/outcome", outcome))
    }


def test_rows_are_matched_and_one_that_only_one_reader_has_is_settled_as_a_whole(
    readers: Readers, tmp_path: Path
) -> None:
    ann, ben = readers
    inspection = reading.inspections(ann)[0].id
    publish_forms(ann, inspection, {"case_file_review": ROWS}, now=NOW)
    first = first_reading(ann, calls("x", ("Monday", "a"), ("Tuesday", "c")))
    streams.say_completed(ann, first, True, happened=NOW)
    carry(ann, ben, tmp_path)
    made = second_reading.begin(ben, first, happened=NOW)
    theirs = calls("y", ("Tuesday", "c"), ("Monday", "c"), ("Friday", "a"))
    capture.answer(ben, made, theirs, happened=NOW)
    streams.say_completed(ben, made, True, happened=NOW)
    carry(ben, ann, tmp_path)
    found = second_reading.compare(ann, made)
    assert (found.agreed, found.both, found.rows) == (1, 2, 1)
    told = [(one.what, one.path, one.first, one.second) for one in found.differences]
    assert told == [
        (What.ROW, f"{CALL}[y2]", "No such row", "Friday"),
        (What.ANSWER, f"{CALL}[x0]/outcome", "Attended", "Closed"),
    ]
    second_reading.keep(ann, made, f"{CALL}[y2]", second=True, reason="On page 3", happened=NOW)
    second_reading.keep(ann, made, f"{CALL}[x0]/outcome", second=True, reason="The log", happened=NOW)
    stands = reading.answers(ann, first)
    assert (stands[f"{CALL}[y2]/when"], stands[f"{CALL}[x0]/outcome"]) == ("Friday", "c")
    assert all(one.settled for one in second_reading.compare(ann, made).differences)
    second_reading.keep(ann, made, f"{CALL}[y2]", second=False, reason="A misreading", happened=NOW)
    assert f"{CALL}[y2]" not in reading.answers(ann, first)
    assert second_reading.compare(ann, made).percent == 50
