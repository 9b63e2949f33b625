"""The line at the bottom: saved, waiting to be sent, when it locks, and the way to every command."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.text import Button, set_state


class StatusBar(QFrame):
    """Words only. A failure to save takes the focus order and is announced; nothing else is."""

    send_asked = Signal()
    lock_asked = Signal()
    palette_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "status")
        self._saved = QLabel(_("Saved to this laptop"))
        self._saved.setTextFormat(Qt.TextFormat.PlainText)
        self._saved.setAccessibleName(_("Saved to this laptop"))
        self._saved.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._waiting = Button(_("Offline: nothing waiting"), self.send_asked.emit, look="link")
        self._lock = Button(_("Lock now"), self.lock_asked.emit, look="link")
        self._palette = Button(_("Commands Ctrl+K"), self.palette_asked.emit, look="link")
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 2, 12, 2)
        line.setSpacing(20)
        line.addWidget(self._saved, 1)
        for part in (self._waiting, self._lock, self._palette):
            line.addWidget(part)

    def show_saved(self, words: str, *, wrong: bool) -> None:
        self._saved.setText(words)
        self._saved.setToolTip(words if wrong else "")
        self._saved.setAccessibleName(words)
        self._saved.setFocusPolicy(Qt.FocusPolicy.TabFocus if wrong else Qt.FocusPolicy.NoFocus)
        set_state(self._saved, "state", "wrong" if wrong else "")
        if wrong:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._saved, words))

    def show_waiting(self, words: str, *, warning: bool = False) -> None:
        self._waiting.setText(words)
        self._waiting.setAccessibleName(words)
        set_state(self._waiting, "state", "warning" if warning else "")

    def show_lock_time(self, words: str, *, soon: bool) -> None:
        self._lock.setText(words)
        self._lock.setAccessibleName(words)
        if soon:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._lock, words))
