"""A question that asks for a file."""

from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.controls import Control
from fieldinspect.ui.forms.questions import Question
from fieldinspect.ui.widgets.files import ask_file
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button, body


class Upload(Control):
    """The file's name, and ways to choose one or take it away. The file goes to the attachments of the record."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._name = body()
        self._choose = Button(_("Choose a file"), self._ask)
        self._remove = Button(_("Remove"), self._take_away, look="link")
        self.column.addWidget(self._name)
        self.column.addLayout(row(self._choose, self._remove))
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._choose

    @property
    def weight(self) -> int:
        return 6

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        self._name.setText(question.value)
        self._name.setVisible(bool(question.value))
        self._remove.setVisible(bool(question.value) and not question.readonly)
        self._choose.setEnabled(not question.readonly)
        for button in (self._choose, self._remove):
            button.setAccessibleName(
                _("{words}: {question}").format(words=button.text(), question=question.label)
            )
        self._choose.setAccessibleDescription(question.value or question.hint)

    def _ask(self) -> None:
        path = ask_file(self, self._label.text())
        if path is not None:
            self.file_given.emit(self.path, str(path))

    def _take_away(self) -> None:
        self._choose.setFocus()
        self.chosen.emit(self.path, "")
