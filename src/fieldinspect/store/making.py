"""A vault is made aside, whole, and only then gets its name.

Rules of this module:
1. Nothing that is there is ever replaced or removed, whatever it is.
2. Whatever fails leaves nothing behind; what a killed process leaves goes when the next vault is made or opened.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from fieldinspect.crypto.keys import MasterKey
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.files import STAGING_PREFIX, private_folder, sync_folder, temporary_folder, world_failures
from fieldinspect.i18n import _
from fieldinspect.store import slot_files
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.opening import enter
from fieldinspect.store.vault import StoredVault

NICKNAME: Final = "nickname"
_VAULT: Final = "vault"
_OURS: Final = {_VAULT, "lock"}


def require_free(target: Path) -> None:
    """Raise `BadInput` unless there is nothing at `target`, or an empty folder."""
    if slot_files.is_vault(target):
        raise BadInput(_("There is a vault of this name already. Choose another name"))
    with world_failures():
        if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
            raise BadInput(_("There is something of this name already. Choose another name"))


@contextlib.contextmanager
def aside(root: Path) -> Iterator[Path]:
    """Lend an empty folder to make a vault in; what is still in it after the block is gone."""
    sweep(root)
    with temporary_folder(root) as folder:
        lock = VaultLock(folder)
        lock.take()
        try:
            yield private_folder(folder / _VAULT)
        finally:
            lock.release()


def sweep(root: Path) -> None:
    """Remove vaults that killed processes left half made; whoever is at work on one holds its lock."""
    for folder in root.glob(f"{STAGING_PREFIX}*"):
        with contextlib.suppress(WorldFailed, OSError):
            if set(os.listdir(folder)) <= _OURS:  # noqa: PTH208 - names are what is asked for
                lock = VaultLock(folder)
                lock.take()
                lock.release()
                shutil.rmtree(folder)


def name(made: Path, target: Path, master: MasterKey, state: Path | None) -> StoredVault:
    """Give a whole vault its name and open it; raise `WorldFailed`, and what `enter` raises."""
    with world_failures():
        if target.is_dir():
            target.rmdir()  # empty, or it refuses
        made.rename(target)
    try:
        with world_failures():
            sync_folder(target.parent)
        return entered(target, master, state)
    except BaseException:
        with contextlib.suppress(OSError):
            target.rename(made)
        raise


def entered(
    folder: Path, master: MasterKey, state: Path | None, *, made: datetime | None = None
) -> StoredVault:
    """Lock and open a vault; `made` as `enter` has it."""
    lock = VaultLock(folder)
    lock.take()
    try:
        return enter(folder, lock, master, state, made=made)
    except BaseException:
        lock.release()
        raise
