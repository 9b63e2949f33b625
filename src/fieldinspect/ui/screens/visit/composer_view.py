"""The composer: three lines to type in, the kind of note, and what can be added beside it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.visit.grammar import KINDS, kind_label
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button, hint, label
from fieldinspect.ui.widgets.textbox import TextBox


class ComposerView(QFrame):
    """Tells of every change of its text; Ctrl+Enter ends the note, Up in an empty box corrects the last one."""

    typed = Signal(str)
    ended = Signal(str)
    """The reason, when a note is being corrected."""
    left = Signal()
    """For another part of the visit."""
    set_aside = Signal()
    """The box lost the focus to something that may give it back."""
    last_asked = Signal()
    next_kind_asked = Signal()
    correction_given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.box = _Box()
        self.box.setAccessibleName(_("New note"))
        self.box.setAccessibleDescription(_keys())
        self._label = label(_("New &note"))
        self._label.setBuddy(self.box)
        self._kind = Button("", self.next_kind_asked.emit)
        self._said = QLabel()
        self._said.setProperty("look", "tag")
        self._said.hide()
        self._reason = LineField(_("Why are you correcting it?"))
        self._reason.hide()
        self._hint = hint(_keys())
        self._save = Button(_("&Save note"), self._end, look="primary")
        self._give_up = Button(_("Leave it as it was"), self.correction_given_up.emit, look="link")
        self._give_up.hide()
        self.beside = flow(self._save, self._kind)
        self._lay_out()
        self.box.textChanged.connect(lambda: self.typed.emit(self.box.toPlainText()))
        self.box.ended.connect(self._end)
        self.box.left.connect(self.set_aside)
        self.box.last_asked.connect(self.last_asked)
        self.first: QWidget = self.box
        self.show_kind(KINDS[0])

    def show_text(self, text: str) -> None:
        if self.box.toPlainText() != text:
            self.box.blockSignals(True)  # the presenter knows what it said
            self.box.setPlainText(text)
            self.box.moveCursor(QTextCursor.MoveOperation.End)
            self.box.blockSignals(False)

    def show_kind(self, kind: str) -> None:
        self._kind.setText(_("Kind: {kind}").format(kind=kind_label(kind)))
        self._kind.setAccessibleName(_("Kind of note: {kind}").format(kind=kind_label(kind)))
        self._kind.setToolTip(_("Next kind: Ctrl+."))

    def show_recovered(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def show_correcting(self, sentence: str) -> None:
        self._label.setText(sentence or _("New &note"))
        self._give_up.setVisible(bool(sentence))
        self._reason.setVisible(bool(sentence))
        self._reason.show_problem("")
        self._reason.line.setText(_("Slip of the keys") if sentence else "")
        if sentence:
            self.box.setFocus()

    def ask_reason(self, sentence: str) -> None:
        self._reason.show_problem(sentence)
        self._reason.line.setFocus()

    def set_compact(self, compact: bool) -> None:
        """Keep to two lines and leave the hint to screen readers and the help page."""
        self._hint.setVisible(not compact)
        self.box.set_least(2 if compact else 3)

    def commit_input(self) -> None:
        """Take in what an input method is still composing."""
        self.box.commit_input()

    def _end(self) -> None:
        self.commit_input()
        self.ended.emit(self._reason.value)
        if self._reason.isHidden():
            self.box.setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addLayout(row(self._label, self._said, self._give_up))
        column.addWidget(self._hint)
        column.addWidget(self.box)
        column.addWidget(self._reason)
        column.addLayout(self.beside)


def _keys() -> str:
    return _('Ctrl+Enter ends the note. Begin with / for its kind, ! to flag it, " for word for word')


class _Box(TextBox):
    ended = Signal()
    last_asked = Signal()

    def __init__(self) -> None:
        super().__init__(least=3, most=8)
        self._composing = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.ended.emit()
        elif event.key() == Qt.Key.Key_Up and not event.modifiers() and not self.toPlainText():
            self.last_asked.emit()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = event.preeditString()
        super().inputMethodEvent(event)

    def commit_input(self) -> None:
        """Take in what an input method shows and has not given yet: on its own it would be lost."""
        if self._composing:
            event = QInputMethodEvent()
            event.setCommitString(self._composing)
            self.inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.commit_input()
        super().focusOutEvent(event)
