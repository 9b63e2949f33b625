"""The gate as one vault has it: with the overrides and the branches that its journal holds."""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.journal import erasure
from fieldinspect.journal.acceptance import Chain, Gate
from fieldinspect.journal.entry import read_entry
from fieldinspect.store import custody, schema

PERSON: Final = "person"
FORCE: Final = "force"
WITHDRAWN: Final = "withdrawn"


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


def _branch(connection: sa.Connection, place: Chain, head: str) -> dict[int, str]:
    """Return what stands at each sequence on the way to a head, as far back as its links are here."""
    e, c = schema.entry.c, schema.chain.c
    query = (
        sa.select(e.id, e.header, e.signature)
        .join(schema.chain, c.id == e.chain)
        .where(c.device == place[0], c.incarnation == place[1])
    )
    headers = {
        row.id: read_entry(row.header, row.signature, None).header for row in connection.execute(query)
    }
    known: dict[int, str] = {}
    at = head
    while at in headers:
        known[headers[at].sequence] = at
        if headers[at].previous:
            known[headers[at].sequence - 1] = headers[at].previous
        at = headers[at].previous
    return known
