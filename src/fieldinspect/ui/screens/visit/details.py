"""One record beside the timeline: its text and versions, or its form; correct it or withdraw it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import TimelineItem
from fieldinspect.i18n import _
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.models.timeline import heading, marks
from fieldinspect.ui.text import day_and_time
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.text import Button, body, hint, rule, section


class Details(QWidget):
    """Says so when nothing is chosen."""

    correction_asked = Signal(str)
    versions_asked = Signal()
    withdrawal_asked = Signal(str)

    def __init__(self, form: FormView) -> None:
        super().__init__()
        self._form = form
        self.first: QWidget | None = None
        self._record = ""
        self._heading, self._when, self._text = section(), hint(), body()
        self._correct = Button(
            _("Correct"), lambda: self.correction_asked.emit(self._record), name=_("Correct this note")
        )
        self._earlier = Button(
            _("Earlier versions Ctrl+H"), self.versions_asked.emit, name=_("Earlier versions")
        )
        self._versions = QWidget()
        self._versions.setAccessibleName(_("Earlier versions"))
        self._version_column = QVBoxLayout(self._versions)
        self._version_column.setContentsMargins(0, 0, 0, 0)
        self._shown: list[QWidget] = []
        self._why = LineField(_("Why is it withdrawn?"), note=_("It stays in the vault, struck out"))
        self._withdraw = Button(_("&Withdraw"), self._ask_withdrawal)
        self._page = Page()
        self._none = Page()
        self._none.add(hint(_("Choose a row of the timeline to see more of it")))
        self._stack = QStackedWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        head = QWidget()
        top = QVBoxLayout(head)
        top.setContentsMargins(16, 12, 16, 0)
        top.setSpacing(2)
        top.addWidget(self._heading)
        top.addWidget(self._when)
        self._head = head
        self._page.add(self._text)
        self._page.add(row(self._correct, self._earlier))
        self._page.add(self._versions)
        self._page.add(self._why)
        self._page.add(row(self._withdraw))
        for part in (self._none, self._page, self._form):
            self._stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)
        head.hide()

    @property
    def has_record(self) -> bool:
        return bool(self._record)

    @property
    def record(self) -> str:
        """The record in front, or "" ."""
        return self._record

    def show_record(self, item: TimelineItem, *, has_form: bool) -> None:
        if item.id != self._record:
            self._form.show_nothing()  # the focus would go with the fields of the form before
        self._record = item.id
        self._head.show()
        self._heading.setText(heading(item))
        self._when.setText(" · ".join((day_and_time(item.happened), *marks(item))))
        self._text.setText(item.text)
        self._forget_versions()
        self._why.line.clear()
        self._why.show_problem("")
        note = item.kind == Kind.NOTE and not item.withdrawn
        self._correct.setVisible(note)
        self._earlier.setVisible(item.kind == Kind.NOTE)
        for part in (self._why, self._withdraw):
            part.setVisible(not item.withdrawn and not has_form)
        self._stack.setCurrentWidget(self._form if has_form else self._page)
        self.first = self._form if has_form else self._correct

    def show_nothing(self) -> None:
        """Forget the record that was in front: it is not in the vault any more."""
        self._record = ""
        for said in (self._heading, self._when, self._text):
            said.clear()
        self._forget_versions()
        self._why.line.clear()
        self._head.hide()
        self._stack.setCurrentWidget(self._none)
        self.first = None

    def show_versions(self, versions: Sequence[tuple[str, str, str, str]]) -> None:
        """Show (author, when, text, reason), oldest first."""
        self._forget_versions()
        for author, when, text, reason in versions:
            said = " · ".join(filter(None, (author, when, reason)))
            for part in (rule(), hint(said), body(text)):
                self._version_column.addWidget(part)
                self._shown.append(part)
        self._versions.show()

    def _forget_versions(self) -> None:
        for part in self._shown:
            part.hide()
            part.deleteLater()
        self._shown = []
        self._versions.hide()

    def _ask_withdrawal(self) -> None:
        self.withdrawal_asked.emit(self._why.value)
