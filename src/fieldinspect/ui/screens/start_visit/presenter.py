"""Where, and under which inspection; the rest can wait until the person is inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes, Inspection
from fieldinspect.i18n import _
from fieldinspect.services import capture, planning, reading
from fieldinspect.services.planning import Planned
from fieldinspect.services.reference import Force, forces
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.reference import Station, stations

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault


class Carried(NamedTuple):
    """What is known before anybody types: the inspections, and the force of the last visit."""

    inspections: Sequence[Inspection]
    force: str
    planned: Sequence[Planned] = ()
    """What this person is assigned to and has not begun."""


class View(Protocol):
    """What the presenter says to the screen."""

    def offer(self, stations: Sequence[Station], forces: Sequence[Force]) -> None: ...

    def show_carried(self, carried: Carried) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class StartVisitPresenter:
    """Free text is as good as a station we know."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._forces: Sequence[Force] = ()
        self._starting = False

    def enter(self, _place: Place) -> None:
        self._starting = False
        self._context.jobs.aside(lambda: (stations(), list(forces().values())), self._offer)
        today = self._context.clock().date()
        self._context.jobs.on_vault(lambda vault: _carried(vault, today), self._view.show_carried)
        self._view.show_problem("")

    def leave(self) -> None:
        """Nothing typed here is worth keeping."""

    def changed(self, _changes: Changes) -> None:
        """Whatever changed, the question is the same."""

    def start(self, inspection: str, station: str, force: str) -> None:
        """Start the visit. The force is kept by its short name where we know it."""
        if self._starting:
            return
        if not station.strip():
            self._view.show_problem(_("Enter the station you are visiting"))
            return
        if not inspection:
            self._view.show_problem(_("Start or join an inspection first"))
            return
        self._starting = True
        now = self._context.clock()
        slug = next(
            (one.slug for one in self._forces if force.strip() in (one.title, one.name)), force.strip()
        )
        self._context.jobs.on_vault(
            lambda vault: capture.start_visit(
                vault, inspection=inspection, station=station, force=slug, happened=now
            ),
            self._started,
            self._failed,
        )

    def open_planned(self, plan: str) -> None:
        self._context.go(Place("planned", plan))

    def cancel(self) -> None:
        self._context.go(Place("today"))

    def _offer(self, found: tuple[Sequence[Station], Sequence[Force]]) -> None:
        self._forces = found[1]
        self._view.offer(*found)

    def _started(self, visit: str) -> None:
        self._starting = False
        self._context.go(Place("visit", visit))

    def _failed(self, problem: Problem) -> None:
        self._starting = False
        self._view.show_problem(problem.sentence)


def _carried(vault: Vault, today: date) -> Carried:
    latest = reading.visits(vault, counted=False)[:1]
    force = latest[0].force if latest else ""
    return Carried(reading.inspections(vault), force, planning.to_do(vault, today))
