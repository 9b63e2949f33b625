"""Changing what opens a vault: exactly one passphrase at every moment, whatever fails in between."""

import contextlib
import itertools
import json
from pathlib import Path

import pytest

from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.argon import FLOOR_COST, Cost
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.passphrase import WeakPassphrase
from fieldinspect.crypto.slots import (
    PassphraseTooLong,
    WrongPassphrase,
    WrongRecoveryCode,
    new_slots,
    unlock,
    unlock_with_recovery_code,
)
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.services.vault_keys import ChangeUncertain, TooSoon
from fieldinspect.store import keys as keys_module
from fieldinspect.store import slot_files
from fieldinspect.store.keys import StoredKeys
from fieldinspect.store.throttle import Throttle
from tests.quick import quick_slots
from tests.store.failing_disk import MODES, FailingDisk, PowerCut

__all__ = ["quick_slots"]
pytestmark = pytest.mark.usefixtures("quick_slots")

OLD, NEW = "orchid-lantern-gravel-teapot-bison", "velvet-anchor-pickle-harbour-moth"
VAULT = "0123456789abcdef" * 2
RECIPIENTS = tuple(generate_identity("x25519")[1] for _each in range(3))


class Vault:
    """A folder that holds the slot files of a vault and nothing else."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.master = MasterKey.generate()
        slot_files.save(folder, new_slots(VAULT, self.master, OLD, FLOOR_COST))
        self.keys = StoredKeys(folder, Throttle(folder, sleep=lambda _seconds: None), FLOOR_COST)

    def opens(self, passphrase: str) -> bool:
        try:
            return unlock(slot_files.load(self.folder), passphrase).secret() == self.master.secret()
        except WrongPassphrase:
            return False

    def opening(self) -> list[str]:
        return [word for word in (OLD, NEW) if self.opens(word)]

    def copies(self) -> list[bytes]:
        return [(self.folder / name).read_bytes() for name in slot_files.SLOTS]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


def test_the_new_passphrase_opens_and_the_old_one_does_not(vault: Vault) -> None:
    vault.keys.change_passphrase(OLD, NEW)
    assert vault.opening() == [NEW]
    a, b = vault.copies()
    assert a == b


def test_the_change_asks_for_the_old_passphrase_and_a_strong_new_one(vault: Vault) -> None:
    before = vault.copies()
    with pytest.raises(WrongPassphrase):
        vault.keys.change_passphrase(NEW, NEW)
    with pytest.raises(WeakPassphrase):
        vault.keys.change_passphrase(OLD, "password1")
    for old, new in (("", NEW), (OLD, ""), ("x" * 1025, NEW), (OLD, "x" * 1025)):
        with pytest.raises(PassphraseTooLong):
            vault.keys.change_passphrase(old, new)
    assert vault.copies() == before


def test_wrong_passphrases_at_a_change_cost_time_as_at_the_door(vault: Vault) -> None:
    for _each in range(5):
        with pytest.raises(WrongPassphrase):
            vault.keys.change_passphrase(NEW, NEW)
    with pytest.raises(TooSoon):
        vault.keys.change_passphrase(OLD, NEW)
    with pytest.raises(TooSoon):
        vault.keys.new_recovery_code(OLD)
    assert vault.keys.wait() in (1, 2)


@pytest.mark.parametrize("mode", MODES)
def test_a_change_that_fails_at_any_step_leaves_exactly_one_passphrase(tmp_path: Path, mode: str) -> None:
    seen = set()
    for step in itertools.count():
        vault = Vault(tmp_path / str(step))
        with FailingDisk(step, mode) as disk:
            try:
                vault.keys.change_passphrase(OLD, NEW)
                acknowledged = True
            except (WorldFailed, PowerCut):
                acknowledged = False
        (opens,) = vault.opening()
        seen.add(opens)
        assert opens == NEW or not acknowledged
        if not disk.struck:
            break
        # The next opening brings both copies up to date.
        with vault.keys.opened(lambda slots, opens=opens: unlock(slots, opens)):
            a, b = vault.copies()
            assert a == b
        assert vault.opening() == [opens]
    assert step > 10
    assert seen == {OLD, NEW}


def test_a_failure_between_the_copies_says_which_to_try(vault: Vault) -> None:
    said = []
    for step in range(8):
        old, new = (OLD, NEW) if vault.opens(OLD) else (NEW, OLD)
        with FailingDisk(step, "refused"):
            try:
                vault.keys.change_passphrase(old, new)
            except ChangeUncertain as error:
                said.append(str(error))
    assert len(said) > 2
    assert all("Try the new one first" in sentence for sentence in said)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("fate", ["missing", "damaged", "aged"])
def test_after_the_change_one_bad_copy_never_brings_the_old_passphrase_back(
    vault: Vault, place: int, fate: str
) -> None:
    old = vault.copies()[place]
    vault.keys.change_passphrase(OLD, NEW)
    path = vault.folder / slot_files.SLOTS[place]
    if fate == "missing":
        path.unlink()
    else:
        path.write_bytes(old if fate == "aged" else old[:100] + b"\xff" + old[101:])
    assert vault.opening() == [NEW]
    with vault.keys.opened(lambda slots: unlock(slots, NEW)):
        assert vault.copies()[0] == vault.copies()[1]


def test_a_full_disk_does_not_keep_the_owner_out_when_a_copy_needs_mending(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    (vault.folder / "slots.b").unlink()
    with monkeypatch.context() as patched:
        patched.setattr(slot_files, "atomic_write", _full)
        with vault.keys.opened(lambda slots: unlock(slots, OLD)) as master:
            assert master.secret() == vault.master.secret()
    with vault.keys.opened(lambda slots: unlock(slots, OLD)):
        assert vault.copies()[0] == vault.copies()[1]


def _full(*_args: object) -> None:
    raise WorldFailed("full")


@pytest.mark.parametrize("mode", MODES)
def test_replacing_the_recovery_code_at_any_step_leaves_exactly_one_code(tmp_path: Path, mode: str) -> None:
    for step in itertools.count():
        vault = Vault(tmp_path / str(step))
        first, second = vault.keys.new_recovery_code(OLD), ""
        with FailingDisk(step, mode) as disk, contextlib.suppress(WorldFailed, PowerCut):
            second = vault.keys.new_recovery_code(OLD)
        assert vault.opens(OLD)
        slots = slot_files.load(vault.folder)
        if second:
            assert unlock_with_recovery_code(slots, second).secret() == vault.master.secret()
            with pytest.raises(WrongRecoveryCode):
                unlock_with_recovery_code(slots, first)
        if not disk.struck:
            break
    assert step > 10


def test_a_change_measures_the_machine_anew(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "calibrate", lambda: Cost(128 * 1024))
    StoredKeys(vault.folder, Throttle(vault.folder), None).change_passphrase(OLD, NEW)
    document = json.loads((vault.folder / "slots.a").read_bytes().partition(b"\n")[0])
    assert document["slots"][0]["memory"] == 128 * 1024
    assert vault.opening() == [NEW]


def test_the_state_tells_what_opens_the_vault(vault: Vault) -> None:
    assert (vault.keys.state().recovery, vault.keys.state().recipients) == (False, ())
    vault.keys.new_recovery_code(OLD)
    vault.keys.seal_escrow(vault.master, RECIPIENTS)
    assert (vault.keys.state().recovery, vault.keys.state().recipients) == (True, RECIPIENTS)


def test_the_escrow_is_sealed_anew_only_when_others_hold_it(vault: Vault) -> None:
    vault.keys.seal_escrow(vault.master, RECIPIENTS)
    before = vault.copies()
    vault.keys.seal_escrow(vault.master, tuple(reversed(RECIPIENTS)))
    assert vault.copies() == before
    others = (*RECIPIENTS[:2], generate_identity("hybrid")[1])
    vault.keys.seal_escrow(vault.master, others)
    assert vault.keys.state().recipients == others
    vault.keys.seal_escrow(vault.master, ())
    assert vault.keys.state().recipients == ()
