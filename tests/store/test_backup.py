"""Backups: consistent while the vault is at work, nothing readable, refused when anything of them was changed."""

import hmac
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from fieldinspect.archive import TarWriter
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.slots import (
    SlotsDamaged,
    WrongPassphrase,
    WrongRecoveryCode,
    read_slots,
    with_passphrase,
)
from fieldinspect.domain.durability import Cause
from fieldinspect.domain.errors import BadInput, FieldInspectError, WorldFailed
from fieldinspect.files import DiskFull
from fieldinspect.services import capture, durability
from fieldinspect.services.care import Stopped
from fieldinspect.store import backup, slot_files
from fieldinspect.store.backup import BackupMalformed, BackupOfAnother, Interrupted, NewerBackup
from fieldinspect.store.door import Door
from tests.quick import quick_slots
from tests.store.laptop import Laptop, texts
from tests.team import NOW, PASSPHRASE

__all__ = ["quick_slots"]
Made = tuple[Laptop, Path]
Refused = Callable[[bytes], type[Exception]]
ATTACHED = os.urandom(3 << 20)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Laptop, Path]]:
    """A laptop with notes and an attachment, and a backup of it."""
    folder = tmp_path_factory.mktemp("made")
    laptop = Laptop(folder, slots=True)
    laptop.write("canary-in-a-note")
    capture.attach(
        laptop.vault,
        laptop.visit,
        name="canary-name.bin",
        media_type="",
        source=io.BytesIO(ATTACHED),
        happened=NOW,
    )
    target = folder / "stick" / "own.backup"
    target.parent.mkdir()
    laptop.vault.back_up(target, NOW)
    yield laptop, target
    laptop.vault.close()


def door(folder: Path, state: Path | None = None) -> Door:
    return Door(folder / "vaults", FLOOR_COST, state)


def opened(source: Path, laptop: Laptop, folder: Path) -> backup.Summary:
    """Unpack a backup with the master key itself: Argon2id is not what is tried here."""
    folder.mkdir()
    summary, _master, _slots = backup.unpack(source, folder, lambda _slots: MasterKey(laptop.master.secret()))
    return summary


