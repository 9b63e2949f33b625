"""A form as a screen shows it: one section at a time, a list to jump by, and one question at its end."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.banners import MoveBanner
from fieldinspect.ui.forms.controls import Control, control_for
from fieldinspect.ui.forms.questions import Part, Question
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, hint, label, rule, section


class FormView(QWidget):
    """Built from questions as values; tells of typing, leaving, choosing and jumping."""

    typed = Signal(str, str)
    left = Signal(str)
    chosen = Signal(str, str)
    row_added = Signal(str)
    row_removed = Signal(str)
    section_asked = Signal(int)
    step_asked = Signal(int)
    completed_said = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._controls: dict[str, Control] = {}
        self._shown: tuple[str, int] = ("", -1)
        self._heading = section()
        self._progress = QLabel()
        self._progress.setProperty("look", "hint")
        self._jump = Button(_("Sections Ctrl+J"), self.toggle_jump, name=_("Jump to a section"))
        self._parts = RowList(_("Sections"), most=12)
        self._parts.hide()
        self._parts.chosen.connect(self._jumped)
        self._recovered = QLabel()
        self._recovered.setProperty("look", "tag")
        self.move_banner = MoveBanner()
        self._above = QWidget(self)
        self._above.hide()
        above = QVBoxLayout(self._above)
        above.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self.move_banner)
        self._stack = QStackedWidget()
        self._pages: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = self._make_head()
        column.addWidget(self._head)
        column.addWidget(self._stack, 1)
        self.show_nothing()

    # The presenter speaks

    def show_nothing(self) -> None:
        self._head.hide()
        self._above.setParent(self)  # or it would go with its page
        self._above.hide()
        self._show_page(None)

    def show_refused(self, sentence: str) -> None:
        self.show_nothing()
        page = Page()
        page.add(hint(sentence))
        self._show_page(page)

    def show_section(self, parts: Sequence[Part], questions: Sequence[Question]) -> None:
        """Build the questions of one section; the old ones go."""
        self._head.show()
        page = Page()
        page.add(self._above)
        self._summary = ErrorSummary()
        page.add(self._summary)
        kept = self._path_in_focus()
        self._controls = {}
        for question in questions:
            control = control_for(question)
            self._wire(control)
            page.add(control)
            if question.path:
                self._controls[question.path] = control
        self._add_end(page, parts)
        self._show_page(page)
        again = self._controls.get(kept)
        if again is not None and again.input is not None:
            again.input.setFocus()
        elif self.hasFocus():  # the person came before the questions did
            self._focus_first()

    def show_parts(self, parts: Sequence[Part], place: int, progress: tuple[int, int]) -> None:
        self._heading.setText(parts[place].label if parts else "")
        self._heading.setVisible(len(parts) > 1)
        self._progress.setText(_("{answered} of {asked}").format(answered=progress[0], asked=progress[1]))
        self._progress.setAccessibleName(
            _("Answered {answered} of {asked} questions").format(answered=progress[0], asked=progress[1])
        )
        self._jump.setVisible(len(parts) > 1)
        self._parts.show_rows([_part(number, part) for number, part in enumerate(parts) if part.relevant])

    def update_question(self, question: Question) -> None:
        control = self._controls.get(question.path)
        if control is not None:
            control.show_question(question)

    def show_typed(self, path: str, text: str) -> None:
        control = self._controls.get(path)
        if control is not None:
            control.show_typed(text)

    def show_problems(self, problems: Sequence[tuple[str, str]]) -> None:
        for control in self._controls.values():
            control.show_problem("")
        listed: list[tuple[str, QWidget | None]] = []
        for path, sentence in problems:
            control_here = self._controls.get(path)
            if control_here is not None:
                control_here.show_problem(sentence)
            listed.append((sentence, control_here.input if control_here else None))
        self._summary.show_problems(listed)

    def show_newer(self, there: bool) -> None:
        self.move_banner.show_newer(there)
        self._show_above()

    def show_move(self, sentences: Sequence[str]) -> None:
        self.move_banner.show_move(sentences)

    def _show_above(self) -> None:
        self._above.setVisible(not self.move_banner.isHidden())

    def show_field_problem(self, path: str, sentence: str) -> None:
        control = self._controls.get(path)
        if control is not None:
            control.show_problem(sentence)

    def show_recovered(self, sentence: str) -> None:
        self._recovered.setText(sentence)
        self._recovered.setVisible(bool(sentence))

    def commit_input(self) -> None:
        for control in self._controls.values():
            control.commit_input()

    # The person acts

    def toggle_jump(self) -> None:
        """Open or close the list of sections."""
        if self._parts.isVisible():
            self._parts.hide()
            self._jump.setFocus()
        else:
            self._parts.show()
            self._parts.setFocus()

    def _jumped(self, key: str) -> None:
        self._parts.hide()
        self.section_asked.emit(int(key))
        self._focus_first()

    def _step(self, by: int) -> None:
        self.step_asked.emit(by)
        self._focus_first()

    @property
    def first(self) -> QWidget:
        """The first question that is asked; the form itself while there is none yet."""
        shown = (control for control in self._controls.values() if not control.isHidden())
        return next((control.input for control in shown if control.input is not None), self)

    def _focus_first(self) -> None:
        self.first.setFocus()

    def _path_in_focus(self) -> str:
        focused = self.focusWidget()
        return next(
            (path for path, one in self._controls.items() if focused and one.isAncestorOf(focused)), ""
        )

    def _wire(self, control: Control) -> None:
        control.typed.connect(self.typed)
        control.left.connect(self.left)
        control.chosen.connect(self.chosen)
        control.row_added.connect(self.row_added)
        control.row_removed.connect(self.row_removed)

    def _make_head(self) -> QWidget:
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(24, 12, 24, 4)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.addWidget(self._heading, 1)
        line.addWidget(self._progress)
        line.addWidget(self._jump)
        column.addLayout(line)
        column.addLayout(row(self._recovered))
        column.addWidget(self._parts)
        self._recovered.hide()
        return head

    def _add_end(self, page: Page, parts: Sequence[Part]) -> None:
        page.add(rule())
        page.add(label(_("Have you completed this section?")))
        page.add(
            row(
                Button(_("&Yes, completed"), lambda: self.completed_said.emit(True)),
                Button(_("Not yet"), lambda: self.completed_said.emit(False), look="link"),
            )
        )
        if len(parts) > 1:
            back = Button(_("Previous section"), lambda: self._step(-1), look="link")
            onward = Button(_("Next section"), lambda: self._step(1), look="link")
            page.add(row(back, onward))

    def _show_page(self, page: QWidget | None) -> None:
        for old in self._pages:
            self._stack.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._pages = []
        if page is None:
            self._controls = {}
        else:
            self._stack.addWidget(page)
            self._pages = [page]


def _part(number: int, part: Part) -> Row:
    count = _("{answered} of {asked}").format(answered=part.answered, asked=part.asked)
    status = _("Completed") if part.completed else _("In progress") if part.answered else _("Not yet started")
    return Row(str(number), part.label or _("Questions"), count, status)
