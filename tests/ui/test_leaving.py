"""Locking without a window: in which order, how long, and what becomes of what cannot be saved."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from fieldinspect.domain.errors import Bug
from fieldinspect.ui.shell.leaving import AGAIN_MS, GOING_GRACE_MS, IDLE_GRACE_MS, Locking
from tests.fakes.background import FakeTime
from tests.fakes.vault import NOW


@dataclass
class Play:
    """The desk and its cover: notes what happens; the vault answers when told to."""

    happened: list[str] = field(default_factory=list)
    failures: int = 0
    under_way: int = 0
    answers: list[Callable[[], None]] = field(default_factory=list)

    def write_down(self, done: Callable[[], None]) -> None:
        self.happened.append("write")
        self.answers.append(done)

    def stop_job(self) -> None:
        self.happened.append("stop")

    def show_locking(self) -> None:
        self.happened.append("cover")

    def show_not_saved(self, sentence: str) -> None:
        self.happened.append("held")
        assert sentence

    def answer(self, *, refused: bool = False) -> None:
        self.failures += refused
        self.answers.pop(0)()


@pytest.fixture
def play() -> Play:
    return Play()


@pytest.fixture
def time() -> FakeTime:
    return FakeTime(NOW)


@pytest.fixture
def locking(play: Play, time: FakeTime) -> Locking:
    return Locking(play, play, time, lambda: play.happened.append("locked"))


def test_everything_is_written_and_covered_before_it_is_locked(play: Play, locking: Locking) -> None:
    locking.lock()
    assert play.happened == ["write", "cover"]
    play.answer()
    assert play.happened == ["write", "cover", "locked"]


def test_it_is_covered_whatever_goes_wrong_while_writing(
    play: Play, locking: Locking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_done: Callable[[], None]) -> None:
        raise Bug("a mistake")

    monkeypatch.setattr(play, "write_down", fail)
    with pytest.raises(Bug):
        locking.lock()
    assert play.happened == ["cover"]


def test_asked_again_it_begins_only_once(play: Play, time: FakeTime, locking: Locking) -> None:
    locking.lock()
    locking.lock()
    locking.try_again()
    play.answer()
    locking.lock()
    locking.give_up()
    time.pass_ms(10 * IDLE_GRACE_MS)
    assert play.happened == ["write", "cover", "locked"]


def test_what_is_refused_is_held_covered_and_tried_again(
    play: Play, time: FakeTime, locking: Locking
) -> None:
    locking.lock()
    play.answer(refused=True)
    assert play.happened == ["write", "cover", "held"]
    time.pass_ms(AGAIN_MS)
    play.answer(refused=True)
    assert play.happened[3:] == ["write", "held"]
    locking.try_again()
    play.answer()
    assert play.happened[5:] == ["write", "locked"]


def test_only_the_person_may_give_up_what_is_not_saved(play: Play, locking: Locking) -> None:
    locking.give_up()
    assert play.happened == []
    locking.lock()
    play.answer(refused=True)
    locking.give_up()
    assert play.happened == ["write", "cover", "held", "locked"]


def test_a_job_may_finish_within_its_grace_and_is_then_stopped(
    play: Play, time: FakeTime, locking: Locking
) -> None:
    locking.lock()
    time.pass_ms(IDLE_GRACE_MS - 1)
    assert "stop" not in play.happened
    time.pass_ms(1)
    assert play.happened == ["write", "cover", "stop", "held"]
    play.answer()
    assert play.happened[-1] == "locked"
    time.pass_ms(10 * IDLE_GRACE_MS)
    assert play.happened.count("stop") == 1


def test_sleep_cannot_wait_as_long(play: Play, time: FakeTime, locking: Locking) -> None:
    locking.lock()
    time.pass_ms(1000)
    locking.lock(GOING_GRACE_MS)
    time.pass_ms(GOING_GRACE_MS)
    assert play.happened == ["write", "cover", "stop", "held"]


def test_what_an_answer_sets_going_is_waited_for_but_not_for_ever(play: Play, locking: Locking) -> None:
    locking.lock()
    play.under_way = 1
    for _round in range(5):
        play.answer()
    assert play.happened == ["write", "cover", "write", "write", "write", "write", "locked"]
