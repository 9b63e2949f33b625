"""A new master key for a vault: nothing lost, nothing old opens, and one whole vault whatever interrupts it."""

import io
import itertools
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.passphrase import WeakPassphrase
from fieldinspect.crypto.slots import WrongPassphrase, WrongRecoveryCode
from fieldinspect.domain.errors import Bug, WorldFailed
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import VaultPlace
from fieldinspect.services import capture, programme, reading, team_edits, team_list
from fieldinspect.services.vault_keys import open_share
from fieldinspect.store import rotation
from fieldinspect.store.door import Door
from fieldinspect.store.engine import DatabaseDamaged
from fieldinspect.store.lock import VaultIsOpen
from fieldinspect.store.slot_files import SLOTS
from fieldinspect.store.throttle import Throttle
from fieldinspect.store.vault import StoredVault
from tests.quick import quick_module
from tests.store.failing_disk import MODES, FailingDisk, PowerCut
from tests.team import FORMS, NOW

__all__ = ["quick_module"]

OLD, NEW = "orchid-lantern-gravel-teapot-bison", "velvet-anchor-pickle-harbour-moth"
STRIDE = 1 if os.environ.get("EVERY_STEP") else 6
"""`make faults` fails every step; here is a sample."""

HOLDERS = [generate_identity("x25519") for _each in range(3)]


@dataclass
class Rotating:
    """A vault with work in it, closed."""

    root: Path
    digest: str = ""
    blob: tuple[str, str] = ("", "")
    code: str = ""

    @property
    def door(self) -> Door:
        return Door(
            self.root / "vaults",
            FLOOR_COST,
            self.root / "state",
            throttle=lambda folder: Throttle(folder, sleep=lambda _seconds: None),
        )

    @property
    def place(self) -> VaultPlace:
        return VaultPlace(str(self.root / "vaults" / "own"), "Field laptop")

    @property
    def folder(self) -> Path:
        return Path(self.place.folder)

    def make(self) -> None:
        vault = self.door.create("Field laptop", "Amal", OLD, folder_name="own")
        inspection = programme.found_inspection(vault, "Sample", now=NOW, forms=FORMS)
        team_list.change(
            vault, [team_edits.escrow_set([recipient for _secret, recipient in HOLDERS])], now=NOW
        )
        visit = capture.start_visit(
            vault, inspection=inspection, station="Example Road", force="", happened=NOW
        )
        for number in range(30):
            capture.add_note(vault, visit, f"twelve forms of {number} were unreviewed", happened=NOW)
        capture.attach(
            vault, visit, name="a.txt", media_type="text/plain", source=io.BytesIO(b"sealed"), happened=NOW
        )
        (attached,) = vault.with_field("blob")
        self.blob = attached.id, attached.get("blob")
        self.digest = vault.digest()
        self.code = self.door.keys(vault).new_recovery_code(OLD)
        vault.close()

    def copy(self, root: Path) -> "Rotating":
        shutil.copytree(self.root, root)
        return Rotating(root, self.digest, self.blob, self.code)

    def rotate(self, progress: Callable[[int, int], None] = lambda _done, _all: None) -> str:
        return self.door.rotate(self.place, OLD, NEW, progress).recovery_code

    def opens(self, passphrase: str) -> bool:
        try:
            vault = self.door.open(self.place, passphrase)
        except WrongPassphrase:
            return False
        self.look(vault)
        return True

    def look(self, vault: StoredVault) -> None:
        """Everything is there, nothing was noticed missing, and writing goes on; the vault is closed after it."""
        try:
            assert vault.digest() == self.digest
            assert vault.account is None
            assert vault.secret("root-key") is not None
            assert len(vault.search("unreviewed")) == 30
            with vault.open_blob(*self.blob) as plain:
                assert plain.read() == b"sealed"
        finally:
            vault.close()

    def opening(self) -> list[str]:
        return [word for word in (OLD, NEW) if self.opens(word)]


@pytest.fixture(scope="module")
def made(quick_module: None, tmp_path_factory: pytest.TempPathFactory) -> Rotating:
    made = Rotating(tmp_path_factory.mktemp("rotating") / "made")
    made.make()
    return made


@pytest.fixture
def own(made: Rotating, tmp_path: Path) -> Rotating:
    return made.copy(tmp_path / "own")


def test_after_the_change_everything_is_there_and_no_old_secret_opens(own: Rotating) -> None:
    stolen = {path.name: path.read_bytes() for path in own.folder.iterdir() if path.is_file()}
    told: list[tuple[int, int]] = []
    code = own.rotate(lambda done, every: told.append((done, every)))
    assert own.opening() == [NEW]
    with pytest.raises(WrongRecoveryCode):
        own.door.open_with_recovery_code(own.place, own.code, NEW)
    own.look(own.door.open_with_recovery_code(own.place, code, NEW))
    copies = [(own.folder / name).read_bytes() for name in SLOTS]
    shares = [open_share(copies, secret) for secret, _recipient in HOLDERS[1:]]
    own.look(own.door.open_with_shares(own.place, shares, OLD))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    assert own.door.settle(own.place) == ""
    # Who kept the old slot files has keys to nothing.
    for name in SLOTS:
        (own.folder / name).write_bytes(stolen[name])
    with pytest.raises(DatabaseDamaged):
        own.door.open(own.place, OLD)


