"""Making a vault, new or from a backup: nothing that was there is touched, and nothing half made stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.views import VaultPlace
from fieldinspect.store import door as doors
from fieldinspect.store import making
from fieldinspect.store.door import Door
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.vault import StoredVault
from tests.quick import quick_slots
from tests.store.laptop import Laptop
from tests.team import NOW, PASSPHRASE

__all__ = ["quick_slots"]
pytestmark = pytest.mark.usefixtures("quick_slots")
Make = Callable[[str], StoredVault]


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "vaults"
    made.mkdir()
    return made


@pytest.fixture(params=["create", "restore"])
def make(request: pytest.FixtureRequest, tmp_path: Path, root: Path) -> Make:
    door = Door(root, FLOOR_COST, tmp_path / "state")
    if request.param == "create":
        return lambda name: door.create("own", "Ann", PASSPHRASE, folder_name=name)
    laptop = Laptop(tmp_path / "other", slots=True)
    laptop.vault.back_up(tmp_path / "kept", NOW)
    laptop.vault.close()
    return lambda name: door.restore(tmp_path / "kept", PASSPHRASE, folder_name=name)


def test_a_folder_that_holds_anything_is_refused_and_left_as_it_is(make: Make, root: Path) -> None:
    (root / "Documents").mkdir()
    (root / "Documents" / "thesis.txt").write_text("years of work")
    (root / "letter").write_text("a file of this name")
    for name in ("Documents", "letter"):
        with pytest.raises(BadInput, match="already"):
            make(name)
    assert names(root) == {"Documents", "Documents/thesis.txt", "letter"}
    assert (root / "Documents" / "thesis.txt").read_text() == "years of work"


def test_a_vault_that_lost_both_slot_files_is_not_taken_for_nothing(make: Make, root: Path) -> None:
    make("own").close()
    for copy in ("slots.a", "slots.b"):
        (root / "own" / copy).unlink()
    before = names(root)
    with pytest.raises(BadInput, match="already"):
        make("own")
    assert names(root) == before


def test_an_empty_folder_is_as_good_as_none(make: Make, root: Path) -> None:
    (root / "own").mkdir()
    make("own").close()
    assert {path.name for path in root.iterdir()} == {"own"}


def test_what_fails_at_the_end_leaves_nothing(
    make: Make, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = making.enter

    def fails(folder: Path, *rest: object, **named: object) -> StoredVault:
        if folder == root / "own":
            raise WorldFailed("at the last step")
        return entered(folder, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "enter", fails)
    with pytest.raises(WorldFailed, match="last step"):
        make("own")
    assert names(root) == set()


def test_what_a_killed_process_left_goes_with_the_next_opening(make: Make, root: Path) -> None:
    left = root / ".staging-abc" / "vault"
    left.mkdir(parents=True)
    (left / "vault.db").write_bytes(b"all of a vault")
    (root / ".staging-abc" / "lock").touch()
    somebodys = root / ".staging-site"
    somebodys.mkdir()
    (somebodys / "index.html").write_text("not ours")
    make("own").close()
    assert {path.name for path in root.iterdir()} == {"own", ".staging-site"}
    assert (somebodys / "index.html").read_text() == "not ours"
    left.mkdir(parents=True)
    Door(root, FLOOR_COST).open(VaultPlace(str(root / "own"), "own"), PASSPHRASE).close()
    assert not left.exists()


def test_what_another_process_is_still_making_stays(make: Make, root: Path) -> None:
    busy = root / ".staging-busy"
    (busy / "vault").mkdir(parents=True)
    lock = VaultLock(busy)
    lock.take()
    try:
        make("own").close()
        assert (busy / "vault").is_dir()
    finally:
        lock.release()
    make("second").close()
    assert not busy.exists()
    assert doors.Door(root).known()[0].folder == str(root / "own")
