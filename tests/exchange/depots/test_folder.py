"""A folder as a depot: what only a stick does."""

import hashlib
from pathlib import Path

import pytest

from fieldinspect.exchange.depots import folder as module
from fieldinspect.exchange.depots import troubles
from fieldinspect.exchange.depots.folder import FolderDepot

CONTENT = bytes(range(256)) * 9000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


def test_names_given_by_hand_are_seen(stick: Path) -> None:
    (stick / "renamed by hand.fib").write_bytes(b"")
    (stick / "folder.fib").mkdir()
    assert FolderDepot(stick).names() == ["renamed by hand.fib"]


def test_a_copy_that_is_not_whole_is_taken_away_again(source: Path, stick: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "_read_back", lambda _path: "0" * 64)
    with pytest.raises(troubles.NotWhole, match="did not arrive whole"):
        FolderDepot(stick).put(source, SHA256)
    assert list(stick.iterdir()) == []


def test_a_full_stick_is_told_and_left_clean(source: Path, stick: Path, monkeypatch) -> None:
    def full(_file) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fieldinspect.files.make_durable", full)
    with pytest.raises(troubles.NoSpaceThere, match="no space left there"):
        FolderDepot(stick).put(source, SHA256)
    assert list(stick.iterdir()) == []


def test_a_stick_that_was_pulled_out(source: Path, tmp_path: Path) -> None:
    gone = FolderDepot(tmp_path / "gone")
    with pytest.raises(troubles.DepotGone, match="Connect it"):
        gone.names()
    with pytest.raises(troubles.DepotGone, match="Connect it"):
        gone.put(source, SHA256)
    with pytest.raises(troubles.DepotGone, match="Connect it"):
        gone.get("x.fib", tmp_path / "got")


def test_a_stick_that_cannot_be_read_says_so(source: Path, stick: Path, tmp_path: Path, monkeypatch) -> None:
    depot = FolderDepot(stick)
    name = depot.put(source, SHA256)

    def broken(*_given) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(module.pieces, "receive", broken)
    with pytest.raises(troubles.DepotUnreadable, match="cannot be read"):
        depot.get(name, tmp_path / name)


def test_two_who_choose_the_same_folder_know_it_by_the_same_marker(stick: Path, source: Path) -> None:
    first = FolderDepot(stick).mark()
    assert first == FolderDepot(stick).mark()
    with FolderDepot(stick, first) as depot:
        assert depot.names() == []
    for wrong in (b"", b"0" * 31, b"0" * 32, b"\xff" * 32):
        (stick / module.MARKER).write_bytes(wrong)
        for ask in (depot.names, lambda: depot.put(source, SHA256), lambda: depot.remove("a.fib")):
            with pytest.raises(troubles.AnotherFolder, match="not the stick or folder you chose"):
                ask()
    assert [path.name for path in stick.iterdir()] == [module.MARKER]


def test_fetching_goes_on_where_it_was(source: Path, stick: Path, tmp_path: Path) -> None:
    depot = FolderDepot(stick)
    name = depot.put(source, SHA256)
    (tmp_path / f".{name}.part").write_bytes(CONTENT[:1_000_000])
    told: list[int] = []
    depot.get(name, tmp_path / name, lambda done, _size: told.append(done))
    assert told[0] == 1_000_000
    assert (tmp_path / name).read_bytes() == CONTENT
