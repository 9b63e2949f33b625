"""A bus of our own with a logind of our own on it, for tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtDBus import QDBusConnection

from tests.shared import ROOT


class Logind:
    """The other process, and our way to the bus it is on."""

    def __init__(self, address: str) -> None:
        self.address = address
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
