"""A folder that the team shares: added, reached, sent to and fetched from, on the real desktop."""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication

from fieldinspect.domain.views import OutboxState
from fieldinspect.exchange.depots.folder import FolderDepot
from fieldinspect.i18n import use_language
from fieldinspect.services.care import Progress
from fieldinspect.services.depot_ports import DepotFailed
from fieldinspect.services.queue import QueueOutlook
from fieldinspect.ui.courier import SyncState
from fieldinspect.ui.shell.delivering import Waiting, told
from tests.ui.desktop import Desktop

SHARE = "Office share"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def desktop(
    qapp: QApplication, disputed: Path, share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desktop]:
    shutil.copytree(disputed / "vaults", tmp_path / "vaults")
    monkeypatch.setattr("fieldinspect.ui.screens.destination.view.ask_folder", lambda *_a: share)
    opened = Desktop(qapp, tmp_path)
    try:
        opened.unlock()
        opened.go("send")
        yield opened
    finally:
        opened.close()


def add(desktop: Desktop) -> None:
    desktop.press("Add a destination…")
    desktop.type("Name", SHARE)
    desktop.press("Choose the folder…")
    desktop.press("Reach it and keep it")
    desktop.wait(lambda: "Destinations" in desktop.names())
    desktop.settle()


def send(desktop: Desktop) -> None:
    desktop.press("Ann (Inspector)")
    desktop.press("Seal and send to")
    desktop.wait(lambda: not desktop.desk.courier.state.running)
    desktop.settle()


def test_a_destination_is_reached_before_it_is_kept(desktop: Desktop) -> None:
    desktop.press("Add a destination…")
    desktop.press("Reach it and keep it")
    assert "Give the destination a name" in " ".join(desktop.names())
    desktop.type("Name", SHARE)
    desktop.type("Address", "/nowhere/at/all")
    desktop.press("Reach it and keep it")
    desktop.wait(lambda: "There is a problem" in desktop.names())
    desktop.go("send")
    assert "Destinations" not in desktop.names()
    add(desktop)
    (row,) = desktop.rows("Destinations")
    assert "Folder, stick or network share" in row
    assert "Last reached" in row
    desktop.press("Check")
    desktop.wait(lambda: "can be reached" in desktop.words())
    assert f"{SHARE} can be reached, and signing in works" in desktop.words()


def test_a_destination_is_changed_and_another_folder_accepted(desktop: Desktop, share: Path) -> None:
    add(desktop)
    for path in share.iterdir():
        path.unlink()
    send(desktop)
    assert "not the stick or folder you chose" in desktop.words()
    desktop.press("Change it…")
    desktop.settle()
    desktop.type("Name", " 2")
    desktop.press("Reach it and keep it")
    desktop.wait(lambda: "Destinations" in desktop.names())
    desktop.settle()
    (row,) = desktop.rows("Destinations")
    assert row.startswith(f"{SHARE} 2")
    assert str(share) in row
    desktop.press("Send and receive now")
    desktop.wait(lambda: not desktop.desk.courier.state.running)
    desktop.settle()
    assert len(list(share.glob("*.fib"))) == 1
    desktop.press("Add a destination…")
    assert "A new destination" in desktop.words()


def test_work_is_sent_and_what_others_left_is_fetched(desktop: Desktop, share: Path) -> None:
    add(desktop)
    send(desktop)
    (file,) = share.glob("*.fib")
    (row,) = desktop.rows("What was sent")
    assert "Ann: no receipt yet" in row
    assert "Sent. Outstanding: 1" in row
    assert f"{SHARE}: sent 1, still waiting 0, received 0" in desktop.words()
    assert any(name.startswith("All sent") or "nothing waiting" in name for name in desktop.names())
    broken = share / f"{'b' * 32}.fib"
    broken.write_bytes(file.read_bytes()[:-50])
    desktop.press("Send and receive now")
    desktop.wait(lambda: not desktop.desk.courier.state.running)
    desktop.settle()
    assert "received 0" in desktop.words()  # it is for Ann alone: nothing of it was fetched


def test_a_second_click_sends_nothing_twice(desktop: Desktop, share: Path) -> None:
    add(desktop)
    send(desktop)
    desktop.press("Seal and send to")
    assert "they have all of it" in " ".join(desktop.names())
    assert len(list(share.glob("*.fib"))) == 1


