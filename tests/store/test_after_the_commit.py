"""What fails once an act stands is told as what it is: never as something that was not saved, never in the way."""

import io
import os
import resource
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.slots import new_slots
from fieldinspect.domain.custody import EraseReason, EraseState
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.files import WriteRefused
from fieldinspect.services import capture, durability, erasure
from fieldinspect.store import slot_files
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.engine import Stopped
from fieldinspect.store.vault import StoredVault
from tests.store.laptop import VAULT, Laptop, texts
from tests.team import NOW, PASSPHRASE


@contextmanager
def nothing_grows_beyond(size: int) -> Iterator[None]:
    """A disk on which no file may be longer than this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made = Laptop(tmp_path, central=True)
    yield made
    made.vault.close()


@pytest.fixture
def asked(laptop: Laptop) -> tuple[str, Path]:
    """A request to erase an attachment, and where that lies."""
    picture = io.BytesIO(b"picture" * 99)
    capture.attach(laptop.vault, laptop.visit, name="x", media_type="", source=picture, happened=NOW)
    (path,) = (laptop.folder / "blobs").glob("??/*")
    reason = next(iter(EraseReason))
    (picture_record,) = laptop.vault.of_kind("attachment")
    request = erasure.request(
        laptop.vault, [picture_record.id], reason=reason, why="asked for", basis="rules", happened=NOW
    )
    return request, path


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is of Unix")
def test_closing_on_a_full_disk_says_nothing_and_everything_written_is_there(laptop: Laptop) -> None:
    laptop.again()
    laptop.write(*(os.urandom(20_000).hex() for _each in range(2)))
    before = texts(laptop.vault)
    with nothing_grows_beyond((laptop.folder / "vault.db").stat().st_size):
        laptop.vault.close()
    assert laptop.again() is None
    assert texts(laptop.vault) == before


def test_an_attachment_that_cannot_be_removed_is_told_apart_and_goes_later(
    laptop: Laptop, asked: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    request, path = asked

    def refused(_folder: BlobFolder, digest: str) -> None:
        if digest:
            raise WriteRefused("Not saved: this folder may not be written to")

    with monkeypatch.context() as patched:
        patched.setattr(BlobFolder, "remove", refused)
        erasure.confirm(laptop.vault, request, happened=NOW)
        assert erasure.erasures(laptop.vault)[0].state is EraseState.DONE
        assert laptop.vault.sweep_trouble is not None
        assert "Not saved" not in durability.not_swept()
        assert laptop.again() is None
        assert laptop.vault.sweep_trouble is not None
        assert path.exists()
    laptop.again()
    assert laptop.vault.sweep_trouble is None
    assert not path.exists()


def test_a_log_that_cannot_be_emptied_is_emptied_at_the_next_opening(
    laptop: Laptop, asked: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_vault: StoredVault) -> None:
        raise WorldFailed("full")

    with monkeypatch.context() as patched:
        patched.setattr(StoredVault, "_checkpoint", full)
        erasure.confirm(laptop.vault, asked[0], happened=NOW)
        assert laptop.vault.sweep_trouble is not None
        crashed = laptop.folder.parent / "crashed"
        shutil.copytree(laptop.folder, crashed)
    laptop.vault.close()
    shutil.rmtree(laptop.folder)
    crashed.rename(laptop.folder)
    assert (laptop.folder / "vault.db-wal").stat().st_size > 100_000
    laptop.again()
    assert laptop.vault.sweep_trouble is None
    assert (laptop.folder / "vault.db-wal").stat().st_size < 100_000


def test_stopping_once_an_erasure_stands_does_not_say_that_nothing_changed(
    laptop: Laptop, asked: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    swept = StoredVault.sweep
    stopping = False

    def stopped(vault: StoredVault) -> None:
        nonlocal stopping
        stopping = True
        swept(vault)
        stopping = False

    monkeypatch.setattr(StoredVault, "sweep", stopped)
    laptop.vault.stop_when(lambda: stopping)
    erasure.confirm(laptop.vault, asked[0], happened=NOW)
    assert isinstance(laptop.vault.sweep_trouble, Stopped)
    assert erasure.erasures(laptop.vault)[0].state is EraseState.DONE


def test_a_backup_that_stands_is_made_even_if_the_log_cannot_be_folded(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot_files.save(laptop.folder, new_slots(VAULT, laptop.master, PASSPHRASE, FLOOR_COST))
    still = laptop.vault.begin_backup(NOW)
    laptop.write("meanwhile")
    still.write(laptop.vaults / "backup")

    def full(_vault: StoredVault) -> None:
        raise WorldFailed("full")

    with monkeypatch.context() as patched:
        patched.setattr(StoredVault, "_checkpoint", full)
        laptop.vault.end_backup(still, made=True)
    assert laptop.vault.backup_state().made == NOW
    assert texts(laptop.vault) == {"meanwhile"}
