"""Returning a record on screen: by whom, with what, undone, and what comes back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Policy
from fieldinspect.services import capture, programme, review
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.team import NOW, carry
from tests.ui.desktop import PASSPHRASE, Desktop

HISTORY = "/case_file_review/first_response/history_known"
MONTH = "/case_file_review/case/month"


@pytest.fixture
def record(tmp_path: Path) -> str:
    """A review by Ben on the vault of Ann, who leads."""
    ann = Door(tmp_path / "vaults", FLOOR_COST).create("Ann's laptop", "Ann", PASSPHRASE)
    ben = Door(tmp_path / "ben", FLOOR_COST).create("Ben's laptop", "Ben", PASSPHRASE)
    policy = Policy(envelope="x25519")
    inspection = programme.found_inspection(
        ann, "Winter inspection", now=NOW, forms=shipped_forms(), policy=policy
    )
    programme.admit(ann, programme.enrolment_request(ben), ["inspector"], now=NOW)
    programme.join(ben, ann.roster_bytes(), programme.fingerprint(ann.roster_bytes()))
    carry(ann, ben, tmp_path)
    made = capture.add_record(ben, Kind.CASE_FILE_REVIEW, inspection, happened=NOW, answers={MONTH: "Jan"})
    carry(ben, ann, tmp_path)
    ann.close()
    ben.close()
    return made


@pytest.fixture
def lead(qapp: QApplication, tmp_path: Path, record: str) -> Iterator[Desktop]:
    running = Desktop(qapp, tmp_path)
    running.unlock()
    running.go("record", record)
    yield running
    running.close()


def on_vault(desktop: Desktop, work: Callable[[StoredVault], object]) -> None:
    assert desktop.start.background is not None
    desktop.start.background.on_vault(work, lambda _done: None)  # type: ignore[arg-type]  # the stored one
    desktop.settle()


def test_a_lead_returns_a_record_by_keys_with_comments_and_takes_it_back(lead: Desktop, record: str) -> None:
    lead.press("Comment on this record")
    lead.type("Comment on: this record", "Please look again")
    lead.press("Add comment")
    assert "Comments on this record" in lead.words()
    assert "Please look again" in lead.words()  # and it is not returned
    lead.key("Ctrl+Shift+R")
    lead.press("Return it")
    assert "Enter why this is returned" in lead.words()
    lead.type("Why is it returned?", "Month unclear")
    lead.press("Return it")
    assert "This record was returned to its author." in lead.words()
    assert "Hand in again" not in lead.names()  # that is its author's
    lead.key("Ctrl+Shift+R")
    assert "This was returned already: Month unclear" in lead.desk.notice.words
    lead.go("records")
    assert lead.rows("Returned") == ["Case-file review. Ben · Month unclear. With its author"]
    lead.choose("Returned")
    lead.press("Take the return back")
    assert "This record was returned to its author." not in lead.words()
    assert "Return to its author" in lead.names()


def test_what_the_author_changed_is_told_until_it_was_seen(
    lead: Desktop, record: str, tmp_path: Path
) -> None:
    on_vault(lead, lambda vault: review.return_to_author(vault, record, "Month unclear", happened=NOW))
    lead.close()
    answer_as_ben(tmp_path, record)
    lead.start = lead._begin()
    lead.unlock()
    lead.go("records")
    assert lead.rows("Returned") == ["Case-file review. Ben · Month unclear. Answered: see what changed"]
    lead.choose("Returned")
    assert "The author has answered your return" in lead.words()
    assert "Before: Jan. Now: 2026-01" in lead.words()
    lead.press("I have seen it")
    assert "The author has answered your return" not in lead.words()


def answer_as_ben(folder: Path, record: str) -> None:
    ann = open_vault(folder / "vaults")
    ben = open_vault(folder / "ben")
    try:
        carry(ann, ben, folder)
        capture.answer(ben, record, {MONTH: "2026-01"}, happened=NOW)
        review.hand_in_again(ben, record, happened=NOW)
        carry(ben, ann, folder)
    finally:
        ann.close()
        ben.close()


def open_vault(folder: Path) -> StoredVault:
    door = Door(folder, FLOOR_COST)
    return door.open(door.known()[0], PASSPHRASE)


def test_nobody_returns_their_own(desktop: Desktop) -> None:
    desktop.go("records")
    desktop.press("Begin: Case-file review")
    assert "Return to its author" not in desktop.names()
    desktop.key("Ctrl+Shift+R")
    assert "nobody their own" in desktop.desk.notice.words
