"""Moving a file in pieces: hashed, told, stoppable, and in bounded memory."""

import contextlib
import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from fieldinspect import files
from fieldinspect.domain.depots import SUFFIX
from fieldinspect.exchange.depots.troubles import Interrupted, SourceChanged, TooMuchThere
from fieldinspect.exchange.refusals import NoSpaceForBundle
from fieldinspect.services.care import Progress

PIECE: Final = 256 * 1024
MOST_LISTED: Final = 500_000
"""So many names of a depot are read: no server fills our memory, or keeps us for ever."""
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._ -]{0,120}\.fib")


def new_name() -> str:
    """Return a name for a bundle that tells nothing about it."""
    return secrets.token_hex(16) + SUFFIX


def is_name(name: str) -> bool:
    """Whether something found in a depot may be a bundle; such a name never leads out of its folder."""
    return _NAME.fullmatch(name) is not None and ".." not in name


def bundles(listed: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Return what may be bundles of a listing, with their sizes; raise `TooMuchThere` for one without end."""
    found = {}
    for count, (name, size) in enumerate(listed):
        if count == MOST_LISTED:
            raise TooMuchThere
        if is_name(name):
            found[name] = size
    return found


def must_be_name(name: str) -> str:
    if not is_name(name):
        raise ValueError("not a name of a depot")
    return name


def size_of(source: Path) -> int:
    """Return the size of a file in bytes; raise `SourceChanged` when it is not there."""
    try:
        return source.stat().st_size
    except FileNotFoundError:
        raise SourceChanged from None


def sending(source: Path, sha256: str, progress: Progress, offset: int = 0) -> Iterator[bytes]:
    """Read a file from an offset in pieces, telling how far it is; raise `SourceChanged`, `WorldFailed`.

    All of it is hashed, and the last piece is held back until the hash is right: nothing damaged arrives whole.
    """
    size, done = size_of(source), 0
    digest = hashlib.sha256()
    progress(offset, size)
    with files.world_failures(), source.open("rb") as file:
        piece = file.read(PIECE)
        while piece:
            digest.update(piece)
            after = file.read(PIECE)
            if not after and digest.hexdigest() != sha256:
                raise SourceChanged
            done += len(piece)
            if done > offset:
                yield piece[-(done - offset) :] if done - offset < len(piece) else piece
                progress(done, size)
            piece = after
    if not done:
        raise SourceChanged


@contextlib.contextmanager
def fetching(target: Path, size: int) -> Iterator[BinaryIO]:
    """Lend the file to go on filling with what comes; raise `NoSpaceForBundle` before anything does."""
    with files.resumed_writer(target) as out:
        if out.tell() > size:  # none of it
            out.seek(out.truncate(0))
        needed = size - out.tell()
        if files.free_space(target) < needed + needed // 10:
            raise NoSpaceForBundle(needed)
        yield out


def tail_matches(source: Path, tail: bytes) -> bool:
    """Whether a file ends with these bytes."""
    with files.world_failures(), source.open("rb") as file:
        file.seek(-len(tail), 2)
        return file.read() == tail


def receive(out: BinaryIO, pieces: Iterable[bytes], size: int, progress: Progress) -> None:
    """Append what comes to a file, telling how far it is; raise `Interrupted` when it is not the whole."""
    done = out.tell()
    progress(done, size)
    for piece in pieces:
        with files.world_failures():
            out.write(piece)
        done += len(piece)
        if done > size:
            break  # whoever sends more than was said fills no disk with it
        progress(done, size)
    if done != size:
        raise Interrupted
