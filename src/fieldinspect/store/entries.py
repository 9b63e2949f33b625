"""The stored journal: entries in and out, chains by number, record keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from fieldinspect.journal.acceptance import Gate, Reason, of_another_kind
from fieldinspect.journal.entry import Body, Entry, Header, MalformedEntry, open_body, read_entry
from fieldinspect.store import schema
from fieldinspect.store.keyring import Keyring
from fieldinspect.store.pen import Pen
from fieldinspect.store.rows import Row, among, insert_rows


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
    e = schema.entry.c
    query = sa.select(e.id, e.sealed.is_not(None)).where(among(e.id, ids))
    return {entry_id: bool(sealed) for entry_id, sealed in connection.execute(query)}


def add_body(connection: sa.Connection, entry: Entry) -> None:
    """Keep the body of an entry whose header came first. It moves to the end, to be sent on like a new one."""
    e = schema.entry.c
    connection.execute(
        sa.update(schema.entry)
        .where(e.id == entry.id)
        .values(sealed=entry.sealed, position=last(connection) + 1)
    )


def last(connection: sa.Connection) -> int:
    """Return the position of the entry that came last, 0 in an empty journal."""
    found: int = connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(schema.entry.c.position), 0))
    ).scalar_one()
    return found


def move_to_end(connection: sa.Connection, records: Iterable[str]) -> None:
    """Treat the entries of records whose key came late as new: whoever lacks them is sent them again."""
    e = schema.entry.c
    for record in records:
        positions = connection.execute(
            sa.select(e.position).where(e.record == record).order_by(e.position)
        ).scalars()
        for end, position in enumerate(list(positions), last(connection) + 1):
            connection.execute(sa.update(schema.entry).where(e.position == position).values(position=end))


def note_mixed(connection: sa.Connection, records: Sequence[str]) -> None:
    """Write down which of the records have entries in more than one scope."""
    e, m = schema.entry.c, schema.mixed.c
    found = (
        sa.select(e.record)
        .where(among(e.record, records), e.record.not_in(sa.select(m.record)))
        .group_by(e.record)
        .having(sa.func.count(e.scope.distinct()) > 1)
    )
    insert_rows(connection, schema.mixed, [(record,) for record in connection.execute(found).scalars().all()])


def of_records(connection: sa.Connection, records: Sequence[str]) -> Iterator[Entry]:
    e = schema.entry.c
    query = sa.select(e.header, e.signature, e.sealed).where(among(e.record, records))
    for header, signature, sealed in connection.execute(query):
        yield read_entry(header, signature, sealed)


def records_with_entries(connection: sa.Connection, records: Sequence[str]) -> set[str]:
    """Return those of the records that have a stored entry."""
    e = schema.entry.c
    return set(connection.execute(sa.select(e.record).where(among(e.record, records)).distinct()).scalars())


class Opener:
    """Opens bodies and judges them: the accepted ones come out, the others leave their reason."""

    def __init__(self, gate: Gate | None, keys: Keyring) -> None:
        self._gate = gate
        self._keys = keys
        self.quarantined: dict[str, Reason] = {}

    def accepted(self, entries: Iterable[Entry]) -> list[tuple[Entry, Body]]:
        """Return what counts of all the entries of one record."""
        readable = []
        for entry in entries:
            outcome = self._judge(entry)
            if isinstance(outcome, Reason):
                self.quarantined[entry.id] = outcome
            elif outcome is not None:
                readable.append((entry, outcome))
        if len(readable) < 2:  # alone, an entry contradicts nobody
            return readable
        wrong = {entry.id for entry in of_another_kind(readable)}
        self.quarantined.update(dict.fromkeys(wrong, Reason.KIND))
        return [pair for pair in readable if pair[0].id not in wrong]

    def _judge(self, entry: Entry) -> Body | Reason | None:
        if self._gate is not None and (reason := self._gate.writer(entry.header)):
            return reason
        if entry.sealed is None:
            return None
        key = self._keys.for_body(entry.header.record, entry.sealed)
        if key is None:
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


def gaps_and_forks(
    connection: sa.Connection, chains: Chains, places: Iterable[tuple[str, str]]
) -> tuple[int, int]:
    """Return how many entries are missing in these chains, and in how many places there is more than one."""
    e = schema.entry.c
    missing = forked = 0
    for device, incarnation in places:
        total, distinct, top = connection.execute(
            sa.select(
                sa.func.count(),
                sa.func.count(e.sequence.distinct()),
                sa.func.coalesce(sa.func.max(e.sequence), 0),
            ).where(e.chain == chains.number(device, incarnation))
        ).one()
        missing += top - distinct
        forked += total - distinct
    return missing, forked


def is_behind(connection: sa.Connection, chains: Chains, pen: Pen) -> bool:
    """Tell whether the journal holds entries of the pen's own chain that the pen did not write."""
    e = schema.entry.c
    own = e.chain == chains.number(pen.device, pen.incarnation)
    return (
        connection.execute(sa.select(e.id).where(own, e.sequence > pen.sequence).limit(1)).first() is not None
    )
