"""A box for plain text of several lines."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit


class TextBox(QPlainTextEdit):
    """Plain text that grows with what is in it, between `least` and `most` lines; Tab moves on."""

    left = Signal()
    """The focus went to another widget of this window."""

    def __init__(self, least: int = 3, most: int = 10) -> None:
        super().__init__()
        self._least, self._most = least, most
        self._lines = least
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)

    def set_least(self, lines: int) -> None:
        self._least = lines
        self._grow()

    def _grow(self, *_size: object) -> None:
        lines = max(self._least, min(self._most, int(self.document().size().height())))
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().lineSpacing() * self._lines + 2 * self.frameWidth() + 26
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.MenuBarFocusReason,
        ):
            self.left.emit()
