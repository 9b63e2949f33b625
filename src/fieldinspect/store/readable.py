"""The reading half of a vault (services.ports.Reader)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.entitlement import HeldBack
from fieldinspect.domain.errors import Bug
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import (
    Conflict,
    Draft,
    Identity,
    OutboxState,
    RecordView,
    SearchHit,
    Version,
    VisitTally,
)
from fieldinspect.i18n import _
from fieldinspect.journal.acceptance import Gate
from fieldinspect.journal.chain import ChainHead
from fieldinspect.services import blindness
from fieldinspect.services.blindness import Veil
from fieldinspect.store import auditing, drafts, entries, heads, reading, schema, traffic
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.entitlement import Entitlement, barred_from, may_be_barred, told
from fieldinspect.store.faults import as_families
from fieldinspect.store.gates import gate_for
from fieldinspect.store.keyring import load_keys
from fieldinspect.store.lineage import Lineage
from fieldinspect.store.rows import among
from fieldinspect.store.shelf import RosterShelf


class ReadableVault:
    """Answers from one open database. One thread uses it, one transaction at a time.

    Whatever says what a record holds passes services.blindness on its way out, and what this person may not hold any
    more (store.entitlement) is not shown: it stays in the journal, and is shown again when they may.
    """

    def __init__(self, engine: sa.Engine, blobs: BlobFolder, identity: Identity) -> None:
        self._engine = engine
        self._blobs = blobs
        self._identity = identity
        self._busy = False
        self._barred_as_of: tuple[tuple[int, int], frozenset[str]] = ((0, 0), frozenset())
        with self._transaction() as connection:
            self._shelf = RosterShelf.load(connection)

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        # Two transactions on the one connection would become one, half committed and half not.
        if self._busy:
            raise Bug(_("The vault was asked for something while it was at work. Nothing was changed"))
        self._busy = True
        try:
            with as_families(), self._engine.begin() as connection:
                yield connection
        finally:
            self._busy = False

    @property
    def identity(self) -> Identity:
        return self._identity

    def roster(self) -> Roster | None:
        return self._shelf.current

    def roots(self) -> frozenset[str]:
        return self._shelf.roots

    def last_places(self, device: str, before: datetime | None = None) -> list[ChainHead]:
        with self._transaction() as connection:
            return heads.last_places(connection, device, before)

    def held_of(self, device: str) -> int:
        with self._transaction() as connection:
            return heads.held_of(connection, device)

    def record(self, record: str) -> RecordView | None:
        found = self._records(schema.record.c.id == record)
        return found[0] if found else None

    def children(self, parent: str, kinds: Sequence[str] = ()) -> list[RecordView]:
        return self.children_of([parent], kinds)

    def children_of(self, parents: Sequence[str], kinds: Sequence[str] = ()) -> list[RecordView]:
        where = [among(schema.record.c.parent, parents)]
        if kinds:
            where.append(schema.record.c.kind.in_(kinds))
        return self._records(*where)

    def of_kind(self, kind: str) -> list[RecordView]:
        return self._records(schema.record.c.kind == kind)

    def with_field(self, field: str) -> list[RecordView]:
        h = schema.head.c
        holders = sa.select(h.record).where(h.field == field, h.value.is_not(None))
        if field in schema.MARKED_FIELDS:
            holders = holders.where(sa.text(schema.MARKED))
        found = self._records(schema.record.c.id.in_(holders))
        return [view for view in found if field in view.fields]

    def history(self, record: str, field: str) -> list[Version]:
        with self._transaction() as connection:
            if not self._veil(connection).shows(record, field):
                return []
            opener = entries.Opener(
                self._gate(connection), load_keys(connection, [record]), Lineage(connection)
            )
            return reading.history(connection, opener, record, field)

    def as_it_stood(self, record: str, moment: datetime) -> Mapping[str, str]:
        with self._transaction() as connection:
            opener = entries.Opener(
                self._gate(connection), load_keys(connection, [record]), Lineage(connection)
            )
            values = reading.as_it_stood(connection, opener, record, moment)
            veil = self._veil(connection)
        return {name: value for name, value in values.items() if veil.shows(record, name)}

    def conflicts(self) -> list[Conflict]:
        with self._transaction() as connection:
            found = reading.conflicts(connection)
            veil = self._veil(connection) if found else Veil()
        return [one for one in found if veil.shows(one.record, one.field)]

    def counts(self, parent: str) -> Mapping[str, int]:
        with self._transaction() as connection:
            return reading.counts(connection, parent, self._barred(connection))

    def search(self, words: str, limit: int = 50) -> list[SearchHit]:
        with self._transaction() as connection:
            return reading.search(connection, words, limit, self._veil(connection))

    def readings_over(self, records: Sequence[str]) -> frozenset[str]:
        with self._transaction() as connection:
            return reading.readings_over(connection, records)

    def drafts(self, about: str = "") -> list[Draft]:
        with self._transaction() as connection:
            found = drafts.load(connection, self._identity.device, about)
            barred = self._barred(connection)
        return [one for one in found if barred.isdisjoint((one.key.record, one.about))]

    def quarantined(self) -> Mapping[str, int]:
        q = schema.quarantine.c
        with self._transaction() as connection:
            query = sa.select(q.reason, sa.func.count()).group_by(q.reason).order_by(q.reason)
            return {row.reason: row[1] for row in connection.execute(query)}

    def scope_of(self, record: str) -> str:
        h = schema.holding.c
        with self._transaction() as connection:
            return connection.execute(sa.select(h.scope).where(h.record == record)).scalar() or ""

    def traces(
        self,
        *,
        before: tuple[int, str] | None,
        since: int,
        devices: Sequence[str],
        record: str,
        limit: int,
    ) -> list[Trace]:
        with self._transaction() as connection:
            traces = auditing.page(
                connection,
                before=before or auditing.NEWEST,
                since=since,
                devices=devices,
                record=record,
                limit=limit,
            )
            veil = self._veil(connection)
        return [replace(one, fields=(), reason="") if veil.covers(one.record) else one for one in traces]

    def outbox(self) -> OutboxState:
        with self._transaction() as connection:
            return traffic.outbox(connection, self._unsent(connection))

    def tallies(self) -> Mapping[str, VisitTally]:
        with self._transaction() as connection:
            found = reading.tallies(connection, self._unsent(connection))
            barred = self._barred(connection)
        return {visit: tally for visit, tally in found.items() if visit not in barred}

    def held_back(self, people: Collection[str]) -> Mapping[str, Sequence[HeldBack]]:
        with self._transaction() as connection:
            gate = self._gate(connection)
            if gate is None:
                return {}
            entitlement = Entitlement(connection, gate)
            return {person: told(entitlement.roots(person)) for person in people}

    def barred_forces(self, person: str) -> frozenset[str]:
        with self._transaction() as connection:
            gate = self._gate(connection)
        return gate.conflicts.get(person, frozenset()) if gate else frozenset()

    def has_blob(self, digest: str) -> bool:
        return self._blobs.has(digest)

    def _records(self, *where: sa.ColumnElement[bool]) -> list[RecordView]:
        with self._transaction() as connection:
            found = reading.records(connection, *where)
            if not self._barred(connection) and not blindness.may_concern(view.kind for view in found):
                return found
            return self._veil(connection).seen(found)

    def _veil(self, connection: sa.Connection) -> Veil:
        person = self._identity.person
        hidden = blindness.hidden_from(person, reading.readings(connection))
        below = reading.below(connection, hidden, person) if hidden else frozenset[str]()
        return Veil(hidden, below | self._barred(connection))

    def _barred(self, connection: sa.Connection) -> frozenset[str]:
        """Return the records here that this person may not hold (any more); found again when the journal has grown."""
        roster, me = self._shelf.current, self._identity.person
        if roster is None or not may_be_barred(roster, me):
            return frozenset()
        now = roster.version, entries.last(connection)
        if self._barred_as_of[0] != now:
            self._barred_as_of = now, barred_from(connection, gate_for(connection, roster), me)
        return self._barred_as_of[1]

    def _unsent(self, connection: sa.Connection) -> sa.ColumnElement[bool]:
        roster = self._shelf.current
        scopes = [scope.id for scope in roster.scopes] if roster else []
        return traffic.unsent(connection, self._identity.device, scopes)

    def _gate(self, connection: sa.Connection) -> Gate | None:
        return gate_for(connection, self._shelf.current) if self._shelf.current else None
