"""The line that says how long to wait."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel

from fieldinspect.ui.secrets.waiting import may_try_again


class WaitLine(QLabel):
    """Counts down for the eye; a reader hears only what is said aloud, because the name stays in between."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "problem")
        self.setWordWrap(True)
        self.hide()

    def show_wait(self, sentence: str, *, aloud: bool) -> None:
        if aloud:
            self.setAccessibleName(sentence)
            told = sentence or may_try_again()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, told))
        self.setText(sentence)
        self.setVisible(bool(sentence))
