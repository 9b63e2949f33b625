"""From a backup to a vault: everything is verified and opened once, aside, before it becomes a vault."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fieldinspect.crypto.keys import MasterKey
from fieldinspect.domain.durability import LossReport
from fieldinspect.files import atomic_write
from fieldinspect.store import backup, making, slot_files
from fieldinspect.store.backup import BackupOfAnother, Progress, Summary
from fieldinspect.store.vault import StoredVault


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
        making.require_free(target)
        with making.aside(self.root) as staged:
            summary, master, slots = backup.unpack(source, staged, unlock, progress)
            try:
                account = self._begin_again(staged, master, summary)
                atomic_write(staged / making.NICKNAME, summary.nickname.encode())
                self.prepare(staged)
                slot_files.save(staged, slots)
                vault = making.name(staged, target, master, self.state)
            finally:
                master.wipe()
        vault.account = account
        return vault

    def _begin_again(self, staged: Path, master: MasterKey, summary: Summary) -> LossReport | None:
        vault = making.entered(staged, master, self.state, made=summary.made)
        try:
            if vault.identity.vault != summary.vault:
                raise BackupOfAnother
            return vault.account
        finally:
            vault.close()
