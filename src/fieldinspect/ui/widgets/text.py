"""Labels by what they say, buttons by what they do."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

_TARGET = 24
"""Height in pixels that a pointer finds easily."""
_ENDLESS = 1 << 20


def title(text: str = "") -> QLabel:
    return _label(text, "title")


def section(text: str = "") -> QLabel:
    return _label(text, "section")


def label(text: str = "") -> QLabel:
    return _label(text, "label")


def body(text: str = "") -> QLabel:
    return _label(text, "body")


def hint(text: str = "") -> QLabel:
    return _label(text, "hint")


def tag(text: str = "") -> QLabel:
    made = _label(text, "tag")
    made.setWordWrap(False)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def rule() -> QFrame:
    """Return a thin line between two parts."""
    line = QFrame()
    line.setProperty("look", "rule")
    return line


def _label(text: str, look: str) -> QLabel:
    made = QLabel(text)
    made.setProperty("look", look)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)  # what people write is never markup
    return made


class Button(QPushButton):
    """A button that says a verb. `look`: "", "primary" or "link". Its name for readers is its text."""

    def __init__(
        self, text: str, on_click: Callable[[], object] | None = None, *, look: str = "", name: str = ""
    ) -> None:
        super().__init__(text)
        self.setProperty("look", look)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name or text.replace("&", ""))
        if look == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if on_click is not None:
            self.clicked.connect(lambda: on_click())

    def keyPressEvent(self, event: QEvent) -> None:
        # Enter presses the button that has the focus, as people expect of pages.
        key = event.key()  # type: ignore[attr-defined]  # it is a key event
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]  # it is a key event


class WrappedLink(Button):
    """A link of many words, which go on in the next line where there is no room; "&" is one of them."""

    def __init__(self, text: str, on_click: Callable[[], object], *, look: str = "link") -> None:
        super().__init__(text.replace("&", "&&"), on_click, look=look, name=text)
        self._words = text
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        inside = QRect(0, 0, width, _ENDLESS)
        words = self.fontMetrics().boundingRect(inside, Qt.TextFlag.TextWordWrap, self._words)
        return max(_TARGET, words.height() + 4)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._words) + 2
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        words = self._words.split()
        return QSize(max((self.fontMetrics().horizontalAdvance(one) for one in words), default=0), _TARGET)

    def paintEvent(self, _event: QEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.ButtonText))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), flags, self._words)


def restyle(widget: QWidget) -> None:
    """Let the style sheet look again at a widget whose property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def set_state(widget: QWidget, name: str, value: str) -> None:
    """Set a dynamic property that the style sheet reads, if it differs."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        restyle(widget)
