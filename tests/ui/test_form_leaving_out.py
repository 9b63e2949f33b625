"""What a record will leave out is listed before it is completed, and rows removed elsewhere can be brought back."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, instruments, reading
from fieldinspect.store.vault import StoredVault
from tests.team import NOW
from tests.ui.desktop import Desktop
from tests.ui.form_desktop import Opened, ask, contact_form, items
from tests.ui.test_form_rows import FORM as ROWS
from tests.ui.test_streams import on_vault

FORM = contact_form(
    "<a/><b/>",
    '<bind nodeset="/contact/b" type="string" relevant="/contact/a = \'yes\'"/>',
    ask("a", "select1", items("yes", "no")) + ask("b"),
)
LISTED = "Does not count any more: B. Your answer was: said before"


def no_longer_asked(vault: StoredVault, _inspection: str, record: str) -> None:
    capture.answer(vault, record, {"/contact/a": "no", "/contact/b": "said before"}, happened=NOW)


@pytest.fixture
def opened(opened_form: Callable[..., Opened]) -> Opened:
    return opened_form(FORM, no_longer_asked)


def focused() -> str:
    widget = QApplication.focusWidget()
    return widget.accessibleName() if widget is not None else ""


def test_a_section_is_completed_once_the_person_has_seen_what_it_leaves_out(opened: Opened) -> None:
    desktop = opened.desktop
    desktop.press("Yes, completed")
    assert LISTED in desktop.words()
    assert focused() == "Complete without them"
    assert opened.field("completed:#1") is None
    desktop.press("Complete without them")
    assert opened.field("completed:#1") == "true"
    assert LISTED not in desktop.words()
    assert focused() == "Yes, completed"
    assert opened.field("/contact/b") == "said before"


def test_a_person_can_go_back_to_what_would_be_left_out(opened: Opened) -> None:
    desktop = opened.desktop
    desktop.press("Yes, completed")
    desktop.press("Do not complete it yet")
    assert focused() == "Yes, completed"
    assert opened.field("completed:#1") is None
    capture_again = {"/contact/b": "said since"}
    opened.read(
        lambda vault: capture.answer(vault, opened.record, capture_again, happened=NOW, initiator="elsewhere")
    )
    desktop.settle()
    desktop.press("Yes, completed")
    assert "Your answer was: said since" in desktop.words()


def test_what_was_seen_is_not_listed_again(opened: Opened) -> None:
    desktop = opened.desktop
    desktop.press("Yes, completed")
    desktop.press("Complete without them")
    desktop.press("Yes, completed")
    assert LISTED not in desktop.words()


def a_row_removed(vault: StoredVault, _inspection: str, record: str) -> None:
    """Remove a row, and answer in it as a laptop does that does not know of it."""
    row = "/contact/person[one]"
    capture.answer(vault, record, {row: "000001", f"{row}/role": "Sergeant"}, happened=NOW)
    capture.answer(vault, record, {row: None}, happened=NOW)


@pytest.fixture
def lost(opened_form: Callable[..., Opened]) -> Opened:
    return opened_form(ROWS, a_row_removed)


TOLD = "Role. The answer was: Sergeant"


def test_answers_in_a_row_removed_elsewhere_are_told_and_the_row_comes_back(lost: Opened) -> None:
    desktop = lost.desktop
    assert "Somebody answered in a row that was removed elsewhere." in desktop.words()
    assert TOLD in desktop.words()
    desktop.press("Bring the row back")
    assert TOLD not in desktop.words()
    assert desktop.rows("Person") == ["1. Person. Sergeant. Open"]
    assert focused() == "Role"
    assert lost.field("/contact/person[one]") == "000001"


def test_a_row_left_removed_is_told_no_more(lost: Opened) -> None:
    desktop = lost.desktop
    desktop.press("Leave it removed")
    assert TOLD not in desktop.words()
    desktop.restart()
    desktop.unlock()
    desktop.go("visit", lost.read(lambda vault: vault.of_kind(Kind.VISIT)[0].id))
    desktop.choose("Timeline")
    desktop.settle()
    assert "Name (optional)" in desktop.words()
    assert TOLD not in desktop.words()


def test_whoever_removes_a_row_themselves_is_not_told_of_it(opened_form: Callable[..., Opened]) -> None:
    opened = opened_form(ROWS)
    desktop = opened.desktop
    desktop.press("Next section")
    desktop.press("Add another: Person")
    desktop.type("Role", "Sergeant")
    typed_in = QApplication.focusWidget()
    assert typed_in is not None
    typed_in.focusNextChild()
    desktop.settle()
    desktop.press("Remove: 1. Person")
    desktop.press("Remove it: 1. Person")
    opened.read(
        lambda vault: capture.answer(
            vault, opened.record, {"/contact/name": "Amal"}, happened=NOW, initiator="elsewhere"
        )
    )
    desktop.settle()
    assert "Removed: 1. Person" in desktop.words()
    assert "removed elsewhere" not in desktop.words()


def test_a_whole_record_is_completed_once_the_person_has_seen_what_it_leaves_out(desktop: Desktop) -> None:
    def furnish(vault: StoredVault) -> str:
        inspection = reading.inspections(vault)[0].id
        form = FORM.replace(b"/contact/", b"/victim_interview/").replace(
            b'<contact id="contact"', b'<victim_interview id="victim_interview"'
        )
        form = form.replace(b"</contact>", b"</victim_interview>")
        instruments.publish_forms(vault, inspection, {"victim_interview": form}, now=NOW)
        answers = {"/victim_interview/a": "no", "/victim_interview/b": "said before"}
        return capture.add_record(vault, Kind.VICTIM_INTERVIEW, inspection, happened=NOW, answers=answers)

    record = on_vault(desktop, furnish)  # type: ignore[arg-type]  # the vault of tests is the stored one
    desktop.go("record", record)
    desktop.press("All of it is completed")
    assert LISTED in desktop.words()
    assert "All of it is completed" in desktop.names()
    desktop.press("Complete without them")
    assert LISTED not in desktop.words()
    assert "Not completed yet" in desktop.names()
