"""The gate as one vault has it: with the overrides and the branches that its journal holds."""

from collections.abc import Mapping
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.journal import erasure
from fieldinspect.journal.acceptance import Chain, Gate
from fieldinspect.store import custody, schema

PERSON: Final = "person"
FORCE: Final = "force"
WITHDRAWN: Final = "withdrawn"
_WALKED: Final = "walked-branches"
"""Under this name a connection remembers what was found in chains."""


def gate_for(connection: sa.Connection, roster: Roster) -> Gate:
    """Return the gate of a roster; where nobody is conflicted and no chain was cut at a head, nothing is looked up."""
    plain = Gate(roster)
    if not plain.watched and not plain.heads:
        return plain
    overrides = _overrides(connection, plain) if plain.watched else frozenset()
    return Gate(roster, overrides, _branches(connection, plain))


def _overrides(connection: sa.Connection, gate: Gate) -> frozenset[tuple[str, str]]:
    """Return the (person, force) whose conflict a lead set aside: somebody else than that person, and not taken back.

    As with erasures, only what the founder said first says whom and what it is about.
    """
    withdrawn = _withdrawn(connection)
    return frozenset(
        (person, erasure.value(body, FORCE))
        for entry, body in custody.founders_said(connection, gate, Kind.CONFLICT_OVERRIDE)
        if (person := erasure.value(body, PERSON)) != entry.header.author
        and entry.header.record not in withdrawn
    )


def _withdrawn(connection: sa.Connection) -> set[str]:
    r = schema.record.c
    query = sa.select(r.id).where(r.kind == Kind.CONFLICT_OVERRIDE, r.withdrawn == 1)
    return set(connection.execute(query).scalars())


def _branches(connection: sa.Connection, gate: Gate) -> Mapping[Chain, Mapping[int, str]]:
    return {place: known for place, head in gate.heads.items() if (known := _branch(connection, place, head))}


class _Link(msgspec.Struct):
    previous: str


def _branch(connection: sa.Connection, place: Chain, head: str) -> Mapping[int, str]:
    """Return what stands on the way to a head, as far back as its links are here: where something else is here too.

    A long chain is walked once for each connection, and again when it has grown. Entries are never deleted, so their
    number tells; but for a transaction that was rolled back, which forgets what was found (`_forget`).
    """
    e, c = schema.entry.c, schema.chain.c
    number = connection.execute(
        sa.select(c.id).where(c.device == place[0], c.incarnation == place[1])
    ).scalar()
    if number is None:
        return {}
    count = connection.execute(sa.select(sa.func.count()).where(e.chain == number)).scalar_one()
    walked = connection.info.setdefault(_WALKED, {})
    if walked.get((number, head), (0, {}))[0] != count:
        walked[number, head] = count, _deviations(connection, number, head)
    found: Mapping[int, str] = walked[number, head][1]
    return found


def _deviations(connection: sa.Connection, chain: int, head: str) -> dict[int, str]:
    e = schema.entry.c
    places: dict[str, tuple[int, str]] = {}
    for row in connection.execute(sa.select(e.id, e.sequence, e.header).where(e.chain == chain)):
        places[row.id] = row.sequence, msgspec.json.decode(row.header, type=_Link).previous
    known: dict[int, str] = {}
    at = head
    while at in places:
        sequence, previous = places[at]
        known[sequence] = at
        if previous:
            known[sequence - 1] = previous
        at = previous
    return {seq: known[seq] for one, (seq, _link) in places.items() if known.get(seq, one) != one}


@sa.event.listens_for(sa.Engine, "rollback")
def _forget(connection: sa.Connection) -> None:
    if not connection.invalidated:
        connection.info.pop(_WALKED, None)
