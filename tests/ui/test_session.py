"""What the system says of sleep, locked sessions and other users, on a bus of our own with a logind of our own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from fieldinspect.ui.shell.session import SessionWatch
from tests.shared import ROOT


class Logind:
    """The other process, and our way to the bus it is on."""

    def __init__(self, address: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.logind"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"DBUS_SESSION_BUS_ADDRESS": address},
        )
        self.lines: list[str] = []
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        os.set_blocking(self._process.stdout.fileno(), False)
        self.bus = QDBusConnection.connectToBus(address, "private")

    def tell(self, said: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{said}\n")
        self._process.stdin.flush()

    def said(self) -> list[str]:
        """Return everything it said so far; never waits, so that our own side of the bus works on."""
        assert self._process.stdout is not None
        self.lines += filter(None, (line.strip() for line in self._process.stdout))
        return self.lines

    def stop(self) -> None:
        if self._process.poll() is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def logind() -> Iterator[Logind]:
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("dbus-daemon is not here: what logind says was not tried")
    bus = subprocess.Popen(
        [daemon, "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert bus.stdout is not None
    running = Logind(bus.stdout.readline().strip())
    yield running
    running.stop()
    QDBusConnection.disconnectFromBus("private")
    bus.terminate()
    bus.communicate(timeout=10)


@pytest.fixture
def watch(qtbot: QtBot, logind: Logind) -> SessionWatch:
    watch = SessionWatch(None, logind.bus)
    assert watch.listening
    qtbot.waitUntil(lambda: watch.delays_sleep)
    qtbot.waitUntil(lambda: logind.said() == ["held"])
    return watch


@pytest.mark.parametrize("said", ["sleep", "lock", "hint", "switch"])
def test_it_is_time_to_lock(qtbot: QtBot, logind: Logind, watch: SessionWatch, said: str) -> None:
    with qtbot.waitSignal(watch.going, timeout=5000):
        logind.tell(said)


@pytest.mark.parametrize("said", ["woke", "other"])
def test_it_is_not(qtbot: QtBot, logind: Logind, watch: SessionWatch, said: str) -> None:
    with qtbot.assertNotEmitted(watch.going, wait=200):
        logind.tell(said)


def test_sleep_waits_until_it_is_let(qtbot: QtBot, logind: Logind, watch: SessionWatch) -> None:
    watch.let_sleep()
    qtbot.waitUntil(
        lambda: logind.said() == ["held", "released"]
    )  # no copy is left, neither Qt's nor Python's
    logind.tell("woke")
    qtbot.waitUntil(lambda: watch.delays_sleep)
    qtbot.waitUntil(lambda: logind.said() == ["held", "released", "held"])


def test_an_answer_that_comes_late_holds_up_nothing(qtbot: QtBot, logind: Logind) -> None:
    watch = SessionWatch(None, logind.bus)
    watch.let_sleep()
    qtbot.waitUntil(lambda: logind.said() == ["held", "released"])
    assert not watch.delays_sleep


def test_a_bus_without_logind_is_only_silent(qtbot: QtBot, logind: Logind) -> None:
    logind.stop()
    watch = SessionWatch(None, logind.bus)
    qtbot.wait(100)
    assert not watch.delays_sleep


def test_where_no_bus_tells_nothing_is_said(qtbot: QtBot) -> None:
    watch = SessionWatch()
    with qtbot.assertNotEmitted(watch.going, wait=20):
        watch.sleep(False)
