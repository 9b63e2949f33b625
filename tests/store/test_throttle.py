"""Five free tries, then waiting: across restarts, kills, clock jumps, full disks and damaged files."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.files import DiskFull
from fieldinspect.services.vault_keys import TooSoon
from fieldinspect.store import throttle as module
from fieldinspect.store.throttle import LONGEST, NAME, UNRECORDED, Throttle, since_start

TEN_YEARS = 10 * 365 * 86_400


class Machine:
    """A folder and the time since the machine was started; every throttle is a fresh process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.up = 1_000.0
        self.slept = 0.0

    def throttle(self) -> Throttle:
        return Throttle(self.folder, lambda: self.up, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.up += seconds

    def restart(self, up: float = 0.0) -> None:
        self.up = up

    def wrong(self) -> None:
        with pytest.raises(BadInput), self.throttle().attempt():
            raise BadInput("wrong")

    def right(self) -> None:
        with self.throttle().attempt():
            pass

    def refused(self) -> int:
        with pytest.raises(TooSoon) as caught, self.throttle().attempt():
            pytest.fail("the secret was tried")
        assert str(caught.value.seconds) in str(caught.value)
        assert self.throttle().wait() == caught.value.seconds
        return caught.value.seconds


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@contextmanager
def nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def full(*_args: object) -> None:
        raise DiskFull

    with monkeypatch.context() as patched:
        patched.setattr(module, "overwrite", full)
        patched.setattr(module, "atomic_write", full)
        yield


def test_five_tries_are_free_and_then_the_pauses_double_up_to_five_minutes(machine: Machine) -> None:
    for _each in range(5):
        machine.wrong()
    pauses = []
    for _each in range(10):
        pauses.append(machine.refused())
        machine.up += pauses[-1]
        machine.wrong()
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert machine.slept == 0


def test_one_moment_too_early_is_refused_and_the_refusal_costs_nothing(machine: Machine) -> None:
    for _each in range(8):
        machine.up += LONGEST
        machine.wrong()
    machine.up += 15.5
    assert [machine.refused(), machine.refused()] == [1, 1]
    machine.up += 0.5
    machine.right()


def test_the_right_secret_clears_the_count(machine: Machine) -> None:
    for _each in range(5):
        machine.wrong()
    machine.up += 2
    machine.right()
    for _each in range(5):
        machine.wrong()
    assert machine.refused() == 2


KILLED = """
import os, pathlib, sys
from fieldinspect.store.throttle import Throttle
with Throttle(pathlib.Path(sys.argv[1]), lambda: 1000.0).attempt():
    os._exit(9)
"""


def test_a_killed_process_has_used_its_try(machine: Machine) -> None:
    for _each in range(5):
        machine.wrong()
    machine.up += 2
    machine.wrong()
    machine.restart(996.0)  # the sixth try was at 1,002 s of the time before
    assert machine.throttle().wait() == 0
    killed = subprocess.run([sys.executable, "-c", KILLED, str(machine.folder)], check=False)
    assert killed.returncode == 9
    machine.up = 1_000.0
    assert machine.refused() == 8


def test_a_failure_that_tried_nothing_does_not_count(machine: Machine) -> None:
    for _each in range(9):
        with pytest.raises(WorldFailed), machine.throttle().attempt():
            raise WorldFailed("no memory")
        with pytest.raises(MemoryError), machine.throttle().attempt():
            raise MemoryError
    machine.right()


@pytest.mark.parametrize("up", [0.0, 5.0, 1_000.0, 5_000.0])
def test_a_restart_neither_forgives_nor_locks_out(machine: Machine, up: float) -> None:
    for _each in range(14):
        machine.up += LONGEST
        machine.wrong()
    machine.restart(up)
    left = machine.throttle().wait()
    assert 0 <= left <= LONGEST
    if up < LONGEST:
        assert left == LONGEST - up
    machine.up += left
    machine.right()


@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS])
def test_setting_the_clock_changes_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    for _each in range(14):
        machine.up += LONGEST
        machine.wrong()
    real = module.time.time
    monkeypatch.setattr(module.time, "time", lambda: real() + jump)
    assert machine.refused() == LONGEST
    machine.up += LONGEST
    machine.right()


