"""Care of the vault on the real desktop: what was lost is told, backups are made and restored, checks run and stop."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.domain.audit import Act, AuditQuery
from fieldinspect.services import audit, capture
from fieldinspect.services.care import Stopped
from fieldinspect.ui.jobs.progress import Progress
from fieldinspect.ui.screens.care import view as care_view
from fieldinspect.ui.screens.restore import view as restore_view
from tests.team import NOW
from tests.ui.desktop import PASSPHRASE, Desktop
from tests.ui.test_streams import on_vault

LOST = "What went missing, and when it was noticed"


def vault_folder(desktop: Desktop) -> Path:
    (folder,) = [one.parent for one in desktop.vaults.glob("*/vault.db")]
    return folder


@pytest.fixture
def put_back(desktop: Desktop, visit: str, tmp_path: Path) -> Desktop:
    """A vault whose file was put back to before a note, unlocked anew."""
    database = vault_folder(desktop) / "vault.db"
    desktop.close()
    shutil.copy(database, tmp_path / "before")
    desktop._begin()
    desktop.unlock()
    on_vault(desktop, lambda vault: capture.add_note(vault, visit, "gone", happened=NOW))
    desktop.close()
    shutil.copy(tmp_path / "before", database)
    desktop._begin()
    desktop.unlock()
    return desktop


def test_a_loss_is_told_until_it_is_read_and_never_stands_in_the_way(put_back: Desktop, visit: str) -> None:
    desktop = put_back
    assert "This vault was put back to an earlier state" in desktop.words()
    assert "you wrote" in desktop.words()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "I have read this"
    desktop.go("visit", visit)
    on_vault(desktop, lambda vault: capture.add_note(vault, visit, "after", happened=NOW))
    desktop.restart()
    desktop.unlock()
    assert "This vault was put back to an earlier state" in desktop.words()
    desktop.go("care")
    assert desktop.rows(LOST)[0].endswith("Not read yet")
    desktop.choose(LOST)
    desktop.press("I have read this")
    desktop.go("care")
    assert not desktop.rows(LOST)[0].endswith("Not read yet")
    desktop.choose(LOST)
    assert "This vault was put back to an earlier state" in desktop.words()
    assert "I have read this" not in desktop.names()
    desktop.press("Back to Care of this vault")
    desktop.restart()
    desktop.unlock()
    assert "This vault was put back" not in desktop.words() or desktop.desk.place.screen == "care"


def test_reading_leads_back_to_where_the_person_was(put_back: Desktop, visit: str) -> None:
    desktop = put_back
    assert desktop.desk.place.screen == "account"
    desktop.press("I have read this")
    assert desktop.desk.place.screen == "today"
    assert "I have read this" not in desktop.names()


def test_a_backup_is_made_and_restored_beside_the_vault(
    desktop: Desktop, visit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "stick" / "vault.backup"
    out.parent.mkdir()
    monkeypatch.setattr(care_view, "ask_where_to_save", lambda *_given: out)
    desktop.go("care")
    assert "No backup of this vault was made yet" in desktop.words()
    desktop.press("Back up to a file…")
    desktop.wait(lambda: "The backup vault.backup is complete" in desktop.words())
    desktop.settle()
    assert "The last backup was made on" in desktop.words()
    query = AuditQuery(acts=frozenset({Act.DISCLOSURE}))
    given = on_vault(desktop, lambda vault: next(audit.lines(vault, query)).details["product"])
    assert given == audit.BACKUP
    monkeypatch.setattr(restore_view, "ask_file", lambda *_given: out)
    desktop.restart()
    desktop.press("Restore from a backup…")
    desktop.press("Restore")
    assert "Choose the file of the backup" in desktop.words()
    desktop.press("Choose the backup")
    desktop.type("Passphrase or recovery code", "not the passphrase")
    desktop.press("Restore")
    desktop.wait(lambda: "There is a problem" in desktop.words())
    assert len(list(desktop.vaults.glob("*/vault.db"))) == 1
    desktop.by_name("Passphrase or recovery code").selectAll()  # type: ignore[attr-defined]
    desktop.type("Passphrase or recovery code", PASSPHRASE)
    desktop.press("Restore")
    desktop.wait(lambda: desktop.start.desk is not None, 20)
    desktop.settle()
    assert "This vault was restored from the backup of" in desktop.words()
    assert len(list(desktop.vaults.glob("*/vault.db"))) == 2
    desktop.press("I have read this")
    assert desktop.start.restore_view is None


def test_a_backup_that_cannot_be_written_is_said_and_can_be_tried_again(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(care_view, "ask_where_to_save", lambda *_given: tmp_path / "nowhere" / "vault.backup")
    desktop.go("care")
    for _time in range(2):
        desktop.press("Back up to a file…")
        desktop.wait(lambda: "There is a problem" in desktop.words())
    assert "No backup of this vault was made yet" in desktop.words()


def test_a_check_tells_what_is_whole_and_what_is_not(desktop: Desktop, visit: str) -> None:
    desktop.go("care")
    desktop.press("Check the vault")
    desktop.wait(lambda: "Everything is whole." in desktop.words())
    stray = vault_folder(desktop) / "blobs" / "ab" / ("ab" * 32)
    stray.parent.mkdir()
    stray.write_bytes(b"nobody's")
    desktop.press("Check the vault")
    desktop.wait(lambda: "What the check found" in desktop.names())
    desktop.press("Remove leftovers")
    desktop.wait(lambda: "Leftovers removed: 1" in desktop.words())
    assert "Remove leftovers" not in desktop.names()
    desktop.press("Look for what others wrote")
    assert "Nothing is missing of what others wrote" in desktop.words()


def test_a_stopped_check_says_so(desktop: Desktop) -> None:
    desktop.go("care")
    view = desktop.desk.current
    view.check_asked.emit()  # type: ignore[attr-defined]
    view.check_stop_asked.emit()  # type: ignore[attr-defined]
    desktop.wait(lambda: "Stopped. Nothing was changed" in desktop.words())
    desktop.go("today")
    desktop.go("care")
    desktop.press("Check the vault")
    desktop.wait(lambda: "Everything is whole." in desktop.words())


def test_progress_counts_in_percents_and_stops_at_the_next_step() -> None:
    progress = Progress()
    progress(1, 4)
    assert progress.percent == 25
    progress(0, 0)
    assert progress.percent == 0
    progress.stop()
    with pytest.raises(Stopped):
        progress(2, 4)
