"""Verifying what is stored, in bounded memory: every signature and link, every body, every projected row.

Nothing here writes: what is computed again is compared and dropped.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from fieldinspect.crypto.signing import PublicKey
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.acceptance import Reason
from fieldinspect.journal.chain import BrokenLink, ChainHead, Fork, Gap, examine_in_order
from fieldinspect.journal.entry import Entry, Header, MalformedEntry, is_signed_by, open_body, read_entry
from fieldinspect.journal.fold import RecordState, fold
from fieldinspect.store import entries, erasing, projection, schema
from fieldinspect.store.blobs import is_digest
from fieldinspect.store.gates import gate_for
from fieldinspect.store.keyring import Keyring, load_keys
from fieldinspect.store.lineage import Lineage
from fieldinspect.store.rows import among
from fieldinspect.store.typed import TABLES, typed_row

BATCH: Final = 2000
"""Entries, records or heads held in memory at once."""
_WORKERS: Final = 2
_TOKENIZER: Final = "unicode61 remove_diacritics 2"

More = Callable[[int], None]
"""Told how many more things were looked at."""


@dataclass
class JournalTally:
    """What the journal showed."""

    entries: int = 0
    malformed: int = 0
    forged: int = 0
    strangers: int = 0
    links: list[Fork | Gap | BrokenLink] = field(default_factory=list)


def walk_journal(connection: sa.Connection, roster: Roster | None, more: More) -> JournalTally:
    """Read every entry in the order of its chain: its encoding, digest, columns, signature and link."""
    tally = JournalTally()
    keys = {device.id: PublicKey.from_line(device.signing) for device in roster.devices} if roster else {}
    with ThreadPoolExecutor(_WORKERS) as workers:
        checks = _Signatures(workers, keys, tally)
        for found in examine_in_order(_sound(connection, tally, checks, more)):
            if not isinstance(found, ChainHead):
                tally.links.append(found)
        checks.finish()
    return tally


def _sound(
    connection: sa.Connection, tally: JournalTally, checks: "_Signatures", more: More
) -> Iterator[tuple[str, Header]]:
    e, c = schema.entry.c, schema.chain.c
    columns = (e.id, e.sequence, e.clock, e.record, e.scope, e.header, e.signature, e.sealed)
    query = (
        sa.select(*columns, c.device, c.incarnation)
        .join(schema.chain, c.id == e.chain)
        .order_by(e.chain, e.sequence)
    )
    rows = connection.execution_options(yield_per=BATCH).execute(query)
    for batch in rows.partitions(BATCH):
        sound = []
        for row in batch:
            entry = _entry(row)
            if entry is None:
                tally.malformed += 1
                continue
            sound.append(entry)
        checks.add(sound)
        tally.entries += len(batch)
        more(len(batch))
        yield from ((entry.id, entry.header) for entry in sound)


def _entry(row: Any) -> Entry | None:
    """Return the entry, None when it or the columns beside it are not what was signed."""
    try:
        entry = read_entry(row.header, row.signature, row.sealed)
    except MalformedEntry:
        return None
    h = entry.header
    said = (entry.id, h.sequence, h.clock, h.record, h.scope, h.device, h.incarnation)
    kept = (row.id, row.sequence, row.clock, row.record, row.scope, row.device, row.incarnation)
    return entry if said == kept else None


class _Signatures:
    """Checks signatures on other threads, one batch behind: verifying lets go of the interpreter."""

    def __init__(
        self, workers: ThreadPoolExecutor, keys: Mapping[str, PublicKey], tally: JournalTally
    ) -> None:
        self._workers = workers
        self._keys = keys
        self._tally = tally
        self._running: list[Future[tuple[int, int]]] = []

    def add(self, batch: Sequence[Entry]) -> None:
        self.finish()
        self._running = [self._workers.submit(self._check, batch[n::_WORKERS]) for n in range(_WORKERS)]

    def finish(self) -> None:
        for running in self._running:
            strangers, forged = running.result()
            self._tally.strangers += strangers
            self._tally.forged += forged
        self._running = []

    def _check(self, batch: Sequence[Entry]) -> tuple[int, int]:
        known = [(entry, self._keys.get(entry.header.device)) for entry in batch]
        forged = sum(1 for entry, key in known if key is not None and not is_signed_by(entry, key))
        return sum(1 for _entry, key in known if key is None), forged


@dataclass
class RecordTally:
    """What folding every record again showed."""

    records: int = 0
    differing: int = 0
    drafts: int = 0
    """Unfinished typing that belongs to erased records."""
    withheld: int = 0
    own_missing: int = 0
    keyless: int = 0
    own_keyless: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    """Rows that each projected table should have."""
    blobs: dict[str, str] = field(default_factory=dict)
    """Every attachment that any entry ever named, and the record that did."""


class Refolding:
    """Folds record after record from the journal, and compares with what is projected."""

    def __init__(self, connection: sa.Connection, roster: Roster | None, device: str, more: More) -> None:
        self._connection = connection
        self._gate = gate_for(connection, roster) if roster else None
        self._device = device
        self._more = more
        self._tally = RecordTally()
        self._erased = {row.record: row for row in connection.execute(sa.select(schema.erased))}
        self._removed = set(connection.execute(sa.select(schema.removed.c.record)).scalars())

    def run(self) -> RecordTally:
        """Go through all records; return what was found."""
        after = ""
        e = schema.entry.c
        while True:
            query = sa.select(e.record).where(e.record > after).distinct().order_by(e.record).limit(BATCH)
            records = list(self._connection.execute(query).scalars())
            if not records:
                break
            self._compare(records)
            after = records[-1]
        self._tally.differing += self._wrongly_erased()
        self._tally.drafts = erasing.drafts_of_erased(self._connection)
        for name, here in self._counts():
            self._tally.differing += abs(here - self._tally.rows[name])
        return self._tally

    def _compare(self, records: Sequence[str]) -> None:
        connection = self._connection
        keys = load_keys(connection, records)
        opener = entries.Opener(self._gate, keys, Lineage(connection))
        stored, count = self._stored(records)
        states: dict[str, RecordState] = {}
        for record, found in stored.items():
            self._look(found, keys)
            state = fold(opener.accepted(found))
            if record in self._erased:
                self._judge_erased(record, found, opener)
            elif state is not None:
                states[record] = state
        wrong = self._wrong_states(records, states) | self._wrong_quarantine(records, opener.quarantined)
        self._tally.records += len(states)
        self._tally.differing += len(wrong)
        self._more(count)

    def _stored(self, records: Sequence[str]) -> tuple[dict[str, list[Entry]], int]:
        """Return the sound entries of each record, and how many there are with the others."""
        e = schema.entry.c
        query = sa.select(e.record, e.header, e.signature, e.sealed).where(among(e.record, records))
        stored: dict[str, list[Entry]] = {record: [] for record in records}
        count = 0
        for record, header, signature, sealed in self._connection.execute(query):
            count += 1
            with suppress(MalformedEntry):  # told by the walk through the journal
                stored[record].append(read_entry(header, signature, sealed))
        return stored, count

    def _look(self, found: Iterable[Entry], keys: Keyring) -> None:
        tally = self._tally
        for entry in found:
            record, own = entry.header.record, entry.header.device == self._device
            if entry.sealed is None:
                tally.withheld += 1
                tally.own_missing += own and record not in self._erased and record not in self._removed
                continue
            key = keys.for_body(record, entry.sealed)
            if key is None:
                tally.keyless += 1
                tally.own_keyless += own
                continue
            try:
                body = open_body(entry, key)
            except MalformedEntry:
                continue  # quarantined as unreadable, and compared as such
            named = (c.value for c in body.changes if c.field == "blob" and c.value)
            tally.blobs.update((digest, record) for digest in named if is_digest(digest))

    def _wrongly_erased(self) -> int:
        if self._gate is None:
            return len(self._erased)
        said, found = erasing.load(self._connection), erasing.computed(self._connection, self._gate)
        return sum(said.get(record) != found.get(record) for record in said.keys() | found.keys())

    def _judge_erased(self, record: str, found: Iterable[Entry], opener: entries.Opener) -> None:
        erased = self._erased[record]
        for entry in found:
            late = (entry.header.clock, entry.id) > (erased.clock, erased.confirmation)
            if late and entry.id not in opener.quarantined:
                opener.quarantined[entry.id] = Reason.ERASED

    def _wrong_states(self, records: Sequence[str], states: Mapping[str, RecordState]) -> set[str]:
        connection, rows = self._connection, self._tally.rows
        here = projection.load_states(connection, records)
        wrong = {record for record in records if here.get(record) != states.get(record)}
        for record, shown in here.items():  # also what no readable body names is not to be swept
            digests = (head.value for head in shown.heads.get("blob", ()))
            self._tally.blobs.update((digest, record) for digest in digests if digest and is_digest(digest))
        r = schema.record.c
        for row in connection.execute(sa.select(schema.record).where(among(r.id, records))):
            state = states.get(row.id)
            if state is None or tuple(row) != tuple(projection.record_row(state)):
                wrong.add(row.id)
        for kind in {state.kind for state in states.values()} & TABLES.keys():
            table = TABLES[kind]
            typed = {row.record: tuple(row) for row in connection.execute(
                sa.select(table).where(among(table.c.record, records)))}  # fmt: skip
            expected = {record: typed_row(state) for record, state in states.items() if state.kind == kind}
            wrong.update(r for r in typed.keys() | expected.keys() if typed.get(r) != expected.get(r))
            rows[table.name] += len(expected)
        rows[schema.record.name] += len(states)
        rows[schema.head.name] += sum(len(projection.all_heads(state)) for state in states.values())
        return wrong

    def _wrong_quarantine(self, records: Sequence[str], expected: Mapping[str, Reason]) -> set[str]:
        q, e = schema.quarantine.c, schema.entry.c
        query = sa.select(q.entry, q.reason).join(schema.entry, e.id == q.entry)
        here = {
            row.entry: row.reason for row in self._connection.execute(query.where(among(e.record, records)))
        }
        self._tally.rows[schema.quarantine.name] += len(expected)
        said = {entry: str(reason) for entry, reason in expected.items()}
        return {entry for entry in here.keys() | said.keys() if here.get(entry) != said.get(entry)}

    def _counts(self) -> Iterator[tuple[str, int]]:
        for table in (schema.record, schema.head, schema.quarantine, *TABLES.values()):
            count = sa.select(sa.func.count()).select_from(table)
            yield table.name, self._connection.execute(count).scalar_one()


def search_agrees(connection: sa.Connection, more: More) -> bool:
    """Tell whether the word index is sound and holds exactly the words of what is to be found.

    Every head is broken into words again, a batch at a time. The two sides are compared by the sum of a checksum of
    (word, head, place), so that neither has to be held.
    """
    connection.exec_driver_sql("INSERT INTO search(search) VALUES ('integrity-check')")
    raw: Any = connection.connection.driver_connection
    raw.create_function("word_sum", 3, _word_sum, deterministic=True)
    run = connection.exec_driver_sql
    run(f"CREATE VIRTUAL TABLE temp.again USING fts5(value, content='', tokenize=\"{_TOKENIZER}\")")
    run("CREATE VIRTUAL TABLE temp.again_words USING fts5vocab('temp', 'again', 'instance')")
    run("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search', 'instance')")
    try:
        expected = _expected_words(connection, more)
        return expected == _words(connection, "words", "search_docsize")
    finally:
        for table in ("words", "again_words", "again"):
            run(f"DROP TABLE temp.{table}")


def _expected_words(connection: sa.Connection, more: More) -> tuple[int, int, int]:
    h, r = schema.head.c, schema.record.c
    columns = sa.select(h.id, h.field, h.value, r.kind).outerjoin_from(
        schema.head, schema.record, r.id == h.record
    )
    after, total = 0, (0, 0, 0)
    while rows := connection.execute(columns.where(h.id > after).order_by(h.id).limit(BATCH)).all():
        given = [
            (row.id, row.value) for row in rows if projection.searchable(row.kind or "", row.field, row.value)
        ]
        if given:
            connection.exec_driver_sql("INSERT INTO temp.again(rowid, value) VALUES (?, ?)", given)
        found = _words(connection, "again_words", "again_docsize")
        total = (total[0] + found[0], total[1] + found[1], total[2] + found[2])
        connection.exec_driver_sql("INSERT INTO temp.again(again) VALUES ('delete-all')")
        after = rows[-1].id
        more(len(rows))
    return total


def _words(connection: sa.Connection, vocabulary: str, documents: str) -> tuple[int, int, int]:
    """Return the number of words, their checksum, and the number of texts."""
    count, total = connection.exec_driver_sql(
        f"SELECT count(*), coalesce(sum(word_sum(term, doc, offset)), 0) FROM temp.{vocabulary}"  # noqa: S608 - ours
    ).one()
    schema_name = "main" if documents.startswith("search") else "temp"
    texts = connection.exec_driver_sql(f"SELECT count(*) FROM {schema_name}.{documents}").scalar_one()  # noqa: S608
    return count, total, texts


def _word_sum(term: str, document: int, place: int) -> int:
    return zlib.crc32(f"{document} {place} {term}".encode())


def file_digest(path: Any) -> str:
    """Return the SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