@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS])
def test_even_a_jump_of_the_time_since_start_waits_five_minutes_at_most(machine: Machine, jump: int) -> None:
    for _each in range(14):
        machine.up += LONGEST
        machine.wrong()
    machine.up = max(machine.up + jump, 0.0)
    left = machine.throttle().wait()
    assert left <= LONGEST
    machine.up += left
    machine.right()


BAD = [b"", b"x", b"\0" * 56, b"fieldinspect-attempts/2 000000 000000000000000 00000000\n", b"9" * 1_000_000]


@pytest.mark.parametrize("bad", BAD)
def test_a_damaged_file_costs_one_long_wait_and_no_more(machine: Machine, bad: bytes) -> None:
    (machine.folder / NAME).write_bytes(bad)
    assert machine.refused() == LONGEST
    machine.up += 100
    assert machine.refused() == 200
    machine.up += 200
    machine.right()
    machine.right()


def test_every_flipped_bit_is_noticed_or_costs_at_most_the_long_wait(machine: Machine) -> None:
    for _each in range(3):
        machine.wrong()
    good = (machine.folder / NAME).read_bytes()
    for place in range(len(good)):
        for bit in range(8):
            bad = good[:place] + bytes([good[place] ^ 1 << bit]) + good[place + 1 :]
            (machine.folder / NAME).write_bytes(bad)
            assert machine.throttle().wait() == LONGEST
            machine.up += LONGEST
            assert machine.throttle().wait() == 0


def test_who_only_asks_how_long_gets_in_past_a_damaged_file(machine: Machine) -> None:
    (machine.folder / NAME).write_bytes(b"junk")
    for passed in (0, 100, 200):
        assert machine.throttle().wait() == LONGEST - passed
        machine.up += 100
    assert machine.throttle().wait() == 0
    machine.right()
    assert machine.slept == 0


def test_where_nothing_can_be_read_nor_written_the_try_itself_takes_the_time(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine.folder / NAME).write_bytes(b"junk")
    with nothing_can_be_written(monkeypatch):
        assert machine.throttle().wait() == 0


def test_whoever_breaks_a_try_off_has_used_it(machine: Machine) -> None:
    for _each in range(5):
        with pytest.raises(KeyboardInterrupt), machine.throttle().attempt():
            raise KeyboardInterrupt
    assert machine.refused() == 2


def test_a_folder_in_the_place_of_the_file_does_not_lock_out(machine: Machine) -> None:
    (machine.folder / NAME).mkdir()
    assert machine.throttle().wait() == 0
    machine.right()
    assert machine.slept == LONGEST


def test_where_nothing_can_be_written_a_try_takes_half_a_minute(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nothing_can_be_written(monkeypatch):
        for _each in range(4):
            machine.wrong()
        assert machine.slept == 4 * UNRECORDED
        machine.right()


def test_a_full_disk_neither_forgives_what_was_written_before_nor_locks_out(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(8):
        machine.up += LONGEST
        machine.wrong()
    with nothing_can_be_written(monkeypatch):
        assert machine.refused() == 16
        machine.up += 16
        machine.wrong()
        assert machine.slept == UNRECORDED
        machine.right()


def test_a_damaged_file_that_cannot_be_replaced_costs_the_long_wait_each_time(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine.folder / NAME).write_bytes(b"junk")
    with nothing_can_be_written(monkeypatch):
        machine.right()
    assert machine.slept == LONGEST


def test_the_file_is_private_and_written_in_its_place(machine: Machine) -> None:
    machine.throttle().prepare()
    path = machine.folder / NAME
    inode = path.stat().st_ino
    machine.wrong()
    assert path.stat().st_ino == inode
    assert path.stat().st_mode & 0o077 == 0
    assert [path.name for path in machine.folder.iterdir()] == [NAME]


def test_the_time_since_start_goes_on() -> None:
    before = since_start()
    assert 0 < before <= since_start()
