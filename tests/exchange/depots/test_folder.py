"""A folder as a depot: whole or not at all, and a name that tells nothing."""

import hashlib
import re
from pathlib import Path

import pytest
from fieldinspect.exchange.depot import DepotFailed, FolderDepot, new_name

from fieldinspect.exchange import depot as module

CONTENT = bytes(range(256)) * 9000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


def test_in_and_out(source: Path, folder: Path, tmp_path: Path) -> None:
    depot = FolderDepot(folder)
    names = sorted(depot.put(source, SHA256) for _ in range(3))
    assert depot.names() == names
    assert all(re.fullmatch(r"[0-9a-f]{32}\.fib", name) for name in names)
    depot.get(names[0], tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == depot.path(names[1]).read_bytes() == CONTENT


def test_other_files_are_not_bundles(folder: Path) -> None:
    for name in ("letter.txt", f".{new_name()}.1234.part", "folder.fib"):
        (folder / name).mkdir() if name.startswith("folder") else (folder / name).write_bytes(b"")
    (folder / "renamed by hand.fib").write_bytes(b"")
    assert FolderDepot(folder).names() == ["renamed by hand.fib"]


def test_a_copy_that_is_not_whole_is_taken_away_again(source: Path, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "_read_back", lambda _path: "0" * 64)
    with pytest.raises(DepotFailed, match="did not arrive whole"):
        FolderDepot(folder).put(source, SHA256)
    assert list(folder.iterdir()) == []


def test_a_full_stick_is_told_and_left_clean(source: Path, folder: Path, monkeypatch) -> None:
    def full(_file) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fieldinspect.files.make_durable", full)
    with pytest.raises(DepotFailed, match="no space left there"):
        FolderDepot(folder).put(source, SHA256)
    assert list(folder.iterdir()) == []


def test_a_stick_that_was_pulled_out(source: Path, tmp_path: Path) -> None:
    gone = FolderDepot(tmp_path / "gone")
    with pytest.raises(DepotFailed, match="Connect it"):
        gone.names()
    with pytest.raises(DepotFailed, match="Connect it"):
        gone.put(source, SHA256)


@pytest.mark.parametrize("name", ["../x.fib", "/x.fib", "x", "", "a/b.fib"])
def test_names_never_become_paths(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        FolderDepot(folder).path(name)
