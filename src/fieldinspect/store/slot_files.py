"""The two copies of a vault's slot file on disk. Format: docs/formats/slots.md, section 2."""

import contextlib
from pathlib import Path
from typing import Final

from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.slots import MAX_FILE, SlotFile, current, read_slots, repaired
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.files import atomic_write, world_failures

SLOTS: Final = ("slots.a", "slots.b")


def is_vault(folder: Path) -> bool:
    return any((folder / name).is_file() for name in SLOTS)


def load(folder: Path) -> SlotFile:
    """Read both copies; raise `SlotsDamaged` or `NewerVault`."""
    a, b = _copies(folder)
    return read_slots(a, b)


def sound(folder: Path, key: bytes) -> bytes:
    """Return the current file by its MAC, `key` being the slots subkey; raise `SlotsDamaged` or `NewerVault`."""
    a, b = _copies(folder)
    return current(a, b, key)


def save(folder: Path, raw: bytes) -> None:
    """Replace both copies: A, durably, and only then B, so that one of them is always whole."""
    for name in SLOTS:
        atomic_write(folder / name, raw)


def mend(folder: Path, slots: SlotFile, master: MasterKey) -> None:
    """Replace a copy that is missing, damaged or stale; its twin is never touched before it is whole."""
    a, b = _copies(folder)
    whole = repaired(slots, master, a, b)
    if whole is None:
        return
    # A full disk must not keep the owner out: the next opening tries again.
    with contextlib.suppress(WorldFailed):
        for name, held in zip(SLOTS, (a, b), strict=True):
            if held != whole:
                atomic_write(folder / name, whole)


def _copies(folder: Path) -> list[bytes | None]:
    with world_failures():
        return [_content(path) if (path := folder / name).is_file() else None for name in SLOTS]


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE + 1)  # more than that is no slot file, whoever put it there
