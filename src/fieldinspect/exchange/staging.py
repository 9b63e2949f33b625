"""Where the members of a bundle wait until all of it was read: private, and ciphertext only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fieldinspect import files
from fieldinspect.exchange.spool import Spool

MAX_LINE: Final = 8 * 1024 * 1024


class LinesMalformed(Exception):  # noqa: N818 - says what happened; the reader gives it a sentence
    """Entries that are not lines: empty, too long, or without a line feed at the end."""


class LineCount:
    """Counts lines on their way past, in pieces, and refuses what is not lines."""

    def __init__(self) -> None:
        self.lines = 0
        self._unfinished = 0

    def watch(self, pieces: Iterator[memoryview]) -> Iterator[memoryview]:
        """Pass the pieces on, each at most `MAX_LINE` bytes; raise `LinesMalformed`."""
        for piece in pieces:
            self._see(piece)
            yield piece
        if self._unfinished:
            raise LinesMalformed

    def _see(self, piece: memoryview) -> None:
        text = bytes(piece)
        first, last = text.find(b"\n"), text.rfind(b"\n")
        if first < 0:
            self._unfinished += len(text)
        else:
            self._unfinished += first
            empty = self._unfinished == 0 or b"\n\n" in text
            if empty or self._unfinished >= MAX_LINE:
                raise LinesMalformed
            self._unfinished = len(text) - last - 1
            self.lines += text.count(b"\n")
        if self._unfinished >= MAX_LINE:
            raise LinesMalformed


class Staging:
    """Keeps entries in a sealed spool and attachments, which are sealed already, in files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spool = Spool(folder)
        self.blobs: dict[str, Path] = {}

    def keep_entries(self, pieces: Iterator[memoryview]) -> None:
        for piece in pieces:
            self._spool.write(piece)
        self._spool.finish()

    def keep_blob(self, digest: str, pieces: Iterator[memoryview]) -> None:
        path = self._folder / digest
        with files.create_private(path) as file:
            for piece in pieces:
                file.write(piece)
        self.blobs[digest] = path

    def entries(self) -> Iterator[bytes]:
        """Read the entry lines, each without its line feed."""
        with self._spool.open() as lines:
            for line in lines:
                yield line[:-1]

    def close(self) -> None:
        self._spool.close()


class NoStaging:
    """Keeps nothing: for looking whether a bundle is whole."""

    def keep_entries(self, pieces: Iterator[memoryview]) -> None:
        _exhaust(pieces)

    def keep_blob(self, _digest: str, pieces: Iterator[memoryview]) -> None:
        _exhaust(pieces)


def _exhaust(pieces: Iterator[memoryview]) -> None:
    for _piece in pieces:
        pass
