"""Nothing that anybody types, reads or hands in stands readable anywhere but on the screen and in the vault.

A sample; `make leaks` hunts through everything with the stream of writes recorded, and plants each leak alone.
"""

from pathlib import Path

import pytest

from tests.leaks.canaries import WAYS_IN, Canaries
from tests.leaks.hunt import Findings, Home, hunt
from tests.leaks.stream import strace

PLANTS = ("log", "temp", "deleted", "settings", "recent", "traceback")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "top", Canaries.fresh())


def need_memory(found: Findings) -> None:
    if found.after_lock is None:
        pytest.skip("not run: this account may not read the memory of a process that protects itself")


def test_a_word_is_recognised_in_every_spelling() -> None:
    canaries = Canaries.fresh()
    for way in WAYS_IN:
        word = canaries.word(way)
        for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le"):
            assert canaries.found_in(b"junk" + word.encode(encoding) + b"\0junk") == [way]
        assert canaries.found_in(word.encode().hex().encode() + b"zz") == [way]
    assert canaries.found_in(Canaries.fresh().word("note").encode()) == []


def test_a_day_of_work_leaves_nothing(home: Home) -> None:
    found = hunt(home, stream=False, twice=False)
    assert found.leaks == []
    assert found.report.count("ValueError at mistake") == 5  # each mistake was reported, by place alone
    outside = [name for name in found.names if "/vaults/" not in name and ".xdg_state_home/" not in name]
    assert outside == [".xdg_config_home/QtProject.conf"]  # the widths of Qt's file dialog, and no path
    need_memory(found)
    process = found.afterwards
    assert process is not None
    assert process.arguments.split()[1:-1] == ["-P", "-m", "fieldinspect", "desktop", "--vaults"]
    assert process.core_limit == "0"
    assert all(number <= 2 or name.startswith("anon_inode:") for number, name in process.open_files.items())
    assert found.after_lock is not None
    assert found.after_lock.searched > 50 << 20


def test_leaks_that_are_planted_are_found(home: Home) -> None:
    found = hunt(home, full=False, plants=PLANTS, replace=False, twice=False)
    places = "\n".join(found.leaks)
    assert set(found.reports) == {"note", "pasted"}
    for expected in ("tmp/tmp", "fieldinspect/desktop", "recently-used.xbel"):
        assert expected in places
    if strace() is not None:
        assert any("contact" in ways for ways in found.stream.values())  # it was deleted at once
    need_memory(found)
    assert found.after_lock is not None
    # Closing the vault alone is not enough; that is why locking replaces the process.
    assert {"note", "halfnote"} <= set(found.after_lock.found)
