"""What happens to the keys of a vault when it is opened: shares sealed anew, tries counted, full disks suffered."""

import os
from pathlib import Path

import pytest

from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.passphrase import WeakPassphrase
from fieldinspect.crypto.recovery import MistypedRecoveryCode
from fieldinspect.crypto.slots import SlotsDamaged, WrongPassphrase, WrongRecoveryCode
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.views import VaultPlace
from fieldinspect.services import programme, team_edits, team_list, vault_keys
from fieldinspect.services.vault_keys import TooSoon
from fieldinspect.store import slot_files
from fieldinspect.store.door import Door
from fieldinspect.store.throttle import Throttle
from fieldinspect.store.vault import StoredVault
from tests.quick import quick_slots
from tests.team import FORMS, NOW

__all__ = ["quick_slots"]
pytestmark = pytest.mark.usefixtures("quick_slots")
OLD, NEW = "orchid-lantern-gravel-teapot-bison", "velvet-anchor-pickle-harbour-moth"
HOLDERS = [generate_identity("x25519") for _each in range(4)]
KEYS = [recipient for _secret, recipient in HOLDERS]


class Laptop:
    """One vault behind a door whose clock stands still."""

    def __init__(self, root: Path) -> None:
        self.up = 1_000.0
        self.door = Door(
            root, FLOOR_COST, throttle=lambda folder: Throttle(folder, lambda: self.up, self._sleep)
        )
        self.place = VaultPlace(str(root / "own"), "own")
        vault = self.door.create("own", "Amal", OLD, folder_name="own")
        programme.found_inspection(vault, "Sample", now=NOW, forms=FORMS)
        vault.close()

    def _sleep(self, seconds: float) -> None:
        self.up += seconds

    def open(self) -> StoredVault:
        return self.door.open(self.place, OLD)

    def state(self, vault: StoredVault) -> tuple[list[str], list[str]]:
        """The holders, and what is said about them."""
        state = vault_keys.keys_state(vault, self.door.keys(vault))
        return [holder.recipient for holder in state.holders], vault_keys.escrow_sentences(state)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def test_shares_are_sealed_when_the_team_list_says_so_and_told_openly(laptop: Laptop) -> None:
    vault = laptop.open()
    holders, said = laptop.state(vault)
    assert holders == []
    assert [sentence[:14] for sentence in said] == ["Nobody but you"]
    own = vault.roster().devices[0].receiving[0]  # type: ignore[union-attr]
    team_list.change(vault, [team_edits.escrow_set([own, *KEYS[:2]])], now=NOW)
    holders, said = laptop.state(vault)
    assert holders == []
    assert said[1].startswith("From the next time the vault is opened: Any two of these three")
    assert "Amal" in said[1]
    assert not vault.escrow_changed
    vault.close()
    vault = laptop.open()
    assert vault.escrow_changed
    holders, said = laptop.state(vault)
    assert holders == [own, *KEYS[:2]]
    assert len(said) == 1
    assert "Amal" in said[0]
    team_list.change(vault, [team_edits.escrow_set([])], now=NOW)
    vault.close()
    vault = laptop.open()
    assert vault.escrow_changed
    assert laptop.state(vault)[0] == []
    vault.close()
    vault = laptop.open()
    assert not vault.escrow_changed
    vault.close()


def test_shares_of_those_who_hold_none_any_more_open_nothing(laptop: Laptop) -> None:
    vault = laptop.open()
    team_list.change(vault, [team_edits.escrow_set(KEYS[:3])], now=NOW)
    vault.close()
    laptop.open().close()
    copies = [(Path(laptop.place.folder) / name).read_bytes() for name in slot_files.SLOTS]
    shares = [vault_keys.open_share(copies, secret) for secret, _recipient in HOLDERS[:2]]
    vault = laptop.open()
    team_list.change(vault, [team_edits.escrow_set(KEYS[1:])], now=NOW)
    vault.close()
    laptop.open().close()
    with pytest.raises(BadInput, match="not two different shares"):
        laptop.door.open_with_shares(laptop.place, shares, NEW)
    with pytest.raises(BadInput, match="two holders"):
        laptop.door.open_with_shares(laptop.place, shares[:1], NEW)


def test_only_a_whole_set_of_escrow_keys_is_named(laptop: Laptop) -> None:
    vault = laptop.open()
    for wrong in (
        KEYS[:2],
        [*KEYS[:2], KEYS[0]],
        KEYS,
        [*KEYS[:2], "age1nothing"],
        [*KEYS[:2], HOLDERS[0][0]],
    ):
        with pytest.raises(BadInput):
            team_list.change(vault, [team_edits.escrow_set(wrong)], now=NOW)
    assert vault.roster().escrow == ()  # type: ignore[union-attr]
    vault.close()


def test_wrong_secrets_of_every_kind_count_together(laptop: Laptop) -> None:
    with laptop.door.closed(laptop.place) as keys:
        first = keys.new_recovery_code(OLD)
        second = keys.new_recovery_code(OLD)
    for _each in range(3):
        with pytest.raises(WrongPassphrase):
            laptop.door.open(laptop.place, NEW)
    for _each in range(2):
        with pytest.raises(WrongRecoveryCode):
            laptop.door.open_with_recovery_code(laptop.place, first, NEW)
    for _each in range(3):  # neither a typing mistake nor a weak new passphrase is a try
        with pytest.raises(MistypedRecoveryCode):
            laptop.door.open_with_recovery_code(laptop.place, second[:-1], NEW)
        with pytest.raises(WeakPassphrase):
            laptop.door.open_with_recovery_code(laptop.place, second, "password1")
    assert laptop.door.wait(laptop.place) == 2
    for tried in (
        laptop.open,
        lambda: laptop.door.open_with_recovery_code(laptop.place, second, NEW),
        lambda: laptop.door.rotate(laptop.place, OLD, NEW),
    ):
        with pytest.raises(TooSoon):
            tried()
    laptop.up += 2
    laptop.door.open_with_recovery_code(laptop.place, second, NEW).close()
    assert laptop.door.wait(laptop.place) == 0
    with pytest.raises(WrongPassphrase):
        laptop.open()


def test_a_full_disk_keeps_nobody_out_who_only_opens(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = laptop.open()
    team_list.change(vault, [team_edits.escrow_set(KEYS[:3])], now=NOW)
    vault.close()

    def full(*_args: object) -> None:
        raise WorldFailed("full")

    with monkeypatch.context() as patched:
        patched.setattr(slot_files, "atomic_write", full)
        vault = laptop.open()
        assert laptop.state(vault)[0] == []
        vault.close()
    vault = laptop.open()
    assert laptop.state(vault)[0] == KEYS[:3]
    vault.close()


def test_a_folder_that_is_no_vault_or_may_not_be_written_says_so(laptop: Laptop, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SlotsDamaged):
        laptop.door.open(VaultPlace(str(tmp_path / "empty"), "empty"), OLD)
    assert list((tmp_path / "empty").iterdir()) == []
    if os.geteuid() == 0:
        return  # root may write anywhere
    folder = Path(laptop.place.folder)
    (folder / "lock").unlink()
    folder.chmod(0o500)
    try:
        with pytest.raises(WorldFailed):
            laptop.open()
    finally:
        folder.chmod(0o700)
    laptop.open().close()
