"""A place on disk for bytes that must not lie there readable: sealed under a key that never leaves memory."""

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from fieldinspect import files
from fieldinspect.crypto.age.stream import StreamReader, StreamWriter
from fieldinspect.crypto.digests import HashingSink

if TYPE_CHECKING:
    from typing_extensions import Buffer

_READ_AHEAD: Final = 256 * 1024


class Spool:
    """Written once, then read as often as needed; its file has no name and is gone when closed."""

    def __init__(self, folder: Path) -> None:
        self._key = os.urandom(32)
        self._file: BinaryIO = files.anonymous_file(folder)
        self._writer = StreamWriter(self._file, self._key)
        self._hashing = HashingSink(self._writer)

    def write(self, data: "Buffer") -> None:
        self._hashing.write(data)

    def finish(self) -> None:
        """End the writing."""
        self._writer.close()
        self._file.flush()

    @property
    def size(self) -> int:
        return self._hashing.size

    def hexdigest(self) -> str:
        """Return the SHA-256 of the plain bytes."""
        return self._hashing.hexdigest()

    def open(self) -> io.BufferedReader:
        """Return a reader from the beginning. One at a time: they share the file's position."""
        self._file.seek(0)
        return io.BufferedReader(StreamReader(self._file, self._key), _READ_AHEAD)

    def close(self) -> None:
        self._file.close()
