"""Questions with choices: buttons for few, typing for many, an order, one acknowledgement."""

from functools import partial

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QCompleter,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from fieldinspect.i18n import _
from fieldinspect.ui.forms.controls import Control, name_input
from fieldinspect.ui.forms.pictures import CHOICE, Pictures, icon
from fieldinspect.ui.forms.questions import FIND_MANY, MANY, TICKED, Question, choose_sentence
from fieldinspect.ui.widgets.text import Button

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Radio(QRadioButton):
    """A radio button that hands Space to its question first: there it may mean the last answer again."""

    def __init__(self, question: "Choices") -> None:
        super().__init__()
        self._question = question

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space or not self._question.repeat():
            super().keyPressEvent(event)


class Choices(Control):
    """Radio buttons for one, check boxes for several; a choice can be taken back.

    With digits on, 1 to 9 choose, Enter goes on, and Space in an unanswered question of one choice gives the answer
    last given to the same choices. Keys come here only when a button has the focus, never from a text field.
    """

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._several = question.control == MANY
        self._group = QButtonGroup(self)
        self._group.setExclusive(not self._several)
        self._buttons: dict[str, QAbstractButton] = {}
        self._question = question
        self._digits = False
        self._clear: Button | None = None
        self._inside = QVBoxLayout()
        self._inside.setSpacing(4)
        self.column.addLayout(self._inside)
        self.show_question(question)

    @property
    def input(self) -> QWidget | None:
        checked = self._group.checkedButton()
        return checked or next(iter(self._buttons.values()), None)

    @property
    def weight(self) -> int:
        return 3 + len(self._buttons)

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(self._buttons)

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        self._question = question
        if list(self._buttons) != [value for value, _words in question.choices]:
            self._rebuild(question)
        chosen = set(question.value.split()) if self._several else {question.value}
        self._group.setExclusive(False)  # else the last radio button cannot be unchecked
        for (value, words), button in zip(question.choices, self._buttons.values(), strict=True):
            button.setAccessibleName(words)
            button.setAccessibleDescription(question.label)
            button.setEnabled(not question.readonly)
            button.setChecked(value in chosen)
        self._group.setExclusive(not self._several)
        self._show_words()
        self._show_icons()
        self._offer_clear(question)

    def show_pictures(self, pictures: Pictures) -> None:
        super().show_pictures(pictures)
        self._show_icons()

    def _show_icons(self) -> None:
        """Show the pictures of choices beside their words: what a button is called stays its words."""
        for name, (value, button) in zip(self._question.pictures, self._buttons.items(), strict=False):
            if button.property("picture") == name:
                continue
            size = self._pictures.size(name, CHOICE) if self._pictures is not None else None
            if self._pictures is not None:
                button.setProperty("picture", name)
            button.setIcon(QIcon())
            if size is not None and self._pictures is not None:
                button.setIconSize(size)
                self._pictures.ask(name, CHOICE, partial(self._take_icon, value, name))

    def _take_icon(self, value: str, name: str, pixmap: QPixmap) -> None:
        if not isValid(self):  # the question may have gone meanwhile
            return
        button = self._buttons.get(value)
        if button is not None and button.property("picture") == name:
            button.setIconSize(pixmap.size())
            button.setIcon(icon(pixmap))

    def show_digits(self, on: bool) -> None:
        self._digits = on
        self._show_words()

    def repeat(self) -> bool:
        """Give the last answer again, if this question has none and digits answer."""
        if not self._digits or self._several or self._question.value or self.last not in self._buttons:
            return False
        self._press(self._buttons[self.last])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._digits and not self._question.readonly and event.key() in _ENTER:
            self.moved_on.emit()
        elif self._digits and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._answer(event)
        else:
            super().keyPressEvent(event)

    def _answer(self, event: QKeyEvent) -> None:
        number = event.text()
        buttons = list(self._buttons.values())
        if number in tuple("123456789") and int(number) <= len(buttons):
            self._press(buttons[int(number) - 1])
        else:
            super().keyPressEvent(event)

    def _press(self, button: QAbstractButton) -> None:
        button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self._several or not button.isChecked():
            button.click()

    def _show_words(self) -> None:
        for number, ((_value, words), button) in enumerate(
            zip(self._question.choices, self._buttons.values(), strict=True), 1
        ):
            numbered = self._digits and number <= 9
            told = _("{number}  {choice}").format(number=number, choice=words) if numbered else words
            button.setText(told.replace("&", "&&"))

    def _rebuild(self, question: Question) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for value, _words in question.choices:
            made: QAbstractButton = QCheckBox() if self._several else _Radio(self)
            made.clicked.connect(self._choose)
            self._group.addButton(made)
            self._inside.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
            self._buttons[value] = made
            if self._clear is not None:
                self.setTabOrder(made, self._clear)  # made after it, but asked before

    def _offer_clear(self, question: Question) -> None:
        offered = not self._several and bool(question.value) and not question.readonly
        if offered and self._clear is None:
            self._clear = Button(_("Clear answer"), self._take_back, look="link")
            self.column.addWidget(self._clear)
        if self._clear is not None:
            self._clear.setVisible(offered)
            self._clear.setAccessibleName(_("Clear answer: {question}").format(question=question.label))

    def _choose(self) -> None:
        chosen = [value for value, button in self._buttons.items() if button.isChecked()]
        self.chosen.emit(self.path, " ".join(chosen))

    def _take_back(self) -> None:
        first = next(iter(self._buttons.values()), None)
        if first is not None:
            first.setFocus()
        self.chosen.emit(self.path, "")


