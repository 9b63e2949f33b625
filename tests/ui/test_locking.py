"""Locking the real desktop: nothing lost, nothing readable, and back to where the person was."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit, QWidget

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.files import DiskFull
from fieldinspect.services import capture, reading
from fieldinspect.store.vault import StoredVault
from fieldinspect.ui.shell import desk as desk_module
from fieldinspect.ui.shell.spot import Spot, read
from tests.team import NOW
from tests.ui.desktop import Desktop
from tests.ui.form_desktop import Opened, ask, contact_form

TWO_SECTIONS = contact_form(
    "<a><name/><told/></a><b><more/></b>",
    "",
    "".join(
        f'<group ref="/contact/{group}"><label>Section {group}</label>{asked}</group>'
        for group, asked in (
            ("a", ask("a/name") + ask("a/told", appearance="multiline")),
            ("b", ask("b/more", appearance="multiline")),
        )
    ),
)


def lock_and_return(desktop: Desktop) -> None:
    before = desktop.again
    desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.again == before + 1)
    desktop.restart()
    desktop.unlock()


def in_hand() -> QWidget | None:
    return QApplication.focusWidget()


def test_half_a_note_is_in_the_composer_again_with_its_cursor(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", '/said "Half a no')
    box = desktop.visit_view.composer.box
    for _step in range(3):
        QTest.keyClick(box, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    lock_and_return(desktop)
    box = desktop.visit_view.composer.box
    desktop.wait(lambda: box.textCursor().selectedText() == " no")
    assert (box.textCursor().position(), box.textCursor().anchor()) == (13, 16)
    assert in_hand() is box
    assert desktop.rows("Timeline") == []
    desktop.type("New note", "w")
    desktop.key("Ctrl+Return")
    (row,) = desktop.rows("Timeline")
    assert "Half aw" in row


def test_a_correction_and_its_reason_come_back(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "The queque")
    desktop.key("Ctrl+Return")
    QTest.keyClick(desktop.visit_view.composer.box, Qt.Key.Key_Up)
    desktop.settle()
    desktop.type("New note", "s")
    reason = desktop.by_name("Why are you correcting it?", QLineEdit)
    reason.setText("Misheard, says")
    reason.setFocus()
    reason.setCursorPosition(4)
    lock_and_return(desktop)
    desktop.wait(lambda: isinstance(in_hand(), QLineEdit))
    reason = desktop.by_name("Why are you correcting it?", QLineEdit)
    assert (in_hand(), reason.text(), reason.cursorPosition()) == (reason, "Misheard, says", 4)
    assert desktop.visit_view.composer.box.toPlainText() == "The queques"


def test_an_answer_is_in_hand_again_in_its_section(opened_form: Callable[..., Opened]) -> None:
    opened = opened_form(TWO_SECTIONS)
    desktop = opened.desktop
    desktop.press("Next section")
    desktop.type("B/more", "Half an answer")
    box = desktop.by_name("B/more", QPlainTextEdit)
    for _step in range(6):
        QTest.keyClick(box, Qt.Key.Key_Left)
    lock_and_return(desktop)
    desktop.wait(lambda: isinstance(in_hand(), QPlainTextEdit) and in_hand() is not None)
    box = desktop.by_name("B/more", QPlainTextEdit)
    assert (in_hand(), box.toPlainText(), box.textCursor().position()) == (box, "Half an answer", 8)
    assert opened.field("/contact/b/more") == "Half an answer"


def test_a_comment_under_way_comes_back(opened_form: Callable[..., Opened]) -> None:
    desktop = opened_form(TWO_SECTIONS).desktop
    desktop.press("Comment: A/told (optional)")
    desktop.type("Comment on: A/told (optional)", "Ask ag")
    lock_and_return(desktop)
    desktop.wait(lambda: "Comment on: A/told (optional)" in desktop.names())
    box = desktop.by_name("Comment on: A/told (optional)", QPlainTextEdit)
    desktop.wait(lambda: in_hand() is box)
    assert (box.toPlainText(), box.textCursor().position()) == ("Ask ag", 6)


def test_a_half_filled_page_comes_back(desktop: Desktop) -> None:
    desktop.go("start_visit")
    desktop.type("Which station are you visiting?", "Exam")
    lock_and_return(desktop)
    assert desktop.desk.place.screen == "start_visit"
    line = desktop.by_name("Which station are you visiting?", QLineEdit)
    desktop.wait(lambda: in_hand() is line and line.text() == "Exam")
    assert line.cursorPosition() == 4


def test_a_long_timeline_is_scrolled_to_where_it_was(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    background = desktop.start.background
    assert background is not None

    def fill(vault: StoredVault) -> None:
        for number in range(30):
            capture.add_note(vault, visit, f"Note {number}", happened=NOW)

    background.on_vault(fill, lambda _n: None)  # type: ignore[arg-type]  # the stored vault
    desktop.wait(lambda: len(desktop.rows("Timeline")) == 30)
    bar = desktop.visit_view.timeline.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    scrolled = bar.value()
    assert scrolled
    lock_and_return(desktop)
    desktop.wait(lambda: desktop.visit_view.timeline.verticalScrollBar().value() == scrolled)


def test_whoever_begins_to_work_is_not_pulled_back(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "Half a no")
    desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.again == 1)
    desktop.restart()
    desktop.type("Passphrase", "orchid-lantern-gravel-teapot-bison")
    desktop.press("Unlock")
    desktop.wait(lambda: desktop.start.desk is not None)
    desktop.settle()
    desktop.key("Ctrl+1")
    desktop.pause(0.2)
    assert desktop.desk.place.screen == "today"


@pytest.mark.parametrize(
    ("written", "screen", "record"),
    [
        ("visit 0123", "visit", "0123"),  # as version 0 wrote it
        (Spot("visit", "0123", rows={"list": 3}).written(), "visit", "0123"),
        ('{"screen": 7}', "today", ""),
        ('{"screen": "visit", "new": 1}', "visit", ""),
        ("{", "today", ""),
        ("", "today", ""),
    ],
)
def test_a_spot_of_any_version_or_of_nonsense_is_read(written: str, screen: str, record: str) -> None:
    assert read(written).place == (screen, record)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    def refuse(*_a: object, **_k: object) -> None:
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(StoredVault, "write", refuse)
        patch.setattr(StoredVault, "save_draft", refuse)
        yield patch


def test_on_a_full_disk_the_text_is_covered_and_locked_once_it_is_saved(
    desktop: Desktop, visit: str, full: pytest.MonkeyPatch
) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "The queue")
    desktop.key("Ctrl+L")
    assert desktop.again == 0
    assert "Something you typed is not saved" in desktop.words()
    assert "Example Road" not in desktop.words()
    assert not desktop.desk.isVisible()
    desktop.press("Try again")
    assert desktop.again == 0
    full.undo()
    desktop.press("Try again")
    desktop.wait(lambda: desktop.again == 1)
    desktop.restart()
    desktop.unlock()
    desktop.wait(lambda: desktop.visit_view.composer.box.toPlainText() == "The queue")


def test_an_answer_refused_before_is_tried_at_the_lock(
    opened_form: Callable[..., Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_form(TWO_SECTIONS)
    desktop = opened.desktop

    def refuse(*_a: object, **_k: object) -> None:
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(StoredVault, "write", refuse)
        desktop.type("A/name", "Half")
        desktop.by_name("A/told").setFocus()
        desktop.settle()
    lock_and_return(desktop)
    assert opened.field("/contact/a/name") == "Half"


def test_the_person_may_lose_it_and_lock(desktop: Desktop, visit: str, full: pytest.MonkeyPatch) -> None:
    desktop.go("visit", visit)
    desktop.type("New note", "The queue")
    desktop.key("Ctrl+L")
    desktop.press("Lock all the same and lose what is not saved")
    desktop.wait(lambda: desktop.again == 1)


def test_a_place_that_cannot_be_kept_holds_up_no_lock(desktop: Desktop, full: pytest.MonkeyPatch) -> None:
    desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.again == 1)


def test_a_vault_that_cannot_be_tidied_at_closing_is_locked_all_the_same(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = StoredVault.close

    def refuse(vault: StoredVault) -> None:
        close(vault)
        raise DiskFull

    monkeypatch.setattr(StoredVault, "close", refuse)
    desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.again == 1)


def test_a_long_job_is_undone_and_what_was_typed_is_kept(
    desktop: Desktop, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldinspect.ui.shell.leaving.IDLE_GRACE_MS", 200)
    desktop.go("visit", visit)
    background = desktop.start.background
    assert background is not None
    ended: list[str] = []

    def endless(vault: object) -> None:
        while True:
            reading.visits(vault)  # type: ignore[arg-type]  # the stored vault

    background.on_vault(
        endless, lambda _n: ended.append("done"), lambda problem: ended.append(problem.sentence)
    )
    box = desktop.visit_view.composer.box
    QTest.keyClicks(box, "Meanwhile")
    desktop.desk.lock(200)
    desktop.wait(lambda: desktop.again == 1)
    assert [words.startswith("Stopped, because the vault was being locked") for words in ended] == [True]
    desktop.restart()
    desktop.unlock()
    desktop.wait(lambda: desktop.visit_view.composer.box.toPlainText() == "Meanwhile")


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen display has none
def test_a_dialog_in_front_is_closed(desktop: Desktop) -> None:
    dialog = QDialog(desktop.start.window)
    dialog.setModal(True)
    dialog.setVisible(True)
    assert dialog.isVisible()
    desktop.desk.lock()
    assert not dialog.isVisible()
    desktop.wait(lambda: desktop.again == 1)
    dialog.deleteLater()


def test_whoever_was_about_to_quit_gets_a_locked_window(desktop: Desktop) -> None:
    desktop.start.window.closing.emit()
    desktop.desk.lock()
    desktop.wait(lambda: desktop.again == 1)
    assert desktop.start.window.isVisible()


def test_a_vault_that_cannot_answer_locks_by_itself_too(
    qapp: QApplication, tmp_path: Path, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_vault: object) -> None:
        raise WorldFailed("The disk does not answer")

    monkeypatch.setattr(desk_module, "_begin", damaged)
    desktop = Desktop(qapp, tmp_path)
    try:
        desktop.unlock()
        assert "The disk does not answer" in desktop.desk.notice.words
        assert any(words.startswith("Locks in") for words in desktop.names())
    finally:
        desktop.close()
