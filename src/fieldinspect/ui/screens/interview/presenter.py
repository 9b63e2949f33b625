"""An officer interview: whose visit it belongs to, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.forms.presenter import FormPresenter
from fieldinspect.ui.forms.presenter import View as FormView
from fieldinspect.ui.text import day_and_time

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

NAME = "interview"


class View(Protocol):
    """What the presenter says to the screen."""

    def show_heading(self, station: str, when: str) -> None: ...


class _Found(NamedTuple):
    visit: str
    station: str
    when: str


class InterviewPresenter:
    """The form does the work; this knows where it belongs."""

    def __init__(self, view: View, form: FormView, context: Context) -> None:
        self._view = view
        self._context = context
        self._record = ""
        self._visit = ""
        self.form = FormPresenter(form, context, NAME)

    def enter(self, place: Place) -> None:
        self._record = place.record
        record = place.record
        self._context.jobs.on_vault(lambda vault: _where(vault, record), self._found)
        self.form.open(record, Kind.INTERVIEW)

    def leave(self) -> None:
        self.form.leave()

    def changed(self, changes: Changes) -> None:
        self.form.changed(changes)
        record = self._record
        if record:
            self._context.jobs.on_vault(
                lambda vault: vault.record(record) is None,
                lambda gone: self._forget(record) if gone else None,
            )

    def back(self) -> None:
        self._context.go(Place("visit", self._visit))

    def _forget(self, record: str) -> None:
        """Take an interview that was erased, or whose copy went, off the screen."""
        if record == self._record:
            self._record = ""
            self.form.clear()
            self._view.show_heading(_("This record is not in this vault"), "")

    def _found(self, found: _Found | None) -> None:
        if found is not None:
            self._visit = found.visit
            self._view.show_heading(found.station, found.when)


def _where(vault: Vault, record: str) -> _Found | None:
    view = vault.record(record)
    visit = vault.record(view.parent) if view else None
    if view is None or visit is None:
        return None
    return _Found(visit.id, visit.get("station"), day_and_time(view.happened))
