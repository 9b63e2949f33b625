"""Long work: how far it is, in words that a reader hears, and a button that stops it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from fieldinspect.ui.widgets.text import Button


class Working(QWidget):
    """Hidden while nothing runs."""

    stop_asked = Signal()

    def __init__(self, name: str, stop: str) -> None:
        super().__init__()
        self._bar = QProgressBar()
        self._bar.setAccessibleName(name)
        self._bar.setRange(0, 100)
        self._bar.setFormat("%p %")
        self._stop = Button(stop, self.stop_asked.emit)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self._bar, 1)
        line.addWidget(self._stop)
        self.hide()
        self.first: QWidget = self._stop

    def show_percent(self, percent: int | None) -> None:
        """Show how far the work is; None when there is none."""
        if percent is not None:
            self._bar.setValue(percent)
        self.setVisible(percent is not None)
