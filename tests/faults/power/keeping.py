"""Scenarios of looking after a vault: its keys change, it is backed up, restored, and brought to a newer version."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldinspect.crypto.slots import WrongPassphrase
from fieldinspect.domain.durability import Cause
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture
from fieldinspect.store.vault import StoredVault
from tests.faults import world
from tests.faults.looking import Corrupt, Lost, require_attachments, require_notes, require_sound
from tests.faults.power.scenario import Facts, Promises, Say, Scenario, promised
from tests.faults.tree import Image
from tests.faults.world import NOW, STICK, VAULTS
from tests.shared import ROOT
from tests.team import PASSPHRASE

PASSPHRASES = (PASSPHRASE, "walnut-harbour-cinder-violin-prairie", "saffron-ladder-monsoon-pebble-otter")
BACKUP = ".fibackup"


class _Filled(Scenario):
    """A vault with notes and an attachment, all of which must stay."""

    def prepare(self, root: Path, *, brief: bool) -> Facts:
        visit = world.found_team(root)
        with world.opened(root, self.vault) as vault:
            notes = [
                (capture.add_note(vault, visit, world.text(number), happened=NOW), number)
                for number in (1, 2, 3)
            ]
            blobs = [(world.attach(vault, visit, number), number) for number in (1, 4)]
        return {"visit": visit, "notes": notes, "blobs": blobs, "brief": brief}

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        require_notes(vault, facts["visit"], facts["notes"])
        require_attachments(vault, facts["visit"], facts["blobs"])
        require_sound(vault)
        capture.add_note(vault, facts["visit"], world.text(0), happened=NOW)


class _Locked(_Filled):
    """Which passphrase opens changes: always exactly one does, and the new one once that was acknowledged."""

    @contextmanager
    def entered(self, root: Path, facts: Facts, promises: Promises) -> Iterator[StoredVault]:
        settled = max((number for _id, number in promised(promises, "passphrase")), default=0)
        last = min(settled + 1, len(PASSPHRASES) - 1)
        for passphrase in (PASSPHRASES[settled], PASSPHRASES[last]):
            try:
                opening = world.opened(root, self.vault, passphrase)
                vault = opening.__enter__()
            except WrongPassphrase:
                continue
            try:
                yield vault
            finally:
                opening.__exit__(None, None, None)
            return
        raise Lost("no passphrase opens the vault any more")


class Keys(_Locked):
    """A passphrase is changed, a recovery code made, and used to set another passphrase."""

    name = "slots"

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        door = world.door(root)
        place = world.place(root, self.vault)
        with world.opened(root, self.vault) as vault:
            keys = door.keys(vault)
            keys.change_passphrase(PASSPHRASES[0], PASSPHRASES[1])
            say("passphrase", ("", 1))
            code = keys.new_recovery_code(PASSPHRASES[1])
            say("code", (code, 0))
        door.open_with_recovery_code(place, code, PASSPHRASES[2]).close()
        say("passphrase", ("", 2))

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        super().judge(root, vault, facts, promises)
        for code, _number in promised(promises, "code"):
            vault.close()
            world.door(root).open_with_recovery_code(
                world.place(root, self.vault), code, PASSPHRASES[2]
            ).close()


class Rotation(_Locked):
    """The vault gets a new master key: it is wholly the old vault or wholly the new one."""

    name = "rotation"

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        world.door(root).rotate(world.place(root, self.vault), PASSPHRASES[0], PASSPHRASES[1])
        say("passphrase", ("", 1))


class Backup(_Filled):
    """Backups are made while work goes on: a file under its name is a whole backup."""

    name = "backup"

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        with world.opened(root, self.vault) as vault:
            for number in range(1 if facts["brief"] else 3):
                capture.add_note(vault, facts["visit"], world.text(10 + number), happened=NOW)
                vault.back_up(root / STICK / f"{number}{BACKUP}", NOW)
                say("backup", ("", number))

    def outside(self, root: Path, facts: Facts, promises: Promises, final: Image | None) -> bool:
        here = {path.name: path.read_bytes() for path in (root / STICK).glob(f"*{BACKUP}")}
        for name, content in here.items():
            if final and content != final[f"{STICK}/{name}"]:
                raise Corrupt("a backup under its name is not whole")
        if any(f"{number}{BACKUP}" not in here for _id, number in promised(promises, "backup")):
            raise Lost("an acknowledged backup is gone")
        return True

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        super().judge(root, vault, facts, promises)
        for path in sorted((root / STICK).glob(f"*{BACKUP}"))[-1:]:
            with _restored(root, path) as again:
                require_notes(again, facts["visit"], facts["notes"])
                require_attachments(again, facts["visit"], facts["blobs"])


@contextmanager
def _restored(root: Path, path: Path) -> Iterator[StoredVault]:
    name = "again"
    shutil.rmtree(root / VAULTS / name, ignore_errors=True)
    vault = world.door(root).restore(path, PASSPHRASE, folder_name=name)
    try:
        yield vault
    finally:
        vault.close()


class Restoring(_Filled):
    """A vault is restored from a backup: it is there, or nothing is."""

    name = "restore"

    def prepare(self, root: Path, *, brief: bool) -> Facts:
        facts = super().prepare(root, brief=brief)
        with world.opened(root, self.vault) as vault:
            vault.back_up(root / STICK / f"0{BACKUP}", NOW)
        shutil.rmtree(root / VAULTS)
        shutil.rmtree(root / world.STATE)
        for folder in (VAULTS, world.STATE):
            (root / folder).mkdir()
        return facts

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        world.door(root).restore(root / STICK / f"0{BACKUP}", PASSPHRASE, folder_name=self.vault).close()
        say("restored", ("", 0))

    def outside(self, root: Path, facts: Facts, promises: Promises, final: Image | None) -> bool:
        if world.door(root).known():
            return True
        if promises:
            raise Lost("the restored vault is gone")
        if b"" not in self._good:
            self.act(root, facts, lambda _what, _which: None)
            self._good.add(b"")
        return False

    def _refuse_false_alarms(self, vault: StoredVault) -> None:
        if {account.cause for account in vault.losses()} != {Cause.RESTORED}:
            raise Corrupt("a restored vault does not say that it is one")


class Migration(Scenario):
    """A vault of the first version is opened by this one."""

    name = "migration"

    def prepare(self, root: Path, *, brief: bool) -> Facts:
        world.live_in(root)
        for folder in (STICK, world.STATE, VAULTS):
            (root / folder).mkdir(parents=True)
        kept, target = ROOT / "tests" / "data" / "vault-0001", root / VAULTS / self.vault
        shutil.copytree(kept, target)
        with world.opened(root, self.vault) as vault:
            facts = {"digest": vault.digest(), "kinds": {kind: len(vault.of_kind(kind)) for kind in Kind}}
        for folder in (target, root / world.STATE):
            shutil.rmtree(folder)
        shutil.copytree(kept, target)
        (root / world.STATE).mkdir()
        return facts

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        for number in range(2):
            with world.opened(root, self.vault):
                say("opened", ("", number))

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        if vault.digest() != facts["digest"]:
            raise Lost("the migrated vault shows something else")
        require_sound(vault)
