"""The rows of a repeated group as a list: add one, open one, remove one after asking."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.controls import Control
from fieldinspect.ui.forms.questions import Question
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.text import Button, body, hint


class Rows(Control):
    """Enter or a click opens a row or closes it; its questions follow below the list."""

    row_added = Signal(str)
    row_removed = Signal(str)
    row_opened = Signal(str, str)

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._question = question
        self._none = hint(_("None yet"))
        self._list = RowList(question.label, most=8)
        self._list.chosen.connect(self._open)
        self._list.selectionModel().currentChanged.connect(lambda *_where: self._name_buttons())
        self._add = Button(_("Add another"), lambda: self.row_added.emit(self.path))
        self._show = Button("", lambda: self._open(self._list.current_key))
        self._remove = Button(_("Remove"), self._ask, look="link")
        self._sure = body()
        self._yes = Button(_("Remove it"), self._say_remove)
        self._no = Button(_("Keep it"), self._keep, look="link")
        for part in (self._none, self._list):
            self.column.addWidget(part)
        self.column.addLayout(row(self._add, self._show, self._remove))
        self.column.addWidget(self._sure)
        self.column.addLayout(row(self._yes, self._no))
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._list if self._question.choices else self._add

    @property
    def weight(self) -> int:
        return 10

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        self._question = question
        details = dict(zip((path for path, _name in question.choices), question.details, strict=True))
        self._list.show_rows(
            [
                Row(path, name, details[path], _("Open") if path == question.value else "")
                for path, name in question.choices
            ]
        )
        self._list.setVisible(bool(question.choices))
        self._none.setVisible(not question.choices)
        self._add.setVisible(not question.readonly)
        self._add.setAccessibleName(_("Add another: {list}").format(list=question.label))
        self._show_asking(False)
        self._name_buttons()

    def _name_buttons(self) -> None:
        name = self._name
        shut = bool(self._question.value) and self._list.current_key == self._question.value
        self._show.setText(_("Close row") if shut else _("Open row"))
        self._show.setAccessibleName(_("{words}: {row}").format(words=self._show.text(), row=name))
        self._remove.setAccessibleName(_("Remove: {row}").format(row=name))
        self._show.setVisible(bool(name))
        self._remove.setVisible(bool(name) and not self._question.readonly)

    @property
    def _name(self) -> str:
        return dict(self._question.choices).get(self._list.current_key, "")

    def _open(self, path: str) -> None:
        if path:
            self.row_opened.emit(self.path, "" if path == self._question.value else path)

    def _ask(self) -> None:
        self._sure.setText(_("Remove “{row}” and what is in it?").format(row=self._name))
        self._yes.setAccessibleName(_("Remove it: {row}").format(row=self._name))
        self._yes.setAccessibleDescription(self._sure.text())
        self._no.setAccessibleName(_("Keep it: {row}").format(row=self._name))
        self._show_asking(True)
        self._no.setFocus()

    def _show_asking(self, asking: bool) -> None:
        for part in (self._sure, self._yes, self._no):
            part.setVisible(asking)

    def _keep(self) -> None:
        self._show_asking(False)
        self._remove.setFocus()

    def _say_remove(self) -> None:
        self._show_asking(False)
        self.row_removed.emit(self._list.current_key)
