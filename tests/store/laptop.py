"""One vault on one disk, opened with its master key: for tests of what happens to a disk."""

import shutil
from datetime import timedelta
from pathlib import Path

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.slots import new_slots
from fieldinspect.domain.durability import LossReport
from fieldinspect.services import capture, programme
from fieldinspect.store import slot_files
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.opening import enter, furnish
from fieldinspect.store.vault import StoredVault
from tests.team import FORMS, NOW, PASSPHRASE

VAULT = "5" * 32


class Laptop:
    def __init__(self, folder: Path, *, slots: bool = False, central: bool = False) -> None:
        self.vaults, self.state = folder / "vaults", folder / "state"
        self.folder = self.vaults / "own"
        self.folder.mkdir(parents=True)
        self.master = MasterKey.generate()
        self.vault = furnish(self.folder, self._lock(), self.master, VAULT, "own", "Ann", self.state)
        if slots:
            slot_files.save(self.folder, new_slots(VAULT, self.master, PASSPHRASE, FLOOR_COST))
        inspection = programme.found_inspection(self.vault, "Sample", now=NOW, forms=FORMS, central=central)
        self.visit = capture.start_visit(
            self.vault, inspection=inspection, station="Example Road", force="", happened=NOW
        )

    def _lock(self) -> VaultLock:
        lock = VaultLock(self.folder)
        lock.take()
        return lock

    def write(self, *notes: str) -> None:
        for text in notes:
            capture.add_note(self.vault, self.visit, text, happened=NOW + timedelta(minutes=1))

    def again(self) -> LossReport | None:
        """Close and open; return what was told."""
        self.vault.close()
        self.vault = enter(self.folder, self._lock(), self.master, self.state)
        return self.vault.account

    @property
    def copied(self) -> Path:
        return self.vaults / "copy"

    def copy(self) -> None:
        self.vault.close()
        shutil.copytree(self.folder, self.copied)
        self.again()

    def put_back(self, *names: str) -> None:
        """Put files back as `copy` left them; the vault is closed then."""
        self.vault.close()
        for name in names:
            shutil.copy(self.copied / name, self.folder / name)


def texts(vault: StoredVault) -> set[str]:
    return {record.get("text") for record in vault.of_kind("note")}
