"""A depot that is a folder: a stick, a network share, a folder that something else synchronises."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from fieldinspect import files
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.exchange.depots import pieces
from fieldinspect.exchange.depots.troubles import (
    AnotherFolder,
    DepotGone,
    DepotUnreadable,
    NameTaken,
    NoSpaceThere,
    NoSuchBundle,
    NotAllowed,
    NotWhole,
)
from fieldinspect.services.care import Progress
from fieldinspect.services.depot_ports import DepotRefused, silent

MARKER: Final = ".depot"
"""By this file a folder or stick is told from another at the same place: random, and the same for everybody."""
_MARK: Final = re.compile(rb"[0-9a-f]{32}")


class FolderDepot:
    """A depot that is a folder. What was written is read back from the medium before it is believed."""

    def __init__(self, folder: Path, marker: str = "") -> None:
        self._folder = folder
        self._chosen = marker

    def mark(self) -> str:
        """Return the folder's marker, left there when it has none; "" where nothing may be left."""
        with suppress(WorldFailed, DepotRefused):
            if not self._marker():
                files.atomic_write(self._folder / MARKER, secrets.token_hex(16).encode())
            return self._marker()
        return ""

    def _marker(self) -> str:
        with _read_failures():
            try:
                found = (self._folder / MARKER).open("rb")
            except FileNotFoundError:
                return ""
            with found:
                said = found.read(64)
        return said.decode() if _MARK.fullmatch(said) else ""

    def check(self) -> None:
        self.names()
        if not os.access(self._folder, os.W_OK):
            raise NotAllowed

    def sizes(self) -> Mapping[str, int]:
        self._must_be_there()
        with _read_failures():
            found = [path for path in self._folder.iterdir() if pieces.is_name(path.name) and path.is_file()]
            return {path.name: path.stat().st_size for path in found}

    def names(self) -> list[str]:
        return sorted(self.sizes())

    def path(self, name: str) -> Path:
        """Return where a bundle lies, to be read in place."""
        return self._folder / pieces.must_be_name(name)

    def head(self, name: str, length: int) -> bytes:
        path = self._present(name)
        with _read_failures(), path.open("rb") as file:
            return file.read(length)

    def put(self, source: Path, sha256: str, progress: Progress = silent, *, name: str = "") -> str:
        self._must_be_there()
        size = pieces.size_of(source)
        target = self.path(name or pieces.new_name())
        if target.exists():
            if target.stat().st_size != size or _read_back(target) != sha256:
                raise NameTaken
            return target.name
        try:
            with files.atomic_writer(target) as out:
                for piece in pieces.sending(source, sha256, progress):
                    out.write(piece)
        except files.DiskFull:
            raise NoSpaceThere from None
        except files.WriteRefused:
            raise NotAllowed from None
        if _read_back(target) != sha256:
            target.unlink(missing_ok=True)
            raise NotWhole
        return target.name

    def get(self, name: str, target: Path, progress: Progress = silent) -> None:
        path = self._present(name)
        with _read_failures(), path.open("rb") as content:
            size = os.fstat(content.fileno()).st_size
            with pieces.fetching(target, size) as out:
                content.seek(out.tell())
                pieces.receive(out, iter(lambda: content.read(pieces.PIECE), b""), size, progress)

    def remove(self, name: str) -> None:
        self._must_be_there()
        with files.world_failures():
            self.path(name).unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is held open."""

    def _must_be_there(self) -> None:
        if not self._folder.is_dir():
            raise DepotGone
        if self._chosen and self._marker() != self._chosen:
            raise AnotherFolder

    def _present(self, name: str) -> Path:
        self._must_be_there()
        path = self.path(name)
        if not path.is_file():
            raise NoSuchBundle
        return path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _read_failures() -> Iterator[None]:
    """Tell what cannot be read there; a disk of our own that fails says so itself."""
    try:
        yield
    except FileNotFoundError as error:
        raise NoSuchBundle from error
    except PermissionError as error:
        raise NotAllowed from error
    except OSError as error:
        raise DepotUnreadable from error


def _read_back(path: Path) -> str:
    digest = hashlib.sha256()
    with files.world_failures(), path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            # Ask the medium, not the memory the copy just went through.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(pieces.PIECE):
            digest.update(piece)
    return digest.hexdigest()
