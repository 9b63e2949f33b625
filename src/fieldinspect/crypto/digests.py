"""Hashing on the way: sinks and sources that know the SHA-256 of what passed through them."""

import hashlib
from typing import TYPE_CHECKING, BinaryIO

from fieldinspect.crypto.age.stream import Sink

if TYPE_CHECKING:
    from typing_extensions import Buffer


class HashingSink:
    """Passes on what is written to it; knows size and SHA-256."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: "Buffer") -> None:
        self._hash.update(data)
        self._sink.write(data)
        self.size += memoryview(data).nbytes

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class HashingSource:
    """Passes on what is read from it; knows size and SHA-256 of what was read so far."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._hash = hashlib.sha256()
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
