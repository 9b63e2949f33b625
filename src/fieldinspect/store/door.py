"""The vault's door: making, finding and opening vaults.

A vault is a folder: `slots.a`, `slots.b`, `vault.db`, `blobs/`, `lock`, and `nickname`, the only name on the disk.
"""

import contextlib
import shutil
from pathlib import Path
from typing import Final

from fieldinspect.crypto.argon import Cost, calibrate
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.passphrase import require_strength
from fieldinspect.crypto.slots import SlotFile, new_slots, read_slots, repaired, unlock
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.views import VaultPlace
from fieldinspect.files import atomic_write, private_folder
from fieldinspect.i18n import _
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.opening import enter, furnish
from fieldinspect.store.vault import StoredVault

SLOTS: Final = ("slots.a", "slots.b")
_NICKNAME: Final = "nickname"


class Door:
    """Vaults under one folder (services.ports.VaultDoor). `cost` None measures this machine first."""

    def __init__(self, root: Path, cost: Cost | None = None) -> None:
        self._root = root
        self._cost = cost

    def known(self) -> list[VaultPlace]:
        """Return the vaults here, by nickname."""
        if not self._root.is_dir():
            return []
        found = [
            VaultPlace(str(folder), _nickname(folder))
            for folder in sorted(self._root.iterdir())
            if _is_vault(folder)
        ]
        return sorted(found, key=lambda place: place.nickname.casefold())

    def create(self, nickname: str, person: str, passphrase: str, *, folder_name: str = "") -> StoredVault:
        """Make a vault; raise `BadInput` when a name is missing or the passphrase is too weak."""
        if not nickname.strip() or not person.strip():
            raise BadInput(_("Enter a name for the vault, and your own name"))
        require_strength(passphrase)
        folder = self._root / (folder_name or new_id())
        if _is_vault(folder):
            raise BadInput(_("There is a vault of this name already. Choose another name"))
        private_folder(self._root)
        shutil.rmtree(folder, ignore_errors=True)  # what a failed attempt left, which never held a word
        private_folder(folder)
        lock = VaultLock(folder)
        lock.take()
        try:
            return self._fill(folder, lock, nickname.strip(), person.strip(), passphrase)
        except BaseException:
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _fill(
        self, folder: Path, lock: VaultLock, nickname: str, person: str, passphrase: str
    ) -> StoredVault:
        master = MasterKey.generate()
        vault = new_id()
        try:
            # The slots come last: a vault that was not finished is no vault, and is not offered for unlocking.
            slots = new_slots(vault, master, passphrase, self._cost or calibrate())
            opened = furnish(folder, lock, master, vault, nickname, person)
            try:
                atomic_write(folder / _NICKNAME, nickname.encode())
                for name in SLOTS:
                    atomic_write(folder / name, slots)
            except BaseException:
                opened.close()
                raise
        finally:
            master.wipe()
        return opened

    def open(self, place: VaultPlace, passphrase: str) -> StoredVault:
        """Open a vault; raise `WrongPassphrase`, `VaultIsOpen`, `NewerVault`, `SlotsDamaged` or `DatabaseDamaged`."""
        folder = Path(place.folder)
        slots = _read_slots(folder)
        lock = VaultLock(folder)
        lock.take()
        try:
            master = unlock(slots, passphrase)
            try:
                _mend_slots(folder, slots, master)
                return enter(folder, lock, master)
            finally:
                master.wipe()
        except BaseException:
            lock.release()
            raise


def _is_vault(folder: Path) -> bool:
    return any((folder / name).is_file() for name in SLOTS)


def _nickname(folder: Path) -> str:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return (folder / _NICKNAME).read_text("utf-8")
    return folder.name[:8]


def _copies(folder: Path) -> list[bytes | None]:
    return [path.read_bytes() if (path := folder / name).is_file() else None for name in SLOTS]


def _read_slots(folder: Path) -> SlotFile:
    a, b = _copies(folder)
    return read_slots(a, b)


def _mend_slots(folder: Path, slots: SlotFile, master: MasterKey) -> None:
    """Replace a copy that is missing, damaged or stale; its twin is never touched before it is whole."""
    a, b = _copies(folder)
    current = repaired(slots, master, a, b)
    if current is not None:
        for name, held in zip(SLOTS, (a, b), strict=True):
            if held != current:
                atomic_write(folder / name, current)
