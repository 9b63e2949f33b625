"""What a lead planned for this person; begun here, it is the one visit of everybody who begins it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.services import planning
from fieldinspect.services.planning import Planned
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

NAME = "planned"


class Briefed(NamedTuple):
    """A planned visit in words: `people` go, `lead` leads."""

    planned: Planned
    people: Sequence[str]
    lead: str


class View(Protocol):
    """What the presenter says to the screen."""

    def show_planned(self, briefed: Briefed | None) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class PlannedPresenter:
    """Reads again when something was committed: it may have been cancelled meanwhile."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._acting = Acting(view, context.jobs, lambda: None)
        self._plan = ""
        self._in_front = False

    def enter(self, place: Place) -> None:
        self._plan, self._in_front = place.record, True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def begin(self, station: str) -> None:
        """Begin the visit now; `station` where the plan names none."""
        plan, now = self._plan, self._context.clock()
        self._acting.act(
            lambda vault: planning.begin(vault, plan, station=station, happened=now),
            lambda visit: self._context.go(Place("visit", visit)),
        )

    def back(self) -> None:
        self._context.go(Place("today"))

    def _read(self) -> None:
        plan = self._plan
        self._context.jobs.on_vault(lambda vault: _briefed(vault, plan), self._view.show_planned)


def _briefed(vault: Vault, plan: str) -> Briefed | None:
    found = next((one for one in planning.planned(vault) if one.id == plan), None)
    roster = vault.roster()
    if found is None or roster is None:
        return None
    details = found.details
    lead = roster.name_of(details.lead) if details.lead else ""
    return Briefed(found, [roster.name_of(person) for person in details.assigned], lead)