def test_the_names_of_unpacked_attachments_survive_a_power_cut(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, source = made
    synced: list[Path] = []
    monkeypatch.setattr(backup, "sync_folder", synced.append)
    opened(source, laptop, tmp_path / "out")
    assert synced == sorted(path for path in (tmp_path / "out" / "blobs").iterdir())


def members(source: Path) -> dict[str, bytes]:
    with tarfile.open(source) as archive:
        return {info.name: archive.extractfile(info).read() for info in archive}


def rewritten(source: Path, change: Callable[[dict[str, bytes]], None]) -> bytes:
    found = members(source)
    change(found)
    sink = io.BytesIO()
    writer = TarWriter(sink)
    for name, content in found.items():
        writer.begin(name, len(content))
        writer.write(content)
    writer.end()
    return sink.getvalue()


def test_everything_comes_back_on_another_laptop_in_a_new_incarnation(made: Made, tmp_path: Path) -> None:
    laptop, source = made
    with pytest.raises(WrongPassphrase):
        door(tmp_path).restore(source, "not the passphrase at all")
    assert list((tmp_path / "vaults").iterdir()) == []
    seen = []
    vault = door(tmp_path, tmp_path / "state").restore(
        source, PASSPHRASE, progress=lambda done, total: seen.append((done, total))
    )
    try:
        assert texts(vault) == texts(laptop.vault)
        (attachment,) = vault.of_kind("attachment")
        with vault.open_blob(attachment.id, attachment.get("blob")) as plain:
            assert plain.read() == ATTACHED
        assert vault.identity.device == laptop.vault.identity.device
        assert vault.identity.incarnation != laptop.vault.identity.incarnation
        assert vault.identity.nickname == "own"
        assert vault.account is not None
        assert (vault.account.cause, vault.account.made) == (Cause.RESTORED, NOW)
        assert durability.told(vault.account, vault.roster())[0].startswith(
            "This vault was restored from the backup"
        )
        assert vault.examine_chains().problems == ()
        report = vault.check()
        assert report.whole, report.findings
    finally:
        vault.close()
    assert seen[-1][0] > len(ATTACHED)
    again = door(tmp_path, tmp_path / "state").open(door(tmp_path).known()[0], PASSPHRASE)
    assert again.account is None
    again.close()


def test_no_vault_is_ever_replaced(made: Made) -> None:
    laptop, source = made
    with pytest.raises(BadInput, match="already"):
        Door(laptop.vaults, FLOOR_COST).restore(source, PASSPHRASE, folder_name="own")


def test_what_is_newer_on_this_laptop_is_told(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, slots=True)
    laptop.vault.back_up(tmp_path / "old", NOW)
    laptop.write("newer one", "newer two")
    laptop.vault.close()
    vault = Door(laptop.vaults, FLOOR_COST, laptop.state).restore(tmp_path / "old", PASSPHRASE)
    try:
        assert vault.account is not None
        assert (vault.account.cause, vault.account.own) == (Cause.RESTORED, 2)
    finally:
        vault.close()


def test_a_wrong_recovery_code_is_refused(made: Made, tmp_path: Path) -> None:
    from fieldinspect.crypto import recovery

    code = recovery.to_code(recovery.generate_recovery_secret())
    with pytest.raises(WrongRecoveryCode):
        door(tmp_path).restore(made[1], recovery_code=code)


def test_nothing_is_readable_in_a_backup(made: Made) -> None:
    laptop, source = made
    raw = source.read_bytes()
    for word in (
        b"canary",
        b"Example Road",
        b"SQLite format",
        laptop.vault.identity.device.encode(),
    ):
        assert word not in raw  # nothing as short as a name: three bytes stand in every megabyte by chance
    assert oct(source.stat().st_mode & 0o777) == "0o600"
    assert ATTACHED[:64] not in raw


def test_what_is_written_while_a_backup_is_made_is_in_the_vault_and_not_in_the_backup(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, slots=True)
    laptop.write("before")
    still = laptop.vault.begin_backup(NOW)
    size = (laptop.folder / "vault.db").stat().st_size
    for number in range(60):  # far more than the thousand pages after which SQLite would fold its log in
        laptop.write(f"{number} " + "long " * 20_000)
    assert (laptop.folder / "vault.db").stat().st_size == size
    still.write(tmp_path / "backup")
    laptop.vault.end_backup(still, made=True)
    assert (laptop.folder / "vault.db").stat().st_size > size
    assert laptop.vault.backup_state().made == NOW
    taken = tmp_path / "taken"
    taken.mkdir()
    found = members(tmp_path / "backup")
    (taken / "vault.db").write_bytes(found["vault.db"])
    from fieldinspect.store.lock import VaultLock
    from fieldinspect.store.opening import enter

    copy = enter(taken, VaultLock(taken), laptop.master)
    assert texts(copy) == {"before"}
    copy.close()
    assert len(texts(laptop.vault)) == 61
    assert laptop.again() is None
    laptop.vault.close()


def attached(laptop: Laptop, content: bytes) -> Path:
    """Attach a file; return where it lies, sealed."""
    before = set((laptop.folder / "blobs").glob("??/*"))
    source = io.BytesIO(content)
    capture.attach(laptop.vault, laptop.visit, name="x", media_type="", source=source, happened=NOW)
    (path,) = set((laptop.folder / "blobs").glob("??/*")) - before
    return path


def flipped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(raw)


@pytest.mark.usefixtures("quick_slots")
def test_a_damaged_attachment_is_left_out_and_told_and_the_rest_comes_back(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, slots=True)
    paths = [attached(laptop, content) for content in (b"one" * 999, b"two" * 999, b"three" * 999, b"whole")]
    flipped(paths[0])
    paths[1].write_bytes(paths[1].read_bytes()[:-1])
    paths[2].write_bytes(paths[2].read_bytes() + b"longer")
    stray = paths[3].parent / ("Z" * 64)
    stray.write_bytes(b"no digest names this")
    other = "00" if paths[3].parent.name != "00" else "11"
    (laptop.folder / "blobs" / other).mkdir(exist_ok=True)
    (laptop.folder / "blobs" / other / paths[3].name).write_bytes(b"not in its place")
    seen: list[tuple[int, int]] = []
    left_out = laptop.vault.back_up(tmp_path / "backup", NOW, lambda done, total: seen.append((done, total)))
    assert left_out == 3
    assert "3 attachments" in durability.backed_up("own.backup", left_out)
    assert all(done <= total for done, total in seen)
    assert laptop.vault.backup_state().made == NOW
    laptop.vault.close()
    vault = door(tmp_path / "new").restore(tmp_path / "backup", PASSPHRASE)
    try:
        here = {path.name for path in (Path(vault.staging).parent / "blobs").glob("??/*")}
        assert here == {paths[3].name}
    finally:
        vault.close()


@pytest.mark.usefixtures("quick_slots")
@pytest.mark.parametrize("name", ["slots.a", "slots.b"])
@pytest.mark.parametrize("damage", ["flipped", "gone", "stale"])
def test_the_backup_has_the_slot_file_that_opens_whatever_befell_one_copy(
    tmp_path: Path, name: str, damage: str
) -> None:
    laptop = Laptop(tmp_path, slots=True)
    path = laptop.folder / name
    stale = path.read_bytes()
    new = "velvet-anchor-pickle-harbour-moth"
    slot_files.save(laptop.folder, with_passphrase(read_slots(stale, None), laptop.master, new, FLOOR_COST))
    if damage == "flipped":
        path.write_bytes(path.read_bytes()[:-3] + b"00\n")
    elif damage == "gone":
        path.unlink()
    else:
        path.write_bytes(stale)
    laptop.vault.back_up(tmp_path / "backup", NOW)
    laptop.vault.close()
    door(tmp_path / "new").restore(tmp_path / "backup", new).close()


def test_without_a_sound_slot_file_there_is_no_backup(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, slots=True)
    for name in slot_files.SLOTS:
        flipped(laptop.folder / name)
    with pytest.raises(SlotsDamaged):
        laptop.vault.back_up(tmp_path / "backup", NOW)
    assert not (tmp_path / "backup").exists()
    laptop.vault.close()


def test_a_slot_file_of_a_backup_without_its_mac_is_told_as_a_damaged_backup(
    made: Made, tmp_path: Path
) -> None:
    def change(found: dict[str, bytes]) -> None:
        found["slots"] = found["slots"][:-3] + b"00\n"

    (tmp_path / "bad").write_bytes(rewritten(made[1], change))
    with pytest.raises(BackupMalformed):
        door(tmp_path).restore(tmp_path / "bad", PASSPHRASE)


def test_a_vault_that_is_closed_meanwhile_makes_no_backup(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, slots=True)
    still = laptop.vault.begin_backup(NOW)
    laptop.vault.close()
    with pytest.raises(Interrupted):
        still.write(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_only_one_backup_at_a_time_and_a_stopped_one_leaves_nothing(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, slots=True)
    still = laptop.vault.begin_backup(NOW)
    with pytest.raises(WorldFailed, match="already"):
        laptop.vault.begin_backup(NOW)
    laptop.vault.end_backup(still, made=False)

    def stop(_done: int, _all: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        laptop.vault.back_up(tmp_path / "stick", NOW, stop)
    assert not list(tmp_path.glob("*stick*"))
    assert laptop.vault.backup_state().made is None
    laptop.vault.close()


def test_a_full_stick_is_told_and_the_backup_before_it_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = Laptop(tmp_path, slots=True)
    target = tmp_path / "stick"
    laptop.vault.back_up(target, NOW)
    before = target.read_bytes()

    def full(_writer: TarWriter) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(TarWriter, "end", full)
        with pytest.raises(DiskFull):
            laptop.vault.back_up(target, NOW + timedelta(days=1))
    assert target.read_bytes() == before
    assert laptop.vault.backup_state().made == NOW
    assert [path.name for path in tmp_path.iterdir() if "stick" in path.name] == ["stick"]
    laptop.vault.close()


def test_no_room_for_a_backup_is_told_before_anything_is_written(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "free_space", lambda _folder: 1000)
    with pytest.raises(WorldFailed, match="no room"):
        opened(made[1], made[0], tmp_path / "into")
    assert list((tmp_path / "into").iterdir()) == []


class TestHostile:
    @pytest.fixture
    def refused(self, made: Made, tmp_path: Path) -> Callable[[bytes], type[Exception]]:
        count = iter(range(1_000_000))

        def read(raw: bytes) -> type[Exception]:
            path = tmp_path / "changed"
            path.write_bytes(raw)
            with pytest.raises(FieldInspectError) as caught:
                opened(path, made[0], tmp_path / f"into-{next(count)}")
            return caught.type

        return read

    def test_every_truncation(self, made: Made, refused: Refused) -> None:
        raw = made[1].read_bytes()
        for length in (
            0,
            1,
            511,
            512,
            513,
            1024,
            2048,
            len(raw) // 2,
            len(raw) - 1024,
            len(raw) - 512,
            len(raw) - 1,
        ):
            assert refused(raw[:length]) is BackupMalformed

    def test_anything_after_the_end(self, made: Made, refused: Refused) -> None:
        assert refused(made[1].read_bytes() + b"\0") is BackupMalformed

    def test_flipped_bits_anywhere(self, made: Made, refused: Refused) -> None:
        raw = made[1].read_bytes()
        places = [*range(0, 6000, 217), *range(6000, len(raw), len(raw) // 23)]
        for place in places:
            changed = bytearray(raw)
            changed[place] ^= 1 << place % 8
            assert issubclass(refused(bytes(changed)), FieldInspectError)

    @pytest.mark.parametrize("name", ["vault.db", "MANIFEST"])
    def test_a_part_left_out(self, made: Made, refused: Refused, name: str) -> None:
        assert refused(rewritten(made[1], lambda found: found.pop(name))) is BackupMalformed

    def test_names_that_lead_elsewhere(self, made: Made, refused: Refused) -> None:
        for name in ("../vault.db", "/tmp/vault.db", "blobs/../../vault.db", "vault.db/x"):

            def lead(found: dict[str, bytes], name: str = name) -> None:
                found[name] = found.pop("vault.db")

            assert refused(rewritten(made[1], lead)) is BackupMalformed

    def test_parts_of_two_backups(self, made: Made, refused: Refused, tmp_path: Path) -> None:
        laptop, source = made
        laptop.write("later")
        other = tmp_path / "other"
        laptop.vault.back_up(other, NOW + timedelta(days=1))
        theirs = members(other)

        def swap(name: str) -> Callable[[dict[str, bytes]], None]:
            return lambda found: found.__setitem__(name, theirs[name])

        assert refused(rewritten(source, swap("vault.db"))) is BackupMalformed
        assert refused(rewritten(source, swap("MANIFEST"))) is BackupMalformed

    def test_an_older_key_file(self, made: Made, refused: Refused) -> None:
        from fieldinspect.crypto.slots import new_slots
        from tests.store.laptop import VAULT

        weaker = new_slots(VAULT, made[0].master, "another passphrase that once was", FLOOR_COST)
        assert refused(rewritten(made[1], lambda found: found.update(slots=weaker))) is BackupOfAnother

    def test_manifests_that_the_owner_of_the_key_would_not_write(self, made: Made, refused: Refused) -> None:
        key = bytes(made[0].master.backup())

        def signed(change: Callable[[dict[str, object]], None]) -> Callable[[dict[str, bytes]], None]:
            def rewrite(found: dict[str, bytes]) -> None:
                facts = msgspec.json.decode(found["MANIFEST"].partition(b"\n")[0])
                change(facts)
                line = msgspec.json.encode(facts) + b"\n"
                found["MANIFEST"] = line + hmac.digest(key, line, "sha256").hex().encode() + b"\n"

            return rewrite

        cases: list[tuple[Callable[[dict[str, object]], None], type[Exception]]] = [
            (lambda facts: facts.update(format="fieldinspect-backup/2"), NewerBackup),
            (lambda facts: facts.update(extra=1), BackupMalformed),
            (lambda facts: facts.update(made="yesterday"), BackupMalformed),
            (lambda facts: facts.update(database=[facts["database"][0], 1 << 40]), BackupMalformed),
            (lambda facts: facts.update(blobs=[["../../etc", 1]]), BackupMalformed),
            (lambda facts: facts.update(blobs=facts["blobs"] * 2), BackupMalformed),
            (lambda facts: facts.update(nickname=b"".hex()), BackupMalformed),
        ]
        for change, expected in cases:
            assert refused(rewritten(made[1], signed(change))) is expected


def test_an_erasure_after_the_backup_is_told(tmp_path: Path) -> None:
    from fieldinspect.domain.durability import BackupState

    said = durability.backup_told(BackupState(NOW, NOW + timedelta(days=2)))
    assert said == (
        "The backup of 3 February 2014 is older than an erasure of 5 February 2014: "
        "make a new one and destroy the old one"
    )
    assert durability.backup_told(BackupState(NOW, NOW - timedelta(days=2))).startswith(
        "The last backup was made"
    )
    assert durability.backup_told(BackupState()).startswith("No backup")
