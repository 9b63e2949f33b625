"""What stays above a form while it scrolls: how far it has come, the way to its sections, and what comes back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.questions import Part
from fieldinspect.ui.widgets.notice import Notice
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.text import Button, section


class FormHead(QWidget):
    """Tells of the section chosen from the list, of digits, and of unfinished work that is asked for."""

    section_chosen = Signal(int)
    history_asked = Signal()
    digits_said = Signal(bool)
    unfinished_asked = Signal(str)
    undo_asked = Signal()
    undo_dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._unfinished = ""
        self._heading = section()
        self._progress = QLabel()
        self._progress.setProperty("look", "hint")
        self._earlier = Button(
            _("Earlier versions Ctrl+H"),
            self.history_asked.emit,
            look="link",
            name=_("Earlier versions of an answer"),
        )
        self._jump = Button(_("Sections Ctrl+J"), self.toggle_jump, name=_("Jump to a section"))
        self._parts = RowList(_("Sections"), most=12)
        self._recovered = Button("", lambda: self.unfinished_asked.emit(self._unfinished), look="link")
        self._digits = QCheckBox(_("Answer with digits"))
        self._removed = Notice()
        self._lay_out()
        self._connect()

    @property
    def digits(self) -> bool:
        """Whether digits answer."""
        return self._digits.isChecked()

    def show_parts(self, parts: Sequence[Part], place: int, progress: tuple[int, int]) -> None:
        """Show where in the form the person is, and how many questions are answered of how many."""
        self._heading.setText(parts[place].label if parts else "")
        self._heading.setVisible(len(parts) > 1)
        self._progress.setText(_("{answered} of {asked}").format(answered=progress[0], asked=progress[1]))
        self._progress.setAccessibleName(
            _("Answered {answered} of {asked} questions").format(answered=progress[0], asked=progress[1])
        )
        self._jump.setVisible(len(parts) > 1)
        self._rows = [_part(number, part) for number, part in enumerate(parts) if part.relevant]
        if not self._parts.isHidden():
            self._parts.show_rows(self._rows)

    def show_recovered(self, sentence: str, path: str) -> None:
        """Say that work is unfinished and offer the way to it; "" takes the offer away."""
        self._unfinished = path
        self._recovered.setText(sentence)
        self._recovered.setAccessibleName(sentence)
        self._recovered.setVisible(bool(sentence))

    def show_removed(self, sentence: str) -> None:
        if sentence:
            self._removed.say(sentence, action=_("Undo"), run=self.undo_asked.emit)
        else:
            self._removed.hide()

    def offer_digits(self, there: bool) -> None:
        """Offer to answer with digits where there is anything to choose."""
        self._digits.setVisible(there)

    def show_digits(self, on: bool) -> None:
        self._digits.blockSignals(True)  # it is not the person who says so
        self._digits.setChecked(on)
        self._digits.blockSignals(False)

    def toggle_jump(self) -> None:
        """Open or close the list of sections."""
        if self._parts.isVisible():
            self._parts.hide()
            self._jump.setFocus()
        else:
            self._parts.show_rows(self._rows)
            self._parts.show()
            self._parts.setFocus()

    def _jumped(self, key: str) -> None:
        self._parts.hide()
        self.section_chosen.emit(int(key))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 4)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.addWidget(self._heading, 1)
        line.addWidget(self._progress)
        line.addWidget(self._earlier)
        line.addWidget(self._jump)
        column.addLayout(line)
        column.addLayout(row(self._recovered, self._digits))
        column.addWidget(self._removed)
        column.addWidget(self._parts)
        self._recovered.hide()
        self._parts.hide()

    def _connect(self) -> None:
        self._parts.chosen.connect(self._jumped)
        self._digits.setChecked(True)
        self._digits.setAccessibleName(self._digits.text())
        self._digits.setAccessibleDescription(
            _("1 to 9 choose, Enter goes to the next question, Space gives the last answer again")
        )
        self._digits.setToolTip(self._digits.accessibleDescription())
        self._digits.toggled.connect(self.digits_said)
        self._removed.dismissed.connect(self.undo_dismissed)


def _part(number: int, part: Part) -> Row:
    count = _("{answered} of {asked}").format(answered=part.answered, asked=part.asked)
    status = _("Completed") if part.completed else _("In progress") if part.answered else _("Not yet started")
    return Row(str(number), part.label or _("Questions"), count, status)
