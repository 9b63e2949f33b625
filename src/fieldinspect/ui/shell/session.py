"""The laptop going to sleep, its session locked or left for another user, where the system tells (logind).

1. Sleep waits for us: we hold logind's delay lock as long as the vault is open, and let go of it once it is locked
   (replacing the process closes it). logind waits 5 seconds at most, or what its InhibitDelayMaxSec says.
2. Whichever session is meant: one lock too many costs a passphrase, one too few costs more.
3. Desktops that lock by themselves tell logind by `LockedHint`; `Lock` is what `loginctl` asks for; `Active` turns
   false when another user or console comes to the front.
"""

from __future__ import annotations

import os

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
)

_SERVICE, _MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1"
_SESSION = f"{_SERVICE}.Session"
_WHO, _WHY = "Field Inspect", "Locks the vault before the laptop sleeps"  # shown by `systemd-inhibit --list`


class SessionWatch(QObject):
    """Silent where there is no such bus. `going` means: lock now, nobody may be at the keyboard any more."""

    going = Signal()

    def __init__(self, parent: QObject | None = None, bus: QDBusConnection | None = None) -> None:
        super().__init__(parent)
        self._bus = bus or QDBusConnection.systemBus()
        self._delay: int | None = None
        self._asked: QDBusPendingCallWatcher | None = None
        self.listening = self._bus.isConnected() and self._listen()
        if self.listening:
            self._ask_for_delay()

    @property
    def delays_sleep(self) -> bool:
        """Whether sleep waits for us."""
        return self._delay is not None

    def let_sleep(self) -> None:
        """Keep sleep waiting no longer."""
        if self._asked is not None:
            self._asked.deleteLater()
            self._asked = None
        if self._delay is not None:
            os.close(self._delay)
            self._delay = None

    def _listen(self) -> bool:
        heard = (
            self._hear(_MANAGER, f"{_SERVICE}.Manager", "PrepareForSleep", SLOT("sleep(bool)")),
            self._hear("", _SESSION, "Lock", SLOT("session_locked()")),
            self._hear(
                "",
                "org.freedesktop.DBus.Properties",
                "PropertiesChanged",
                SLOT("session_changed(QString,QVariantMap,QStringList)"),
            ),
        )
        return all(heard)

    def _hear(self, path: str, interface: str, signal: str, slot: object) -> bool:
        # The stub asks for bytes, which the binding refuses with a ValueError; it takes the text that SLOT gives.
        return bool(self._bus.connect(_SERVICE, path, interface, signal, self, slot))  # type: ignore[call-overload]  # as above

    def _ask_for_delay(self) -> None:
        """Ask without waiting: a bus that does not answer must not hold up the desk."""
        call = QDBusMessage.createMethodCall(_SERVICE, _MANAGER, f"{_SERVICE}.Manager", "Inhibit")
        call.setArguments(["sleep", _WHO, _WHY, "delay"])
        self._asked = QDBusPendingCallWatcher(self._bus.asyncCall(call), self)
        self._asked.finished.connect(self._take_delay)

    @Slot(QDBusPendingCallWatcher)
    def _take_delay(self, answered: QDBusPendingCallWatcher) -> None:
        if answered is not self._asked:
            return
        given = answered.reply().arguments()
        if given and isinstance(given[0], QDBusUnixFileDescriptor) and given[0].isValid():
            # Ours alone, so that letting go does not wait for Python or Qt to forget theirs.
            self._delay = os.dup(given[0].fileDescriptor())
        self._asked.deleteLater()
        self._asked = None

    @Slot(bool)
    def sleep(self, begins: bool) -> None:
        """Take what is told twice, before and after the laptop sleeps."""
        if begins:
            self.going.emit()
        elif self.listening and self._delay is None and self._asked is None:
            self._ask_for_delay()

    @Slot()
    def session_locked(self) -> None:
        self.going.emit()

    @Slot(str, "QVariantMap", "QStringList")
    def session_changed(self, interface: str, changed: dict[str, object], _invalidated: list[str]) -> None:
        """Take a change of a session's properties."""
        left = changed.get("Active") is False or changed.get("LockedHint") is True
        if interface == _SESSION and left:
            self.going.emit()
