"""Two readings of one file on the desktop: blind, then side by side."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Policy
from fieldinspect.services import capture, programme, second_reading, streams
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from tests.team import NOW, carry
from tests.ui.desktop import PASSPHRASE, Desktop

HISTORY = "/case_file_review/first_response/history_known"
MONTH = "/case_file_review/case/month"
ARRESTED = "/case_file_review/action/arrested"


@pytest.fixture
def second(tmp_path: Path) -> str:
    """Ann's vault with her review of a file and Ben's second reading, which she has not completed hers for."""
    ann = Door(tmp_path / "vaults", FLOOR_COST).create("Ann's laptop", "Ann", PASSPHRASE)
    ben = Door(tmp_path / "ben", FLOOR_COST).create("Ben's laptop", "Ben", PASSPHRASE)
    try:
        policy = Policy(envelope="x25519")
        inspection = programme.found_inspection(
            ann, "Winter inspection", now=NOW, forms=shipped_forms(), policy=policy
        )
        programme.admit(ann, programme.enrolment_request(ben), ["inspector"], now=NOW)
        programme.join(ben, ann.roster_bytes(), programme.fingerprint(ann.roster_bytes()))
        answers = {
            "/case_file_review/sample/review_number": "B-12",
            HISTORY: "yes",
            ARRESTED: "yes",
            MONTH: "2026-01",
        }
        first = capture.add_record(ann, Kind.CASE_FILE_REVIEW, inspection, happened=NOW, answers=answers)
        carry(ann, ben, tmp_path)
        made = second_reading.begin(ben, first, happened=NOW)
        capture.answer(ben, made, {HISTORY: "not_recorded", ARRESTED: "yes", MONTH: "January"}, happened=NOW)
        streams.say_completed(ben, made, True, happened=NOW)
        carry(ben, ann, tmp_path)
        return made
    finally:
        ann.close()
        ben.close()


@pytest.fixture
def reader(qapp: QApplication, tmp_path: Path, second: str) -> Iterator[Desktop]:
    running = Desktop(qapp, tmp_path)
    running.unlock()
    yield running
    running.close()


def test_the_other_reading_is_not_shown_until_both_are_completed(reader: Desktop, second: str) -> None:
    reader.go("record", second)
    assert "You will see this reading when both of you have completed yours" in reader.words()
    assert "Not recorded" not in reader.names()
    reader.go("records")
    assert reader.rows("Read twice") == ["B-12. Ann and Ben. Not completed by both yet"]
    reader.choose("Read twice")
    assert reader.desk.place.record != second  # her own
    assert "All of it is completed" in reader.names()


def test_differences_are_settled_with_a_reason(reader: Desktop) -> None:
    reader.go("records")
    reader.choose("Read twice")
    reader.press("All of it is completed")
    reader.press("Back to the records")
    assert reader.rows("Read twice") == ["B-12. Ann and Ben. See the differences"]
    reader.choose("Read twice")
    assert reader.desk.place.screen == "differences"
    assert "Agreement: 50%" in reader.words()
    rows = reader.rows("Questions answered differently")
    place = next(place for place, row in enumerate(rows) if "Not recorded" in row)
    reader.choose("Questions answered differently", place)
    assert "Ann answered: Yes" in reader.words()
    assert "Ben answered: Not recorded" in reader.words()
    reader.press("Keep the second answer")
    assert "Enter why this answer stands" in reader.words()
    reader.type("Why does this answer stand?", "No log on file")
    reader.press("Keep the second answer")
    rows = reader.rows("Questions answered differently")
    assert [row for row in rows if row.endswith("Yes / Not recorded. Settled")]
    assert "Agreement: 50%" in reader.words()


def test_words_are_shown_side_by_side_and_count_when_asked(reader: Desktop, second: str) -> None:
    compare_now(reader, second)
    rows = reader.rows("Questions answered differently")
    assert [row for row in rows if row.endswith("2026-01 / January. Differs in wording")]
    assert "The same answer to 1 of 2 questions" in reader.words()
    reader.press("Count free text too")
    assert "The same answer to 1 of 3 questions" in reader.words()


def test_agreement_on_each_question_is_told_with_n(reader: Desktop, second: str) -> None:
    compare_now(reader, second)
    reader.press("Agreement on each question, over all files")
    first, *_rest, last = reader.rows("Agreement on each question")
    assert first.endswith("Cohen’s kappa 0.00 · Krippendorff’s alpha 0.00. 0%: 0 of 1 answers")
    assert last.endswith("No coefficient: too few files, or always the same answer. 100%: 1 of 1 answers")


def test_who_may_not_settle_sees_both_and_is_told_who_does(
    reader: Desktop, second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_reading, "may_settle", lambda _vault: False)
    compare_now(reader, second)
    assert "Only a team lead settles a difference" in reader.words()
    assert "Keep the second answer" not in reader.names()


def compare_now(reader: Desktop, second: str) -> None:
    """Complete Ann's reading, and open the differences."""
    reader.go("records")
    reader.choose("Read twice")
    reader.press("All of it is completed")
    reader.go("differences", second)
