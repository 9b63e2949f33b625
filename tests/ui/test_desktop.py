"""The desktop on a real vault: what a person does, and what goes wrong."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture
from fieldinspect.store.vault import StoredVault
from fieldinspect.ui.shell.commands import best
from tests.team import NOW
from tests.ui.desktop import PASSPHRASE, Desktop


def test_a_wrong_passphrase_is_kept_selected_and_explained(
    qapp: QApplication, tmp_path: Path, visit: str
) -> None:
    desktop = Desktop(qapp, tmp_path)
    try:
        desktop.type("Passphrase", "wrong one")
        desktop.press("Unlock")
        field = desktop.by_name("Passphrase", QLineEdit)
        assert field.selectedText() or field.text() == "wrong one"
        assert "Error: The passphrase does not open this vault" in desktop.words()
        assert desktop.start.window.windowTitle() == "Field Inspect (locked)"
    finally:
        desktop.close()


def test_a_vault_open_elsewhere_is_said_so(qapp: QApplication, tmp_path: Path, desktop: Desktop) -> None:
    other = Desktop(qapp, tmp_path)
    try:
        other.type("Passphrase", PASSPHRASE)
        other.press("Unlock")
        assert "open in another window" in other.words()
    finally:
        other.close()


def test_what_was_typed_is_there_after_a_crash(qapp: QApplication, desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "/said The queue went back")
    desktop.pause(0.5)
    desktop.settle()
    desktop.restart()  # nobody locked, nobody left the field
    desktop.unlock()
    assert "Unfinished work" in "\n".join(desktop.rows("Visits"))
    desktop.go("visit", visit)
    assert desktop.visit_view.composer.box.toPlainText() == "/said The queue went back"
    assert "Unfinished work from" in desktop.words()


def test_another_part_of_the_visit_leaves_room_for_the_next_note(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "/said The queue went back")
    desktop.by_name("Timeline").setFocus()
    desktop.settle()
    assert desktop.visit_view.composer.box.toPlainText() == ""
    assert sum("The queue went back" in row for row in desktop.rows("Timeline")) == 1
    desktop.type("New note", "Eleven days")
    desktop.go("today")
    desktop.go("visit", visit)
    assert desktop.visit_view.composer.box.toPlainText() == ""
    assert sum("Eleven days" in row for row in desktop.rows("Timeline")) == 1


def test_no_timer_outlives_the_desk(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "Half a no")
    desk = desktop.desk
    desktop.start.drop_desk()
    assert not [timer for timer in desk.findChildren(QTimer) if timer.isActive()]


def test_locking_keeps_half_a_note_and_shows_nothing(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "Half a no")
    desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.again == 1)
    assert "Example Road" not in desktop.words()
    assert desktop.start.window.windowTitle() == "Field Inspect (locked)"
    desktop.restart()
    desktop.unlock()
    desktop.wait(lambda: desktop.visit_view.composer.box.toPlainText() == "Half a no")
    assert not any("Half a no" in row for row in desktop.rows("Timeline"))  # in one place at a time


def test_idle_minutes_lock(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    later = desktop.desk.idle._seconds() + 301
    desktop.desk.idle._seconds = lambda: later
    desktop.desk.idle._look()
    desktop.wait(lambda: desktop.again == 1)
    assert desktop.start.desk is None


def test_going_to_sleep_writes_down_and_locks(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "Half a no")
    desktop.desk.session.sleep(False)  # waking up locks nothing
    desktop.settle()
    assert desktop.again == 0
    desktop.desk.session.sleep(True)
    desktop.wait(lambda: desktop.again == 1)
    desktop.restart()
    desktop.unlock()
    desktop.wait(lambda: desktop.visit_view.composer.box.toPlainText() == "Half a no")


def test_a_locked_session_locks_the_vault(desktop: Desktop) -> None:
    desktop.desk.session.session_locked()
    desktop.wait(lambda: desktop.again == 1)
    assert desktop.start.desk is None


def test_a_full_disk_keeps_the_text_and_says_so(
    desktop: Desktop, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_a: object, **_k: object) -> None:
        raise WorldFailed("There is no space left on this laptop. Free some space")

    desktop.go("visit", visit)
    with monkeypatch.context() as patch:
        patch.setattr(StoredVault, "write", full)
        patch.setattr(StoredVault, "save_draft", full)
        desktop.type("New note", "The queue")
        desktop.key("Ctrl+Return")
        assert desktop.visit_view.composer.box.toPlainText() == "The queue"
        assert any(name.startswith("Not saved: There is no space left") for name in desktop.names())
        desktop.start.window.closing.emit()
        desktop.settle()
        assert "Something is not saved" in desktop.words()
    desktop.key("Ctrl+Return")
    assert any("The queue" in row for row in desktop.rows("Timeline"))
    assert any(name.startswith("Saved ") for name in desktop.names())


def test_up_corrects_the_last_note_and_its_versions_are_shown(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "The queque")
    desktop.key("Ctrl+Return")
    QTest.keyClick(desktop.visit_view.composer.box, Qt.Key.Key_Up)
    desktop.settle()
    assert "Correcting the note of" in desktop.words()
    desktop.visit_view.composer.box.clear()
    desktop.type("New note", "The queue")
    desktop.key("Ctrl+Return")
    assert any("Changed since" in row and "The queue" in row for row in desktop.rows("Timeline"))
    desktop.choose("Timeline")
    desktop.key("Ctrl+H")
    assert "The queque" in desktop.words()
    assert "Slip of the keys" in desktop.words()


def test_a_note_can_be_withdrawn_with_a_reason(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "Wrong station")
    desktop.key("Ctrl+Return")
    desktop.choose("Timeline")
    desktop.press("Withdraw")
    assert "Enter why this is withdrawn" in desktop.words()
    desktop.type("Why is it withdrawn?", "Belongs to another visit")
    desktop.press("Withdraw")
    assert any("Withdrawn" in row for row in desktop.rows("Timeline"))


def test_a_contact_is_added_answered_and_read_back(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.press("Add a contact")
    assert any("Contact C1" in row for row in desktop.rows("Timeline"))
    desktop.press("Sergeant")
    desktop.restart()
    desktop.unlock()
    desktop.go("visit", visit)
    desktop.choose("Timeline")
    assert desktop.by_name("Sergeant").isChecked()  # type: ignore[attr-defined]


def test_a_section_is_checked_when_it_is_called_completed_and_not_before(
    desktop: Desktop, visit: str
) -> None:
    desktop.go("visit", visit)
    desktop.press("Add a contact")
    assert "Error:" not in desktop.words()
    desktop.press("Yes, completed")
    assert "There is a problem" in desktop.words()
    assert "Error:" in desktop.words()
    assert QApplication.focusWidget().accessibleName() == "There is a problem"


def test_a_time_that_cannot_be_read_is_kept_and_said_on_leaving(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("Time at the door", "half nine")
    assert "Error:" not in desktop.words()
    QApplication.focusWidget().focusNextChild()
    desktop.settle()
    field = desktop.by_name("Time at the door", QLineEdit)
    assert field.text() == "half nine"
    assert "Error:" in desktop.words()
    field.clear()
    desktop.type("Time at the door", "2130")
    QApplication.focusWidget().focusNextChild()
    desktop.settle()
    assert field.text() == "21:30"
    assert "Error:" not in desktop.words()


def test_files_are_attached_and_listed(
    desktop: Desktop, visit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poster = tmp_path / "poster.txt"
    poster.write_text("Helpline", encoding="utf-8")
    monkeypatch.setattr(
        "fieldinspect.ui.screens.visit.view.ask_files", lambda *_a: [poster, tmp_path / "gone.txt"]
    )
    desktop.go("visit", visit)
    desktop.press("Attach files")
    assert any("poster.txt" in row for row in desktop.rows("Timeline"))
    assert "gone.txt" not in "".join(desktop.rows("Timeline"))
    assert desktop.desk.notice.words


def test_words_are_found_and_lead_to_the_visit(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "Posters in four languages")
    desktop.key("Ctrl+Return")
    desktop.key("Ctrl+Shift+F")
    desktop.type("Words to find", "languages")
    desktop.wait(lambda: "Found: 1" in desktop.words())
    desktop.choose("Found")
    assert desktop.desk.place.screen == "visit"


def test_the_palette_runs_a_command_and_gives_the_focus_back(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.visit_view.composer.box.setFocus()
    desktop.key("Ctrl+K")
    desktop.key("Esc")
    assert QApplication.focusWidget() is desktop.visit_view.composer.box
    desktop.key("Ctrl+K")
    desktop.type("Command", "dark")
    desktop.key("Return")
    assert desktop.desk.choices.theme == "dark"


def test_every_command_is_in_the_palette_and_every_key_is_bound_once(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    commands = list(desktop.desk.commands())
    keys = [command.keys for command in commands if command.keys]
    assert sorted(keys) == sorted(set(keys))
    assert not any("Ctrl+Alt" in one for one in keys)
    for command in commands:
        assert command.name in [found.name for found in best(commands, command.name, [])]


def test_f6_goes_round_the_panes(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.visit_view.composer.box.setFocus()
    seen = []
    for _step in range(5):
        desktop.key("F6")
        seen.append(QApplication.focusWidget())
    assert len({id(one) for one in seen}) == 5
    assert desktop.visit_view.composer.box in seen


def test_the_interview_has_a_screen_of_its_own(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.key("Ctrl+Shift+I")
    assert desktop.desk.place.screen == "interview"
    assert "Officer interview" in desktop.words()
    desktop.press("Back to the visit")
    assert any("Officer interview" in row for row in desktop.rows("Timeline"))


def test_the_summary_is_shown_and_one_copy_saved(
    desktop: Desktop, visit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "out.pdf"
    monkeypatch.setattr("fieldinspect.ui.screens.preview.view.ask_where_to_save", lambda *_a: where)
    desktop.go("preview", visit)
    desktop.wait(lambda: "Next copy: 1" in desktop.words())
    assert any(name.startswith("Page 1 of ") for name in desktop.names())
    assert not where.exists()
    desktop.press("Save PDF")
    desktop.wait(lambda: "Copy 1 is saved and logged" in desktop.words())
    assert where.read_bytes().startswith(b"%PDF")


def test_closing_the_window_saves_first(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "Last words")
    desktop.start.window.close()
    desktop.wait(lambda: not desktop.start.window.isVisible())
    desktop.restart()
    desktop.unlock()
    desktop.wait(lambda: desktop.visit_view.composer.box.toPlainText() == "Last words")


def test_narrow_windows_show_one_pane_and_a_menu(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.start.window.resize(1366, 728)
    desktop.settle()
    assert not desktop.visit_view.panes.narrow
    desktop.start.window.resize(1000, 728)
    desktop.settle()
    assert desktop.visit_view.panes.narrow
    assert "Menu" not in desktop.names()
    desktop.start.window.resize(800, 600)
    desktop.settle()
    assert "Menu" in desktop.names()
    assert not desktop.desk.navigation.isVisible()
    desktop.press("Menu")
    assert desktop.desk.navigation.isVisible()


def test_a_change_elsewhere_does_not_touch_the_note_being_typed(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "Still typing")
    background = desktop.start.background
    assert background is not None
    background.on_vault(
        lambda vault: capture.add_record(vault, Kind.OBSERVATION, visit, happened=NOW), lambda _record: None
    )
    desktop.settle()
    assert any("Observation" in row for row in desktop.rows("Timeline"))
    assert desktop.visit_view.composer.box.toPlainText() == "Still typing"
