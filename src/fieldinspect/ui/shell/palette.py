"""The command palette: type a few letters, Enter runs, each row shows its keys, Esc goes back."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.shell.commands import Command, best
from fieldinspect.ui.widgets.rows import Row, RowList

_RECENT = 20


class Palette(QFrame):
    """A layer over the desk, never a window of its own: nothing modal, and a lock need not wait for it."""

    def __init__(self, commands: Callable[[], Sequence[Command]], parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._commands = commands
        self._found: list[Command] = []
        self._recent: list[str] = []
        self._before: QWidget | None = None
        self.setProperty("look", "notice")
        self.setAutoFillBackground(True)
        self._line = QLineEdit()
        self._line.setPlaceholderText(_("Type a few letters of what you want to do"))
        self._line.setAccessibleName(_("Command"))
        self._line.textChanged.connect(self._search)
        self._line.installEventFilter(self)
        self._rows = RowList(_("Commands"), most=10)
        self._rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrows work from the line
        self._rows.chosen.connect(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self._line)
        column.addWidget(self._rows)
        self.hide()

    def open(self) -> None:
        if self.isVisible():
            self.dismiss()
            return
        self._before = QApplication.focusWidget()
        self._line.clear()
        self._search("")
        self.show()
        self.raise_()
        self._line.setFocus()

    def dismiss(self) -> None:
        """Go back to exactly where the person was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None

    def _search(self, typed: str) -> None:
        self._found = best(self._commands(), typed, self._recent)
        self._rows.show_rows(
            [Row(str(place), command.name, "", command.keys) for place, command in enumerate(self._found)]
        )
        self._rows.setCurrentIndex(self._rows.model().index(0, 0))
        self._place()

    def _place(self) -> None:
        over = self._over
        width = min(720, over.width() - 32)
        self.resize(width, self.sizeHint().height())
        self.move((over.width() - width) // 2, 32)

    def _run(self, key: str) -> None:
        command = self._found[int(key)]
        self._recent = [command.name, *(name for name in self._recent if name != command.name)][:_RECENT]
        self.dismiss()
        command.run()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._found:
                self._run(self._rows.current_key)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        count = len(self._found)
        if count:
            row = (self._rows.currentIndex().row() + by) % count
            self._rows.setCurrentIndex(self._rows.model().index(row, 0))
