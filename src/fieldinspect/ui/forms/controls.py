"""One question as widgets: its words, what is wrong in words, and its input."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QFrame,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from fieldinspect.i18n import _
from fieldinspect.ui.forms.questions import ADD, GROUP, LINE, LONG, MANY, NOTE, ONE, ROW, Question
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, set_state
from fieldinspect.ui.widgets.textbox import TextBox

_INDENT = 16
_SHORT = 220
_NARROW = frozenset({"int", "integer", "decimal", "date", "time", "dateTime"})


class Control(QFrame):
    """A line of a form. `show_question` brings it up to date; the person's typing is never overwritten."""

    typed = Signal(str, str)
    left = Signal(str)
    chosen = Signal(str, str)
    row_added = Signal(str)
    row_removed = Signal(str)

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.path = question.path
        self.setProperty("look", "question")
        self._label = label()
        self._hint = hint()
        self._problem = body()
        self._problem.setProperty("look", "problem")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8 + _INDENT * max(0, question.depth - 1), 0, 0, 0)
        self.column.setSpacing(4)
        for part in (self._label, self._hint, self._problem):
            self.column.addWidget(part)
        self._problem.hide()

    @property
    def input(self) -> QWidget | None:
        """The widget that takes the focus, None when there is nothing to enter."""
        return None

    def show_question(self, question: Question) -> None:
        self.show_relevant(question.relevant)
        self._label.setText(_worded(question))
        self._hint.setText(question.hint)
        self._hint.setVisible(bool(question.hint))

    def show_relevant(self, relevant: bool) -> None:
        """Show or hide the line. Without a parent yet it would flash up as a window of its own."""
        if self.parentWidget() is not None or not relevant:
            self.setVisible(relevant)

    def show_typed(self, text: str) -> None:
        """Put recovered typing in."""

    def show_problem(self, sentence: str) -> None:
        told = _("Error: {sentence}").format(sentence=sentence) if sentence else ""
        self._problem.setText(told)
        self._problem.setVisible(bool(told))
        set_state(self, "wrong", "true" if told else "false")
        target = self.input
        if target is not None:
            set_state(target, "wrong", "true" if told else "false")
            target.setAccessibleDescription(" ".join(filter(None, (told, self._hint.text()))))

    def commit_input(self) -> None:
        """Take in what an input method is still composing."""


class _Line(Control):
    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._edit = QLineEdit()
        if question.kind in _NARROW:
            self._edit.setMaximumWidth(_SHORT)
        self._edit.textEdited.connect(lambda text: self.typed.emit(self.path, text))
        self._edit.editingFinished.connect(lambda: self.left.emit(self.path))
        self._label.setBuddy(self._edit)
        self.column.addWidget(self._edit)
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._edit

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        _name(self._edit, question)
        self._edit.setReadOnly(question.readonly)
        if self._edit.text() != question.value:
            self._edit.setText(question.value)

    def show_typed(self, text: str) -> None:
        self._edit.setText(text)


class _Long(Control):
    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._box = TextBox(least=3, most=12)
        self._box.textChanged.connect(lambda: self.typed.emit(self.path, self._box.toPlainText()))
        self._box.left.connect(lambda: self.left.emit(self.path))
        self._label.setBuddy(self._box)
        self.column.addWidget(self._box)
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._box

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        _name(self._box, question)
        self._box.setReadOnly(question.readonly)
        self.show_typed(question.value)

    def show_typed(self, text: str) -> None:
        if self._box.toPlainText() != text:
            self._box.blockSignals(True)  # it is not the person who types
            self._box.setPlainText(text)
            self._box.blockSignals(False)


class _Choices(Control):
    """Radio buttons for one, check boxes for several; a choice can be taken back."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._several = question.control == MANY
        self._group = QButtonGroup(self)
        self._group.setExclusive(not self._several)
        self._buttons: dict[str, QAbstractButton] = {}
        self._clear = Button(_("Clear answer"), self._take_back, look="link")
        self._inside = QVBoxLayout()
        self._inside.setSpacing(4)
        self.column.addLayout(self._inside)
        self.column.addWidget(self._clear)
        self.show_question(question)

    @property
    def input(self) -> QWidget | None:
        checked = self._group.checkedButton()
        return checked or next(iter(self._buttons.values()), None)

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        if list(self._buttons) != [value for value, _words in question.choices]:
            self._rebuild(question)
        chosen = set(question.value.split()) if self._several else {question.value}
        self._group.setExclusive(False)  # else the last radio button cannot be unchecked
        for (value, words), button in zip(question.choices, self._buttons.values(), strict=True):
            button.setText(words.replace("&", "&&"))
            button.setAccessibleName(words)
            button.setAccessibleDescription(question.label)
            button.setEnabled(not question.readonly)
            button.setChecked(value in chosen)
        self._group.setExclusive(not self._several)
        self._clear.setVisible(not self._several and bool(question.value) and not question.readonly)
        self._clear.setAccessibleName(_("Clear answer: {question}").format(question=question.label))

    def _rebuild(self, question: Question) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for value, _words in question.choices:
            made: QAbstractButton = QCheckBox() if self._several else QRadioButton()
            made.clicked.connect(self._choose)
            self._group.addButton(made)
            self._inside.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
            self._buttons[value] = made
            self.setTabOrder(made, self._clear)  # made after it, but asked before

    def _choose(self) -> None:
        chosen = [value for value, button in self._buttons.items() if button.isChecked()]
        self.chosen.emit(self.path, " ".join(chosen))

    def _take_back(self) -> None:
        first = next(iter(self._buttons.values()), None)
        if first is not None:
            first.setFocus()
        self.chosen.emit(self.path, "")


class _Words(Control):
    """A note of the form, the heading of a group, or a question this program cannot ask yet."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        if question.control == GROUP:
            self._label.hide()
            self._heading = section()
            self.column.insertWidget(0, self._heading)
        elif question.control != NOTE:
            self.column.addWidget(hint(_("This version cannot ask this. Write the answer as a note")))
        self.show_question(question)

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        if question.control == GROUP:
            self._label.hide()
            self._heading.setText(question.label)
            self.show_relevant(question.relevant and bool(question.label))
        elif question.control == NOTE:
            self._label.setText(question.label)


class _Rows(Control):
    """The head of a repeated group, with a button to add a row; or of one row, with a button to remove it."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        adds = question.control == ADD
        words = _("Add another") if adds else _("Remove")
        signal = self.row_added if adds else self.row_removed
        self._button = Button(words, lambda: signal.emit(self.path))
        self._button.setVisible(not question.readonly)
        self.column.addWidget(self._button)
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._button

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        self._label.setText(question.label)
        self._button.setAccessibleName(f"{self._button.text()}: {question.label}")


_CONTROLS: dict[str, Callable[[Question], Control]] = {
    LINE: _Line,
    LONG: _Long,
    ONE: _Choices,
    MANY: _Choices,
    ADD: _Rows,
    ROW: _Rows,
}


def control_for(question: Question) -> Control:
    return _CONTROLS.get(question.control, _Words)(question)


def _worded(question: Question) -> str:
    asked = question.control in (LINE, LONG, ONE, MANY) and not question.readonly
    if asked and not question.required:
        return _("{question} (optional)").format(question=question.label)
    return question.label


def _name(widget: QWidget, question: Question) -> None:
    widget.setAccessibleName(question.label)
    widget.setAccessibleDescription(question.hint)
