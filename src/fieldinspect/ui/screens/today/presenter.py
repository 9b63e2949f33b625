"""What to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes, Inspection, OutboxState, VisitCard
from fieldinspect.services import concerns, held_back, linking, planning, reading, review, standing, visits
from fieldinspect.services.planning import Planned
from fieldinspect.services.streams import STREAMS
from fieldinspect.ui.context import Context, Place

if TYPE_CHECKING:
    from fieldinspect.services.ports import Replica, Vault


KINDS = frozenset(map(str, Kind))
"""Drafts of other kinds are the program's own."""


class ToDo(NamedTuple):
    """A record that was returned to this person: why, and what is still asked."""

    record: str
    kind: str
    reason: str
    asked: Sequence[str]


class Overview(NamedTuple):
    """What Today shows."""

    person: str
    inspections: Sequence[Inspection]
    visits: Sequence[VisitCard]
    unfinished: frozenset[str]
    """Visits with typing that was not finished when the program last stopped."""
    outbox: OutboxState
    conflicts: int
    quarantined: int
    """Entries set aside, and refused bundles that are kept."""
    to_do: Sequence[ToDo]
    concerns: Sequence[tuple[str, str]]
    """Visits with an open safeguarding concern: record and station."""
    planned: Sequence[Planned] = ()
    """What this person is assigned to and has not begun."""
    today: date = date.min
    may_plan: bool = False
    may_be_one: int = 0
    """Pairs of visits that may be one."""
    told: Sequence[str] = ()
    """Sentences: what the team list changes for this person soon, or has changed."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_overview(self, overview: Overview) -> None: ...


class TodayPresenter:
    """Reads again whenever anything was committed while it is in front."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = False

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def open_planned(self, plan: str) -> None:
        self._context.go(Place("planned", plan))

    def open_visit(self, visit: str) -> None:
        self._context.go(Place("visit", visit))

    def open_record(self, record: str) -> None:
        """Open a returned record where its form is."""
        self._context.jobs.on_vault(lambda vault: _place(vault, record), self._go)

    def _go(self, place: Place | None) -> None:
        if place is not None:
            self._context.go(place)

    def go_to(self, screen: str) -> None:
        self._context.go(Place(screen))

    def _read(self) -> None:
        now = self._context.clock()
        self._context.jobs.on_vault(lambda vault: _overview(vault, now), self._view.show_overview)


def _overview(vault: Replica, now: datetime) -> Overview:
    drafts = [draft for draft in vault.drafts() if draft.kind in KINDS and draft.value.strip()]
    return Overview(
        vault.identity.name,
        reading.inspections(vault),
        reading.visits(vault),
        frozenset(draft.about for draft in drafts),
        vault.outbox(),
        len(vault.conflicts()),
        sum(vault.quarantined().values()) + sum(one.present for one in vault.refused_bundles()),
        [
            ToDo(view.id, view.kind, view.get("returned"), [one.text for one in asked])
            for view, asked in review.to_do(vault)
        ],
        _concerns(vault),
        planning.to_do(vault, now.date()),
        now.date(),
        planning.may_plan(vault),
        linking.how_many(vault),
        _told(vault, now),
    )


def _told(vault: Replica, now: datetime) -> list[str]:
    roster = vault.roster()
    if roster is None:
        return []
    return [*standing.warnings(roster, vault.identity, now), *held_back.hidden_here(vault)]


def _concerns(vault: Vault) -> list[tuple[str, str]]:
    held = dict.fromkeys(view.parent for view in concerns.open_concerns(vault))
    found = [vault.record(visit) for visit in dict.fromkeys(visits.parts(vault, visit)[0] for visit in held)]
    return [(view.id, view.get("station")) for view in found if view is not None and view.kind == Kind.VISIT]


def _place(vault: Vault, record: str) -> Place | None:
    """Return where a record is worked on: on its own screen, or in its visit."""
    view = vault.record(record)
    if view is None:
        return None
    if view.kind == Kind.INTERVIEW:
        return Place("interview", record)
    if view.kind in STREAMS:
        return Place("record", record)
    return Place("visit", record if view.kind == Kind.VISIT else view.parent)
