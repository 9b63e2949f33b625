"""A question that asks for an order."""

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QListWidget, QWidget
from shiboken6 import isValid

from fieldinspect.i18n import _
from fieldinspect.ui.forms.controls import Control, name_input
from fieldinspect.ui.forms.pictures import CHOICE, Pictures, icon
from fieldinspect.ui.forms.questions import Question
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button

_BY = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _Order(QListWidget):
    """Alt with an arrow moves the row in hand."""

    def __init__(self, question: "Rank") -> None:
        super().__init__()
        self._question = question

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and key in _BY:
            self._question.move_row(_BY[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._question.moved_on.emit()
        else:
            super().keyPressEvent(event)


class Rank(Control):
    """A list to put in order with buttons, or with Alt and the arrow keys."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._values: list[str] = []
        self._list = _Order(self)
        self._up = Button(_("Move up"), lambda: self.move_row(-1))
        self._down = Button(_("Move down"), lambda: self.move_row(1))
        self._keep = Button(_("This is the order"), self._say_order, look="link")
        self._clear = Button(_("Clear answer"), lambda: self.chosen.emit(self.path, ""), look="link")
        self.column.addWidget(self._list)
        self.column.addLayout(row(self._up, self._down, self._keep, self._clear))
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._list

    @property
    def weight(self) -> int:
        return 8

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        names = dict(question.choices)
        ranked = [value for value in question.value.split() if value in names]
        here = self._values[self._list.currentRow()] if self._list.currentRow() >= 0 else ""
        self._values = [*ranked, *(value for value in names if value not in ranked)]
        self._list.clear()
        self._list.addItems(
            [
                _("{number}  {choice}").format(number=place, choice=names[value])
                for place, value in enumerate(self._values, 1)
            ]
        )
        self._list.setCurrentRow(self._values.index(here) if here in self._values else 0)
        self._show_icons()
        name_input(self._list, question)
        self._name_buttons(question)

    def show_pictures(self, pictures: Pictures) -> None:
        super().show_pictures(pictures)
        self._show_icons()

    def _show_icons(self) -> None:
        """Show the pictures of what is ranked, and be as high as all of it."""
        shown = dict(
            zip((value for value, _words in self._named.choices), self._named.pictures, strict=False)
        )
        names = [shown.get(value, "") for value in self._values]
        if self._pictures is not None and any(names):
            self._list.setIconSize(CHOICE)
            for place, name in enumerate(names):
                size = self._pictures.size(name, CHOICE)
                if size is not None:
                    self._list.item(place).setSizeHint(QSize(size.width(), size.height() + 8))
                    self._pictures.ask(name, CHOICE, partial(self._take_icon, self._values[place]))
        rows = (max(1, self._list.sizeHintForRow(place)) for place in range(len(self._values)))
        self._list.setFixedHeight(max(1, sum(rows)) + 4)

    def _take_icon(self, value: str, pixmap: QPixmap) -> None:
        if isValid(self) and value in self._values:  # the question may have gone meanwhile
            self._list.item(self._values.index(value)).setIcon(icon(pixmap))

    def _name_buttons(self, question: Question) -> None:
        for button in (self._up, self._down, self._keep, self._clear):
            button.setAccessibleName(
                _("{words}: {question}").format(words=button.text(), question=question.label)
            )
            button.setEnabled(not question.readonly)
        self._keep.setVisible(not question.value)
        self._clear.setVisible(bool(question.value))

    def move_row(self, by: int) -> None:
        """Move the row in hand up or down; that is an answer."""
        place = self._list.currentRow()
        to = place + by
        if place < 0 or not 0 <= to < len(self._values) or not self._up.isEnabled():
            return
        self._values[place], self._values[to] = self._values[to], self._values[place]
        self._list.setCurrentRow(to)
        self._say_order()

    def _say_order(self) -> None:
        self.chosen.emit(self.path, " ".join(self._values))
