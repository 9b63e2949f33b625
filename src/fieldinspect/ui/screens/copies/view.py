"""Working copies."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.domain.custody import WorkingCopy
from fieldinspect.i18n import _
from fieldinspect.services import custody_words
from fieldinspect.ui.screens.copies.presenter import Copies, Gone
from fieldinspect.ui.text import day, day_and_time
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, hint, section, title


class CopiesView(Page):
    """Two lists: what is here, and what was removed."""

    removal_asked = Signal(str)
    all_asked = Signal()
    return_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=900)
        self._summary, self._empty = ErrorSummary(), hint()
        self._here = RowList(_("Visits on this laptop"), most=10)
        self._remove = Button(
            _("&Remove the chosen copy"), lambda: self.removal_asked.emit(self._here.current_key)
        )
        self._all = Button(_("Remove every copy that &may go"), self.all_asked.emit)
        self._gone = RowList(_("Removed from this laptop"), most=6)
        self._back = Button(_("&Bring it back"), lambda: self.return_asked.emit(self._gone.current_key))
        self._gone_part = Group(section(_("Removed from this laptop")), self._gone, self._back)
        for part in (
            title(_("Working copies")),
            hint(
                _(
                    "A visit need not stay on this laptop once a team lead or the centre has receipted all of it "
                    "and its days are over. Removing is no erasure: others keep what they have, and it can come back"
                )
            ),
            self._summary,
            self._empty,
            self._here,
        ):
            self.add(part)
        self.add(flow(self._remove, self._all))
        self.add(self._gone_part)
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        return self._here

    def show_copies(self, copies: Copies) -> None:
        self._here.show_rows([_copy(one) for one in copies.here])
        self._here.setVisible(bool(copies.here))
        self._empty.setText(
            _("The vault of a lead or of the centre keeps what it holds")
            if copies.keeps_all
            else _("No visit is on this laptop")
        )
        self._empty.setVisible(not copies.here)
        self._remove.setVisible(bool(copies.here))
        self._all.setVisible(any(one.removable for one in copies.here))
        self._gone.show_rows([_gone(one) for one in copies.gone])
        self._gone_part.setVisible(bool(copies.gone))

    def show_working(self, working: bool) -> None:
        for button in (self._remove, self._all, self._back):
            button.setEnabled(not working)

    def show_problem(self, sentence: str) -> None:
        about = self._here if self._here.isVisible() else None
        self._summary.show_problems([(sentence, about)] if sentence else [])


def _copy(one: WorkingCopy) -> Row:
    why = [custody_words.hold(hold) for hold in one.holds]
    if one.due is not None and not one.removable:
        why.append(_("Its days are over on {day}").format(day=day(one.due)))
    records = _("Records: {count}").format(count=one.records)
    return Row(
        one.visit,
        one.station or _("Visit"),
        " · ".join((day(one.begun), records, *why)),
        _("May go") if one.removable else _("Stays"),
    )


def _gone(one: Gone) -> Row:
    records = _("Records: {count}").format(count=one.records)
    removed = _("Removed on {when}").format(when=day_and_time(one.when))
    return Row(one.visit, _("Visit {number}").format(number=one.visit[:8]), f"{removed} · {records}")
