"""Judging again what a change elsewhere concerns, within the caller's transaction.

An entry counts or not by what its record hangs under, by overrides and by the branch of its chain: any of these may
come later than the entry. Records are folded when they are touched; what is done here makes arrival order not matter.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

import sqlalchemy as sa

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.acceptance import Chain, Gate, Reason
from fieldinspect.journal.forces import FORCE, NONE
from fieldinspect.store import erasing, lineage, merging, schema
from fieldinspect.store.gates import gate_for
from fieldinspect.store.rows import among

_CONCERNING: Final = frozenset({Kind.CONFLICT_OVERRIDE, Kind.PLANNED_VISIT})


def settle(
    connection: sa.Connection,
    gate: Gate,
    touched: Collection[str],
    unsettled: Collection[str],
    device: str,
    *,
    anew: bool = False,
    said_now: bool = False,
) -> None:
    """Judge again what these records concern, and destroy what is to be destroyed now.

    `gate` is the one they were folded by; with `anew` everything that could change is looked at again.
    """
    after = gate_for(connection, gate.roster)
    unsettled = {*unsettled, *_on_branches(connection, gate, after)}
    erased = erasing.load(connection).keys() if after.watched else ()
    merging.settle(connection, after, unsettled, device, anew=anew, said_now=said_now)
    if not after.watched:
        return
    changed = set(erased) ^ erasing.load(connection).keys()
    everything = anew or gate.overrides != after.overrides
    conflicted(connection, after, None if everything else {*touched, *changed})


def after_writing(connection: sa.Connection, roster: Roster, touched: Collection[str]) -> None:
    """Judge again what our own act concerns: it named a force, assigned somebody, or set a conflict aside."""
    gate = gate_for(connection, roster)
    r, h = schema.record.c, schema.head.c
    planning = sa.select(r.id).where(among(r.id, touched), r.kind == Kind.PLANNED_VISIT)
    visits = sa.select(h.value).where(h.field == lineage.VISIT, h.record.in_(planning), h.value.is_not(None))
    planned = list(connection.execute(visits).scalars())
    merging.refold(connection, gate, planned)
    if not gate.watched:
        return
    touched = {*touched, *planned}
    overriding = sa.select(r.id).where(among(r.id, touched), r.kind == Kind.CONFLICT_OVERRIDE).limit(1)
    merging.refold(connection, gate, list(touched))
    conflicted(connection, gate, None if connection.execute(overriding).first() else touched)


def _on_branches(connection: sa.Connection, before: Gate, after: Gate) -> Collection[str]:
    """Fold again what stands in chains of whose branch more is known now; return what that leaves to settle."""
    changed = [place for place in after.heads if before.branches.get(place) != after.branches.get(place)]
    if not changed:
        return ()
    return merging.refold(connection, after, _written_in(connection, _numbers(connection, changed))).unsettled


def conflicted(connection: sa.Connection, gate: Gate, touched: Collection[str] | None) -> None:
    """Judge conflicts of interest again in what hangs under these records; None: everywhere."""
    watched = _chains_of(connection, gate)
    if not watched:
        return
    if touched is None:
        merging.refold(connection, gate, _naming(connection, watched))
    e = schema.entry.c
    found = sa.select(e.record, e.chain).where(e.chain.in_(watched)).distinct()
    if touched is not None:
        found = found.where(e.record.in_(lineage.below(connection, touched)))
    wrong = _wrong(connection, gate, connection.execute(found).all(), watched)
    planned = merging.refold(connection, gate, wrong).touched.difference(wrong)
    if planned:
        conflicted(connection, gate, planned)


def _wrong(
    connection: sa.Connection,
    gate: Gate,
    written: Iterable[Any],
    watched: dict[int, str],
) -> list[str]:
    """Return the records that have, or should have, entries that do not count for a conflict of interest."""
    over = lineage.Lineage(connection)
    q, e = schema.quarantine.c, schema.entry.c
    query = sa.select(e.record).join(schema.quarantine, q.entry == e.id).where(q.reason == Reason.CONFLICT)
    have = set(connection.execute(query).scalars())
    return list(
        dict.fromkeys(
            row.record
            for row in written
            if row.record in have
            or not gate.conflicts.get(watched[row.chain], NONE).isdisjoint(over(row.record))
        )
    )


def _naming(connection: sa.Connection, chains: Collection[int]) -> list[str]:
    """Return the records that name a force, or did, and to which one of these chains wrote."""
    n, h = schema.named_force.c, schema.head.c
    naming = sa.union(sa.select(n.record), sa.select(h.record).where(h.field == FORCE)).subquery()
    e = schema.entry.c
    query = sa.select(e.record).where(e.chain.in_(chains), e.record.in_(sa.select(naming.c.record)))
    return list(connection.execute(query.distinct()).scalars())


def _chains_of(connection: sa.Connection, gate: Gate) -> dict[int, str]:
    """Return the numbers of the chains in which people with a conflict of interest write, with the person."""
    rows = connection.execute(sa.select(schema.chain)).all()
    writers = {row.id: gate.roster.device(row.device) for row in rows}
    return {
        number: device.person
        for number, device in writers.items()
        if device is not None and device.person in gate.watched
    }


def _numbers(connection: sa.Connection, places: Iterable[Chain]) -> list[int]:
    wanted = set(places)
    rows = connection.execute(sa.select(schema.chain)).all()
    return [row.id for row in rows if (row.device, row.incarnation) in wanted]


def _written_in(connection: sa.Connection, chains: Collection[int]) -> list[str]:
    e = schema.entry.c
    return list(connection.execute(sa.select(e.record).where(e.chain.in_(chains)).distinct()).scalars())


def concerns(writes: Iterable[tuple[str, Iterable[str]]]) -> bool:
    """Tell whether acts of these (kind, fields) may change what counts of what others wrote."""
    return any(kind in _CONCERNING or FORCE in fields for kind, fields in writes)
