"""What every kind of depot does alike, against real servers."""

import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from fieldinspect import files
from fieldinspect.domain.depots import Credentials
from fieldinspect.exchange.depots import troubles
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.exchange.refusals import NoSpaceForBundle
from fieldinspect.services.care import Stopped
from fieldinspect.services.depot_ports import Depot
from tests.exchange.depots.servers import Place, ssh_keygen

SMALL = bytes(range(256)) * 500
BIG = os.urandom(1 << 20) * 7
NAME = "00112233445566778899aabbccddeeff.fib"


def opened(place: Place) -> Depot:
    return KnownDepots().open(place.destination, place.credentials)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small"
    path.write_bytes(SMALL)
    return path


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big"
    path.write_bytes(BIG)
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_in_listed_and_out(somewhere: Place, small: Path, big: Path, tmp_path: Path) -> None:
    with opened(somewhere) as depot:
        depot.check()
        assert depot.names() == []
        first, second = depot.put(small, sha256(small)), depot.put(big, sha256(big), name=NAME)
        assert re.fullmatch(r"[0-9a-f]{32}\.fib", first)
        assert second == NAME
        assert depot.names() == sorted([first, NAME]) == somewhere.files()
        depot.get(first, tmp_path / "got small")
        depot.get(NAME, tmp_path / "got big")
        assert depot.head(NAME, 1000) == BIG[:1000]
        assert depot.head(first, 1_000_000) == SMALL
    assert sha256(tmp_path / "got small") == sha256(small)
    assert sha256(tmp_path / "got big") == sha256(big)


def test_other_files_are_not_bundles(somewhere: Place) -> None:
    for name in ("letter.txt", f"{NAME}.part", f".{NAME}.1234.part"):
        (somewhere.folder / name).write_bytes(b"x")
    (somewhere.folder / "folder.fib").mkdir()
    (somewhere.folder / "folder.fib" / "within.fib").write_bytes(b"x")
    with opened(somewhere) as depot:
        assert [name for name in depot.names() if name != "folder.fib"] == []


def test_how_far_it_is_is_told(somewhere: Place, big: Path, tmp_path: Path) -> None:
    up: list[tuple[int, int]] = []
    down: list[tuple[int, int]] = []
    with opened(somewhere) as depot:
        name = depot.put(big, sha256(big), lambda *told: up.append(told))
        depot.get(name, tmp_path / "got", lambda *told: down.append(told))
    for told in (up, down):
        assert told == sorted(told)
        assert told[0][0] == 0
        assert told[-1] == (len(BIG), len(BIG))
        assert len(told) > 2


def test_sent_twice_it_lies_there_once(somewhere: Place, small: Path, big: Path) -> None:
    with opened(somewhere) as depot:
        for source in (small, big):
            name = depot.put(source, sha256(source))
            told: list[tuple[int, int]] = []
            assert (
                depot.put(source, sha256(source), lambda *how, told=told: told.append(how), name=name) == name
            )
            assert told == []
        assert len(somewhere.files()) == 2


def test_nothing_is_written_over(somewhere: Place, small: Path) -> None:
    (somewhere.folder / NAME).write_bytes(b"something else")
    with opened(somewhere) as depot, pytest.raises(troubles.NameTaken):
        depot.put(small, sha256(small), name=NAME)
    (somewhere.folder / NAME).write_bytes(bytes(len(SMALL)))
    with opened(somewhere) as depot, pytest.raises(troubles.NameTaken):
        depot.put(small, sha256(small), name=NAME)
    assert (somewhere.folder / NAME).read_bytes() == bytes(len(SMALL))
    assert somewhere.files() == [NAME]


def test_what_rotted_on_the_laptop_does_not_arrive(somewhere: Place, small: Path, big: Path) -> None:
    with opened(somewhere) as depot:
        for source in (small, big, source_gone := small.with_name("gone")):
            with pytest.raises(troubles.SourceChanged):
                depot.put(source, "0" * 64)
        assert not source_gone.exists()
        assert depot.names() == []


def test_stopped_in_the_middle_nothing_is_shown(somewhere: Place, big: Path, tmp_path: Path) -> None:
    def stop(done: int, size: int) -> None:
        if done > size // 2:
            raise Stopped

    with opened(somewhere) as depot:
        with pytest.raises(Stopped):
            depot.put(big, sha256(big), stop, name=NAME)
        assert depot.names() == []
        assert depot.put(big, sha256(big), name=NAME) == NAME
        with pytest.raises(Stopped):
            depot.get(NAME, tmp_path / "got", stop)
        assert not (tmp_path / "got").exists()
        depot.get(NAME, tmp_path / "got")
    assert sha256(tmp_path / "got") == sha256(big)
    assert somewhere.files() == [NAME]


def test_what_does_not_fit_on_this_disk_is_not_begun(
    somewhere: Place, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(somewhere) as depot:
        name = depot.put(small, sha256(small))
        monkeypatch.setattr(files, "free_space", lambda _path: len(SMALL))
        with pytest.raises(NoSpaceForBundle):
            depot.get(name, tmp_path / "got")
    assert not (tmp_path / "got").exists()


def test_taken_away_twice(somewhere: Place, small: Path, tmp_path: Path) -> None:
    with opened(somewhere) as depot:
        name = depot.put(small, sha256(small))
        depot.remove(name)
        depot.remove(name)
        assert depot.names() == somewhere.files() == []
        with pytest.raises(troubles.NoSuchBundle):
            depot.head(name, 10)
        with pytest.raises(troubles.NoSuchBundle):
            depot.get(name, tmp_path / "got")


def test_names_never_become_paths(somewhere: Place) -> None:
    with opened(somewhere) as depot:
        for name in ("../x.fib", "/x.fib", "x", "", "a/b.fib", "..fib", "x.fib\n", "a\\b.fib"):
            with pytest.raises(ValueError, match="not a name"):
                depot.head(name, 1)
            with pytest.raises(ValueError, match="not a name"):
                depot.remove(name)


def test_a_place_that_is_not_there(somewhere: Place) -> None:
    address = somewhere.destination.address.rstrip("/").removesuffix("/bucket") + "/nowhere"
    gone = replace(somewhere.destination, address=address)
    with (
        KnownDepots().open(gone, somewhere.credentials) as depot,
        pytest.raises((troubles.NoSuchPlace, troubles.DepotGone)),
    ):
        depot.check()


def test_signing_in_with_the_wrong_secret(far: Place, tmp_path: Path) -> None:
    key = ""
    if far.credentials.key:
        ssh_keygen(tmp_path / "other")
        key = (tmp_path / "other").read_text()
    wrong = Credentials(far.credentials.user, "wrong", key)
    if key:
        wrong = Credentials(far.credentials.user, "", key)
    with KnownDepots().open(far.destination, wrong) as depot, pytest.raises(troubles.WrongCredentials):
        depot.check()
