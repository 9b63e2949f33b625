"""The check finds each kind of damage, says it in a sentence, and changes nothing unless asked."""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.durability import CheckReport, Part
from fieldinspect.domain.views import VaultPlace
from fieldinspect.services import capture
from fieldinspect.services.care import Stopped
from fieldinspect.store import migrate, verifying
from fieldinspect.store.door import Door
from fieldinspect.store.engine import DatabaseDamaged
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.opening import enter
from tests.shared import ROOT
from tests.store.laptop import Laptop, texts
from tests.team import NOW, PASSPHRASE


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made = Laptop(tmp_path)
    for name in ("slots.a", "slots.b"):
        (made.folder / name).write_bytes(b"the same")
    made.write("the quick brown fox", "jumps over the lazy dog", "Iâr a cheiliog")
    capture.attach(
        made.vault,
        made.visit,
        name="plan.pdf",
        media_type="",
        source=io.BytesIO(b"plan" * 9000),
        happened=NOW,
    )
    yield made
    made.vault.close()


def run(laptop: Laptop, statement: str, *values: object) -> None:
    """Change the database behind the vault's back."""
    with laptop.vault._transaction() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(statement, values)


def parts(report: CheckReport) -> set[Part]:
    return {finding.part for finding in report.findings if not finding.harmless}


def test_a_sound_vault_has_no_findings_and_is_counted(laptop: Laptop) -> None:
    told: list[tuple[int, int]] = []
    before = laptop.vault.digest()
    report = laptop.vault.check(lambda done, total: told.append((done, total)))
    assert report.findings == ()
    assert report.whole
    assert (report.attachments, report.withheld) == (1, 0)
    assert report.entries == len(list(laptop.vault.outgoing(frozenset(), {}).lines()))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    assert laptop.vault.digest() == before


BREAKAGES: list[tuple[str, str, Part]] = [
    ("a shown value", "UPDATE head SET value = 'forged' WHERE value = 'the quick brown fox'", Part.RECORDS),
    ("a shown kind", "UPDATE record SET kind = 'contact' WHERE kind = 'note'", Part.RECORDS),
    ("a count beside it", "UPDATE record SET conflicts = 3 WHERE kind = 'note'", Part.RECORDS),
    ("a typed column", "UPDATE note_projection SET text = 'other'", Part.RECORDS),
    ("a typed row lost", "DELETE FROM note_projection", Part.RECORDS),
    ("a record nobody wrote", "INSERT INTO record(id, kind) VALUES ('f', 'note')", Part.RECORDS),
    ("a head nobody wrote", "INSERT INTO head(record, field, change) VALUES ('f', 'text', 'x')", Part.RECORDS),
    ("a quarantine without reason", "INSERT INTO quarantine(entry, reason) SELECT id, 'role' FROM entry", Part.RECORDS),
    ("a word lost", "INSERT INTO search(search, rowid, value) SELECT 'delete', id, value FROM head "
     "WHERE value = 'the quick brown fox'", Part.SEARCH),
    ("a word too many", "INSERT INTO search(rowid, value) VALUES (99999, 'canary')", Part.SEARCH),
    ("a body gone", "UPDATE entry SET sealed = NULL WHERE position = 4", Part.RECORDS),
    ("a key gone", "DELETE FROM record_key", Part.RECORDS),
    ("a column that lies", "UPDATE entry SET clock = clock + 1 WHERE position = 4", Part.JOURNAL),
    ("a signature", "UPDATE entry SET signature = zeroblob(64) WHERE position = 4", Part.JOURNAL),
    ("a header", "UPDATE entry SET header = CAST(replace(CAST(header AS TEXT), '\"sequence\":4', "
     "'\"sequence\":9') AS BLOB) WHERE sequence = 4", Part.JOURNAL),
    ("a body of another", "UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE position = 5) "
     "WHERE position = 4", Part.JOURNAL),
    ("an entry gone", "DELETE FROM entry WHERE sequence = 4", Part.JOURNAL),
]  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "part"), [case[1:] for case in BREAKAGES], ids=[case[0] for case in BREAKAGES]
)
def test_each_breakage_is_found(laptop: Laptop, statement: str, part: Part) -> None:
    run(laptop, statement)
    report = laptop.vault.check()
    assert part in parts(report), report.findings
    assert not report.whole
    assert all(finding.sentence for finding in report.findings)


