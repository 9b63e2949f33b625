"""Merge of 40,000 items against a raw bulk insert of the same rows into SQLCipher, and its growth.

The reference writes exactly the rows the merge wrote: journal, keys, projections and search, in one transaction
per run, on the same build and the same settings. Signature verification is timed apart (rulings 21).
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from bench.figure import Figure
from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.roster import Device, Person, Roster, SyncScope
from fieldinspect.journal.acceptance import Gate
from fieldinspect.journal.clock import tick
from fieldinspect.journal.entry import Body, Change, from_line, to_line, write_entry
from fieldinspect.store import entries, merging, migrate, schema, typed
from fieldinspect.store.engine import make_engine
from fieldinspect.store.rows import insert_rows
from fieldinspect.store.verify import SignatureCheck

ITEMS = 40_000
GROWTH = (10_000, 160_000)
KEY, SALT = b"k" * 32, b"s" * 16
WORDS = (
    "Asked the response sergeant how repeat victims are flagged; she showed the screen, could not find the history "
    "for the last three calls and said that the control room would normally read it out. Seen twice tonight."
)


class Corpus:
    """A chain of notes as one inspector's laptop would send them: lines, keys, and the roster that admits them."""

    def __init__(self, items: int) -> None:
        signer = SigningKey.generate()
        device, author, inspection = signer.public.fingerprint, new_id(), new_id()
        scope, visit, incarnation = new_id(), new_id(), new_id()
        self.keys: dict[str, tuple[bytes]] = {}
        self.lines: list[bytes] = []
        previous, clock = "", 0
        for number in range(items):
            record, key = new_record_id(device), RecordKey.generate()
            clock = tick(clock, 1_391_463_060_000 + number * 1000)
            changes = (Change("text", f"{WORDS} ({number})", ()), Change("written_kind", "observation", ()))
            body = Body("note", visit, inspection, new_id(), "2014-02-03T21:31:00.000+00:00", changes)
            entry = write_entry(
                body,
                key=key,
                signer=signer,
                device=device,
                incarnation=incarnation,
                sequence=number + 1,
                previous=previous,
                clock=clock,
                author=author,
                record=record,
                scope=scope,
            )
            previous = entry.id
            self.keys[record] = (key.secret,)
            self.lines.append(to_line(entry))
        self.roster = Roster(
            format="",
            inspection=inspection,
            version=1,
            previous="",
            issued="",
            expires="",
            threshold=1,
            roots=(),
            people=(Person(author, "Ann Example", ("inspector",)),),
            devices=(Device(device, author, signer.public.line, ()),),
            scopes=(SyncScope(scope, "team", ("inspector",)),),
        )


def _accept_all(_entries: object) -> None:
    """Stand in for the signature check where it is timed apart."""


def _fresh(path: Path) -> sa.Engine:
    engine = make_engine(path, KEY, SALT)
    with engine.begin() as connection:
        migrate.bring_up_to_date(connection)
    return engine


def merge_seconds(corpus: Corpus, path: Path) -> float:
    engine = _fresh(path)
    begun = time.perf_counter()
    with engine.begin() as connection:
        tally = merging.merge(
            connection,
            entries.Chains(connection),
            corpus.lines,
            corpus.keys,
            Gate(corpus.roster),
            _accept_all,
        )
    taken = time.perf_counter() - begun
    if tally.new != len(corpus.lines):
        raise RuntimeError("not every item was merged")
    engine.dispose()
    return taken


def _rows(path: Path) -> tuple[dict[sa.Table, list[tuple[object, ...]]], list[tuple[object, ...]]]:
    engine = make_engine(path, KEY, SALT)
    tables = (
        schema.chain,
        schema.entry,
        schema.record_key,
        schema.holding,
        schema.record,
        schema.head,
        *typed.TABLES.values(),
    )
    with engine.begin() as connection:
        rows = {table: [tuple(row) for row in connection.execute(sa.select(table))] for table in tables}
        words = "SELECT head.id, head.value FROM search_docsize JOIN head ON head.id = search_docsize.id"
        search = [tuple(row) for row in connection.exec_driver_sql(words)]
    engine.dispose()
    return rows, search


def insert_seconds(source: Path, path: Path) -> float:
    rows, search = _rows(source)
    engine = _fresh(path)
    begun = time.perf_counter()
    with engine.begin() as connection:
        for table, content in rows.items():
            insert_rows(connection, table, content)
        connection.exec_driver_sql("INSERT INTO search(rowid, value) VALUES (?, ?)", search)
    taken = time.perf_counter() - begun
    engine.dispose()
    return taken


def verify_seconds(corpus: Corpus) -> float:
    read = [from_line(line) for line in corpus.lines]
    check = SignatureCheck(corpus.roster)
    begun = time.perf_counter()
    check(read)
    return time.perf_counter() - begun


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = Corpus(ITEMS)
        taken = min(merge_seconds(corpus, folder / f"merge{n}.db") for n in range(2))
        raw = min(insert_seconds(folder / "merge0.db", folder / f"raw{n}.db") for n in range(2))
        ours, theirs = ITEMS / taken, ITEMS / raw
        yield Figure("merge-40000", ours, "entries/s", "raw insert of the same rows", theirs, ours / theirs)
        verified = ITEMS / verify_seconds(corpus)
        yield Figure("verify-40000", verified, "signatures/s", "merge", ours, verified / ours)
        small, large = (
            merge_seconds(Corpus(items), folder / f"growth{items}.db") / items * 1e6 for items in GROWTH
        )
        yield Figure("merge-growth-160000", large, "us/entry", "at 10,000 items", small, large / small)


if __name__ == "__main__":
    for figure in run():
        print(figure)
