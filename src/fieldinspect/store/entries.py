"""The stored journal: entries in and out, chains by number, record keys."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.ids import founded_by
from fieldinspect.journal import forces
from fieldinspect.journal.acceptance import Gate, Reason, of_another_kind, out_of_turn
from fieldinspect.journal.entry import Body, Entry, Header, MalformedEntry, open_body, read_entry
from fieldinspect.journal.fold import founding
from fieldinspect.store import schema
from fieldinspect.store.keyring import Keyring
from fieldinspect.store.lineage import Lineage
from fieldinspect.store.rows import Row, among, delete_rows, insert_rows, is_central

_COUNT_MORE: Final = (
    "UPDATE meta SET value = CAST(CAST(CAST(value AS TEXT) AS INTEGER) + ? AS BLOB) WHERE name = 'entries'"
)


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

    def advance(self, device: str, incarnation: str, clock: int) -> None:
        """Remember the latest clock of a chain that our own follows."""
        c = schema.chain.c
        number = self.number(device, incarnation)
        self._connection.execute(
            sa.update(schema.chain).where(c.id == number, c.clock < clock).values(clock=clock)
        )

    def items(self) -> Iterable[tuple[tuple[str, str], int]]:
        return self._numbers.items()


def append(connection: sa.Connection, chains: Chains, entries: Sequence[Entry]) -> None:
    rows: list[Row] = []
    for position, entry in enumerate(entries, last(connection) + 1):
        h = entry.header
        rows.append(
            (
                position,
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
    if not is_central(connection):  # counting a million of them at every opening would take a second
        connection.exec_driver_sql(_COUNT_MORE, (len(rows),))


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


def note_scopes(connection: sa.Connection, entries: Sequence[Entry], older: Collection[str]) -> None:
    """Write down in which scope the records of these stored entries are held; `older` had entries before."""
    named: dict[str, list[tuple[str, str]]] = {}
    for entry in entries:
        if entry.header.record not in older:
            named.setdefault(entry.header.record, []).append((entry.header.device, entry.header.scope))
    insert_rows(
        connection, schema.holding, [(record, scope_of(record, said)) for record, said in named.items()]
    )
    e, c, h = schema.entry.c, schema.chain.c, schema.holding.c
    said_before: dict[str, list[tuple[str, str]]] = {}
    query = sa.select(e.record, c.device, e.scope).join(schema.chain, c.id == e.chain).distinct()
    for record, device, scope in connection.execute(query.where(among(e.record, older))):
        said_before.setdefault(record, []).append((device, scope))
    held = sa.select(h.record, h.scope).where(among(h.record, said_before))
    for record, before in connection.execute(held).all():
        scope = scope_of(record, said_before[record])
        if scope != before:
            connection.execute(sa.update(schema.holding).where(h.record == record).values(scope=scope))
            move_to_end(connection, [record])


def scope_of(record: str, said: Sequence[tuple[str, str]]) -> str:
    """Return the scope of a record, given what (device, scope) its headers say.

    The founder's header decides: its id proves whose it is. While none is here, all must agree, or nobody has it.
    """
    by_founder = {scope for device, scope in said if founded_by(record, device)}
    scopes = by_founder or {scope for _device, scope in said}
    return scopes.pop() if len(scopes) == 1 else ""


def of_records(connection: sa.Connection, records: Sequence[str]) -> Iterator[Entry]:
    e = schema.entry.c
    query = sa.select(e.header, e.signature, e.sealed).where(among(e.record, records))
    for header, signature, sealed in connection.execute(query):
        yield read_entry(header, signature, sealed)


def bodies_of(connection: sa.Connection, records: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return (record, sealed body) of every stored entry of these records whose body is here."""
    e = schema.entry.c
    query = sa.select(e.record, e.sealed).where(among(e.record, records), e.sealed.is_not(None))
    return [(record, sealed) for record, sealed in connection.execute(query)]


def records_with_entries(connection: sa.Connection, records: Sequence[str]) -> set[str]:
    """Return those of the records that have a stored entry."""
    e = schema.entry.c
    return set(connection.execute(sa.select(e.record).where(among(e.record, records)).distinct()).scalars())


class Opener:
    """Opens bodies and judges them: the accepted ones come out, the others leave their reason.

    `over` is asked which forces a parent and all above it name only about records to which somebody with a conflict of
    interest wrote; and who was assigned to a visit only when somebody else than its author names its force.
    """

    def __init__(self, gate: Gate | None, keys: Keyring, over: Lineage) -> None:
        self._gate = gate
        self._keys = keys
        self._over = over
        self.quarantined: dict[str, Reason] = {}
        self.named: dict[str, frozenset[str]] = {}
        """The forces that records name, where that is more than they show."""
        self.hanging: dict[str, str] = {}
        """Where records hang that lost entries to a conflict of interest."""

    def accepted(self, entries: Iterable[Entry]) -> list[tuple[Entry, Body]]:
        """Return what counts of all the entries of one record."""
        readable = []
        for entry in entries:
            outcome = self._judge(entry)
            if isinstance(outcome, Reason):
                self.quarantined[entry.id] = outcome
            elif outcome is not None:
                readable.append((entry, outcome))
        if len(readable) > 1:  # alone, an entry contradicts nobody
            readable = self._without(readable, of_another_kind(readable), Reason.KIND)
            if self._gate is not None and len(readable) > 1:
                readable = self._without(
                    readable, out_of_turn(readable, self._gate, self._over.is_assigned), Reason.ROLE
                )
        return self._without_conflicted(readable)

    def _without(
        self, readable: list[tuple[Entry, Body]], wrong: Iterable[Entry], reason: Reason
    ) -> list[tuple[Entry, Body]]:
        gone = {entry.id for entry in wrong}
        if not gone:
            return readable
        self.quarantined.update(dict.fromkeys(gone, reason))
        return [pair for pair in readable if pair[0].id not in gone]

    def _without_conflicted(self, readable: list[tuple[Entry, Body]]) -> list[tuple[Entry, Body]]:
        gate = self._gate
        if (
            gate is None
            or not gate.conflicts
            or all(entry.header.author not in gate.conflicts for entry, _body in readable)
        ):
            return readable
        said = founding(sorted(readable, key=lambda pair: (pair[0].header.clock, pair[0].id)))
        record, parent = said[0].header.record, said[1].parent
        self.named[record] = forces.named(readable, gate.conflicts)
        about = self.named[record] | self._over(parent)
        wrong = [entry for entry, body in readable if gate.bars(entry.header.author, body, about)]
        if wrong:
            self.hanging[record] = parent
        return self._without(readable, wrong, Reason.CONFLICT)

    def _judge(self, entry: Entry) -> Body | Reason | None:
        if self._gate is not None and (reason := self._gate.place(entry)):
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
        delete_rows(connection, schema.quarantine.c.entry, judged)
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


def founding_body(connection: sa.Connection, record: str) -> tuple[bool, bytes | None]:
    """Return whether a header by the record's founder is here, and the body of its first, None when that is not."""
    e, c = schema.entry.c, schema.chain.c
    query = sa.select(c.device, e.sealed).join(schema.chain, c.id == e.chain).where(e.record == record)
    for device, sealed in connection.execute(query.order_by(e.clock, e.id)):
        if founded_by(record, device):
            return True, sealed
    return False, None
