"""The keys of one vault: what opens it, and changing that without touching what was written."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fieldinspect.crypto.argon import Cost, calibrate
from fieldinspect.crypto.escrow import with_escrow
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.passphrase import require_strength
from fieldinspect.crypto.slots import (
    SlotFile,
    check_length,
    escrow_recipients,
    unlock,
    with_passphrase,
    with_recovery_code,
)
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.domain.vault_keys import SlotState
from fieldinspect.services.vault_keys import ChangeUncertain
from fieldinspect.store import slot_files
from fieldinspect.store.throttle import Throttle

Unlock = Callable[[SlotFile], MasterKey]


class StoredKeys:
    """The slot file of a vault (services.vault_keys.VaultKeys). Whoever uses it holds the vault's lock."""

    def __init__(self, folder: Path, throttle: Throttle, cost: Cost | None) -> None:
        self._folder = folder
        self._throttle = throttle
        self._cost = cost

    def state(self) -> SlotState:
        slots = slot_files.load(self._folder)
        recipients = next((slot.recipients for _vault, slot in slots.escrows()), ())
        return SlotState(slots.vault, "recovery" in slots.types(), recipients)

    def wait(self) -> int:
        return self._throttle.wait()

    @contextmanager
    def opened(self, unlock_with: Unlock) -> Iterator[MasterKey]:
        """Lend the master key, by any secret; it is wiped after the block. A wrong secret costs time."""
        slots = slot_files.load(self._folder)
        with self._throttle.attempt():
            master = unlock_with(slots)
        try:
            slot_files.mend(self._folder, slots, master)
            yield master
        finally:
            master.wipe()

    def change_passphrase(self, old: str, new: str) -> None:
        check_length(old)
        check_length(new)
        require_strength(new)
        with self.opened(lambda slots: unlock(slots, old)) as master:
            self.replace_passphrase(master, new)

    def replace_passphrase(self, master: MasterKey, new: str) -> None:
        """Put a new passphrase in place, as strong as this machine allows now. Raises `ChangeUncertain`."""
        require_strength(new)
        slots = slot_files.load(self._folder)
        self._save(with_passphrase(slots, master, new, self.cost()))

    def new_recovery_code(self, passphrase: str) -> str:
        check_length(passphrase)
        with self.opened(lambda slots: unlock(slots, passphrase)) as master:
            raw, code = with_recovery_code(slot_files.load(self._folder), master)
            self._save(raw)
        return code

    def seal_escrow(self, master: MasterKey, recipients: Sequence[str]) -> bool:
        """Seal the shares anew when others are to hold them, and tell whether that was so. Raises `ChangeUncertain`."""
        slots = slot_files.load(self._folder)
        if set(escrow_recipients(slots, master)) == set(recipients):
            return False
        self._save(with_escrow(slots, master, recipients))
        return True

    def cost(self) -> Cost:
        """Return what a guess is to cost, measured anew unless it was given."""
        return self._cost or calibrate()

    def _save(self, raw: bytes) -> None:
        try:
            slot_files.save(self._folder, raw)
        except WorldFailed as error:
            raise ChangeUncertain from error
