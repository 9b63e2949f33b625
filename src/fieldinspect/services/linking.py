"""Linking visits that two inspectors started apart from each other, and undoing it: nothing is moved or lost."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations
from typing import NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes, RecordView
from fieldinspect.i18n import _
from fieldinspect.services import visits, writing
from fieldinspect.services.ports import Reader, Vault, Write
from fieldinspect.services.visits import all_visits, began, may_link, starters


class Side(NamedTuple):
    """One of the visits that may be one, as it is shown beside the other."""

    visit: str
    station: str
    force: str
    begun: datetime
    people: tuple[str, ...]
    """Names of those who began it."""
    counts: tuple[tuple[str, int], ...]
    """Kind of record and how many of it."""


class Suggestion(NamedTuple):
    """Two visits of one station, force and day that nobody linked."""

    first: Side
    second: Side


class Joined(NamedTuple):
    """A link that counts, with the visits it joins."""

    link: str
    sides: tuple[Side, ...]
    author: str
    """The person's name."""
    happened: datetime


def link(vault: Vault, chosen: Sequence[str], *, happened: datetime, initiator: str = "") -> str:
    """Say that visits are one; return the link's id.

    Raises `BadInput` for visits that are not here, are of different forces or inspections, or are one already, and for
    whoever neither leads nor began one of them.
    """
    found = [_visit(vault, visit) for visit in dict.fromkeys(chosen)]
    if not 2 <= len(found) <= visits.MOST_LINKED:
        raise BadInput(_("Choose two visits to link"))
    if len({view.inspection for view in found}) > 1:
        raise BadInput(_("These visits belong to different inspections, so they cannot be linked"))
    if len({view.get("force") for view in found}) > 1:
        raise BadInput(
            _("These visits are of different forces, so they cannot be linked. Correct the force first")
        )
    if not may_link(vault, vault.identity.person, found):
        raise BadInput(_("Only a lead, or somebody who began one of these visits, can link them"))
    together = set(visits.parts(vault, found[0].id))
    if together.issuperset(view.id for view in found):
        raise BadInput(_("These visits are linked already"))
    record = new_record_id(vault.identity.device)
    fields: dict[str, str | None] = {visits.VISITS: "\n".join(sorted(view.id for view in found))}
    inspection = found[0].inspection
    vault.write(
        [Write(record, Kind.VISIT_LINK, inspection, inspection, fields, happened)], initiator=initiator
    )
    return record


def unlink(vault: Vault, record: str, *, reason: str, happened: datetime, initiator: str = "") -> Changes:
    """Undo a link, with a reason: its visits are shown apart again, with all that was written under each."""
    if not reason.strip():
        raise BadInput(_("Enter why the link is undone"))
    found = next((one for one in visits.links(vault) if one.id == record), None)
    if found is None or found.undone:
        raise BadInput(_("There is no such link, or it was undone already"))
    here = [view for view in map(vault.record, found.visits) if view is not None]
    if not may_link(vault, vault.identity.person, here):
        raise BadInput(_("Only a lead, or somebody who began one of these visits, can undo their link"))
    values = {visits.UNDONE: writing.TRUE}
    return writing.change(vault, record, values, happened=happened, reason=reason, initiator=initiator)


def joined(vault: Reader, visit: str = "") -> list[Joined]:
    """Return the links that count, of one visit or of all, oldest first."""
    roster = vault.roster()
    near = set(visits.parts(vault, visit)) if visit else set()
    return [
        Joined(
            one.id,
            tuple(_side(vault, view) for view in map(vault.record, one.visits) if view is not None),
            roster.name_of(one.author) if roster else "",
            one.happened,
        )
        for one in visits.links(vault)
        if one.counts and (not visit or not near.isdisjoint(one.visits))
    ]


def suggestions(vault: Reader) -> list[Suggestion]:
    """Return the pairs of visits that may be one and that this person may link: same station, force and day.

    What somebody took apart is not suggested again.
    """
    return [Suggestion(_side(vault, one), _side(vault, other)) for one, other in _pairs(vault)]


def how_many(vault: Reader) -> int:
    """Return how many pairs of visits would be suggested."""
    return len(_pairs(vault))


def _pairs(vault: Reader) -> list[tuple[RecordView, RecordView]]:
    apart = {
        frozenset(pair) for one in visits.links(vault) if one.undone for pair in combinations(one.visits, 2)
    }
    places: dict[tuple[str, str, str, date], list[tuple[RecordView, ...]]] = {}
    for whole in all_visits(vault):
        for key in {_place(view) for view in whole}:
            places.setdefault(key, []).append(whole)
    pairs = (pair for same in places.values() for pair in combinations(same, 2))
    chosen = [
        (one[0], other[0])
        for one, other in pairs
        if may_link(vault, vault.identity.person, (*one, *other))
        and not any(frozenset((a.id, b.id)) in apart for a in one for b in other)
    ]
    found = {(one.id, other.id): (one, other) for one, other in chosen}
    return [found[ids] for ids in sorted(found)]


def _place(view: RecordView) -> tuple[str, str, str, date]:
    station = " ".join(view.get("station").casefold().split())
    return view.inspection, view.get("force"), station, began(view).date()


def _side(vault: Reader, view: RecordView) -> Side:
    roster = vault.roster()
    counts = sorted((kind, count) for kind, count in vault.counts(view.id).items() if kind != Kind.PRINT_LOG)
    people = tuple(roster.name_of(person) for person in sorted(starters(view))) if roster else ()
    return Side(view.id, view.get("station"), view.get("force"), began(view), people, tuple(counts))


def _visit(vault: Reader, visit: str) -> RecordView:
    view = vault.record(visit)
    if view is None or view.kind != Kind.VISIT or view.withdrawn or visits.is_waiting(view):
        raise BadInput(_("This visit is not in the vault. Receive it first"))
    return view
