"""One ring that follows the keyboard focus: 3 px bright outside, 2 px dark inside, so it shows on any colour."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFocusFrame, QWidget

from fieldinspect.ui.theme.tokens import Tokens


class FocusRing(QFocusFrame):
    """Follows the focus of the application; belongs to the main window."""

    def __init__(self, application: QApplication, colours: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.colours = colours
        self.hide()  # until something has the focus; shown with the window it would lie in its corner
        application.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        # A window or a scroll area in which something has the focus needs no ring of its own.
        inside = new is not None and not new.isWindow() and self.window().isAncestorOf(new)
        self.setWidget(new if inside else None)  # type: ignore[arg-type]  # Qt takes None for nobody
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        painter.setPen(QPen(QColor(self.colours.focus), 3))
        painter.drawRect(area.adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setPen(QPen(QColor(self.colours.focus_inner), 2))
        painter.drawRect(area.adjusted(4, 4, -4, -4))