@pytest.mark.parametrize("case", [0, 1, 4, 5, 6, 8, 9], ids=lambda case: BREAKAGES[case][0])
def test_only_repair_writes_projections_anew(laptop: Laptop, case: int) -> None:
    sound = laptop.vault.digest()
    run(laptop, BREAKAGES[case][1])
    broken = laptop.vault.digest()
    assert not laptop.vault.check().repaired
    assert laptop.vault.digest() == broken
    entries = list(laptop.vault.outgoing(frozenset(), {}).lines())
    assert laptop.vault.check(repair=True).repaired
    assert laptop.vault.digest() == sound
    assert laptop.vault.check().whole
    assert list(laptop.vault.outgoing(frozenset(), {}).lines()) == entries


def test_an_index_whose_words_were_exchanged_is_found(laptop: Laptop) -> None:
    """The same texts, the same number of words: only breaking them up again can tell."""
    run(
        laptop,
        "INSERT INTO search(search, rowid, value) SELECT 'delete', id, value FROM head WHERE value LIKE '%fox'",
    )
    run(
        laptop,
        "INSERT INTO search(rowid, value) SELECT id, 'the quick brown dog' FROM head WHERE value LIKE '%fox'",
    )
    assert parts(laptop.vault.check()) == {Part.SEARCH}


def test_an_entry_signed_by_nobody_we_know_is_found(laptop: Laptop) -> None:
    stranger = SigningKey.generate()
    header = laptop.vault.identity.device, stranger.public.fingerprint
    run(laptop, "UPDATE chain SET device = ?", header[1])
    assert Part.JOURNAL in parts(laptop.vault.check())


def the_blob(laptop: Laptop) -> Path:
    (found,) = (laptop.folder / "blobs").glob("??/*")
    return found


def damage_middle(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("break_it", [Path.unlink, damage_middle], ids=["missing", "damaged"])
def test_an_attachment_that_is_missing_or_damaged_is_found(
    laptop: Laptop, break_it: Callable[[Path], object]
) -> None:
    break_it(the_blob(laptop))
    assert parts(laptop.vault.check()) == {Part.ATTACHMENTS}


def test_an_attachment_sealed_by_somebody_else_is_found(laptop: Laptop) -> None:
    run(laptop, "UPDATE record_key SET key = ?", os.urandom(32))
    assert {Part.ATTACHMENTS, Part.RECORDS} <= parts(laptop.vault.check())


def test_leftovers_are_told_and_swept_only_when_asked(laptop: Laptop) -> None:
    orphan = laptop.folder / "blobs" / "00" / ("0" * 64)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"nobody names it")
    staged = laptop.vault.staging / "half"
    staged.mkdir(parents=True)
    report = laptop.vault.check()
    assert report.whole
    assert [finding.part for finding in report.findings] == [Part.LEFTOVERS]
    assert orphan.exists()
    assert laptop.vault.check(sweep=True).swept == 2
    assert not orphan.exists()
    assert not staged.exists()
    assert the_blob(laptop).exists()
    assert laptop.vault.check().findings == ()


def test_an_anchor_and_a_key_file_that_are_not_right_are_found(laptop: Laptop) -> None:
    (laptop.folder / "anchor").write_bytes(b"x")
    (laptop.folder / "slots.b").write_bytes(b"another")
    assert parts(laptop.vault.check()) == {Part.ANCHOR, Part.KEYS}


