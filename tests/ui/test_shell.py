"""The plain parts of the shell: save words, idle lock, commands, colours."""

import pytest

from fieldinspect.ui.forms.lexical import readable, to_lexical, to_words
from fieldinspect.ui.jobs.debounce import Debounce
from fieldinspect.ui.jobs.port import Family, Problem
from fieldinspect.ui.shell.commands import Command, best, score
from fieldinspect.ui.shell.locking import IdleLock
from fieldinspect.ui.shell.saved import SavedState
from fieldinspect.ui.theme.tokens import THEMES, contrast, load
from tests.fakes.background import FakeTime
from tests.fakes.vault import NOW

FULL = Problem("the disk is full", Family.WORLD)


class Words:
    def __init__(self) -> None:
        self.said: list[tuple[str, bool]] = []

    def show_saved(self, words: str, *, wrong: bool) -> None:
        self.said.append((words, wrong))

    def show_lock_time(self, words: str, *, soon: bool) -> None:
        self.said.append((words, soon))


def test_saving_is_said_only_when_it_takes_long() -> None:
    time, words = FakeTime(NOW), Words()
    state = SavedState(words, time, time.now)
    state.saving()
    time.pass_ms(299)
    assert words.said == []
    time.pass_ms(1)
    assert words.said == [("Saving…", False)]
    state.saved()
    assert words.said[-1][0].startswith("Saved ")
    time.pass_ms(1_000)
    assert len(words.said) == 2


def test_a_failure_stays_until_something_is_saved() -> None:
    time, words = FakeTime(NOW), Words()
    state = SavedState(words, time, time.now)
    state.saving()
    state.failed(FULL)
    assert words.said == [("Not saved: the disk is full", True)]
    state.saving()
    time.pass_ms(10_000)
    assert len(words.said) == 1
    state.saved()
    assert words.said[-1][0].startswith("Saved ")
    assert state.failures == 1  # what was lost is not made good by what was saved later


def test_it_locks_after_the_minutes_of_the_policy_and_warns_before() -> None:
    time, words, locked = FakeTime(NOW), Words(), []
    lock = IdleLock(words, time, time.seconds, lambda: locked.append(True))
    lock.start(5)
    assert words.said == [("Locks in 5 minutes", False)]
    time.pass_ms(4 * 60_000 + 1)
    lock.used()
    time.pass_ms(4 * 60_000)
    assert not locked
    time.pass_ms(60_000)
    assert any(soon for _words, soon in words.said)
    assert locked == [True]


@pytest.mark.parametrize(("asked", "minutes"), [(0, 1), (5, 5), (90, 15)])
def test_the_policy_is_held_within_bounds(asked: int, minutes: int) -> None:
    time, words = FakeTime(NOW), Words()
    lock = IdleLock(words, time, time.seconds, lambda: None)
    lock.start(asked)
    lock.stop()
    assert str(minutes) in words.said[0][0] or minutes == 1


def test_a_stopped_lock_never_locks() -> None:
    time, locked = FakeTime(NOW), []
    lock = IdleLock(Words(), time, time.seconds, lambda: locked.append(True))
    lock.start(1)
    lock.stop()
    time.pass_ms(3_600_000)
    assert not locked


def test_debounce_calls_once_after_the_last_ask() -> None:
    time, calls = FakeTime(NOW), []
    pause = Debounce(time, 400, lambda: calls.append(time.ms))
    for _key in range(5):
        pause.ask()
        time.pass_ms(100)
    assert calls == []
    time.pass_ms(1_000)
    assert calls == [800.0]
    pause.flush()
    assert calls == [800.0]
    pause.ask()
    pause.flush()
    assert len(calls) == 2
    pause.ask()
    pause.drop()
    time.pass_ms(1_000)
    assert len(calls) == 2


def named(*names: str) -> list[Command]:
    return [Command(name, "", lambda: None) for name in names]


def test_the_palette_finds_by_letters_and_word_starts() -> None:
    commands = named("Settings", "Start a visit", "Send", "Find in vault")
    assert [one.name for one in best(commands, "sav", [])] == ["Start a visit"]
    assert best(commands, "xyz", []) == []
    assert best(commands, "se", [])[0].name == "Send"


def test_the_palette_begins_with_what_was_used_last() -> None:
    commands = named("Today", "Send", "Find")
    assert [one.name for one in best(commands, " ", ["Find"])] == ["Find", "Today", "Send"]


def test_letters_must_come_in_order() -> None:
    assert score("dnes", "Send") is None
    assert score("", "Send") is not None


@pytest.mark.parametrize("theme", THEMES)
def test_colours_contrast_as_they_must(theme: str) -> None:
    c = load(theme)
    for ground in (c.bg, c.surface, c.raised):
        assert contrast(c.text, ground) >= 7
        assert contrast(c.text2, ground) >= 4.5
        assert contrast(c.link, ground) >= 4.5
        assert contrast(c.error, ground) >= 4.5
        assert contrast(c.input, ground) >= 3
        assert contrast(c.accent, ground) >= 3
    assert contrast(c.selection_text, c.selection) >= 7
    assert contrast(c.primary_text, c.primary) >= 4.5
    assert contrast(c.focus, c.focus_inner) >= 3
    for band in (c.official, c.sensitive, c.secret):
        assert contrast(c.marking_text, band) >= 4.5


MONTHS = ("January", "February", "March", "April", "May", "June", "July")


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("date", "14/3/2014", "2014-03-14"),
        ("date", "14 March 2014", "2014-03-14"),
        ("date", "14 mar 14", "2014-03-14"),
        ("date", "2014-03-14", "2014-03-14"),
        ("date", "31/2/2014", "31/2/2014"),
        ("date", "14 ju 2014", "14 ju 2014"),
        ("time", "2130", "21:30:00.000"),
        ("time", "9:05", "09:05:00.000"),
        ("time", "25:00", "25:00"),
        ("int", "1,200", "1200"),
        ("int", "about ten", "about ten"),
        ("int", "12 345 678", "12345678"),
        ("int", "- 5", "-5"),
        ("int", "１２", "12"),
        ("int", "٣", "3"),
        ("decimal", "1,234.5", "1234.5"),
        ("decimal", "1,5", "1,5"),
        ("decimal", "12,50", "12,50"),
        ("decimal", "1,2,3", "1,2,3"),
        ("decimal", "0,123", "0,123"),
        ("decimal", "1,234 567", "1,234 567"),
        ("int", "1 5", "1 5"),
        ("time", "２１:３０", "21:30:00.000"),
        ("dateTime", "01/01/0001 00:00", "01/01/0001 00:00"),
        ("string", " as typed ", " as typed "),
        ("string", "  ", ""),
    ],
)
def test_what_is_typed_and_what_is_stored(kind: str, typed: str, stored: str) -> None:
    assert to_lexical(kind, typed, MONTHS) == stored
    fits = kind == "string" or stored != typed or stored == "2014-03-14"
    assert readable(kind, typed, MONTHS) is fits


@pytest.mark.parametrize(
    ("kind", "stored", "words"),
    [
        ("date", "2014-03-14", "14/03/2014"),
        ("time", "21:30:00.000", "21:30"),
        ("time", "half past nine", "half past nine"),
        ("date", "soon", "soon"),
        ("string", "2014-03-14", "2014-03-14"),
    ],
)
def test_what_is_stored_and_what_is_shown(kind: str, stored: str, words: str) -> None:
    assert to_words(kind, stored) == words
