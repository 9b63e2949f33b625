"""The list of screens at the left, or behind a Menu button when the window is narrow."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.text import Button

_WIDTH = 190
_ROW = 36


class Navigation(QFrame):
    """A list, as screen readers expect; Enter or a click goes there."""

    chosen = Signal(str)
    lock_asked = Signal()

    def __init__(self, screens: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setProperty("look", "side")
        self.list = _List()
        self.list.setAccessibleName(_("Screens"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        for number, (name, title) in enumerate(screens, 1):
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setToolTip(_("{title}: Ctrl+{number}").format(title=title, number=number))
            self.list.addItem(item)
        self._lock = Button(_("Lock now"), self.lock_asked.emit)
        self._lock.setToolTip(_("Lock now Ctrl+L"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 12)
        column.addWidget(self.list, 1)
        column.addWidget(self._lock)
        self.list.itemClicked.connect(self._choose)
        self.list.entered_item.connect(self._choose)
        self.fit(1.0)

    def fit(self, scale: float) -> None:
        """Take a width and rows that suit the text size."""
        self.setFixedWidth(round(_WIDTH * scale))
        for row in range(self.list.count()):
            item = self.list.item(row)
            hint = item.sizeHint()
            hint.setHeight(round(_ROW * scale))
            hint.setWidth(40)
            item.setSizeHint(hint)

    def show_current(self, screen: str) -> None:
        """Mark where the person is; a screen that is not in the list marks none."""
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == screen:
                self.list.setCurrentRow(row)
                return
        self.list.setCurrentRow(-1)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class _List(QListWidget):
    entered_item = Signal(QListWidgetItem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.entered_item.emit(self.currentItem())
        else:
            super().keyPressEvent(event)