def test_a_damaged_page_is_found_whichever_it_is_and_the_rest_is_still_told(laptop: Laptop) -> None:
    laptop.vault.close()
    path = laptop.folder / "vault.db"
    sound = path.read_bytes()
    opened = 0
    for page in range(1, len(sound) // 4096, max(1, len(sound) // 4096 // 12)):
        raw = bytearray(sound)
        raw[page * 4096 + 2000] ^= 0x10
        path.write_bytes(raw)
        lock = VaultLock(laptop.folder)
        lock.take()
        with suppress(DatabaseDamaged):
            vault = None
            vault = enter(laptop.folder, lock, laptop.master, laptop.state)
        if vault is None:  # told in a sentence: see test_a_first_page_that_is_damaged_is_told
            lock.release()
            continue
        report = vault.check()
        assert Part.PAGES in parts(report)
        vault._engine.dispose()
        lock.release()
        opened += 1
        path.with_name("vault.db-wal").unlink(missing_ok=True)
    assert opened
    path.write_bytes(sound)


def test_a_first_page_that_is_damaged_is_told(laptop: Laptop) -> None:
    laptop.vault.close()
    damage_middle_of_first_page(laptop.folder / "vault.db")
    lock = VaultLock(laptop.folder)
    lock.take()
    with pytest.raises(DatabaseDamaged, match="Restore it from a backup"):
        enter(laptop.folder, lock, laptop.master, laptop.state)
    lock.release()


def damage_middle_of_first_page(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[2000] ^= 1
    path.write_bytes(raw)


def test_a_check_that_is_stopped_changes_nothing(laptop: Laptop) -> None:
    before = laptop.vault.digest()

    def stop(done: int, _all: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        laptop.vault.check(stop, repair=True, sweep=True)
    assert laptop.vault.digest() == before
    laptop.write("goes on")
    assert laptop.vault.check().whole


def test_gaps_of_others_are_told_with_their_name(laptop: Laptop) -> None:
    run(laptop, "DELETE FROM entry WHERE sequence IN (4, 5)")
    (gap,) = laptop.vault.missing_entries()
    assert (gap.first, gap.last, gap.count) == (4, 5, 2)


def test_a_migration_that_is_killed_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real vault of the first version; what a kill leaves is its files as they are at that moment."""
    first = tmp_path / "vault-0001"
    shutil.copytree(ROOT / "tests" / "data" / "vault-0001", first)
    kinds: list[str | None] = []

    def killed(connection: sa.Connection) -> None:
        kinds.append(migrate.version(connection))
        migrate.bring_up_to_date(connection)
        if len(kinds) == 1:
            connection.exec_driver_sql("PRAGMA cache_spill = 1")
            shutil.copytree(first, tmp_path / "killed")
        kinds.append(migrate.version(connection))

    monkeypatch.setattr("fieldinspect.store.opening.bring_up_to_date", killed)
    door = Door(tmp_path, FLOOR_COST)
    shown = []
    for name in ("vault-0001", "killed"):
        vault = door.open(VaultPlace(str(tmp_path / name), name), PASSPHRASE)
        shown.append(texts(vault))
        assert vault.account is None
        assert vault.check().whole
        vault.close()
    assert kinds == ["0001", migrate.HEAD, "0001", migrate.HEAD]
    assert shown[0] == shown[1] != set()


@pytest.mark.parametrize("blinded", ["walk_journal", "search_agrees"])
def test_a_check_that_looks_away_is_caught(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, blinded: str
) -> None:
    blind: dict[str, Any] = {
        "walk_journal": lambda *_given: verifying.JournalTally(),
        "search_agrees": lambda *_given: True,
    }
    monkeypatch.setattr(f"fieldinspect.store.checking.{blinded}", blind[blinded])
    run(laptop, next(statement for name, statement, _part in BREAKAGES if name == "a word lost"))
    run(laptop, next(statement for name, statement, _part in BREAKAGES if name == "a signature"))
    expected = {"walk_journal": Part.JOURNAL, "search_agrees": Part.SEARCH}[blinded]
    assert expected not in parts(laptop.vault.check())
