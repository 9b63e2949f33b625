"""Unlock and create, without a window: what is asked of the door, and what is said."""

from dataclasses import dataclass, field
from typing import Any

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import VaultPlace
from fieldinspect.ui.screens.create.presenter import CreatePresenter, Step
from fieldinspect.ui.screens.unlock.presenter import UnlockPresenter
from fieldinspect.ui.secrets.waiting import Waiting
from tests.fakes.background import FakeJobs, FakeTime
from tests.fakes.vault import NOW


@dataclass
class FakeDoor:
    places: list[VaultPlace] = field(default_factory=lambda: [VaultPlace("a", "Field laptop")])
    opened: list[tuple[str, str]] = field(default_factory=list)
    created: list[tuple[str, str, str]] = field(default_factory=list)
    weak: bool = False
    seconds: int = 0
    happened: str = ""

    def wait(self, _place: VaultPlace) -> int:
        return self.seconds

    def settle(self, _place: VaultPlace) -> str:
        return self.happened

    def known(self) -> list[VaultPlace]:
        return self.places

    def open(self, place: VaultPlace, passphrase: str) -> object:
        if passphrase != "right":
            raise BadInput("The passphrase does not open this vault")
        self.opened.append((place.nickname, passphrase))
        return object()

    def create(self, nickname: str, person: str, passphrase: str) -> object:
        if self.weak:
            raise BadInput("This passphrase is too easy to guess")
        self.created.append((nickname, person, passphrase))
        return object()


GOOD = "orchid-lantern-gravel-teapot-bison"


