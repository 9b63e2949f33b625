"""Search the memory of another process: every readable mapping, in pieces that overlap."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.leaks.canaries import Canaries

_PIECE, _OVERLAP = 4 << 20, 256
_NOTHING = bytes(_PIECE + _OVERLAP)


class NotAllowed(Exception):  # noqa: N818 - it is no error, but the answer of the system
    """This account may not read the memory of a process that protects it."""


class Scan(NamedTuple):
    """What was found how often, and how much was searched (bytes)."""

    found: Counter[str]
    searched: int
    unread: int


def scan(pid: int, canaries: Canaries, secrets: Mapping[str, bytes]) -> Scan:
    """Search for the canaries in every spelling, and for secrets as they are and in hexadecimal."""
    found: Counter[str] = Counter()
    searched = unread = 0
    needles = {f"{name} ({how})": spelled for name, raw in secrets.items() for how, spelled in _both(raw)}
    try:
        with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
            for begin, end in _readable(pid):
                for at in range(begin, end, _PIECE):
                    try:
                        memory.seek(at)
                        piece = memory.read(min(_PIECE + _OVERLAP, end - at))
                    except (OSError, ValueError):  # a device, or gone meanwhile
                        unread += min(_PIECE, end - at)
                        continue
                    searched += len(piece)
                    if piece == _NOTHING[: len(piece)]:  # most of what is mapped was never touched
                        continue
                    found.update(canaries.found_in(piece))
                    found.update(name for name, spelled in needles.items() if spelled in piece)
    except PermissionError as error:
        raise NotAllowed(str(error)) from None
    return Scan(found, searched, unread)


def _both(raw: bytes) -> list[tuple[str, bytes]]:
    return [("raw", raw), ("hex", raw.hex().encode()), ("HEX", raw.hex().upper().encode())]


def _readable(pid: int) -> list[tuple[int, int]]:
    found = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, access, *rest = line.split(maxsplit=5)
        if access.startswith("r") and not (rest and rest[-1].startswith(("[vvar", "[vsyscall"))):
            begin, end = (int(part, 16) for part in span.split("-"))
            found.append((begin, end))
    return found
