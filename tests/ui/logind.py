"""A logind of our own: a process on a private bus that hands out delay locks and says what it is told to say.

It reads a command a line (`sleep`, `woke`, `lock`, `switch`, `hint`, `other`) and prints `held` when a delay lock is
taken and `released` when the last copy of it is closed.
"""

import os
import sys

from PySide6.QtCore import QCoreApplication, QSocketNotifier
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusUnixFileDescriptor, QDBusVirtualObject

NAME, MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1"
SESSION = f"{MANAGER}/session/_31"


class Manager(QDBusVirtualObject):
    def __init__(self) -> None:
        super().__init__()
        self.watches: list[QSocketNotifier] = []

    def introspect(self, path: str) -> str:
        return ""

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        if message.member() != "Inhibit" or message.arguments()[0::3] != ["sleep", "delay"]:
            return False
        ours, theirs = os.pipe()
        reply = message.createReply()
        reply.setArguments([QDBusUnixFileDescriptor(theirs)])
        connection.send(reply)
        os.close(theirs)
        watch = QSocketNotifier(ours, QSocketNotifier.Type.Read)
        watch.activated.connect(lambda: self._closed(watch, ours))
        self.watches.append(watch)
        print("held", flush=True)
        return True

    def _closed(self, watch: QSocketNotifier, ours: int) -> None:
        watch.setEnabled(False)
        os.close(ours)
        print("released", flush=True)


def changed(interface: str, properties: dict[str, object]) -> QDBusMessage:
    signal = QDBusMessage.createSignal(SESSION, "org.freedesktop.DBus.Properties", "PropertiesChanged")
    signal.setArguments([interface, properties, [""]])
    return signal


def signal(said: str) -> QDBusMessage:
    match said:
        case "sleep" | "woke":
            message = QDBusMessage.createSignal(MANAGER, f"{NAME}.Manager", "PrepareForSleep")
            message.setArguments([said == "sleep"])
            return message
        case "lock":
            return QDBusMessage.createSignal(SESSION, f"{NAME}.Session", "Lock")
        case "switch":
            return changed(f"{NAME}.Session", {"Active": False})
        case "hint":
            return changed(f"{NAME}.Session", {"LockedHint": True})
        case "other":
            return changed(f"{NAME}.User", {"Active": False, "LockedHint": True})
    raise ValueError(said)


def main() -> None:
    application = QCoreApplication([])
    bus = QDBusConnection.sessionBus()
    manager = Manager()
    assert bus.registerVirtualObject(MANAGER, manager)
    assert bus.registerService(NAME)
    told = QSocketNotifier(0, QSocketNotifier.Type.Read)

    def hear() -> None:
        lines = os.read(0, 1000).decode().split()
        if not lines:
            application.quit()
        for said in lines:
            bus.send(signal(said))

    told.activated.connect(hear)
    print("ready", flush=True)
    application.exec()


if __name__ == "__main__":
    sys.exit(main())
