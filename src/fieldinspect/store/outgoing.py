"""Choosing what a bundle carries: what all its recipients may hold and not all were sent yet."""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.custody import PostedBundle
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.entry import read_entry, to_line
from fieldinspect.store import entries, lineage, schema, traffic
from fieldinspect.store.entitlement import Entitlement
from fieldinspect.store.gates import gate_for
from fieldinspect.store.rows import listed

PAGE: Final = 1000


@dataclass(frozen=True)
class Choice:
    """Which entries leave: positions in order, and for each whether its body goes too."""

    positions: "array[int]"
    bodies: bytearray
    records: Sequence[str]
    """Those of which a body leaves."""
    top: int
    withheld: tuple[str, ...]
    regained: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """The conditions by which entries are chosen."""

    whole: sa.ColumnElement[bool]
    lacking: sa.ColumnElement[bool]
    withheld: tuple[str, ...]
    regained: tuple[str, ...]


def ask(
    connection: sa.Connection,
    roster: Roster | None,
    scopes: frozenset[str],
    sent: Mapping[str, int],
    people: Collection[str],
) -> Question:
    """Return the conditions for what these people may hold and were not sent; no people: for the scopes alone."""
    withheld: tuple[str, ...] = ()
    owed: Mapping[str, int] = {}
    if roster is not None and people:
        withheld = tuple(Entitlement(connection, gate_for(connection, roster)).withheld(people))
        if sent:
            devices = [device.id for person in people for device in roster.devices_of(person)]
            owed = traffic.owed(connection, devices, scopes)
    regained = tuple(sorted(owed.keys() - set(withheld)))
    held = lineage.below(connection, withheld) if withheld else None
    back = lineage.below(connection, regained) if regained else None
    until = max((owed[root] for root in regained), default=0)
    whole = traffic.whole(scopes, held)
    if roster is not None and not sent and len(people) == 1:
        own = _written_by(roster, next(iter(people)))
        whole = sa.or_(whole, own if held is None else sa.and_(own, schema.entry.c.record.not_in(held)))
    return Question(
        whole,
        traffic.lacking(scopes, sent, held, back, until),
        withheld,
        regained,
    )


def _written_by(roster: Roster, person: str) -> sa.ColumnElement[bool]:
    """Return the condition that somebody wrote an entry themselves, on whatever laptop: they may have it back."""
    c = schema.chain.c
    devices = [device.id for device in roster.devices if device.person == person]
    return schema.entry.c.chain.in_(sa.select(c.id).where(c.device.in_(devices)))


def choose(connection: sa.Connection, question: Question) -> Choice:
    e = schema.entry.c
    top = entries.last(connection)
    where = sa.and_(question.lacking, e.position <= top)
    positions, bodies = array("q"), bytearray()
    records: dict[str, None] = {}
    rows = sa.select(e.position, e.record, question.whole).where(where).order_by(e.position)
    for position, record, whole in connection.execute(rows):
        positions.append(position)
        bodies.append(bool(whole))
        if whole:
            records[record] = None
    return Choice(positions, bodies, list(records), top, question.withheld, question.regained)


def holds_barred(connection: sa.Connection, roster: Roster, posted: PostedBundle) -> bool:
    """Tell whether a bundle holds bodies that not everybody it was sealed for may hold by this roster."""
    people = {found.person for device in posted.devices if (found := roster.device(device))}
    barred = set(Entitlement(connection, gate_for(connection, roster)).withheld(people)) - posted.withheld
    if not barred:
        return False
    e = schema.entry.c
    since = 0 if barred & posted.regained else min(posted.since.values(), default=0)
    within = sa.and_(e.position > since, e.position <= posted.position)
    held = sa.and_(traffic.whole(posted.scopes), e.record.in_(lineage.below(connection, sorted(barred))))
    return connection.execute(sa.select(e.position).where(within, held).limit(1)).first() is not None


def waits(connection: sa.Connection, question: Question) -> bool:
    """Tell whether anything would leave."""
    found = sa.select(schema.entry.c.position).where(question.lacking).limit(1)
    return connection.execute(found).first() is not None


def page(connection: sa.Connection, choice: Choice, start: int) -> Iterable[bytes]:
    """Return the lines of the next `PAGE` chosen entries; a body that does not leave is left out."""
    e = schema.entry.c
    wanted = choice.positions[start : start + PAGE]
    bodies = dict(zip(wanted, choice.bodies[start : start + PAGE], strict=True))
    given = listed(str(position) for position in wanted).subquery()
    query = (
        sa.select(e.position, e.header, e.signature, e.sealed)
        .where(e.position.in_(sa.select(sa.cast(given.c.value, sa.BigInteger))))
        .order_by(e.position)
    )
    return [
        to_line(read_entry(row.header, row.signature, row.sealed), withhold=not bodies[row.position])
        for row in connection.execute(query)
    ]