class FakeView:
    """Remembers every call by name."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    @property
    def code(self) -> "FakeView":
        """The part of the screen that shows a code: the same memory."""
        return self

    @property
    def passphrase(self) -> "FakeView":
        """The part of the screen in which a passphrase is chosen: likewise."""
        return self

    def __getattr__(self, name: str) -> Any:
        return lambda *said, **named: self.told.append((name, said[0] if len(said) == 1 else said))

    def last(self, name: str) -> Any:
        return next(said for called, said in reversed(self.told) if called == name)


class Unlocking:
    def __init__(self) -> None:
        self.view, self.time, self.jobs, self.door = FakeView(), FakeTime(NOW), FakeJobs(None), FakeDoor()
        self.done: list[object] = []
        self.presenter = UnlockPresenter(
            self.view, self.jobs, self.time, opened=lambda: self.done.append("open"), found=self.done.append
        )


def test_a_passphrase_typed_before_the_vaults_are_known_waits_for_them() -> None:
    one = Unlocking()
    one.presenter.unlock("right")
    assert not one.jobs.waiting
    one.presenter.door_ready(one.door)
    one.jobs.run()
    assert one.door.opened == [("Field laptop", "right")]
    assert one.done == [1, "open"]
    assert ("forget_passphrase", ()) in one.view.told


def test_a_wrong_passphrase_is_said_and_not_forgotten() -> None:
    one = Unlocking()
    one.presenter.door_ready(one.door)
    one.jobs.run()
    one.presenter.unlock("wrong")
    one.jobs.run()
    assert one.view.last("show_problem") == "The passphrase does not open this vault"
    assert ("forget_passphrase", ()) not in one.view.told


def test_opening_is_said_only_when_it_takes_long_and_asked_only_once() -> None:
    one = Unlocking()
    one.presenter.door_ready(one.door)
    one.jobs.run()
    one.presenter.unlock("right")
    one.presenter.unlock("right")
    assert len(one.jobs.waiting) == 1
    one.time.pass_ms(299)
    assert ("show_working", "Opening…") not in one.view.told
    one.time.pass_ms(1)
    assert one.view.last("show_working") == "Opening…"
    one.jobs.run()
    assert one.view.last("show_working") == ""


def test_no_passphrase_asks_nothing_of_the_door() -> None:
    one = Unlocking()
    one.presenter.unlock("")
    assert one.view.last("show_problem") == "Enter the passphrase"
    assert not one.jobs.waiting


def test_too_many_tries_are_counted_down_and_nothing_is_asked_meanwhile() -> None:
    one = Unlocking()
    one.door.seconds = 2
    one.presenter.door_ready(one.door)
    one.jobs.run()
    assert one.view.last("show_wait") == "Too many wrong tries: try again in 2 seconds"
    one.presenter.unlock("right")
    assert not one.jobs.waiting
    one.time.pass_ms(1000)
    assert one.view.last("show_wait") == "Too many wrong tries: try again in 1 second"
    one.door.seconds = 0
    one.time.pass_ms(1000)
    one.presenter.unlock("right")
    assert one.door.opened == []  # the vault has not said yet that the time is over
    one.jobs.run()
    assert one.view.last("show_wait") == ""
    one.presenter.unlock("right")
    one.jobs.run()
    assert one.done == [1, "open"]


def test_a_reader_hears_the_wait_when_it_begins_and_every_half_minute() -> None:
    heard: list[str] = []
    time, jobs = FakeTime(NOW), FakeJobs(None)
    waiting = Waiting(lambda sentence, *, aloud: heard.append(sentence) if aloud else None, jobs, time)
    waiting.look(lambda: 64)
    jobs.run()
    time.pass_ms(63_000)
    assert [sentence.split()[-2] for sentence in heard] == ["64", "60", "30"]


def test_what_was_interrupted_is_told_before_the_passphrase_is_asked() -> None:
    one = Unlocking()
    one.door.happened = "The vault's keys were being changed"
    one.presenter.door_ready(one.door)
    one.jobs.run()
    assert one.view.last("show_told") == "The vault's keys were being changed"


class Creating:
    def __init__(self) -> None:
        self.view, self.jobs, self.door = FakeView(), FakeJobs(None), FakeDoor()
        self.time = FakeTime(NOW)
        self.done: list[str] = []
        self.presenter = CreatePresenter(
            self.view,
            self.jobs,
            self.time,
            opened=self.done.append,
            left=lambda: self.done.append("left"),
        )
        self.presenter.door_ready(self.door)
        self.presenter.begin()

    @property
    def step(self) -> Step:
        return self.view.last("show_step")

    def answer_all(self) -> None:
        self.presenter.answer("Field laptop")
        self.presenter.answer("Amal")
        self.presenter.answer(GOOD, again=GOOD)
        self.jobs.run()


def test_each_page_wants_its_answer() -> None:
    one = Creating()
    one.presenter.answer("  ")
    assert one.view.last("show_problem") == "Enter a name for the vault"
    assert one.step is Step.NICKNAME


def test_two_different_passphrases_are_said_so() -> None:
    one = Creating()
    one.presenter.answer("Field laptop")
    one.presenter.answer("Amal")
    one.presenter.answer("one", again="two")
    assert one.view.last("show_problem") == "The two passphrases are not the same"
    assert one.step is Step.PASSPHRASE


def test_a_passphrase_too_easy_to_guess_is_refused_on_its_page() -> None:
    one = Creating()
    one.presenter.answer("Field laptop")
    one.presenter.answer("Amal")
    one.presenter.answer("orchid lantern", again="orchid lantern")
    one.jobs.run()
    assert one.view.last("show_problem").startswith("This passphrase is too easy to guess")
    assert one.step is Step.PASSPHRASE


def test_strength_is_said_in_words_for_the_last_text_only() -> None:
    one = Creating()
    one.presenter.choosing.typed("orchid")
    one.time.pass_ms(300)
    one.presenter.choosing.typed(GOOD)
    one.jobs.run()  # the estimate of the first text comes too late
    assert one.view.last("show_strength") == ""
    one.time.pass_ms(300)
    one.jobs.run()
    assert one.view.last("show_strength") == "Strength: good"
    one.presenter.choosing.typed("")
    assert one.view.last("show_strength") == ""


def test_the_vault_is_made_once_from_all_answers() -> None:
    one = Creating()
    one.answer_all()
    one.presenter.create()
    one.presenter.create()
    one.jobs.run()
    assert one.door.created == [("Field laptop", "Amal", GOOD)]
    assert one.done == [GOOD]


def test_a_weak_passphrase_leads_back_to_its_page() -> None:
    one = Creating()
    one.door.weak = True
    one.answer_all()
    one.presenter.create()
    one.jobs.run()
    assert one.step is Step.PASSPHRASE
    assert one.view.last("show_problem") == "This passphrase is too easy to guess"
    assert one.done == []


def test_back_from_the_first_page_leaves() -> None:
    one = Creating()
    one.presenter.answer("Field laptop")
    one.presenter.back()
    assert one.step is Step.NICKNAME
    one.presenter.back()
    assert one.done == ["left"]
