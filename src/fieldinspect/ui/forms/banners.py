"""What stands above the questions: the offer of a newer form, and what a reviewer asks for."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.reviewing import Remark
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button, WrappedLink, body, label


class Banner(QFrame):
    """A framed part with a heading, hidden until there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "notice")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 12)
        self.column.setSpacing(8)
        self._lines: list[QWidget] = []
        self.hide()

    def clear(self) -> None:
        """Take away what `add_line` added."""
        for line in self._lines:
            self.column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = []

    def add_line(self, line: QWidget, place: int) -> None:
        self.column.insertWidget(place, line)
        self._lines.append(line)


class MoveBanner(Banner):
    """A newer version of the form: what would change, and the way to move there."""

    changes_asked = Signal()
    move_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column.addWidget(label(_("A newer version of this form is there.")))
        self._see = Button(_("See what changes"), self.changes_asked.emit)
        self._move = Button(_("Move this record"), self.move_asked.emit)
        self._stay = Button(_("Not now"), self._leave, look="link")
        self.column.addLayout(row(self._see, self._move, self._stay))

    def show_newer(self, there: bool) -> None:
        self.clear()
        self._see.show()
        self._move.hide()
        self._stay.hide()
        self.setVisible(there)

    def show_move(self, sentences: Sequence[str]) -> None:
        self.clear()
        for place, sentence in enumerate(sentences, 1):
            self.add_line(body(sentence), place)
        self._move.show()
        self._stay.show()
        self._move.setAccessibleDescription(" ".join(sentences))
        self._move.setFocus()
        self._see.hide()

    def _leave(self) -> None:
        self.show_newer(True)
        self._see.setFocus()


class ReturnedBanner(Banner):
    """Why a record was returned, and what is asked as a list: each leads to its question and can be said done."""

    question_asked = Signal(str)
    done_said = Signal(str)
    hand_in_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column.addWidget(label(_("This record was returned to its author.")))
        self._reason = body()
        self._hand_in = Button(_("Hand in again"), self.hand_in_asked.emit)
        self.column.addWidget(self._reason)
        self.column.addLayout(row(self._hand_in))

    def show_returned(self, reason: str, remarks: Sequence[Remark]) -> None:
        self.clear()
        self._reason.setText(reason)
        for place, remark in enumerate(remarks, 2):
            self.add_line(self._asked(remark), place)
        self._hand_in.show()
        self._hand_in.setEnabled(not any(remark.asks for remark in remarks))
        self.setVisible(bool(reason))

    def show_mine(self, *, mine: bool) -> None:
        """Let its author alone hand it in again."""
        self._hand_in.setVisible(mine)

    def _asked(self, remark: Remark) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(body(remark.text))
        acts: list[QWidget] = []
        if remark.path:
            go = WrappedLink(remark.question, partial(self.question_asked.emit, remark.path))
            go.setAccessibleName(_("Go to the question: {question}").format(question=remark.question))
            acts.append(go)
        if remark.asks:
            done = Button(_("Done"), partial(self.done_said.emit, remark.id))
            done.setAccessibleName(_("Done: {text}").format(text=remark.text))
            acts.append(done)
        column.addLayout(row(*acts))
        return line
