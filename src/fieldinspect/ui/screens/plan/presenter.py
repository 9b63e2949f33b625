"""The planned visits of an inspection, for whoever leads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.files import world_failures
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import packs, planning, schedule
from fieldinspect.services.packs import Packed
from fieldinspect.services.planning import Notice, Planned, State
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

NAME = "plan"
BY_DAY, BY_FORCE, BY_STATION = "day", "force", "station"


class Wanted(NamedTuple):
    """Which planned visits are shown, in which order; "" is everybody or every force."""

    order: str = BY_DAY
    force: str = ""
    person: str = ""
    past: bool = False
    """Also those that are over, begun or cancelled."""


class Schedule(NamedTuple):
    """What the screen shows."""

    planned: Sequence[Planned] = ()
    notices: Sequence[Notice] = ()
    names: Mapping[str, str] = {}
    """Names of people by id."""
    forces: Sequence[str] = ()
    may_plan: bool = False


class View(Protocol):
    """What the presenter says to the screen."""

    def show_schedule(self, schedule: Schedule, total: int) -> None:
        """Show the chosen visits; `total` is how many there are in all."""
        ...

    def show_table(self, rows: Sequence[schedule.Row], names: Mapping[str, str]) -> None:
        """Show what a table asks for, before it is planned; none takes it away."""
        ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class PlanPresenter:
    """Reads again whenever anything was committed while it is in front."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._acting = Acting(view, context.jobs, self._read)
        self._in_front = False
        self._wanted = Wanted()
        self._found = Schedule()
        self._table: Sequence[schedule.Row] = ()

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._drop_table()
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def choose(self, wanted: Wanted) -> None:
        """Show other visits, or in another order."""
        self._wanted = wanted
        self._show()

    def open_plan(self, record: str) -> None:
        self._context.go(Place("plan_visit", record))

    def add(self) -> None:
        self._context.go(Place("plan_visit"))

    def see_links(self) -> None:
        self._context.go(Place("links"))

    def read_table(self, path: Path) -> None:
        """Read a table and show what it asks for; nothing is planned yet."""
        names = self._found.names
        self._drop_table()

        def work(vault: OpenVault) -> list[schedule.Row]:
            with world_failures(), path.open("rb") as source:
                raw = source.read(schedule.MOST_BYTES + 1)
            return schedule.read_schedule(vault, raw)

        def done(rows: list[schedule.Row]) -> None:
            self._table = rows
            self._view.show_table(rows, names)

        self._acting.act(work, done)

    def plan_table(self) -> None:
        """Plan all that the table asks for."""
        wanted, now = [row.details for row in self._table], self._context.clock()

        def done(made: list[str]) -> None:
            self._drop_table()
            count = len(made)
            self._context.tell(
                ngettext("{count} visit is planned", "{count} visits are planned", count).format(count=count)
            )

        self._acting.act(lambda vault: planning.plan_all(vault, wanted, happened=now, initiator=NAME), done)

    def drop_table(self) -> None:
        self._drop_table()

    def make_packs(self, folder: Path) -> None:
        """Seal a pack for everybody who is assigned to a visit still to come."""
        envelope, now = self._context.envelope, self._context.clock()
        self._acting.act(lambda vault: packs.make(vault, envelope, folder, now=now), self._packed)

    def _packed(self, made: list[Packed]) -> None:
        names = ", ".join(one.person for one in made if one.sealed is not None)
        if names:
            self._context.tell(_("Visit packs are sealed for: {names}").format(names=names))
        else:
            self._context.tell(_("Everybody who is assigned has all of it already"))

    def _drop_table(self) -> None:
        self._table = ()
        self._view.show_table((), {})

    def _read(self) -> None:
        self._context.jobs.on_vault(_schedule, self._came)

    def _came(self, found: Schedule) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        today = self._context.clock().date()
        shown = [one for one in self._found.planned if _wants(self._wanted, one, today)]
        shown.sort(key=_ORDERS[self._wanted.order])
        self._view.show_schedule(self._found._replace(planned=shown), len(self._found.planned))


def _wants(wanted: Wanted, one: Planned, today: date) -> bool:
    return (
        (wanted.past or (one.state is State.PLANNED and one.details.last >= today))
        and wanted.force in ("", one.details.force)
        and (not wanted.person or wanted.person in one.details.assigned)
    )


def _by_day(one: Planned) -> tuple[date, str, str]:
    return one.details.first, one.details.force, one.details.station


def _by_force(one: Planned) -> tuple[str, date, str]:
    return one.details.force, one.details.first, one.details.station


def _by_station(one: Planned) -> tuple[str, date, str]:
    return one.details.station.casefold(), one.details.first, one.details.force


_ORDERS = {BY_DAY: _by_day, BY_FORCE: _by_force, BY_STATION: _by_station}


def _schedule(vault: OpenVault) -> Schedule:
    found = planning.planned(vault)
    roster = vault.roster()
    names = {person.id: person.name for person in (roster.people if roster else ())}
    forces = sorted({one.details.force for one in found if one.details.force})
    return Schedule(found, planning.warnings(vault, found), names, forces, planning.may_plan(vault))
