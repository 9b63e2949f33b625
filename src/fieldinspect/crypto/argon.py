"""Argon2id and what it may cost. Format: docs/formats/slots.md, 3.1."""

import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.i18n import _

SALT_SIZE: Final = 16
MEMORY_FLOOR: Final = 64 * 1024
MEMORY_CEILING: Final = 4 * 1024 * 1024
PASSES: Final = range(3, 17)
LANES: Final = range(1, 17)
MAX_PASSPHRASE: Final = 1024
_CHOICES: Final = tuple(MEMORY_FLOOR << step for step in range(5))
_LIMIT_SECONDS: Final = 1.5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: memory in KiB, passes over it, lanes that may run side by side."""

    memory: int
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        in_bounds = (
            MEMORY_FLOOR <= self.memory <= MEMORY_CEILING and self.passes in PASSES and self.lanes in LANES
        )
        if not in_bounds:
            raise ValueError("the cost of a passphrase is out of bounds")


FLOOR_COST: Final = Cost(MEMORY_FLOOR)
"""The least the format allows: for tests and the demonstration, where speed matters more than secrecy."""


def derive_slot_key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """Return the 32-byte slot key; raise `WorldFailed` when the memory is not there."""
    if cost.memory > _physical_memory():  # a system that lends what it has not would end us instead
        raise _no_memory()
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    try:
        return kdf.derive(unicodedata.normalize("NFC", passphrase).encode())
    except MemoryError:
        raise _no_memory() from None


def _no_memory() -> WorldFailed:
    return WorldFailed(
        _("There is not enough memory to open the vault. Close other programs, then try again")
    )


def calibrate(
    clock: Callable[[], float] = time.perf_counter,
    derive: Callable[[str, bytes, Cost], bytes] = derive_slot_key,
    memory: int | None = None,
) -> Cost:
    """Return the largest of 64 to 1,024 MiB under 1.5 s here, within a quarter of the memory (KiB)."""
    available = _physical_memory() if memory is None else memory
    chosen = FLOOR_COST
    for choice in _CHOICES:
        cost = Cost(choice)
        if choice > MEMORY_FLOOR and choice > available // 4:
            break
        begun = clock()
        derive("calibration", bytes(SALT_SIZE), cost)
        seconds = clock() - begun
        if seconds > _LIMIT_SECONDS:
            break
        chosen = cost
        if 2 * seconds > _LIMIT_SECONDS:  # time grows with memory: the next size need not be tried
            break
    return chosen


def _physical_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024
