"""Answers about erasures, receipts and working copies: rows to plain frozen values."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.custody import EntryPlace, Founding, Member
from fieldinspect.domain.ids import founded_by
from fieldinspect.journal.acceptance import Gate
from fieldinspect.journal.entry import Body, Entry
from fieldinspect.store import entries, lineage, schema
from fieldinspect.store.keyring import load_keys
from fieldinspect.store.lineage import Lineage
from fieldinspect.store.reading import when
from fieldinspect.store.rows import among

_FAMILY: Final = sa.text("""
WITH RECURSIVE family(id, depth) AS (
  SELECT CAST(:record AS TEXT), 0
  UNION SELECT record.id, depth + 1 FROM record JOIN family ON record.parent = family.id WHERE depth < 16),
member(id, depth) AS (SELECT id, MIN(depth) FROM family GROUP BY id)
SELECT record.* FROM member JOIN record ON record.id = member.id ORDER BY depth, record.created, record.id
""")
_ORPHANS: Final = sa.text(
    "SELECT record.* FROM record JOIN erased ON erased.record = record.parent ORDER BY created, id"
)


def founders_said(connection: sa.Connection, gate: Gate, kind: str) -> list[tuple[Entry, Body]]:
    """Return the founder's first accepted entry of each record of a kind, in the order of the journal.

    What others wrote on it later changes what is shown, never what was said.
    """
    return _sorted(own[0] for own in by_founders(connection, gate, kind) if own)


def by_founders(connection: sa.Connection, gate: Gate, kind: str) -> Iterator[list[tuple[Entry, Body]]]:
    """Yield, for each record of a kind, all accepted entries of its founder, in the order of the journal."""
    records = connection.execute(sa.select(schema.record.c.id).where(schema.record.c.kind == kind)).scalars()
    for accepted in accepted_of(connection, gate, list(records)):
        yield [pair for pair in accepted if founded_by(pair[0].header.record, pair[0].header.device)]


def _sorted(pairs: Iterable[tuple[Entry, Body]]) -> list[tuple[Entry, Body]]:
    return sorted(pairs, key=lambda pair: (pair[0].header.clock, pair[0].id))


def accepted_of(
    connection: sa.Connection, gate: Gate, records: Sequence[str]
) -> Iterator[list[tuple[Entry, Body]]]:
    """Yield the accepted entries of each record, in the order of the journal."""
    opener = entries.Opener(gate, load_keys(connection, records), Lineage(connection))
    stored: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries.of_records(connection, records):
        stored[entry.header.record].append(entry)
    for found in stored.values():
        yield _sorted(opener.accepted(found))


def founding(entry: Entry, body: Body) -> Founding:
    header = entry.header
    return Founding(
        header.record, entry.id, header.author, header.device, header.incarnation, when(header.clock),
        datetime.fromisoformat(body.happened),
        {change.field: change.value for change in body.changes if change.value is not None},
    )  # fmt: skip


def family(connection: sa.Connection, record: str) -> list[Member]:
    """Return a record and all beneath it, parents first."""
    return [_member(row) for row in connection.execute(_FAMILY, {"record": record})]


def members(connection: sa.Connection, records: Sequence[str]) -> list[Member]:
    """Return those of the records that are shown here."""
    r = schema.record.c
    query = sa.select(schema.record).where(among(r.id, records)).order_by(r.created, r.id)
    return [_member(row) for row in connection.execute(query)]


def orphans(connection: sa.Connection) -> list[Member]:
    """Return the records that hang beneath an erased one."""
    return [_member(row) for row in connection.execute(_ORPHANS)]


def _member(row: sa.Row[tuple[object, ...]]) -> Member:
    return Member(
        row.id, row.parent, row.kind, datetime.fromisoformat(row.happened), row.author,
        bool(row.withdrawn), row.conflicts,
    )  # fmt: skip


def places(connection: sa.Connection, records: Sequence[str]) -> list[EntryPlace]:
    """Return where the entries of these records stand; the scope is that in which the record is held."""
    e, c, h = schema.entry.c, schema.chain.c, schema.holding.c
    query = (
        sa.select(
            e.record, c.device, c.incarnation, e.position, h.scope, e.sealed.is_not(None).label("whole")
        )
        .join(schema.chain, c.id == e.chain)
        .join(schema.holding, h.record == e.record)
        .where(among(e.record, records))
        .order_by(e.position)
    )
    under = {record: lineage.chain_of(connection, record) for record in set(records)}
    return [
        EntryPlace(
            row.record, row.device, row.incarnation, row.position, row.scope, bool(row.whole),
            under[row.record],
        )
        for row in connection.execute(query)
    ]  # fmt: skip
