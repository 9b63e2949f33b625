"""One question as widgets: its words, what is wrong in words, and a field to type into."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.picture import QuestionPicture
from fieldinspect.ui.forms.pictures import Pictures
from fieldinspect.ui.forms.questions import GROUP, NOTE, RANGE, ROWS, SECRET, Question
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, set_state
from fieldinspect.ui.widgets.textbox import TextBox

_INDENT = 16
_SHORT = 220
_NO_LIMIT = 2**31 - 1
"""Qt would cut a line at 32,767 letters without a word; what is too long for an answer is said."""
_NARROW = frozenset({"int", "integer", "decimal", "date", "time", "dateTime"})
_UNASKED = frozenset({GROUP, NOTE, ROWS})


class Control(QFrame):
    """A line of a form. `show_question` brings it up to date; the person's typing is never overwritten."""

    typed = Signal(str, str)
    left = Signal(str)
    sought = Signal(str, str)
    """Typed to find a choice, which is no answer yet; "" when nothing of it is left."""
    chosen = Signal(str, str)
    file_given = Signal(str, str)
    moved_on = Signal()
    comment_asked = Signal(str)

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.path = question.path
        self.setProperty("look", "question")
        self._hint: QLabel | None = None
        self._problem: QLabel | None = None
        self._comment: Button | None = None
        self._pictures: Pictures | None = None
        self._picture: QuestionPicture | None = None
        self._named = question
        self.last = ""
        """The answer last given to a question of the same choices."""
        self._label = label()
        self._head = QHBoxLayout()
        self._head.addWidget(self._label, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8 + _INDENT * max(0, question.depth - 1), 0, 0, 16)
        self.column.setSpacing(4)
        self.column.addLayout(self._head)

    @property
    def input(self) -> QWidget | None:
        """The widget that takes the focus, None when there is nothing to enter."""
        return None

    @property
    def label_text(self) -> str:
        """The question in words."""
        return self._label.text()

    @property
    def weight(self) -> int:
        """How many widgets it is made of, for whoever builds a long form in slices."""
        return 2

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that digits choose from, in order."""
        return ()

    def show_question(self, question: Question) -> None:
        self._named = question
        self.show_relevant(question.relevant)
        self._label.setText(_worded(question))
        self._hint = self._say(self._hint, question.hint, hint, 1)
        self._show_picture()

    def show_pictures(self, pictures: Pictures) -> None:
        """Show what the question has pictures of, from here on."""
        self._pictures = pictures
        self._show_picture()

    def _show_picture(self) -> None:
        """Show the question's own picture below its words; one that is not there is never made room for."""
        if self._pictures is None or (self._picture is None and not self._named.picture):
            return
        if self._picture is None:
            self._picture = QuestionPicture()
            self.column.insertWidget(2 if self._hint else 1, self._picture)
        self._picture.show_picture(self._named, self._pictures)

    def show_relevant(self, relevant: bool) -> None:
        """Show or hide the line. Without a parent yet it would flash up as a window of its own."""
        if self.parentWidget() is not None or not relevant:
            self.setVisible(relevant)

    def show_typed(self, text: str) -> None:
        """Put recovered typing in."""

    def show_digits(self, on: bool) -> None:
        """Let digits answer, and show which; or neither."""

    def show_problem(self, sentence: str) -> None:
        told = _("Error: {sentence}").format(sentence=sentence) if sentence else ""
        self._problem = self._say(self._problem, told, _problem, 2 if self._hint else 1)
        set_state(self, "wrong", "true" if told else "false")
        target = self.input
        if target is not None:
            set_state(target, "wrong", "true" if told else "false")
            hinted = self._hint.text() if self._hint else ""
            target.setAccessibleDescription(" ".join(filter(None, (told, hinted))))

    def show_comments(self, words: str) -> None:
        """Offer to comment; `words` says how many comments are open, "" for none."""
        if self._comment is None:
            self._comment = Button("", lambda: self.comment_asked.emit(self.path), look="link")
            self._head.addWidget(self._comment, 0, Qt.AlignmentFlag.AlignTop)
        text = words or _("Comment")
        self._comment.setText(text)
        self._comment.setAccessibleName(
            _("{words}: {question}").format(words=text, question=self._label.text())
        )

    def focus_comment(self) -> None:
        if self._comment is not None:
            self._comment.setFocus()

    def commit_input(self) -> None:
        """Take in what an input method is still composing."""

    def _say(self, said: QLabel | None, text: str, make: Callable[[], QLabel], place: int) -> QLabel | None:
        """Show text below the label; a label that never says anything is never made."""
        if said is None and text:
            said = make()
            self.column.insertWidget(place, said)
        if said is not None:
            said.setText(text)
            said.setVisible(bool(text))
        return said


def _problem() -> QLabel:
    made = body()
    made.setProperty("look", "problem")
    return made


class Line(Control):
    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._edit = QLineEdit()
        self._edit.setMaxLength(_NO_LIMIT)
        if question.kind in _NARROW or question.control == RANGE:
            self._edit.setMaximumWidth(_SHORT)
        self._edit.textEdited.connect(lambda text: self.typed.emit(self.path, text))
        self._edit.editingFinished.connect(lambda: self.left.emit(self.path))
        self._edit.returnPressed.connect(self.moved_on)
        if question.control == SECRET:
            self._edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._label.setBuddy(self._edit)
        self.column.addWidget(self._edit)
        self.show_question(question)

    @property
    def input(self) -> QWidget:
        return self._edit

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        name_input(self._edit, question)
        self._edit.setReadOnly(question.readonly)
        if self._edit.text() != question.value:
            self._edit.setText(question.value)

    def show_typed(self, text: str) -> None:
        self._edit.setText(text)


class Long(Control):
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
        name_input(self._box, question)
        self._box.setReadOnly(question.readonly)
        self.show_typed(question.value)

    def show_typed(self, text: str) -> None:
        if self._box.toPlainText() != text:
            self._box.blockSignals(True)  # it is not the person who types
            self._box.setPlainText(text)
            self._box.blockSignals(False)


class Words(Control):
    """A note of the form, or the heading of a group."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._heading = section() if question.control == GROUP else None
        if self._heading is not None:
            self.column.insertWidget(0, self._heading)
        self.show_question(question)

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        if self._heading is not None:
            self._label.hide()
            self._heading.setText(question.label)
            self.show_relevant(question.relevant and bool(question.label))
        else:
            self._label.setText(question.label)


def _worded(question: Question) -> str:
    if question.control in _UNASKED or question.readonly or question.required:
        return question.label
    return _("{question} (optional)").format(question=question.label)


def name_input(widget: QWidget, question: Question) -> None:
    """Call an input what its question is called."""
    widget.setAccessibleName(question.label)
    widget.setAccessibleDescription(question.hint)
