"""The vault: every port of the use cases, over one encrypted database and its folder of attachments.

Rules held here:
1. One thread uses a vault. One transaction is one act: all of it is on disk, or none.
2. Nothing leaves as a row, a session or a key.
3. The pen and the chain numbers in memory are those of the last commit; a failed transaction changes neither.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import (
    Changes,
    Conflict,
    Draft,
    DraftKey,
    Identity,
    OutboxState,
    RecordView,
    SearchHit,
    Version,
    VisitTally,
)
from fieldinspect.i18n import _
from fieldinspect.journal.acceptance import Gate, rejudged
from fieldinspect.journal.chain import ChainHead, ChainReport, examine
from fieldinspect.journal.roster import follow, read_roster
from fieldinspect.services.ports import BlobRef, Merged, Outgoing, Receipt, SentBundle, Write
from fieldinspect.store import drafts, entries, merging, projection, reading, schema, traffic
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.faults import as_families
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.pen import Pen
from fieldinspect.store.typed import TABLES
from fieldinspect.store.verify import SignatureCheck
from fieldinspect.store.writing import Scribe


class NoRoster(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("This vault has no inspection yet. Start one, or open the team list you were given")
        )


class StoredVault:
    """An open vault (services.ports.OpenVault)."""

    def __init__(
        self,
        engine: sa.Engine,
        lock: VaultLock,
        blobs: BlobFolder,
        identity: Identity,
        pen: Pen,
        receiving: Sequence[str],
        recipients: Sequence[str],
        safe: RecordKey,
        folder: Path,
    ) -> None:
        self._engine = engine
        self._lock = lock
        self._blobs = blobs
        self._identity = identity
        self._pen = pen
        self._receiving = tuple(receiving)
        self._recipients = tuple(recipients)
        self._safe = safe
        self._folder = folder
        self._closed = False
        with self._reading() as connection:
            raw = connection.execute(
                sa.select(schema.roster.c.raw).order_by(schema.roster.c.version.desc()).limit(1)
            ).scalar()
        self._roster_raw: bytes = raw or b""
        self._roster = read_roster(raw) if raw else None

    def close(self) -> None:
        """Fold the write-ahead log into the file, close and let another process in; a second close does nothing."""
        if self._closed:
            return
        self._closed = True
        with self._engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        self._engine.dispose()
        self._lock.release()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with as_families(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with as_families(), self._engine.begin() as connection:
            yield connection

    # Reading

    @property
    def identity(self) -> Identity:
        return self._identity

    def roster(self) -> Roster | None:
        return self._roster

    def record(self, record: str) -> RecordView | None:
        with self._reading() as connection:
            found = reading.records(connection, schema.record.c.id == record)
        return found[0] if found else None

    def children(self, parent: str, kinds: Sequence[str] = ()) -> list[RecordView]:
        return self.children_of([parent], kinds)

    def children_of(self, parents: Sequence[str], kinds: Sequence[str] = ()) -> list[RecordView]:
        where = [schema.record.c.parent.in_(parents)]
        if kinds:
            where.append(schema.record.c.kind.in_(kinds))
        with self._reading() as connection:
            return reading.records(connection, *where)

    def of_kind(self, kind: str) -> list[RecordView]:
        with self._reading() as connection:
            return reading.records(connection, schema.record.c.kind == kind)

    def with_field(self, field: str) -> list[RecordView]:
        h = schema.head.c
        with self._reading() as connection:
            holders = sa.select(h.record).where(h.field == field, h.value.is_not(None))
            found = reading.records(connection, schema.record.c.id.in_(holders))
        return [view for view in found if field in view.fields]

    def history(self, record: str, field: str) -> list[Version]:
        with self._reading() as connection:
            opener = entries.Opener(self._gate(), entries.load_keys(connection, [record]))
            return reading.history(connection, opener, record, field)

    def conflicts(self) -> list[Conflict]:
        with self._reading() as connection:
            return reading.conflicts(connection)

    def counts(self, parent: str) -> Mapping[str, int]:
        with self._reading() as connection:
            return reading.counts(connection, parent)

    def search(self, words: str, limit: int = 50) -> list[SearchHit]:
        with self._reading() as connection:
            return reading.search(connection, words, limit)

    def drafts(self, about: str = "") -> list[Draft]:
        with self._reading() as connection:
            return drafts.load(connection, self._identity.device, about)

    def quarantined(self) -> Mapping[str, int]:
        q = schema.quarantine.c
        with self._reading() as connection:
            query = sa.select(q.reason, sa.func.count()).group_by(q.reason).order_by(q.reason)
            return {row.reason: row[1] for row in connection.execute(query)}

    def outbox(self) -> OutboxState:
        with self._reading() as connection:
            return traffic.outbox(connection, self._unsent(connection))

    def tallies(self) -> Mapping[str, VisitTally]:
        with self._reading() as connection:
            return reading.tallies(connection, self._unsent(connection))

    def _unsent(self, connection: sa.Connection) -> sa.ColumnElement[bool]:
        chains = entries.Chains(connection)
        known = traffic.held_by_all(connection, chains, [traffic.ANYBODY])
        return traffic.unsent_where(chains, known, self._identity.device)

    # Writing

    def write(
        self, writes: Sequence[Write], *, promote: Sequence[DraftKey] = (), initiator: str = ""
    ) -> Changes:
        roster = self._need_roster()
        with self._writing() as connection:
            chains = entries.Chains(connection)
            scribe = Scribe(connection, self._pen, roster)
            if self._pen.sequence == 0:
                scribe.write(chains, [self._chain_start(connection, writes[0])])
            touched = scribe.write(chains, writes)
            for key in promote:
                drafts.drop(connection, self._identity.device, key)
        self._pen = scribe.pen
        return Changes(touched, initiator)

    def _chain_start(self, connection: sa.Connection, first: Write) -> Write:
        known = examine(entries.headers(connection)).heads
        named = "\n".join(f"{h.device} {h.incarnation} {h.sequence} {h.entry}" for h in known)
        return Write(
            self._pen.incarnation, Kind.CHAIN, "", first.inspection, {"heads": named}, first.happened
        )

    def save_draft(self, draft: Draft) -> None:
        with self._writing() as connection:
            drafts.save(connection, self._identity.device, draft)

    def drop_draft(self, key: DraftKey) -> None:
        with self._writing() as connection:
            drafts.drop(connection, self._identity.device, key)

    def add_blob(self, record: str, source: BinaryIO) -> BlobRef:
        with self._writing() as connection:
            key = entries.load_keys(connection, [record]).get(record)
            if key is None:
                key = RecordKey.generate()
                entries.save_keys(connection, {record: key})
        return self._blobs.seal(key.secret, source)

    def open_blob(self, record: str, digest: str) -> AbstractContextManager[BinaryIO]:
        with self._reading() as connection:
            key = entries.load_keys(connection, [record]).get(record)
        if key is None:
            raise BadInput(_("The key of this attachment is not on this laptop. Ask for the bundle again"))
        return self._blobs.open(key.secret, digest)

    def has_blob(self, digest: str) -> bool:
        return self._blobs.has(digest)

    # Exchange

    @property
    def staging(self) -> Path:
        return self._folder / "staging"

    def receiving_identities(self) -> Sequence[str]:
        return self._receiving

    def keep_secret(self, name: str, secret: bytes) -> None:
        sealed = self._safe.seal(secret, name.encode())
        with self._writing() as connection:
            connection.execute(sa.insert(schema.meta).values(name=f"secret/{name}", value=sealed))

    def secret(self, name: str) -> bytes | None:
        m = schema.meta.c
        with self._reading() as connection:
            sealed = connection.execute(sa.select(m.value).where(m.name == f"secret/{name}")).scalar()
        return None if sealed is None else self._safe.open(sealed, name.encode())

    def sign(self, message: bytes, namespace: str) -> str:
        return sshsig.sign(message, namespace, self._pen.signer)

    def signing_key_line(self) -> str:
        return self._pen.signer.public.line

    def recipients(self) -> Sequence[str]:
        return self._recipients

    def install_roster(self, raw: bytes) -> bool:
        """Keep a roster that follows ours; with none yet the caller has compared its fingerprint."""
        roster = read_roster(raw) if self._roster is None else follow(self._roster, raw)
        if roster is None:
            return False
        with self._writing() as connection:
            projection.insert_rows(connection, schema.roster, [(roster.version, raw)])
            again = rejudged(self._roster, roster)
            chains = [
                number for (device, _chain), number in entries.Chains(connection).items() if again(device)
            ]
            e = schema.entry.c
            touched = connection.execute(sa.select(e.record).where(e.chain.in_(chains)).distinct()).scalars()
            merging.refold(connection, Gate(roster), list(touched))
        self._roster, self._roster_raw = roster, raw
        return True

    def roster_bytes(self) -> bytes:
        self._need_roster()
        return self._roster_raw

    def heads(self) -> Sequence[ChainHead]:
        return self.examine_chains().heads

    def examine_chains(self) -> ChainReport:
        with self._reading() as connection:
            return examine(entries.headers(connection))

    def outgoing(self, known: Mapping[tuple[str, str], int], scopes: frozenset[str]) -> Outgoing:
        e = schema.entry.c
        with self._reading() as connection:
            chains = entries.Chains(connection)
            where = traffic.outgoing_where(chains, known)
            count = connection.execute(sa.select(sa.func.count()).where(where)).scalar_one()
            records = list(
                connection.execute(sa.select(e.record).where(where, e.scope.in_(scopes)).distinct()).scalars()
            )
            keys = {record: key.secret for record, key in entries.load_keys(connection, records).items()}
            tops = connection.execute(
                sa.select(e.chain, sa.func.max(e.sequence)).where(where).group_by(e.chain)
            )
            numbers = {number: place for place, number in chains.items()}
            heads = {numbers[chain]: top for chain, top in tops}
            digests = self._attachments_of(connection, records)

        def lines() -> Iterator[bytes]:
            with self._reading() as again:
                yield from traffic.lines(again, where, scopes)

        blobs = {digest: self._blobs.path(digest) for digest in digests if self._blobs.has(digest)}
        return Outgoing(lines, count, keys, blobs, heads)

    def _attachments_of(self, connection: sa.Connection, records: Sequence[str]) -> list[str]:
        table = TABLES[Kind.ATTACHMENT].c
        found = connection.execute(sa.select(table.record, table.blob).where(table.blob.is_not(None))).all()
        wanted = set(records)
        return sorted({digest for record, digest in found if record in wanted})

    def merge(
        self,
        lines: Iterable[bytes],
        keys: Mapping[str, bytes],
        blobs: Mapping[str, Path],
        receipt: Receipt,
    ) -> Merged:
        roster = self._need_roster()
        # Blobs first: they are named by what they hold, so a failure later leaves files that nothing points to yet.
        for digest, path in blobs.items():
            self._blobs.adopt(digest, path)
        with self._writing() as connection:
            chains = entries.Chains(connection)
            tally = merging.merge(connection, chains, lines, keys, Gate(roster), SignatureCheck(roster))
            traffic.keep_receipt(connection, receipt)
            traffic.now_holds(connection, chains, receipt.device, tally.heads)
        self._pen = self._pen.observing(tally.clock)
        return Merged(
            tally.new,
            tally.known,
            dict(tally.new_records),
            tally.changed_records,
            tally.conflicts,
            dict(tally.quarantined),
            frozenset(tally.records),
        )

    def receipt(self, bundle: str) -> Receipt | None:
        with self._reading() as connection:
            return traffic.receipt(connection, bundle)

    def record_sent(self, sent: SentBundle) -> None:
        with self._writing() as connection:
            traffic.keep_sent(connection, entries.Chains(connection), sent)

    def sent_to(self, devices: Sequence[str]) -> Mapping[tuple[str, str], int]:
        with self._reading() as connection:
            return traffic.held_by_all(connection, entries.Chains(connection), devices)

    def next_bundle(self) -> tuple[int, str]:
        with self._reading() as connection:
            return traffic.next_bundle(connection)

    # Care

    def rebuild(self) -> bool:
        """Fold every record again from the journal; tell whether the stored projections were already the same."""
        with self._writing() as connection:
            before = projection.dump(connection)
            everything = list(connection.execute(sa.select(schema.entry.c.record).distinct()).scalars())
            projection.clear(connection)
            merging.refold(connection, self._gate(), everything)
            return projection.dump(connection) == before

    def digest(self) -> str:
        """Return a digest of all projections: equal in two vaults that hold the same entries, bodies and roster."""
        with self._reading() as connection:
            return hashlib.sha256(repr(projection.dump(connection)).encode()).hexdigest()

    def _gate(self) -> Gate | None:
        return Gate(self._roster) if self._roster else None

    def _need_roster(self) -> Roster:
        if self._roster is None:
            raise NoRoster
        return self._roster

    def begin_incarnation(self) -> None:
        """Start a new chain: after a restore or a clone (rulings 2). Its first entry is written with the next act."""
        self._pen = replace(self._pen, incarnation=new_id(), sequence=0, previous="")
