"""Wrong secrets cost time: five tries are free, then 2, 4, 8 ... 300 seconds lie between one and the next.

Rules of this module:
1. A try is written down, durably, before the key is derived, and taken back only when the secret was right.
2. Time is the time since the machine was started: setting the clock changes nothing, and after a restart only what
   has passed since it counts. Nobody ever waits longer than 300 real seconds for one try.
3. What cannot be read counts as many wrong tries and is written soundly, by whoever asks first; where nothing can be
   written, every try takes 30 seconds, or 300 where nothing can be read either. Either way the owner gets in.

It slows whoever sits at the program. Whoever can copy the folder guesses elsewhere: Argon2id slows that.
"""

import contextlib
import math
import os
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.files import atomic_write, overwrite
from fieldinspect.services.vault_keys import TooSoon

NAME: Final = "attempts"
FREE: Final = 5
LONGEST: Final = 300
UNRECORDED: Final = 30
_HEAD: Final = b"fieldinspect-attempts/1"
_SIZE: Final = len(_HEAD) + 1 + 6 + 1 + 15 + 1 + 8 + 1
_MOST: Final = 999_999


@dataclass(frozen=True)
class _Tries:
    wrong: int
    at: int
    """Milliseconds since the machine was started, at the last one."""


_MANY: Final = 20
"""What an unreadable file counts as: enough for the longest wait."""


def since_start() -> float:
    """Return the seconds since this machine was started, asleep or awake where the system counts both."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Throttle:
    """The tries at one vault. Whoever asks holds the vault's lock, so that tries come one by one."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = since_start,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = folder / NAME
        self._clock = clock
        self._sleep = sleep

    def prepare(self) -> None:
        """Make the file, so that a try can be written down later on a disk that is full."""
        self._write(_Tries(0, 0))

    def wait(self) -> int:
        """Return the whole seconds until the next try, 0 for at once."""
        tries, known = self._known()
        return self._wait(tries) if known else 0  # else the try itself takes the time

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Lend one try; a wrong secret (`BadInput`) counts. Raises `TooSoon` instead while there is to wait."""
        before, known = self._known()
        left = self._wait(before)
        if left > 0 and known:
            raise TooSoon(left)
        if not self._write(_Tries(min(before.wrong + 1, _MOST), self._now())):
            self._sleep(max(left, UNRECORDED))
        try:
            yield
        except (WorldFailed, MemoryError):
            self._write(before)  # the secret was not tried: too little memory, say
            raise
        self._write(_Tries(0, 0))

    def _known(self) -> tuple[_Tries, bool]:
        """Return the tries, and whether they stand in the file: what cannot be read is written down soundly."""
        tries = self._read()
        if tries is not None:
            return tries, True
        many = _Tries(_MANY, self._now())
        return many, self._write(many)

    def _now(self) -> int:
        return int(self._clock() * 1000)

    def _wait(self, tries: _Tries) -> int:
        if tries.wrong < FREE:
            return 0
        pause = min(LONGEST, 1 << min(tries.wrong - FREE + 1, 20))
        now = self._now()
        # A later time than now was before a restart: since then, the whole time up has passed at least.
        passed = now - tries.at if tries.at <= now else now
        return max(0, math.ceil(pause - passed / 1000))

    def _read(self) -> _Tries | None:
        """Return what is written down, None when that cannot be read."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            return _Tries(0, 0)
        except OSError:
            return None
        try:
            return _decode(os.read(descriptor, _SIZE + 1))
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def _write(self, tries: _Tries) -> bool:
        """Write the tries down; tell whether that was possible."""
        raw = _encode(tries)
        try:
            # In its place, for that needs no room on a full disk; one short line is written whole or not at all.
            if self._path.is_file() and self._path.stat().st_size == len(raw):
                overwrite(self._path, 0, raw)
            else:
                atomic_write(self._path, raw)
        except (WorldFailed, OSError):
            return False
        return True


def _encode(tries: _Tries) -> bytes:
    said = b"%b %06d %015d" % (_HEAD, tries.wrong, tries.at)
    return b"%b %08x\n" % (said, zlib.crc32(said))


def _decode(raw: bytes) -> _Tries | None:
    try:
        _head, wrong, at, _check = raw.split(b" ")
        tries = _Tries(int(wrong), int(at))
    except ValueError:
        return None
    in_bounds = 0 <= tries.wrong <= _MOST and tries.at >= 0
    return tries if in_bounds and _encode(tries) == raw else None
