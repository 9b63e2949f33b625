"""The window itself: two marking bands and one thing between them. Light, because it is what starts first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.theme.focus import FocusRing
from fieldinspect.ui.theme.look import Look
from fieldinspect.ui.widgets.band import MarkingBand
from fieldinspect.ui.widgets.focus import focus_first

_MOST_LIKELY_MARKING = "OFFICIAL-SENSITIVE"  # what a vault holds, until the open vault says otherwise
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Window(QWidget):
    """Title and bands say nothing of the content while the vault is locked."""

    closing = Signal()
    """The person wants to leave; whoever hears it closes the window for good with `leave`."""
    used = Signal()
    """A key or the pointer was used in this window."""

    def __init__(self, application: QApplication, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setObjectName("window")
        self._top, self._bottom = MarkingBand(), MarkingBand()
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(
            QLayout.SizeConstraint.SetNoConstraint
        )  # small screens decide, not our content
        column.addWidget(self._top)
        column.addWidget(self._stack, 1)
        column.addWidget(self._bottom)
        self._ring = FocusRing(application, look.colours, self)
        self._may_close = False
        self._guarded = False
        self.show_locked()
        self.resize(QSize(1366, 728))

    def show_locked(self) -> None:
        self.setWindowTitle(_("Field Inspect (locked)"))
        self.show_marking(_MOST_LIKELY_MARKING)

    def show_marking(self, marking: str, handling: str = "") -> None:
        for band in (self._top, self._bottom):
            band.show_marking(marking, handling)

    def show_part(self, part: QWidget) -> None:
        """Put one part between the bands and give it the focus."""
        if self._stack.indexOf(part) < 0:
            self._stack.addWidget(part)
        self._stack.setCurrentWidget(part)
        focus_first(part)

    def drop_part(self, part: QWidget) -> None:
        self._stack.removeWidget(part)
        part.hide()
        part.deleteLater()

    def restyle(self) -> None:
        """Let what paints its own colours take those of the look in force."""
        self._ring.colours = self.look.colours
        self._ring.update()

    def ask_before_closing(self, ask: bool) -> None:
        self._guarded = ask

    def leave(self) -> None:
        self._may_close = True
        self.close()

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)  # type: ignore[arg-type]  # it is a show event
        handle = self.windowHandle()
        if handle is not None:
            # On the native window alone: a filter on the application costs a Python call for every event there is.
            handle.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.used.emit()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._guarded and not self._may_close:
            event.ignore()
            self.closing.emit()
        else:
            event.accept()
