"""From a backup to a vault: everything is verified and opened once, aside, before it becomes a vault."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fieldinspect.crypto.keys import MasterKey
from fieldinspect.domain.durability import LossReport
from fieldinspect.domain.errors import BadInput
from fieldinspect.files import atomic_write, private_folder, sync_folder, temporary_folder, world_failures
from fieldinspect.i18n import _
from fieldinspect.store import backup, slot_files
from fieldinspect.store.backup import BackupOfAnother, Progress, Summary
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.opening import enter
from fieldinspect.store.vault import StoredVault

NICKNAME = "nickname"


@dataclass(frozen=True)
class Restorer:
    """Restores backups into folders of a root; `prepare` makes what a vault has beside its own files."""

    root: Path
    state: Path | None
    prepare: Callable[[Path], None]

    def restore(self, source: Path, name: str, unlock: backup.Unlock, progress: Progress) -> StoredVault:
        """Return the open vault, in a new incarnation, with the account of what it cannot know.

        Raises what `backup.unpack` and `enter` raise; nothing is left behind then, and no vault is ever replaced.
        """
        target = self.root / name
        if target.exists():
            raise BadInput(_("There is a vault of this name already. Choose another name"))
        private_folder(self.root)
        with temporary_folder(self.root) as aside:
            staged = private_folder(aside / "vault")
            summary, master, slots = backup.unpack(source, staged, unlock, progress)
            try:
                account = self._begin_again(staged, master, summary)
                atomic_write(staged / NICKNAME, summary.nickname.encode())
                self.prepare(staged)
                slot_files.save(staged, slots)
                with world_failures():
                    staged.rename(target)
                    sync_folder(self.root)
                vault = self._enter(target, master)
            finally:
                master.wipe()
        vault.account = account
        return vault

    def _begin_again(self, staged: Path, master: MasterKey, summary: Summary) -> LossReport | None:
        vault = self._enter(staged, master, summary)
        try:
            if vault.identity.vault != summary.vault:
                raise BackupOfAnother
            return vault.account
        finally:
            vault.close()

    def _enter(self, folder: Path, master: MasterKey, summary: Summary | None = None) -> StoredVault:
        lock = VaultLock(folder)
        lock.take()
        try:
            return enter(folder, lock, master, self.state, made=summary.made if summary else None)
        except BaseException:
            lock.release()
            raise
