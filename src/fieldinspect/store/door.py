"""The vault's door: making, finding and opening vaults.

A vault is a folder: `slots.a`, `slots.b`, `vault.db`, `blobs/`, `anchor`, `attempts`, `lock`, and `nickname`, the only
name on the disk.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fieldinspect.crypto.argon import Cost, calibrate
from fieldinspect.crypto.escrow import read_share, unlock_with_shares
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.passphrase import require_strength
from fieldinspect.crypto.recovery import from_code
from fieldinspect.crypto.slots import (
    SlotFile,
    SlotsDamaged,
    check_length,
    new_slots,
    unlock,
    unlock_with_recovery_code,
)
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.vault_keys import Rotated
from fieldinspect.domain.views import VaultPlace
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services.ports import OpenVault
from fieldinspect.store import making, rotation, slot_files, swapping
from fieldinspect.store.keys import StoredKeys, Unlock
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.opening import enter, furnish
from fieldinspect.store.restoring import Restorer
from fieldinspect.store.throttle import Throttle
from fieldinspect.store.vault import StoredVault

_LONGEST_NICKNAME: Final = 4096
"""Bytes: whoever can write to the folder must not fill the memory."""
Progress = Callable[[int, int], None]


class Door:
    """Vaults under one folder (services.ports.VaultDoor).

    `cost` None measures this machine first. In `state` each vault keeps a second copy of its anchor, so that putting
    its whole folder back is noticed too.
    """

    def __init__(
        self,
        root: Path,
        cost: Cost | None = None,
        state: Path | None = None,
        *,
        throttle: Callable[[Path], Throttle] = Throttle,
    ) -> None:
        self._root = root
        self._cost = cost
        self._state = state
        self._throttle = throttle

    def known(self) -> list[VaultPlace]:
        """Return the vaults here, by nickname."""
        if not self._root.is_dir():
            return []
        found = [
            VaultPlace(str(folder), _nickname(folder))
            for folder in sorted(self._root.iterdir())
            if slot_files.is_vault(folder)
        ]
        return sorted(found, key=lambda place: place.nickname.casefold())

    def create(self, nickname: str, person: str, passphrase: str, *, folder_name: str = "") -> StoredVault:
        """Make a vault; raise `BadInput` when a name is missing or taken, or the passphrase is too weak."""
        if not nickname.strip() or not person.strip():
            raise BadInput(_("Enter a name for the vault, and your own name"))
        require_strength(passphrase)
        folder = self._root / (folder_name or new_id())
        making.require_free(folder)
        master = MasterKey.generate()
        try:
            with making.aside(self._root) as made:
                self._fill(made, master, nickname.strip(), person.strip(), passphrase)
                return making.name(made, folder, master, self._state)
        finally:
            master.wipe()

    def _fill(self, made: Path, master: MasterKey, nickname: str, person: str, passphrase: str) -> None:
        vault = new_id()
        slots = new_slots(vault, master, passphrase, self._cost or calibrate())
        lock = VaultLock(made)
        lock.take()
        try:
            furnish(made, lock, master, vault, nickname, person, self._state).close()
        finally:
            lock.release()
        atomic_write(made / making.NICKNAME, nickname.encode())
        self._throttle(made).prepare()
        slot_files.save(made, slots)

    def open(self, place: VaultPlace, passphrase: str) -> StoredVault:
        """Open a vault.

        Raises `WrongPassphrase`, `TooSoon`, `VaultIsOpen`, `NewerVault`, `SlotsDamaged` or `DatabaseDamaged`.
        """
        check_length(passphrase)
        return self._enter(place, lambda slots: unlock(slots, passphrase))

    def open_with_recovery_code(self, place: VaultPlace, code: str, new_passphrase: str) -> StoredVault:
        """Open a vault by its recovery code and set a new passphrase; the code goes on working.

        Raises `MistypedRecoveryCode`, `WrongRecoveryCode`, `WeakPassphrase`, `ChangeUncertain`, and what `open` does.
        """
        from_code(code)
        return self._enter(place, lambda slots: unlock_with_recovery_code(slots, code), new_passphrase)

    def open_with_shares(self, place: VaultPlace, shares: Sequence[str], new_passphrase: str) -> StoredVault:
        """Open a vault by two shares of its escrow and set a new passphrase.

        Raises `MistypedShare`, `NoEscrow`, `SharesDoNotFit`, `WrongShares`, `WeakPassphrase`, `ChangeUncertain`, and
        what `open` does.
        """
        if len(shares) != 2:
            raise BadInput(_("Give two shares, of two holders"))
        one, other = (read_share(text) for text in shares)
        return self._enter(place, lambda slots: unlock_with_shares(slots, one, other), new_passphrase)

    def restore(
        self,
        source: Path,
        passphrase: str = "",
        recovery_code: str = "",
        *,
        folder_name: str = "",
        progress: Progress = lambda _done, _all: None,
    ) -> StoredVault:
        """Make a vault from a backup, opened by either secret; no vault that is here is ever replaced.

        `progress` gets bytes done and bytes in all; what it raises stops the work and leaves nothing behind. Raises
        `WrongPassphrase`, `WrongRecoveryCode`, `BackupMalformed`, `NewerBackup`, or `WorldFailed`.
        """

        def unlocked(slots: SlotFile) -> MasterKey:
            if recovery_code:
                return unlock_with_recovery_code(slots, recovery_code)
            return unlock(slots, passphrase)

        restorer = Restorer(self._root, self._state, lambda folder: self._throttle(folder).prepare())
        return restorer.restore(source, folder_name or new_id(), unlocked, progress)

    def keys(self, vault: OpenVault) -> StoredKeys:
        """Return the keys of a vault that is open here (services.vault_keys.VaultKeys)."""
        return self._keys(vault.staging.parent)

    @contextmanager
    def closed(self, place: VaultPlace) -> Iterator[StoredKeys]:
        """Lend the keys of a vault that is not open anywhere, with no need to open it."""
        folder = Path(place.folder)
        with _locked(folder):
            swapping.settle(folder, self._state)
            yield self._keys(folder)

    def wait(self, place: VaultPlace) -> int:
        """Return the seconds until a secret may be tried at this vault, 0 for at once."""
        return self._throttle(Path(place.folder)).wait()

    def settle(self, place: VaultPlace) -> str:
        """Finish or undo a rotation that was interrupted, and return what to tell the person, or ""."""
        folder = Path(place.folder)
        if not swapping.is_unsettled(folder):
            return ""
        with _locked(folder):
            return swapping.settle(folder, self._state)

    def rotate(
        self,
        place: VaultPlace,
        passphrase: str,
        new_passphrase: str,
        progress: Progress = lambda _done, _all: None,
    ) -> Rotated:
        """Give a closed vault a new master key: everything is encrypted anew, every old secret stops working.

        `progress` gets bytes done and bytes in all; what it raises stops the work and leaves the vault as it was.
        Raises what `open` does, `WeakPassphrase`, and `WorldFailed` for want of room.
        """
        check_length(passphrase)
        check_length(new_passphrase)
        require_strength(new_passphrase)
        folder = Path(place.folder)
        with _locked(folder):
            swapping.settle(folder, self._state)
            keys = self._keys(folder)
            with keys.opened(lambda slots: unlock(slots, passphrase)) as master:
                return rotation.rotate(folder, master, new_passphrase, keys.cost(), self._state, progress)

    def _enter(
        self, place: VaultPlace, unlock_with: Unlock, new_passphrase: str | None = None
    ) -> StoredVault:
        if new_passphrase is not None:
            check_length(new_passphrase)
            require_strength(new_passphrase)
        folder = Path(place.folder)
        making.sweep(self._root)
        lock = _taken(folder)
        try:
            swapping.settle(folder, self._state)
            keys = self._keys(folder)
            with keys.opened(unlock_with) as master:
                vault = enter(folder, lock, master, self._state)
                try:
                    self._renew(vault, keys, master, new_passphrase)
                except BaseException:
                    vault.close()
                    raise
                return vault
        except BaseException:
            lock.release()
            raise

    def _renew(
        self, vault: StoredVault, keys: StoredKeys, master: MasterKey, new_passphrase: str | None
    ) -> None:
        """Change what can be changed only while the master key is at hand."""
        if new_passphrase is not None:
            keys.replace_passphrase(master, new_passphrase)
        roster = vault.roster()
        if roster is not None:
            # A full disk must not keep the owner out: the next opening tries again.
            with contextlib.suppress(WorldFailed):
                vault.escrow_changed = keys.seal_escrow(master, roster.escrow)

    def _keys(self, folder: Path) -> StoredKeys:
        return StoredKeys(folder, self._throttle(folder), self._cost)


def _taken(folder: Path) -> VaultLock:
    """Lock a vault; raise `VaultIsOpen`, or `SlotsDamaged` before anything is made in a folder that is none."""
    if not slot_files.is_vault(folder):
        raise SlotsDamaged
    lock = VaultLock(folder)
    lock.take()
    return lock


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = _taken(folder)
    try:
        yield
    finally:
        lock.release()


def _nickname(folder: Path) -> str:
    with (
        contextlib.suppress(OSError, UnicodeDecodeError),
        (folder / making.NICKNAME).open("rb") as file,
    ):
        return file.read(_LONGEST_NICKNAME).decode()
    return folder.name[:8]