class Finding(Control):
    """A long list of choices, found by typing any part of one; of several, each stands below with a way out."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._several = question.control == FIND_MANY
        self._question = question
        self._edit = QLineEdit()
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(12)
        completer.activated.connect(self._take)
        popup = completer.popup()
        if popup is not None:
            popup.setAccessibleName(question.label)
        self._edit.setCompleter(completer)
        self._edit.setPlaceholderText(_("Type part of the name"))
        self._edit.textEdited.connect(self._seek)
        self._edit.editingFinished.connect(self._leave)
        self._edit.returnPressed.connect(self.moved_on)
        self._label.setBuddy(self._edit)
        self.column.addWidget(self._edit)
        self._taken: list[Button] = []
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._edit

    @property
    def weight(self) -> int:
        return 4

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        if question.choices != self._question.choices or not self._names.rowCount():
            self._names.setStringList([words for _value, words in question.choices])
        self._question = question
        name_input(self._edit, question)
        self._edit.setReadOnly(question.readonly)
        if self._several:
            self._show_taken()
        else:
            self._edit.setText(dict(question.choices).get(question.value, ""))

    def _show_taken(self) -> None:
        for old in self._taken:
            self.column.removeWidget(old)
            old.hide()
            old.deleteLater()
        names = dict(self._question.choices)
        self._taken = [
            Button(
                _("Remove: {choice}").format(choice=names.get(value, value)),
                partial(self._drop, value),
                look="link",
            )
            for value in self._question.value.split()
        ]
        for button in self._taken:
            self.column.addWidget(button)

    def show_typed(self, text: str) -> None:
        self._edit.setText(text)

    def _seek(self, text: str) -> None:
        kept = not self._several and text == dict(self._question.choices).get(self._question.value, "")
        self.sought.emit(self.path, "" if kept else text)

    def _leave(self) -> None:
        text = self._edit.text().strip()
        if text or not self._several:
            self._take(text)

    def _take(self, text: str) -> None:
        value = self._value(text.casefold())
        if text and value is None:
            self.show_problem(choose_sentence())
            return
        self.show_problem("")
        self.sought.emit(self.path, "")
        if not self._several:
            if (value or "") != self._question.value:
                self.chosen.emit(self.path, value or "")
            return
        self._edit.clear()
        taken = self._question.value.split()
        if value and value not in taken:
            values = [one for one, _words in self._question.choices if one == value or one in taken]
            self.chosen.emit(self.path, " ".join(values))

    def _value(self, text: str) -> str | None:
        """Return the choice of that name, or the only one that has it in its name."""
        same = [value for value, words in self._question.choices if words.casefold() == text]
        part = same or [value for value, words in self._question.choices if text in words.casefold()]
        return part[0] if same or len(part) == 1 else None

    def _drop(self, value: str) -> None:
        self._edit.setFocus()
        self.chosen.emit(self.path, " ".join(one for one in self._question.value.split() if one != value))


class Tick(Control):
    """One box to say that something was read or done."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._box = QCheckBox(_("Yes, done"))
        self._box.clicked.connect(lambda on: self.chosen.emit(self.path, TICKED if on else ""))
        self.column.addWidget(self._box, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._box

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        name_input(self._box, question)
        self._box.setEnabled(not question.readonly)
        self._box.setChecked(bool(question.value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.moved_on.emit()
        else:
            super().keyPressEvent(event)
