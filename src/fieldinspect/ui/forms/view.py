"""A form as a screen shows it: one section at a time, a list to jump by, and one question at its end."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fieldinspect.i18n import _, ngettext
from fieldinspect.ui.forms.banners import MoveBanner, ReturnedBanner
from fieldinspect.ui.forms.comments import CommentPanel, open_comments
from fieldinspect.ui.forms.controls import Control
from fieldinspect.ui.forms.head import FormHead
from fieldinspect.ui.forms.history import Told
from fieldinspect.ui.forms.pictures import Pictures
from fieldinspect.ui.forms.questions import Part, Question
from fieldinspect.ui.forms.restoring import Lost
from fieldinspect.ui.forms.returning import ReviewBar
from fieldinspect.ui.forms.reviewing import Remark, Standing
from fieldinspect.ui.forms.rows import Rows
from fieldinspect.ui.forms.sheet import Lines, Sheet
from fieldinspect.ui.forms.versions import VersionPanel
from fieldinspect.ui.forms.warning import DroppedBanner, LostBanner
from fieldinspect.ui.jobs.port import Jobs
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, hint, label, rule

MOST_LISTED = 20
"""Problems in the summary; of more their number."""


class FormView(QWidget):
    """Built from questions as values; tells of typing, leaving, choosing and jumping."""

    typed = Signal(str, str)
    left = Signal(str)
    sought = Signal(str, str)
    history_asked = Signal(str)
    chosen = Signal(str, str)
    file_given = Signal(str, str)
    row_added = Signal(str)
    row_removed = Signal(str)
    row_opened = Signal(str, str)
    section_asked = Signal(int)
    step_asked = Signal(int)
    completed_said = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._sheet: Sheet | None = None
        self._pages: list[QWidget] = []
        self._remarks: dict[str, list[Remark]] = {}
        self._problems: dict[str, str] = {}
        self._typing: dict[str, str] = {}
        """Sentences and typing by path, for questions that are not there as widgets all the time."""
        self._last: dict[tuple[str, ...], str] = {}
        """The answer last given, by the choices there were."""
        self.head = FormHead()
        self.move_banner, self.returned_banner = MoveBanner(), ReturnedBanner()
        self.lost_banner, self.dropped_banner = LostBanner(), DroppedBanner()
        self.comments, self.review = CommentPanel(), ReviewBar()
        self.versions = VersionPanel()
        self._pictures = Pictures()
        self._above = self._make_above()
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._stack, 1)
        self._connect()
        self.show_nothing()

    # The presenter speaks

    def show_nothing(self) -> None:
        self.head.hide()
        self._above.hide()
        self._show_page(None)

    def take_pictures(self, files: Mapping[str, bytes], jobs: Jobs) -> None:
        self._pictures.take(files, jobs)

    def show_refused(self, sentence: str) -> None:
        self.show_nothing()
        page = Page()
        page.add(hint(sentence))
        self._show_page(page)

    def show_section(self, parts: Sequence[Part], lines: Lines) -> None:
        """Show the lines of one section; the old ones go."""
        self.head.show()
        held = self._holds_focus()
        kept = self._path_in_focus() if held else ""
        self._take_back_parts()
        self.head.offer_digits(lines.offers_choices)
        self._problems, self._typing = {}, {}
        self._summary = ErrorSummary()
        sheet = Sheet(lines, [self._above, self._summary], self._wire, self._summary)
        sheet.kept = self._has_panel
        self._add_end(sheet, parts)
        self._show_page(sheet)
        self._sheet = sheet
        if kept and self._control(kept) is not None:
            self.go_to(kept)
        elif held:
            self._focus_first()

    def show_parts(self, parts: Sequence[Part], place: int, progress: tuple[int, int]) -> None:
        self.head.show_parts(parts, place, progress)

    def update_question(self, question: Question) -> None:
        self._typing.pop(question.path, None)
        if self._sheet is not None:
            self._sheet.update_question(question)

    def show_typed(self, path: str, text: str) -> None:
        self._typing[path] = text
        control = self._there(path)
        if control is not None:
            control.show_typed(text)

    def show_problems(self, problems: Sequence[tuple[str, str]]) -> None:
        self._problems = dict(problems)
        for control in self._controls():
            control.show_problem(self._problems.get(control.path, ""))
        listed: list[tuple[str, Callable[[], object] | None]] = [
            (sentence, partial(self.go_to, path)) for path, sentence in problems[:MOST_LISTED]
        ]
        more = len(problems) - len(listed)
        if more > 0:
            words = ngettext("and {count} more problem", "and {count} more problems", more)
            listed.append((words.format(count=more), None))
        self._summary.show_problems(listed)

    def show_field_problem(self, path: str, sentence: str) -> None:
        self._problems[path] = sentence
        control = self._there(path)
        if control is not None:
            control.show_problem(sentence)

    def show_recovered(self, sentence: str, path: str) -> None:
        self.head.show_recovered(sentence, path)

    def show_removed(self, sentence: str) -> None:
        self.head.show_removed(sentence)

    def show_newer(self, there: bool) -> None:
        self.move_banner.show_newer(there)
        self._show_above()

    def show_lost(self, rows: Sequence[Lost]) -> None:
        self.lost_banner.show_lost(rows)

    def show_dropped(self, sentences: Sequence[str]) -> None:
        self.dropped_banner.show_dropped(sentences)
        if sentences and self._sheet is not None:
            self._sheet.ensureWidgetVisible(self.dropped_banner)

    def show_move(self, sentences: Sequence[str]) -> None:
        self.move_banner.show_move(sentences)

    def show_returned(self, reason: str, remarks: Sequence[Remark]) -> None:
        self.returned_banner.show_returned(reason, remarks)
        self._show_above()

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        self._remarks = {}
        for remark in remarks:
            self._remarks.setdefault(remark.path, []).append(remark)
        for control in self._controls():
            self._offer_comments(control)
        self.comments.show_remarks(self._remarks.get(self.comments.path, []) if self.comments.path else [])

        self.review.show_remarks(remarks)

    def show_standing(self, standing: Standing) -> None:
        self.review.show_standing(standing)
        self.returned_banner.show_mine(mine=standing.mine)

    def show_return_problem(self, sentence: str) -> None:
        self.review.panel.show_problem(sentence)

    def show_history(self, path: str, versions: Sequence[Told]) -> None:
        control = self._control(path)
        if control is not None:
            control.column.addWidget(self.versions)
            self.versions.open_at(path, control.label_text, versions)
            if self._sheet is not None:
                self._sheet.bring(control)

    def show_digits(self, on: bool) -> None:
        self.head.show_digits(on)
        self._let_digits(on)

    def go_to(self, path: str) -> None:
        control = self._control(path)
        if control is not None and control.input is not None:
            control.input.setFocus()
            if self._sheet is not None:
                self._sheet.ensureWidgetVisible(control)

    def commit_input(self) -> None:
        for control in self._controls():
            control.commit_input()

    # The person acts

    def toggle_jump(self) -> None:
        """Open or close the list of sections."""
        self.head.toggle_jump()

    def ask_history(self) -> None:
        """Ask for the earlier versions of the answer that has the focus, or had it last."""
        path = self._path_in_focus() or (self._sheet.next_path("", 1) if self._sheet is not None else "")
        if path:
            self.history_asked.emit(path)

    def go_on(self, by: int = 1) -> None:
        """Go to the next question, or with -1 to the one before; after the last to the end of the section."""
        sheet = self._sheet
        if sheet is None:
            return
        here = self._path_in_focus()
        within = here or by > 0 or self._completed.hasFocus()
        wanted = sheet.next_path(here, by) if within else ""
        if wanted:
            self.go_to(wanted)
        elif by > 0:
            self._focus_end()

    def _jumped(self, place: int) -> None:
        self.section_asked.emit(place)
        self._focus_first()

    def _step(self, by: int) -> None:
        self.step_asked.emit(by)
        self._focus_first()

    @property
    def first(self) -> QWidget:
        """The first question that is asked; the form itself while there is none yet."""
        control = self._control(self._sheet.next_path("", 1)) if self._sheet is not None else None
        return control.input or self if control is not None else self

    @property
    def sheet(self) -> Sheet | None:
        """The page of the section in front."""
        return self._sheet

    @property
    def path_in_front(self) -> str:
        """The question in hand, or the first of the section; "" while there is none."""
        first = next(iter(self._sheet.controls), "") if self._sheet is not None else ""
        return self._path_in_focus() or first

    def _focus_end(self) -> None:
        self._completed.setFocus()
        if self._sheet is not None:
            self._sheet.ensureWidgetVisible(self._completed)

    def _focus_first(self) -> None:
        self.first.setFocus()

    def _holds_focus(self) -> bool:
        """Tell whether the person is on the page that is about to go, or came before the questions did."""
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self._stack.isAncestorOf(focused))

    def _path_in_focus(self) -> str:
        focused = self.focusWidget()
        return next((one.path for one in self._controls() if focused and one.isAncestorOf(focused)), "")

    def _control(self, path: str) -> Control | None:
        """Return a question's control, made now if it was not there."""
        return self._sheet.control(path) if self._sheet is not None else None

    def _there(self, path: str) -> Control | None:
        return self._sheet.controls.get(path) if self._sheet is not None else None

    def _controls(self) -> list[Control]:
        return list(self._sheet.controls.values()) if self._sheet is not None else []

    def _has_panel(self, control: Control) -> bool:
        return control.isAncestorOf(self.comments) or control.isAncestorOf(self.versions)

    def _type(self, path: str, text: str) -> None:
        self._typing[path] = text
        self.typed.emit(path, text)

    def _seek(self, path: str, text: str) -> None:
        self._typing[path] = text
        self.sought.emit(path, text)

    def _chose(self, path: str, value: str) -> None:
        control = self._control(path)
        if control is not None and control.choices and value:
            self._last[control.choices] = value
            for other in self._controls():
                if other.choices == control.choices:
                    other.last = value
        self.chosen.emit(path, value)

    def _comment(self, path: str) -> None:
        control = self._control(path)
        if control is not None:
            control.column.addWidget(self.comments)
            self.comments.open_at(path, control.label_text, self._remarks.get(path, []))
            if self._sheet is not None:
                self._sheet.bring(control)

    def _comments_closed(self, path: str) -> None:
        control = self._control(path)
        if control is not None:
            control.focus_comment()
        else:
            self.review.focus_comment()

    def _comment_on_record(self) -> None:
        self.review.column.addWidget(self.comments)
        self.comments.open_at("", _("this record"), [])

    # Building

    def _wire(self, control: Control) -> None:
        control.typed.connect(self._type)
        control.left.connect(self.left)
        control.sought.connect(self._seek)
        control.chosen.connect(self._chose)
        control.file_given.connect(self.file_given)
        control.moved_on.connect(self.go_on)
        control.comment_asked.connect(self._comment)
        control.last = self._last.get(control.choices, "")
        control.show_digits(self.head.digits)
        self._offer_comments(control)
        control.show_pictures(self._pictures)
        if self._typing.get(control.path):
            control.show_typed(self._typing[control.path])
        if self._problems.get(control.path):
            control.show_problem(self._problems[control.path])
        if isinstance(control, Rows):
            control.row_added.connect(self.row_added)
            control.row_removed.connect(self.row_removed)
            control.row_opened.connect(self.row_opened)

    def _offer_comments(self, control: Control) -> None:
        if control.input is not None and not isinstance(control, Rows):
            control.show_comments(open_comments(self._remarks.get(control.path, [])))

    def _connect(self) -> None:
        self.head.section_chosen.connect(self._jumped)
        self.head.history_asked.connect(self.ask_history)
        self.head.digits_said.connect(self._let_digits)
        self.comments.closed.connect(self._comments_closed)
        self.versions.closed.connect(self.go_to)
        self.dropped_banner.agreed.connect(self._focus_end)
        self.dropped_banner.closed.connect(self._focus_end)
        self.review.comment_asked.connect(self._comment_on_record)
        for keys, by in (("Ctrl+Down", 1), ("Ctrl+Up", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.go_on(by))

    def _let_digits(self, on: bool) -> None:
        for control in self._controls():
            control.show_digits(on)

    def _make_above(self) -> QWidget:
        above = QWidget(self)
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.review)
        column.addWidget(self.returned_banner)
        column.addWidget(self.move_banner)
        column.addWidget(self.lost_banner)
        column.addWidget(self.dropped_banner)
        return above

    def _show_above(self) -> None:
        self._above.show()  # a record can always be commented on

    def _add_end(self, page: Page, parts: Sequence[Part]) -> None:
        self._completed = Button(_("&Yes, completed"), lambda: self.completed_said.emit(True))
        page.add(rule())
        page.add(label(_("Have you completed this section?")))
        page.add(
            row(
                self._completed,
                Button(_("Not yet"), lambda: self.completed_said.emit(False), look="link"),
            )
        )
        if len(parts) > 1:
            back = Button(_("Previous section"), lambda: self._step(-1), look="link")
            onward = Button(_("Next section"), lambda: self._step(1), look="link")
            page.add(row(back, onward))

    def _take_back_parts(self) -> None:
        """Take what is the form's own out of the page, or it would go with it."""
        shown = not self._above.isHidden()
        self.comments.hide()
        self.versions.hide()
        for part in (self._above, self.comments, self.versions):
            part.setParent(self)
        self._above.setVisible(shown)

    def _show_page(self, page: QWidget | None) -> None:
        if not isinstance(page, Sheet):
            self._take_back_parts()
        if self._sheet is not None:
            self._sheet.retire()
        for old in self._pages:
            self._stack.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._pages, self._sheet = [], None
        if page is not None:
            self._stack.addWidget(page)
            self._pages = [page]