def test_what_cannot_go_waits_with_its_reason_and_can_be_saved(
    desktop: Desktop, share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(desktop)

    def full(*_given: object, **_named: object) -> str:
        raise DepotFailed("The share is not there")

    monkeypatch.setattr(FolderDepot, "put", full)
    send(desktop)
    (row,) = desktop.rows("What was sent")
    assert "Failed" in row
    assert "The share is not there" in row
    assert "next try" in row
    assert any(name.startswith("Could not send:") for name in desktop.names())
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr("fieldinspect.ui.screens.send.view.ask_folder", lambda *_a: stick)
    desktop.press("Save it to a stick or folder…")
    assert len(list(stick.glob("*.fib"))) == 1
    monkeypatch.undo()
    desktop.press("Send it now")
    desktop.wait(lambda: not desktop.desk.courier.state.running)
    desktop.settle()
    assert len(list(share.glob("*.fib"))) == 1
    assert "Send it now" not in desktop.names()


def test_a_bundle_is_taken_out_of_the_queue(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    add(desktop)

    def full(*_given: object, **_named: object) -> str:
        raise DepotFailed("The share is not there")

    monkeypatch.setattr(FolderDepot, "put", full)
    send(desktop)
    desktop.press("Forget it")
    assert "still wait to go there" in " ".join(desktop.names())
    desktop.press("Take it out of the queue")
    assert "Send it now" not in desktop.names()
    desktop.press("Forget it")
    assert "Destinations" not in desktop.names()


def half_way(_depot: object, source: Path, _sha256: str, progress: Progress, **_named: object) -> str:
    """Stand still half way, until somebody stops it."""
    size = source.stat().st_size
    for _turn in range(2000):
        progress(size // 2, size)
        time.sleep(0.005)
    raise DepotFailed("Nobody stopped it")


def test_sending_says_how_far_it_is_and_can_be_stopped(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(desktop)
    monkeypatch.setattr(FolderDepot, "put", half_way)
    desktop.press("Ann (Inspector)")
    desktop.by_name("Seal and send to", QAbstractButton).click()
    desktop.wait(lambda: any(name.startswith("Sending 1 of 1, ") for name in desktop.names()))
    desktop.wait(lambda: re.search(r"Sending (49|50) %", desktop.rows("What was sent")[0]))
    desktop.by_name("Stop", QAbstractButton).click()
    desktop.wait(lambda: not desktop.desk.courier.state.running)
    desktop.settle()
    assert "Stopped. What went has gone, the rest waits" in desktop.words()
    assert "Ready" in desktop.rows("What was sent")[0]


def test_locking_does_not_wait_for_a_network(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    add(desktop)
    monkeypatch.setattr(FolderDepot, "put", half_way)
    desktop.press("Ann (Inspector)")
    desktop.by_name("Seal and send to", QAbstractButton).click()
    desktop.wait(lambda: desktop.desk.courier.state.step is not None)
    desktop.desk.lock()
    desktop.wait(lambda: desktop.again == 1)


def test_secrets_do_not_wait_on_a_screen_that_was_left(desktop: Desktop) -> None:
    desktop.press("Add a destination…")
    kind = desktop.by_name("Kind")
    kind.setCurrentIndex(2)  # type: ignore[attr-defined]  # it is a choice
    desktop.type("Password, or secret key", "hunter2")
    desktop.go("today")
    desktop.go("destination")
    kind = desktop.by_name("Kind")
    kind.setCurrentIndex(2)  # type: ignore[attr-defined]  # it is a choice
    assert desktop.by_name("Password, or secret key").text() == ""  # type: ignore[attr-defined]  # a line


NOW = datetime(2014, 2, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entries", "hours", "queued", "reason", "said", "warning"),
    [
        (0, 0, 0, "", "Offline: nothing waiting", False),
        (2, 3, 0, "", "Waiting to be sent: 2, for 3 hours", False),
        (2, 0, 1, "", "Waiting to be sent: 3, for 1 minute", False),
        (2, 72, 0, "", "Not sent for 3 days: 2", True),
        (0, 1, 1, "The sign-in was refused", "Could not send: The sign-in was refused", True),
    ],
)
def test_the_line_at_the_bottom_says_how_long_the_oldest_waits(
    entries: int, hours: int, queued: int, reason: str, said: str, warning: bool
) -> None:
    use_language("en")
    oldest = NOW - timedelta(hours=hours) if entries or queued else None
    waiting = Waiting(
        OutboxState(entries, oldest if entries else None, None),
        QueueOutlook(queued, oldest if queued else None, None, reason, None),
        True,
    )
    assert told(waiting, SyncState(), NOW) == (said, warning)


def test_what_came_in_is_listed(desktop: Desktop) -> None:
    rows = desktop.rows("What came in")
    assert len(rows) == 4
    assert all("entr" in row for row in rows)
