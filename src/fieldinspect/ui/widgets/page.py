"""A page: one column of readable width that scrolls."""

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from fieldinspect.ui.theme.sheet import BODY_POINTS

_MARGIN = 24
_KEEP_CLEAR = 40
"""Pixels kept between the focus and the edge, so that a band never hides it."""


class Page(QScrollArea):
    """`add` puts parts below each other; the part with the focus is always scrolled into sight."""

    def __init__(self, width: int = 720, *, centred: bool = False) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        outer = QHBoxLayout(inside)
        outer.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._width = width
        self._middle = middle = QWidget()
        self.column = QVBoxLayout(middle)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(16)
        if centred:
            outer.addStretch(1)
        outer.addWidget(middle, 10, Qt.AlignmentFlag.AlignTop)
        outer.addStretch(1)
        self.setWidget(inside)
        self._fit()

    def add(self, part: QWidget | QLayout) -> None:
        if isinstance(part, QWidget):
            self.column.addWidget(part)
        else:
            self.column.addLayout(part)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Keep about as many words in a line whatever the text size."""
        self._middle.setMaximumWidth(round(self._width * self.font().pointSizeF() / BODY_POINTS))

    def focusNextPrevChild(self, forward: bool) -> bool:
        moved = super().focusNextPrevChild(forward)
        focused = self.focusWidget()
        if moved and focused is not None:
            self.ensureWidgetVisible(focused, _KEEP_CLEAR, _KEEP_CLEAR)
        return moved


def reveal(part: QWidget) -> None:
    """Scroll a part into sight, once it has its place; Qt does that only for what Tab reaches."""
    page = part.parentWidget()
    while page is not None and not isinstance(page, Page):
        page = page.parentWidget()
    if page is not None:
        found = page
        QTimer.singleShot(0, part, lambda: found.ensureWidgetVisible(part, _KEEP_CLEAR, _KEEP_CLEAR))


def row(*parts: QWidget, spacing: int = 12, stretch: bool = True) -> QHBoxLayout:
    """Return parts side by side, left aligned."""
    line = QHBoxLayout()
    line.setSpacing(spacing)
    for part in parts:
        line.addWidget(part)
    if stretch:
        line.addStretch(1)
    return line
