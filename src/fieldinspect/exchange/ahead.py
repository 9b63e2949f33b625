"""Opening bundles ahead, in processes of their own: what one merge at a time must not wait for.

Rules of this module:
1. A process decrypts a bundle, makes every check of the reader and verifies every entry's signature. What it hands
   over is what whoever merges would have read; whose devices take part is asked again at the merge.
2. What is large, carries attachments, or is refused is not handed over: whoever merges opens it, and tells why not.
3. Keys go to the processes through a pipe, never by an argument or a file.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldinspect.crypto.signing import PublicKey
from fieldinspect.domain.errors import FieldInspectError
from fieldinspect.exchange import refusals
from fieldinspect.exchange.envelope import BundleEnvelope, signers
from fieldinspect.exchange.manifest import Facts
from fieldinspect.exchange.reader import open_bundle
from fieldinspect.files import harden_process
from fieldinspect.journal.entry import Entry, from_line, is_signed_by
from fieldinspect.services.ports import Parcel, Replica

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a bundle that is still opened ahead."""


@dataclass(frozen=True, slots=True)
class OpenedAhead:
    """A bundle that passed every check that needs no database."""

    facts: Facts
    lines: tuple[bytes, ...]
    keys: Mapping[str, Sequence[bytes]]
    roster: bytes
    sha256: str
    checked: frozenset[str]
    """Ids of the entries whose signatures were verified."""
    records: frozenset[str]
    ours: bool = True

    def parcel(self) -> Parcel:
        """Return it as the envelope lends it."""
        facts = self.facts
        return Parcel(
            facts.bundle,
            facts.device,
            facts.sequence,
            facts.previous,
            facts.created,
            self.sha256,
            lambda: iter(self.lines),
            self.keys,
            self.roster,
            {},
            facts.purpose,
        )


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A bundle that was sealed for others."""

    checked: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()
    lines: tuple[bytes, ...] = ()
    ours: bool = False

    def parcel(self) -> Parcel | None:
        return None


class Opening:
    """A bundle that is being opened."""

    def __init__(self, future: "Future[OpenedAhead | NotOurs | None]") -> None:
        self._future = future

    def result(self) -> "OpenedAhead | NotOurs | None":
        """Wait for it; None when whoever merges must open it, also because the process was killed."""
        try:
            return self._future.result()
        except BrokenExecutor:
            return None


class OpeningPool:
    """Processes that open bundles; close it, or use it as a context."""

    def __init__(self, identities: Sequence[str], staging: Path, processes: int) -> None:
        self._given = tuple(identities), str(staging)
        self._processes = processes
        self._pool = self._make()

    def _make(self) -> ProcessPoolExecutor:
        # A fork would share the session with the database.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._processes, context, initializer=_begin, initargs=self._given)

    def begin(self, path: Path, devices: Mapping[str, str]) -> Opening:
        """Open a bundle by the signing keys of the devices that take part (id: key line)."""
        try:
            return Opening(self._pool.submit(_open, str(path), dict(devices)))
        except BrokenExecutor:  # one of them was killed: the others are gone as well
            self._pool.shutdown(wait=False)
            self._pool = self._make()
            return Opening(self._pool.submit(_open, str(path), dict(devices)))

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> "OpeningPool":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class AheadEnvelope(BundleEnvelope):
    """Lends what was opened ahead in place of opening it again; everything else as the envelope does."""

    def __init__(self) -> None:
        super().__init__()
        self._ready: dict[Path, OpenedAhead] = {}

    @contextmanager
    def holding(self, path: Path, opened: object) -> Iterator[None]:
        """Have this path lent as it was opened, within the block."""
        if isinstance(opened, OpenedAhead):
            self._ready[path] = opened
        try:
            yield
        finally:
            self._ready.pop(path, None)

    @contextmanager
    def open(self, replica: Replica, path: Path) -> Iterator[Parcel]:
        ready = self._ready.get(path)
        if ready is None or signers(replica)(ready.facts.device) is None:
            with super().open(replica, path) as parcel:
                yield parcel
            return
        yield ready.parcel()


_identities: tuple[str, ...] = ()
_staging = Path()


def _begin(identities: tuple[str, ...], staging: str) -> None:
    global _identities, _staging
    # Whoever is asked to end ends us: a signal to the whole group must not cut a bundle in half with a noise.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    harden_process()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _identities, _staging = identities, Path(staging)


def _end_with_parent() -> None:
    """End at once when whoever began us is gone, killed or not: we hold its keys."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _open(name: str, devices: Mapping[str, str]) -> OpenedAhead | NotOurs | None:
    path = Path(name)
    keys = {device: PublicKey.from_line(line) for device, line in devices.items()}
    try:
        if path.stat().st_size > LARGEST:
            return None
        with open_bundle(
            path,
            identities=_identities,
            resolve_signer=keys.get,
            staging=_staging,
            seen=lambda _bundle: False,
        ) as opened:
            if opened.blobs:
                return None
            lines = tuple(opened.entries())
            entries = [from_line(line) for line in lines]
            checked = frozenset(entry.id for entry in entries if _is_signed(entry, keys))
            records = frozenset(entry.header.record for entry in entries)
            return OpenedAhead(
                opened.facts, lines, opened.keys, opened.roster, opened.sha256, checked, records
            )
    except refusals.NotForYou:
        return NotOurs()
    except (FieldInspectError, OSError):
        return None  # whoever merges opens it too, and says why not


def _is_signed(entry: Entry, keys: Mapping[str, PublicKey]) -> bool:
    key = keys.get(entry.header.device)
    return key is not None and is_signed_by(entry, key)
