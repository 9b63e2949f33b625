"""The laptop going to sleep or its session being locked, where the system tells (logind on the system bus)."""

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

_SERVICE, _MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1"


class SessionWatch(QObject):
    """Silent where there is no such bus. `going` means: lock now, nobody may be at the keyboard any more."""

    going = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = QDBusConnection.systemBus()
        self.listening = self._bus.isConnected() and self._listen()

    def _listen(self) -> bool:
        sleep = self._hear(_MANAGER, f"{_SERVICE}.Manager", "PrepareForSleep", SLOT("sleep(bool)"))
        # Whichever session it is: one lock too many costs a passphrase, one too few costs more.
        lock = self._hear("", f"{_SERVICE}.Session", "Lock", SLOT("session_locked()"))
        return sleep and lock

    def _hear(self, path: str, interface: str, signal: str, slot: object) -> bool:
        # The stub asks for bytes, which the binding refuses with a ValueError; it takes the text that SLOT gives.
        return bool(self._bus.connect(_SERVICE, path, interface, signal, self, slot))  # type: ignore[call-overload]  # as above

    @Slot(bool)
    def sleep(self, begins: bool) -> None:
        """Take what is told twice, before and after the laptop sleeps."""
        if begins:
            self.going.emit()

    @Slot()
    def session_locked(self) -> None:
        self.going.emit()
