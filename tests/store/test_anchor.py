"""What the anchor notices, and what must not stand in anybody's way."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.durability import Cause, Heads
from fieldinspect.domain.views import VaultPlace
from fieldinspect.services import capture, durability
from fieldinspect.store import anchor as anchors
from fieldinspect.store.anchor import RECORD, Anchor, State
from fieldinspect.store.door import Door
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.opening import enter
from fieldinspect.store.vault import StoredVault
from tests.store.laptop import VAULT, Laptop, texts
from tests.team import NOW, PASSPHRASE

KEY = bytes(range(32))
INCARNATION = "1" * 32


def heads(sequence: int = 0, **more: int) -> Heads:
    facts = {"entries": sequence, "position": sequence, "sent": 0, "received": 0, "roster": 1} | more
    return Heads("SHA256:device", INCARNATION, sequence, "e" * 64, 7, **facts)


class TestFile:
    def test_the_last_that_was_kept_is_read_from_both_copies(self, tmp_path: Path) -> None:
        anchor = Anchor(KEY, VAULT, tmp_path, tmp_path / "state", INCARNATION)
        for sequence in range(5):
            anchor.keep(heads(sequence))
        assert [copy.heads for copy in anchor.copies()] == [heads(4), heads(4)]
        assert Anchor(KEY, VAULT, tmp_path, None, INCARNATION).expectations() == [heads(4)]

    def test_nothing_is_readable_in_it_and_its_size_never_changes(self, tmp_path: Path) -> None:
        anchor = Anchor(KEY, VAULT, tmp_path, tmp_path / "state", INCARNATION)
        for sequence in (1, 100_000):
            anchor.keep(heads(sequence))
            raw = (tmp_path / "anchor").read_bytes()
            assert len(raw) == 2 * RECORD
            assert b"SHA256" not in raw
            assert b"1" * 32 not in raw
        (outside,) = (tmp_path / "state").iterdir()
        assert VAULT not in outside.name
        assert "anchor" not in outside.name

    @pytest.mark.parametrize("cut", range(0, RECORD, 97))
    def test_a_torn_record_leaves_the_one_before(self, tmp_path: Path, cut: int) -> None:
        anchor = Anchor(KEY, VAULT, tmp_path, None, INCARNATION)
        anchor.keep(heads(1))
        before = (tmp_path / "anchor").read_bytes()
        anchor.keep(heads(2))
        after = (tmp_path / "anchor").read_bytes()
        place = next(at for at in (0, RECORD) if before[at:][:RECORD] != after[at:][:RECORD])
        torn = before[:place] + after[place : place + cut] + before[place + cut :]
        (tmp_path / "anchor").write_bytes(torn)
        again = Anchor(KEY, VAULT, tmp_path, None, INCARNATION)
        assert again.expectations()[0] in {heads(1), heads(2)}
        again.keep(heads(3))
        assert Anchor(KEY, VAULT, tmp_path, None, INCARNATION).expectations() == [heads(3)]

    def test_after_a_torn_record_the_whole_one_is_not_written_over(self, tmp_path: Path) -> None:
        anchor = Anchor(KEY, VAULT, tmp_path, None, INCARNATION)
        anchor.keep(heads(1))
        anchor.keep(heads(2))
        raw = bytearray((tmp_path / "anchor").read_bytes())
        newest = anchor.copies()[0].place
        raw[newest * RECORD + 100] ^= 1
        (tmp_path / "anchor").write_bytes(raw)
        again = Anchor(KEY, VAULT, tmp_path, None, INCARNATION)
        assert again.found[0].heads == heads(1)
        again.keep(heads(3))
        kept = (tmp_path / "anchor").read_bytes()
        whole = 1 - newest
        assert kept[whole * RECORD :][:RECORD] == bytes(raw)[whole * RECORD :][:RECORD]

    def test_absent_damaged_and_foreign_are_told_apart(self, tmp_path: Path) -> None:
        assert Anchor(KEY, VAULT, tmp_path, None, INCARNATION).found[0].state is State.ABSENT
        Anchor(KEY, VAULT, tmp_path, None, INCARNATION).keep(heads(1))
        assert Anchor(KEY, "6" * 32, tmp_path, None, INCARNATION).found[0].state is State.FOREIGN
        assert Anchor(bytes(32), VAULT, tmp_path, None, INCARNATION).found[0].state is State.DAMAGED
        (tmp_path / "anchor").write_bytes(b"short")
        assert Anchor(KEY, VAULT, tmp_path, None, INCARNATION).found[0].state is State.DAMAGED

    def test_every_flipped_bit_of_a_record_is_noticed(self, tmp_path: Path) -> None:
        anchor = Anchor(KEY, VAULT, tmp_path, None, INCARNATION)
        anchor.keep(heads(1))
        path = tmp_path / "anchor"
        raw = path.read_bytes()
        start = anchor.copies()[0].place * RECORD
        for at in range(start, start + 1200, 5):
            changed = bytearray(raw)
            changed[at] ^= 1 << at % 8
            path.write_bytes(changed)
            assert Anchor(KEY, VAULT, tmp_path, None, INCARNATION).expectations() == []

    def test_a_copy_that_cannot_be_written_is_told_and_the_other_is_kept(self, tmp_path: Path) -> None:
        (tmp_path / "state").write_bytes(b"a file where the folder should be")
        anchor = Anchor(KEY, VAULT, tmp_path, tmp_path / "state", INCARNATION)
        anchor.keep(heads(1))
        assert anchor.trouble is not None
        assert anchor.copies()[0].heads == heads(1)
        (tmp_path / "state").unlink()
        anchor.keep(heads(1))
        assert anchor.trouble is None
        assert anchor.copies()[1].heads == heads(1)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made = Laptop(tmp_path)
    yield made
    made.vault.close()


def test_an_ordinary_day_is_silent(laptop: Laptop) -> None:
    laptop.write("one")
    assert laptop.again() is None
    laptop.write("two")
    assert laptop.again() is None
    assert laptop.vault.losses() == []


def test_a_database_put_back_is_noticed_told_and_kept(laptop: Laptop) -> None:
    laptop.write("before")
    laptop.copy()
    incarnation = laptop.vault.identity.incarnation
    laptop.write("lost one", "lost two", "lost three")
    laptop.put_back("vault.db")
    account = laptop.again()
    assert account is not None
    assert (account.cause, account.own, account.received) == (Cause.BEHIND, 3, 0)
    assert account.since is not None
    assert account.until is not None
    assert account.since < account.until
    said = durability.told(account, laptop.vault.roster())
    assert any(sentence.startswith("3 things you wrote between ") for sentence in said)
    assert texts(laptop.vault) == {"before"}
    assert laptop.vault.identity.incarnation != incarnation
    laptop.write("after")
    assert laptop.again() is None
    assert laptop.vault.losses() == [account]
    chains = [record for record in laptop.vault.of_kind("chain") if record.get(durability.ACCOUNT)]
    assert len(chains) == 1
    assert incarnation in chains[0].get("heads")
    assert laptop.vault.examine_chains().problems == ()


def test_the_whole_folder_put_back_is_noticed_by_the_copy_outside(laptop: Laptop) -> None:
    laptop.copy()
    laptop.write("lost")
    laptop.put_back("vault.db", "anchor")
    account = laptop.again()
    assert account is not None
    assert (account.cause, account.own) == (Cause.BEHIND, 1)


def test_a_restore_that_was_only_tried_out_gives_no_alarm_in_either_vault(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, slots=True)
    laptop.write("before")
    laptop.vault.back_up(tmp_path / "backup", NOW)
    door = Door(laptop.vaults, FLOOR_COST, laptop.state)
    tried = door.restore(tmp_path / "backup", PASSPHRASE, folder_name="tried")
    capture.add_note(tried, laptop.visit, "in the copy", happened=NOW)
    tried.close()
    for text in ("after", "and later"):
        assert laptop.again() is None
        laptop.write(text)
        copy = door.open(VaultPlace(str(laptop.vaults / "tried"), "tried"), PASSPHRASE)
        assert copy.account is None
        capture.add_note(copy, laptop.visit, text, happened=NOW)
        copy.close()
    assert laptop.vault.losses() == []
    laptop.copy()
    laptop.write("lost")
    laptop.put_back("vault.db", "anchor")
    account = laptop.again()
    assert account is not None
    assert (account.cause, account.own) == (Cause.BEHIND, 1)
    laptop.vault.close()


def test_the_whole_folder_put_back_to_before_it_began_anew_is_noticed_too(laptop: Laptop) -> None:
    laptop.copy()
    laptop.write("lost")
    laptop.put_back("vault.db")
    assert laptop.again() is not None  # and it goes on in a new incarnation
    laptop.write("written since")
    laptop.vault.close()
    laptop.again()
    laptop.write("and since then")
    laptop.put_back("vault.db", "anchor")
    account = laptop.again()
    assert account is not None
    assert account.cause is Cause.BEHIND


def test_a_copied_folder_is_noticed_once_in_each_of_the_two(laptop: Laptop) -> None:
    laptop.copy()
    laptop.write("in the one")
    laptop.vault.close()
    clone = laptop.vaults / "copy"
    lock = VaultLock(clone)
    for expected in (Cause.BEHIND, None):
        lock.take()
        vault = enter(clone, lock, laptop.master, laptop.state)
        assert (vault.account.cause if vault.account else None) is expected
        capture.add_note(vault, laptop.visit, "in the other", happened=NOW)
        vault.close()
    told = [laptop.again() for _each in range(3)]
    assert told[0] is not None
    assert told[1:] == [None, None]
    lock.take()
    vault = enter(clone, lock, laptop.master, laptop.state)
    assert vault.account is None
    vault.close()


def test_without_the_copy_outside_the_whole_folder_put_back_is_not_noticed(laptop: Laptop) -> None:
    laptop.copy()
    laptop.write("lost")
    shutil.rmtree(laptop.state)
    laptop.put_back("vault.db", "anchor")
    assert laptop.again() is None  # the limit that docs/threat-model.md admits


def test_a_log_cut_short_is_noticed(laptop: Laptop) -> None:
    laptop.vault.close()
    laptop.again()
    for number in range(6):
        laptop.write(f"note {number}")
    crashed = laptop.folder.parent / "crashed"
    shutil.copytree(laptop.folder, crashed)  # what a killed process leaves: the log is not folded in
    log = crashed / "vault.db-wal"
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])
    laptop.vault.close()
    shutil.rmtree(laptop.folder)
    crashed.rename(laptop.folder)
    account = laptop.again()
    assert account is not None
    assert account.cause is Cause.BEHIND
    assert 0 < account.own < 7


def test_a_whole_log_of_a_killed_process_is_silent(laptop: Laptop) -> None:
    laptop.write("one", "two")
    crashed = laptop.folder.parent / "crashed"
    shutil.copytree(laptop.folder, crashed)
    laptop.vault.close()
    shutil.rmtree(laptop.folder)
    crashed.rename(laptop.folder)
    assert laptop.again() is None
    assert texts(laptop.vault) == {"one", "two"}


def test_a_database_ahead_of_its_anchor_is_normal(laptop: Laptop) -> None:
    laptop.copy()
    laptop.write("the crash came before the anchor")
    kept = laptop.copied / "anchor"
    outside = next(laptop.state.iterdir())
    laptop.put_back("anchor")
    shutil.copy(kept, outside)
    assert laptop.again() is None
    laptop.put_back()
    assert (
        Anchor(bytes(laptop.master.anchor()), VAULT, laptop.folder, None, INCARNATION)
        .expectations()[0]
        .sequence
        > 0
    )


def test_a_vault_that_is_anchored_for_the_first_time_has_its_anchor_before_it_says_so(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with laptop.vault._transaction() as connection:
        connection.exec_driver_sql("DELETE FROM meta WHERE name = 'entries'")
    laptop.vault.close()
    for path in (laptop.folder / "anchor", *laptop.state.iterdir()):
        path.unlink()
    with monkeypatch.context() as killed:
        killed.setattr(StoredVault, "keep_anchor", lambda _vault: None)  # the process ends before that
        killed.setattr(StoredVault, "_let_go", lambda _vault: None)
        laptop.again()
    assert laptop.again() is None


def test_another_history_in_the_same_place_is_noticed(laptop: Laptop) -> None:
    laptop.copy()
    laptop.write("ours", "ours too")
    outside = next(laptop.state.iterdir())
    said = outside.read_bytes()
    laptop.put_back("vault.db", "anchor")
    outside.unlink()
    assert laptop.again() is None
    laptop.write("theirs", "theirs too", "and more")
    laptop.vault.close()
    outside.write_bytes(said)
    account = laptop.again()
    assert account is not None
    assert account.cause is Cause.BEHIND
    assert account.own >= 1


@pytest.mark.parametrize(
    ("break_it", "cause"),
    [
        (lambda path: path.unlink(), Cause.MISSING),
        (lambda path: path.write_bytes(b"x" * 2 * RECORD), Cause.DAMAGED),
        (lambda path: Anchor(KEY, "9" * 32, path.parent, None, INCARNATION).keep(heads(1)), Cause.FOREIGN),
    ],
    ids=["missing", "damaged", "foreign"],
)
def test_no_readable_anchor_is_told_by_its_kind(
    laptop: Laptop, break_it: Callable[[Path], object], cause: Cause
) -> None:
    shutil.rmtree(laptop.state)
    if cause is Cause.FOREIGN:
        (laptop.folder / "anchor").unlink()
    break_it(laptop.folder / "anchor")
    account = laptop.again()
    assert account is not None
    assert account.cause is cause
    assert "cannot be told" in durability.told(account, None)[0]
    assert laptop.again() is None


def test_one_damaged_copy_is_mended_from_the_other(laptop: Laptop) -> None:
    laptop.write("one")
    (laptop.folder / "anchor").write_bytes(b"rubbish")
    assert laptop.again() is None
    assert [copy.state for copy in laptop.vault.anchor_copies()] == [State.READ, State.READ]


def test_a_state_folder_that_cannot_be_written_loses_nothing_and_is_told(laptop: Laptop) -> None:
    shutil.rmtree(laptop.state)
    laptop.state.write_bytes(b"")
    laptop.write("saved all the same")
    trouble = laptop.vault.anchor_trouble
    assert trouble is not None
    assert "What you wrote is saved" in durability.anchor_not_kept(trouble)
    assert laptop.again() is None
    assert texts(laptop.vault) == {"saved all the same"}


def test_a_full_disk_at_the_account_does_not_keep_the_vault_shut(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fieldinspect.files import DiskFull
    from fieldinspect.store import heads as heads_module

    laptop.copy()
    laptop.write("lost")
    laptop.put_back("vault.db")

    def full(*_anything: object) -> None:
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(heads_module, "keep_account", full)
        account = laptop.again()
        assert account is not None
        assert laptop.vault.losses() == [account]
        with pytest.raises(DiskFull):
            laptop.write("refused while it is full")
    laptop.write("written when there is space")
    assert laptop.vault.losses() == [account]
    assert laptop.again() is None


def test_an_opening_that_ignores_the_anchor_is_caught(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof of the tests above: without the comparison nothing of it would be noticed."""
    laptop.copy()
    laptop.write("lost")
    laptop.put_back("vault.db")
    with monkeypatch.context() as patch:
        patch.setattr(Anchor, "expectations", lambda _self: [])
        patch.setattr("fieldinspect.store.opening.was_anchored", lambda _connection: False)
        assert laptop.again() is None
    assert anchors.NAME in {path.name for path in laptop.folder.iterdir()}
