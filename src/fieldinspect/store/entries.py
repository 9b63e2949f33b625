"""The stored journal: entries in and out, chains by number, record keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.journal.acceptance import Gate, Reason
from fieldinspect.journal.entry import Body, Entry, Header, MalformedEntry, open_body, read_entry
from fieldinspect.store import schema
from fieldinspect.store.projection import Row, insert_rows

_BATCH: Final = 500


class Chains:
    """Numbers for chains, made at first sight. Forget it when a transaction fails."""

    def __init__(self, connection: sa.Connection) -> None:
        rows = connection.execute(sa.select(schema.chain)).all()
        self._numbers = {(row.device, row.incarnation): row.id for row in rows}
        self._connection = connection

    def number(self, device: str, incarnation: str) -> int:
        known = self._numbers.get((device, incarnation))
        if known is None:
            known = max(self._numbers.values(), default=0) + 1
            insert_rows(self._connection, schema.chain, [(known, device, incarnation, 0)])
            self._numbers[device, incarnation] = known
        return known

    def advance(self, number: int, clock: int) -> None:
        """Remember the latest clock seen in a chain."""
        c = schema.chain.c
        self._connection.execute(
            sa.update(schema.chain).where(c.id == number, c.clock < clock).values(clock=clock)
        )

    def items(self) -> Iterable[tuple[tuple[str, str], int]]:
        return self._numbers.items()


def append(connection: sa.Connection, chains: Chains, entries: Sequence[Entry]) -> None:
    rows: list[Row] = []
    for entry in entries:
        h = entry.header
        rows.append(
            (
                None,
                entry.id,
                chains.number(h.device, h.incarnation),
                h.sequence,
                h.clock,
                h.record,
                h.scope,
                entry.header_bytes,
                entry.signature,
                entry.sealed,
            )
        )
    insert_rows(connection, schema.entry, rows)
    latest: dict[int, int] = {}
    for entry in entries:
        number = chains.number(entry.header.device, entry.header.incarnation)
        latest[number] = max(latest.get(number, 0), entry.header.clock)
    for number, clock in latest.items():
        chains.advance(number, clock)


def which_are_here(connection: sa.Connection, ids: Sequence[str]) -> dict[str, bool]:
    """Return, for the ids that are stored, whether their body is here."""
    here: dict[str, bool] = {}
    e = schema.entry.c
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        query = sa.select(e.id, e.sealed.is_not(None)).where(e.id.in_(batch))
        here.update((entry_id, bool(sealed)) for entry_id, sealed in connection.execute(query))
    return here


def add_body(connection: sa.Connection, entry: Entry) -> None:
    """Keep the body of an entry whose header came first."""
    connection.execute(
        sa.update(schema.entry).where(schema.entry.c.id == entry.id).values(sealed=entry.sealed)
    )


def of_records(connection: sa.Connection, records: Sequence[str]) -> Iterator[Entry]:
    e = schema.entry.c
    for start in range(0, len(records), _BATCH):
        query = sa.select(e.header, e.signature, e.sealed).where(
            e.record.in_(records[start : start + _BATCH])
        )
        for header, signature, sealed in connection.execute(query):
            yield read_entry(header, signature, sealed)


def records_with_entries(connection: sa.Connection, records: Sequence[str]) -> set[str]:
    """Return those of the records that have a stored entry."""
    found: set[str] = set()
    e = schema.entry.c
    for start in range(0, len(records), _BATCH):
        query = sa.select(e.record).where(e.record.in_(records[start : start + _BATCH])).distinct()
        found.update(connection.execute(query).scalars())
    return found


def load_keys(connection: sa.Connection, records: Iterable[str]) -> dict[str, RecordKey]:
    keys: dict[str, RecordKey] = {}
    wanted = list(records)
    k = schema.record_key.c
    for start in range(0, len(wanted), _BATCH):
        query = sa.select(k.record, k.key).where(k.record.in_(wanted[start : start + _BATCH]))
        keys.update((record, RecordKey(secret)) for record, secret in connection.execute(query))
    return keys


def save_keys(connection: sa.Connection, keys: Mapping[str, RecordKey]) -> None:
    insert_rows(connection, schema.record_key, [(record, key.secret) for record, key in keys.items()])


class Opener:
    """Opens bodies and judges them: the accepted ones come out, the others leave their reason."""

    def __init__(self, gate: Gate | None, keys: Mapping[str, RecordKey]) -> None:
        self._gate = gate
        self._keys = keys
        self.quarantined: dict[str, Reason] = {}

    def accepted(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Body]]:
        for entry in entries:
            outcome = self._judge(entry)
            if isinstance(outcome, Reason):
                self.quarantined[entry.id] = outcome
            elif outcome is not None:
                yield entry, outcome

    def _judge(self, entry: Entry) -> Body | Reason | None:
        if self._gate is not None and (reason := self._gate.writer(entry.header)):
            return reason
        key = self._keys.get(entry.header.record)
        if entry.sealed is None or key is None:
            return None
        try:
            body = open_body(entry, key)
        except MalformedEntry:
            return Reason.UNREADABLE
        return (self._gate.body(entry.header, body) if self._gate else None) or body


def save_quarantine(connection: sa.Connection, judged: Sequence[str], reasons: Mapping[str, Reason]) -> None:
    """Replace what is written down about entries that were judged again, and add the new."""
    if judged:
        connection.exec_driver_sql("DELETE FROM quarantine WHERE entry = ?", [(entry,) for entry in judged])
    insert_rows(connection, schema.quarantine, [(entry, str(reason)) for entry, reason in reasons.items()])


def headers(connection: sa.Connection) -> Iterator[tuple[str, Header]]:
    """Yield every stored (entry id, header), in no particular order."""
    e = schema.entry.c
    for row in connection.execution_options(yield_per=2000).execute(sa.select(e.header, e.signature)):
        entry = read_entry(row.header, row.signature, None)
        yield entry.id, entry.header