def test_nothing_is_left_of_the_old_vault_nor_of_the_work(own: Rotating) -> None:
    before = {path.name for path in own.folder.iterdir()}
    outside = set((own.root / "state").iterdir())
    pages = (own.folder / "vault.db").read_bytes()
    own.rotate()
    assert {path.name for path in own.folder.iterdir()} == before
    after = set((own.root / "state").iterdir())
    assert len(after) == len(outside) == 1
    assert after != outside
    assert not set(_pages(pages)) & set(_pages((own.folder / "vault.db").read_bytes()))
    for path in own.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


def _pages(raw: bytes) -> list[bytes]:
    return [raw[start : start + 4096] for start in range(0, len(raw), 4096)]


def test_writing_goes_on_in_the_same_chain(own: Rotating) -> None:
    own.rotate()
    vault = own.door.open(own.place, NEW)
    incarnation = vault.identity.incarnation
    (visit,) = vault.of_kind(Kind.VISIT)
    capture.add_note(vault, visit.id, "after the change", happened=NOW)
    assert vault.identity.incarnation == incarnation
    assert not vault.examine_chains().problems
    assert vault.rebuild()
    assert reading.inspections(vault)
    vault.close()


@pytest.mark.parametrize("mode", MODES)
def test_an_interruption_at_any_step_leaves_one_whole_vault_and_says_so(
    made: Rotating, tmp_path: Path, mode: str
) -> None:
    sentences, seen = set(), set()
    for step in itertools.count(0, STRIDE):
        own = made.copy(tmp_path / str(step))
        with FailingDisk(step, mode) as disk:
            try:
                own.rotate()
                acknowledged = True
            except (WorldFailed, OSError, PowerCut):
                acknowledged = False
        unsettled = any((own.folder / name).exists() for name in ("rotation", "rotated"))
        sentence = own.door.settle(own.place)
        assert bool(sentence) == unsettled
        (opens,) = own.opening()
        assert opens == NEW or not acknowledged
        if sentence:
            assert ("complete" in sentence) == (opens == NEW)
        sentences.add(sentence)
        seen.add(opens)
        shutil.rmtree(own.root)
        if not disk.struck:
            break
    assert step > 40
    assert seen == {OLD, NEW}
    assert len(sentences) == 3


@pytest.mark.parametrize("mode", ["cut before", "cut after"])
def test_finishing_may_be_interrupted_too(made: Rotating, tmp_path: Path, mode: str) -> None:
    begun = made.copy(tmp_path / "begun")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rotation.swapping, "finish", _cut)
        with pytest.raises(PowerCut):
            begun.rotate()
    for step in itertools.count(0, STRIDE // 2 or 1):
        own = begun.copy(tmp_path / str(step))
        with FailingDisk(step, mode) as disk:
            try:
                own.door.settle(own.place)
            except PowerCut:
                assert disk.struck
        assert own.opening() == [NEW]
        shutil.rmtree(own.root)
        if not disk.struck:
            break
    assert step > 8


def _cut(*_args: object) -> None:
    raise PowerCut


def test_stopping_leaves_the_vault_as_it_was(own: Rotating) -> None:
    def stop(done: int, every: int) -> None:
        if done > every // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own.rotate(stop)
    assert own.door.settle(own.place) == ""
    assert own.opening() == [OLD]


def test_stopping_within_the_copying_of_the_database(own: Rotating, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "_EVERY", 10)
    told: list[int] = []

    def stop(done: int, _every: int) -> None:
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own.rotate(stop)
    assert len(told) == 1
    assert own.opening() == [OLD]


def test_a_copy_that_differs_is_never_believed(own: Rotating, monkeypatch: pytest.MonkeyPatch) -> None:
    seal = rotation._seal_again

    def lose_a_row(connection, *safes) -> None:  # type: ignore[no-untyped-def]
        seal(connection, *safes)
        connection.exec_driver_sql("DELETE FROM head WHERE id = (SELECT max(id) FROM head)")

    monkeypatch.setattr(rotation, "_seal_again", lose_a_row)
    with pytest.raises(Bug, match="Nothing was changed"):
        own.rotate()
    assert own.opening() == [OLD]


def test_it_is_refused_by_name_before_the_first_byte(own: Rotating, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongPassphrase):
        own.door.rotate(own.place, NEW, NEW)
    with pytest.raises(WeakPassphrase):
        own.door.rotate(own.place, OLD, "password1")
    vault = own.door.open(own.place, OLD)
    with pytest.raises(VaultIsOpen):
        own.rotate()
    vault.close()
    with monkeypatch.context() as patched:
        patched.setattr(rotation, "free_space", lambda _path: 1000)
        with pytest.raises(WorldFailed, match="no room"):
            own.rotate()
    assert own.opening() == [OLD]
