"""One record of a stream: where it belongs, its form, and whether its author calls it completed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.views import Changes, RecordView
from fieldinspect.i18n import _
from fieldinspect.services import second_reading, streams
from fieldinspect.services.blindness import SECOND_OF
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.forms.presenter import FormPresenter
from fieldinspect.ui.forms.presenter import View as FormView
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.text import day_and_time, kind_name

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

NAME = "record"


class View(Protocol):
    """What the presenter says to the screen."""

    def show_heading(self, heading: str, where: str, *, of_visit: bool) -> None: ...

    def show_completed(self, *, completed: bool) -> None: ...

    def show_returned(self, reason: str) -> None:
        """Say why this was returned to the person who reads it, or "" ."""
        ...

    def show_erasable(self, *, erasable: bool) -> None:
        """Offer to ask for its erasure."""
        ...


class _Found(NamedTuple):
    record: RecordView
    visit: str
    station: str
    second: bool
    mine: bool
    leads: bool


class RecordPresenter:
    """The form does the work; this knows where it belongs."""

    def __init__(self, view: View, form: FormView, context: Context) -> None:
        self._view = view
        self._form_view = form
        self._context = context
        self._record = ""
        self._visit = ""
        self.form = FormPresenter(form, context, NAME)

    def enter(self, place: Place) -> None:
        self._record = record = place.record or self._record
        self._context.jobs.on_vault(lambda vault: _where(vault, record), self._found)

    def leave(self) -> None:
        self.form.leave()

    def changed(self, changes: Changes) -> None:
        self.form.changed(changes)
        record, named = self._record, self._record in changes.records
        if record:
            self._context.jobs.on_vault(
                lambda vault: _where(vault, record) if named or vault.record(record) is None else record,
                lambda found: self._changed(record, found),
            )

    def back(self) -> None:
        """Go back to the visit it belongs to, or to the list of records."""
        self._context.go(Place("visit", self._visit) if self._visit else Place("records"))

    def ask_erasure(self) -> None:
        self._context.go(Place("erase", self._record))

    def say_completed(self, completed: bool) -> None:
        """Note that the whole record is completed, or not yet; what it leaves out is told first."""
        if completed:
            self.form.completing.before_completing(lambda: self._note(completed=True))
        else:
            self._note(completed=False)

    def _note(self, *, completed: bool) -> None:
        self.form.leave()
        record, now = self._record, self._context.clock()
        self._context.saving.saving()
        self._context.jobs.on_vault(
            lambda vault: streams.say_completed(vault, record, completed, happened=now, initiator=NAME),
            lambda _changes: self._context.saving.saved(),
            self._not_saved,
        )

    def _not_saved(self, problem: Problem) -> None:
        self._context.saving.failed(problem)
        self._context.tell(problem.sentence)

    def _changed(self, record: str, found: _Found | str | None) -> None:
        """Show what changed: nothing when the record's id came back."""
        if found is None and record == self._record:  # erased, or its copy went: off the screen, too
            self._record = self._visit = ""
            self.form.clear()
            self._view.show_heading(_("This record is not in this vault"), "", of_visit=False)
            self._view.show_returned("")
            self._view.show_erasable(erasable=False)
        elif isinstance(found, _Found):
            self._show(found)

    def _found(self, found: _Found | None) -> None:
        if found is None or found.record.id != self._record:
            return
        self._show(found)
        if found.record.blind:
            self.form.clear()
            self._form_view.show_refused(second_reading.hidden_sentence())
        else:
            self.form.open(found.record.id, found.record.kind)

    def _show(self, found: _Found | None) -> None:
        if found is None or found.record.id != self._record:
            return
        self._visit = found.visit
        where = " · ".join(filter(None, (found.station, day_and_time(found.record.happened))))
        name = second_reading.name() if found.second else kind_name(found.record.kind)
        self._view.show_heading(name, where, of_visit=bool(found.visit))
        self._view.show_completed(completed=streams.is_completed(found.record))
        self._view.show_returned(found.record.get("returned") if found.mine else "")
        self._view.show_erasable(erasable=found.leads)


def _where(vault: Vault, record: str) -> _Found | None:
    view = vault.record(record)
    if view is None:
        return None
    parent, roster, me = vault.record(view.parent), vault.roster(), vault.identity.person
    visit = parent if parent is not None and parent.kind == Kind.VISIT else None
    return _Found(
        view,
        visit.id if visit else "",
        visit.get("station") if visit else "",
        bool(view.get(SECOND_OF)),
        view.author == me,
        roster is not None and Role.LEAD in roster.roles_of(me),
    )
