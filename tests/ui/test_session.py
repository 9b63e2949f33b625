"""What the system says of sleep and locked sessions, on a bus of our own that plays the system's."""

import os
import shutil
import subprocess
import sys

import pytest
from pytestqt.qtbot import QtBot

from fieldinspect.ui.shell.session import SessionWatch

_ACT = """
import os
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = os.environ["DBUS_SESSION_BUS_ADDRESS"]
from fieldinspect.ui.shell.session import SessionWatch
application = QCoreApplication([])
told = []
watch = SessionWatch()
watch.going.connect(lambda: told.append("going"))
bus = QDBusConnection.sessionBus()
name = "org.freedesktop.login1"
assert bus.registerService(name)
sleep = QDBusMessage.createSignal("/org/freedesktop/login1", name + ".Manager", "PrepareForSleep")
for begins in (False, True):
    sleep.setArguments([begins])
    bus.send(sleep)
bus.send(QDBusMessage.createSignal("/org/freedesktop/login1/session/_31", name + ".Session", "Lock"))
QTimer.singleShot(1000, application.quit)
application.exec()
print(watch.listening, told)
"""


@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="no dbus-run-session on this machine")
def test_sleep_and_a_locked_session_are_heard() -> None:
    command = ["dbus-run-session", "--", sys.executable, "-c", _ACT]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert ran.stdout.strip() == "True ['going', 'going']", ran.stderr


def test_where_no_bus_tells_nothing_is_said(qtbot: QtBot) -> None:
    watch = SessionWatch()
    with qtbot.assertNotEmitted(watch.going, wait=20):
        watch.sleep(False)
