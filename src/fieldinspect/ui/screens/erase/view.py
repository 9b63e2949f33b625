"""Ask for erasure."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from fieldinspect.domain.custody import EraseReason
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import custody_words
from fieldinspect.ui.screens.erase.presenter import Named, Subject
from fieldinspect.ui.text import day_and_time, kind_name
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class EraseView(Page):
    """Everything that would be named, then why, then what cannot be undone, then the button."""

    asked = Signal(str, str, str)
    """Reason (code), why, legal basis."""
    visit_asked = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__(width=900)
        self._summary, self._what, self._where = ErrorSummary(), section(), hint()
        self._refusal = body()
        self._named = RowList(_("What would be erased"), most=10)
        self._visit = Button(_("Everything of this visit instead"), self.visit_asked.emit, look="link")
        self._reasons = QComboBox()
        for code in EraseReason:
            if code is not EraseReason.RETENTION:  # that is asked for from the retention review
                self._reasons.addItem(custody_words.reason(code), str(code))
        self._why = LineField(_("&Why, in words that name nobody"), note=_("Stays in the vaults of the team"))
        self._basis = LineField(
            _("&Legal basis, in one line"),
            note=_("Such as the article or the order. The certificate prints it"),
        )
        self._ask = Button(_("&Ask for erasure"), self._emit, look="primary")
        self._working = hint()
        self._asking = [
            self._what, self._where, self._named, Field(_("&Reason"), self._reasons), self._why, self._basis,
            label(custody_words.no_way_back()), self._ask,
        ]  # fmt: skip
        self.add(title(_("Ask for erasure")))
        for part in (self._summary, self._refusal, *self._asking[:3], self._visit, *self._asking[3:-1]):
            self.add(part)
        self.add(row(self._ask, self._working))
        self.add(row(Button(_("See all requests"), self.cancelled.emit, look="link")))
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        return self._named

    def show_subject(self, subject: Subject) -> None:
        self._refusal.setText(subject.refusal)
        self._refusal.setVisible(bool(subject.refusal))
        for part in self._asking:
            part.setVisible(not subject.refusal)
        self._visit.setVisible(bool(subject.visit))
        if not subject.named:
            return
        top, count = subject.named[0], len(subject.named)
        self._what.setText(" · ".join(filter(None, (kind_name(top.kind), subject.station))))
        self._where.setText(
            ngettext(
                "{count} record would be erased: this one. Nothing hangs beneath it",
                "{count} records would be erased: this one and all that hangs beneath it",
                count,
            ).format(count=count)
        )
        self._named.show_rows([_row(one) for one in subject.named])

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Asking…") if working else "")
        self._ask.setEnabled(not working)

    def forget(self) -> None:
        """Empty the fields: what was in them is asked for."""
        for field in (self._why, self._basis):
            field.line.clear()

    def show_problems(self, why: str, basis: str, other: str = "") -> None:
        self._why.show_problem(why)
        self._basis.show_problem(basis)
        said = [(why, self._why.line), (basis, self._basis.line), (other, None)]
        self._summary.show_problems([(sentence, about) for sentence, about in said if sentence])

    def _emit(self) -> None:
        self.asked.emit(self._reasons.currentData(), self._why.value, self._basis.value)


def _row(one: Named) -> Row:
    return Row(one.record, kind_name(one.kind), " · ".join((day_and_time(one.happened), one.author)))
