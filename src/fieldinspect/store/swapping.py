"""Putting a vault with a new master key in the place of the old one, so that one of the two is always whole.

The new database, slot files and anchor are made in the folder `rotation` beside the old ones. The file `rotated`
decides: before it is on disk, the old ones are the vault and whatever was made is removed; from then on the new ones
are, and they are moved into place by steps that may be repeated as often as they are interrupted.
"""

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import Final

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.files import (
    atomic_write,
    bring,
    overwrite,
    private_folder,
    second_name,
    sync_file,
    sync_folder,
    world_failures,
)
from fieldinspect.i18n import _
from fieldinspect.store import anchor
from fieldinspect.store.opening import DATABASE
from fieldinspect.store.slot_files import SLOTS

_BESIDE: Final = "rotation"
_MARKER: Final = "rotated"
_OUTSIDE: Final = "outside"
_LOGS: Final = ("-wal", "-shm")
_NAME: Final = re.compile(r"[0-9a-f]{32}")


def settle(folder: Path, state: Path | None) -> str:
    """Finish or undo what was interrupted; return the sentence to tell about it, or "". Raises `WorldFailed`."""
    with world_failures():
        if (folder / _MARKER).is_file():
            finish(folder, state)
            return _(
                "The vault's keys were being changed, and the change is complete now. "
                "Open the vault with the passphrase chosen for it, and make a new recovery code"
            )
        if (folder / _BESIDE).is_dir():
            undo(folder, state)
            return _(
                "The vault's keys were being changed, but that was interrupted. "
                "Nothing has changed: open the vault as before"
            )
    return ""


def is_unsettled(folder: Path) -> bool:
    """Tell whether a change of the master key was interrupted here."""
    return (folder / _MARKER).is_file() or (folder / _BESIDE).is_dir()


def begin(folder: Path, outside: str) -> Path:
    """Make the folder for the new files; `outside` names the copy of the new anchor in the state folder."""
    beside = private_folder(folder / _BESIDE)
    atomic_write(beside / _OUTSIDE, outside.encode())
    return beside


def decide(folder: Path, outside: str) -> None:
    """Make the new files the vault; `outside` names the copy of the old anchor in the state folder."""
    beside = folder / _BESIDE
    sync_file(beside / DATABASE)
    with world_failures():
        sync_folder(beside)
    atomic_write(folder / _MARKER, outside.encode())


def finish(folder: Path, state: Path | None) -> None:
    """Move the new files into place and destroy what the old key opened."""
    beside = folder / _BESIDE
    _forget_outside(folder / _MARKER, state)
    for name in SLOTS:
        if _is_to_come(beside / name, folder / name):
            _scrub(folder / name)
            bring(beside / name, folder / name)
    if _is_to_come(beside / DATABASE, folder / DATABASE):
        for log in _LOGS:  # the old database's: the new one must never meet it
            (folder / (DATABASE + log)).unlink(missing_ok=True)
        sync_folder(folder)
        bring(beside / DATABASE, folder / DATABASE)
    if _is_to_come(beside / anchor.NAME, folder / anchor.NAME):
        bring(beside / anchor.NAME, folder / anchor.NAME)
    sync_folder(folder)
    for name in (*SLOTS, DATABASE, anchor.NAME):
        second_name(folder / name).unlink(missing_ok=True)
    if beside.is_dir():
        shutil.rmtree(beside)
    sync_folder(folder)
    (folder / _MARKER).unlink()
    sync_folder(folder)


def undo(folder: Path, state: Path | None) -> None:
    """Remove what was made of a new vault."""
    beside = folder / _BESIDE
    _forget_outside(beside / _OUTSIDE, state)
    for name in SLOTS:
        _scrub(beside / name)
    shutil.rmtree(beside)
    sync_folder(folder)


def _is_to_come(made: Path, place: Path) -> bool:
    """Tell whether a new file does not stand in its place yet."""
    return made.is_file() and not (place.exists() and place.samefile(made))


def _forget_outside(named_in: Path, state: Path | None) -> None:
    """Remove the copy of an anchor that no key opens any more; where the disk refuses, it is rubbish and harmless."""
    with contextlib.suppress(OSError):
        name = named_in.read_text("ascii", "replace")
        if state is not None and _NAME.fullmatch(name):
            (state / name).unlink(missing_ok=True)


def _scrub(path: Path) -> None:
    """Overwrite a slot file: as far as the disk writes in place, nobody finds the old wraps in the free space."""
    with contextlib.suppress(WorldFailed, OSError):
        overwrite(path, 0, os.urandom(path.stat().st_size))
