"""Hashing on the way: sinks and sources that know the SHA-256 of what passed through them.

SHA-256 takes as long as reading and encrypting together. Given a worker, it runs beside them: Python's hashing and
`cryptography`'s encryption both let go of the interpreter lock.
"""

import hashlib
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, BinaryIO, Final

from fieldinspect.crypto.age.stream import Sink

if TYPE_CHECKING:
    from typing_extensions import Buffer

_WORTH_A_THREAD: Final = 128 * 1024


class Sha256:
    """SHA-256 that may run in a worker, one update behind.

    With a worker, what `update` was given must not change until the next `update` or `hexdigest` returns: whoever
    reads in a loop alternates between two buffers.
    """

    def __init__(self, worker: Executor | None = None) -> None:
        self._hash = hashlib.sha256()
        self._worker = worker
        self._behind: Future[None] | None = None

    def update(self, data: "Buffer") -> None:
        self._catch_up()
        if self._worker is None or memoryview(data).nbytes < _WORTH_A_THREAD:
            self._hash.update(data)
        else:
            self._behind = self._worker.submit(self._hash.update, data)

    def hexdigest(self) -> str:
        """Return the digest of all that was given, when the worker has caught up."""
        self._catch_up()
        return self._hash.hexdigest()

    def _catch_up(self) -> None:
        if self._behind is not None:
            self._behind.result()
            self._behind = None


class HashingSink:
    """Passes on what is written to it; knows size and SHA-256. With a worker, see `Sha256` for buffers."""

    def __init__(self, sink: Sink, worker: Executor | None = None) -> None:
        self._sink = sink
        self._hash = Sha256(worker)
        self.size = 0

    def write(self, data: "Buffer") -> None:
        self._hash.update(data)
        self._sink.write(data)
        self.size += memoryview(data).nbytes

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class HashingSource:
    """Passes on what is read from it; knows size and SHA-256 of what was read so far."""

    def __init__(self, source: BinaryIO, worker: Executor | None = None) -> None:
        self._source = source
        self._hash = Sha256(worker)
        self.size = 0

    def read(self, size: int, /) -> bytes:
        return self._seen(self._source.read(size))

    def readline(self, limit: int, /) -> bytes:
        return self._seen(self._source.readline(limit))

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

    def _seen(self, data: bytes) -> bytes:
        self._hash.update(data)
        self.size += len(data)
        return data
