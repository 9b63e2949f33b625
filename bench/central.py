"""The centre: a merge on PostgreSQL against raw bulk inserts of the same rows, and many bundles start to finish.

The raw inserts write exactly the bytes that the merge wrote, sealed values as they stand, into the same tables with
the same indexes, in one transaction: once by COPY, once by executemany. Signatures are timed apart, as in bench.merge.
The server syncs at every commit. `python -m bench.central 10000` takes in 10,000 bundles instead of a sample.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from tests.central.cluster import Cluster, running

from bench.figure import Figure
from bench.many_bundles import PER_BUNDLE, fill
from bench.merge import ITEMS, Corpus, _accept_all
from fieldinspect.domain.depots import Credentials, DepotKind, Destination
from fieldinspect.domain.roster import Policy
from fieldinspect.exchange.ahead import AheadEnvelope, OpeningPool
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.journal.acceptance import Gate
from fieldinspect.services import destinations, programme
from fieldinspect.services.depot_ports import Depot
from fieldinspect.services.gathering import BATCH, Gathered, Gathering
from fieldinspect.store import entries, merging, schema, typed
from fieldinspect.store.central.making import merger_engine
from fieldinspect.store.central.replica import CentralReplica, open_replica

SAMPLE = 320
SYNCED = "-c fsync=on -c synchronous_commit=on -c shared_buffers=256MB -c max_wal_size=4GB"
_TABLES = (
    schema.chain,
    schema.entry,
    schema.record_key,
    schema.holding,
    schema.record,
    schema.head,
    *typed.TABLES.values(),
)


def merge_seconds(cluster: Cluster, corpus: Corpus) -> tuple[float, sa.Engine]:
    """Merge into a new database; return the time and the engine."""
    engine = merger_engine(cluster.keys())
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
    return taken, engine


def _names(table: sa.Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


def copy_seconds(cluster: Cluster, rows: dict[sa.Table, bytes]) -> float:
    engine = merger_engine(cluster.keys())
    begun = time.perf_counter()
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        for table, content in rows.items():
            with driver.cursor().copy(
                f'COPY "{table.name}" ({_names(table)}) FROM STDIN (FORMAT BINARY)'
            ) as copy:
                copy.write(content)
    taken = time.perf_counter() - begun
    engine.dispose()
    return taken


def insert_seconds(cluster: Cluster, rows: dict[sa.Table, list[tuple[object, ...]]]) -> float:
    engine = merger_engine(cluster.keys())
    begun = time.perf_counter()
    with engine.begin() as connection:
        for table, content in rows.items():
            marks = ", ".join(["%s"] * len(table.columns))
            statement = f'INSERT INTO "{table.name}" ({_names(table)}) VALUES ({marks})'
            if content:
                connection.connection.cursor().executemany(statement, content)
    taken = time.perf_counter() - begun
    engine.dispose()
    return taken


def stored(engine: sa.Engine) -> tuple[dict[sa.Table, bytes], dict[sa.Table, list[tuple[object, ...]]]]:
    """Return every row as it stands: as COPY sends it, and as tuples."""
    copied, listed = {}, {}
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        for table in _TABLES:
            with driver.cursor().copy(
                f'COPY "{table.name}" ({_names(table)}) TO STDOUT (FORMAT BINARY)'
            ) as copy:
                copied[table] = b"".join(bytes(piece) for piece in copy)
            found = driver.execute(f'SELECT {_names(table)} FROM "{table.name}"').fetchall()
            listed[table] = [tuple(row) for row in found]
    return copied, listed


def merge_figures(cluster: Cluster) -> Iterator[Figure]:
    corpus = Corpus(ITEMS)
    taken, engine = merge_seconds(cluster, corpus)
    copied, listed = stored(engine)
    engine.dispose()
    again, engine = merge_seconds(cluster, corpus)
    engine.dispose()
    ours = ITEMS / min(taken, again)
    by_copy = ITEMS / min(copy_seconds(cluster, copied) for _run in range(2))
    by_insert = ITEMS / insert_seconds(cluster, listed)
    yield Figure("central-merge-40000", ours, "entries/s", "COPY of the same rows", by_copy, ours / by_copy)
    yield Figure(
        "central-merge-40000", ours, "entries/s", "executemany of the same rows", by_insert, ours / by_insert
    )


class Centre:
    """A centre with a folder to watch, and a lead who admits laptops."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.depot = folder / "depot"
        self.depot.mkdir(parents=True)
        self.replica: CentralReplica = open_replica(cluster.keys(), folder / "centre")
        # The centre founds its own inspection here: who leads makes no difference to what is measured.
        programme.found_inspection(
            self.replica, "Bench", now=datetime.now(UTC), forms={}, policy=Policy(envelope="x25519")
        )
        where = Destination("", "depot", DepotKind.FOLDER, str(self.depot))
        destinations.add(self.replica, where, Credentials())

    def fill(self, count: int) -> None:
        fill(self.depot, self.replica, count, self.replica.recipients()[1])

    def gather(self, processes: int) -> list[tuple[float, int]]:
        """Merge all that lies in the depot; return after how many seconds how many bundles were there."""
        pool = (
            OpeningPool(self.replica.receiving_identities(), self.replica.staging, processes)
            if processes
            else None
        )
        gathering = Gathering(self.replica, KnownDepots(), AheadEnvelope(), pool, lambda: datetime.now(UTC))
        if pool is not None:
            pool.begin(self.depot / "none", {}).result()  # the processes are there: a centre starts them once
        begun = time.perf_counter()
        moments = [(0.0, 0)]
        merge = gathering._merge

        def watched(depot: Depot, destination: Destination, names: Sequence[str], done: Gathered) -> None:
            merge(depot, destination, names, done)
            moments.append((time.perf_counter() - begun, done.merged))
            if done.merged // 1000 > moments[-2][1] // 1000:
                print(f"# {done.merged} bundles in {moments[-1][0]:.0f} s", file=sys.stderr, flush=True)

        gathering._merge = watched  # type: ignore[method-assign]  # to look on
        done = gathering.round()
        if pool is not None:
            pool.close()
        if done.refused or done.troubles:
            raise RuntimeError(done.troubles)
        return moments


def bundle_figures(cluster: Cluster, count: int, processes: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        centre = Centre(cluster, Path(name))
        begun = time.perf_counter()
        centre.fill(count)
        print(f"# {count} bundles sealed in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        moments = centre.gather(processes)
        centre.replica.close()
    taken, tenth = moments[-1][0], max(count // 10, BATCH)
    first = next((seconds / there for seconds, there in moments if there >= tenth)) * 1000
    since, there = next(one for one in reversed(moments) if one[1] <= count - tenth)
    last = (taken - since) / (count - there) * 1000
    label = f"central-{count}-bundles-{processes}-ahead"
    yield Figure(label, count / taken, "bundles/s", "entries/s", count * PER_BUNDLE / taken, PER_BUNDLE)
    yield Figure(f"{label}-growth", last, "ms/bundle, last tenth", "first tenth", first, last / first)


def run(count: int = SAMPLE) -> Iterator[Figure]:
    with running(SYNCED) as cluster:
        if count == SAMPLE:
            yield from merge_figures(cluster)
        for processes in (0, 1, 2) if count == SAMPLE else (1,):
            yield from bundle_figures(cluster, count, processes)


if __name__ == "__main__":
    for figure in run(*map(int, sys.argv[1:])):
        print(figure.line(), flush=True)
