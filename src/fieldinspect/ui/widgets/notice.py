"""A sentence that stays until it is dismissed or the next one comes; nothing here fades away by itself."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.text import Button, body, set_state


class Notice(QFrame):
    """Says what happened, or what went wrong, with at most one thing to do about it."""

    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "notice")
        self._words = body()
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = Button("", self._act)
        self._act_on: Callable[[], object] | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 12, 8)
        line.addWidget(self._words, 1)
        line.addWidget(self._action)
        line.addWidget(Button(_("Dismiss"), self._dismiss, look="link"))
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text() if self.isVisible() else ""

    def say(
        self, sentence: str, *, wrong: bool = False, action: str = "", run: Callable[[], object] | None = None
    ) -> None:
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        set_state(self, "look", "summary" if wrong else "notice")
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self._act_on = run
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()

    def _act(self) -> None:
        self.hide()
        if self._act_on is not None:
            self._act_on()
