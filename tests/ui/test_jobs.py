"""The door to the background: order, threads, whose fault it was, and who is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from fieldinspect.domain.errors import BadInput, Bug, WorldFailed
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture
from fieldinspect.ui.jobs.lane import Background, QtTimers
from fieldinspect.ui.jobs.port import Family, Problem
from tests.fakes.vault import NOW, FakeVault


class ClosableVault(FakeVault):
    closed = False
    asked: Callable[[], bool] = staticmethod(lambda: False)

    def close(self) -> None:
        self.closed = True

    def stop_when(self, asked: Callable[[], bool]) -> None:
        self.asked = asked


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.stop()


@pytest.fixture
def vault(background: Background, qtbot: QtBot) -> ClosableVault:
    opened = ClosableVault()
    told: list[object] = []
    background.open_vault(lambda: opened, lambda _n: told.append(1), told.append)  # type: ignore[arg-type,return-value]
    qtbot.waitUntil(lambda: told == [1])
    return opened


def idle(background: Background, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not background.busy)


def test_vault_jobs_run_on_one_thread_in_order_and_answer_on_ours(
    background: Background, vault: ClosableVault, qtbot: QtBot
) -> None:
    ran: list[tuple[int, int]] = []
    answered: list[int] = []
    for number in range(20):
        background.on_vault(
            lambda _vault, number=number: ran.append((number, threading.get_ident())),
            lambda _n: answered.append(threading.get_ident()),
        )
    assert answered == []  # never before the asking call has returned
    idle(background, qtbot)
    assert [number for number, _thread in ran] == list(range(20))
    assert len({thread for _number, thread in ran}) == 1
    assert set(answered) == {threading.get_ident()}
    assert ran[0][1] != threading.get_ident()


def test_every_commit_is_told_with_who_asked(
    background: Background, vault: ClosableVault, qtbot: QtBot
) -> None:
    visit = vault.put(Kind.VISIT)
    with qtbot.waitSignal(background.changes_committed) as told:
        background.on_vault(
            lambda open_vault: capture.add_note(open_vault, visit, "seen", happened=NOW, initiator="me"),
            lambda _record: None,
        )
    assert told.args[0].initiator == "me"


def test_reading_is_told_to_nobody(background: Background, vault: ClosableVault, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(background.changes_committed):
        background.on_vault(lambda open_vault: open_vault.of_kind(Kind.VISIT), lambda _found: None)
        idle(background, qtbot)


@pytest.mark.parametrize(
    ("error", "family"),
    [(WorldFailed("full"), Family.WORLD), (BadInput("bad"), Family.INPUT), (Bug("ours"), Family.BUG)],
)
def test_a_failure_comes_back_as_a_sentence_of_its_family(
    background: Background, qtbot: QtBot, error: Exception, family: Family
) -> None:
    told: list[Problem] = []
    background.aside(_raising(error), lambda _value: None, told.append)
    idle(background, qtbot)
    assert told == [Problem(str(error), family)]


def test_an_unforeseen_failure_is_logged_by_place_and_never_by_content(
    background: Background, qtbot: QtBot, expect_log: Callable[[str], AbstractContextManager[None]]
) -> None:
    told: list[Problem] = []
    with expect_log(r"ValueError at work:\d+"):
        background.aside(_raising(ValueError("what a victim said")), lambda _value: None, told.append)
        idle(background, qtbot)
    assert told[0].family is Family.BUG
    assert "victim" not in told[0].sentence


def test_a_failure_nobody_answers_for_is_shown_by_the_window(background: Background, qtbot: QtBot) -> None:
    with qtbot.waitSignal(background.problem_met) as told:
        background.aside(_raising(BadInput("bad")), lambda _value: None)
    assert told.args == [Problem("bad", Family.INPUT)]


def test_whoever_is_gone_is_told_nothing(background: Background, qtbot: QtBot) -> None:
    told: list[object] = []
    done: list[str] = []
    asker = background.asker()
    asker.aside(lambda: done.append("before"), told.append, told.append)
    asker.shut()
    asker.aside(lambda: done.append("after"), told.append, told.append)
    asker.on_vault(lambda _locked: None, told.append, told.append)
    idle(background, qtbot)
    assert told == []
    assert sorted(done) == ["after", "before"]


def test_a_locked_vault_takes_no_job(background: Background, vault: ClosableVault, qtbot: QtBot) -> None:
    told: list[Problem] = []
    background.close_vault(lambda _n: None)
    background.on_vault(lambda _vault: None, lambda _value: None, told.append)
    idle(background, qtbot)
    assert vault.closed
    assert told[0].sentence == "The vault is locked."


def test_timers_call_once_and_a_cancelled_one_never(qtbot: QtBot) -> None:
    timers, calls = QtTimers(), []
    timers.after(1, lambda: calls.append("kept"))
    timers.after(1, lambda: calls.append("cancelled")).cancel()
    late = timers.after(10_000, lambda: calls.append("late"))
    qtbot.wait(40)
    timers.stop()
    late.cancel()
    timers.after(1, lambda: calls.append("after the end"))
    qtbot.wait(20)
    assert calls == ["kept"]
    assert not [timer for timer in timers.findChildren(QTimer) if timer.isActive()]


def _raising(error: Exception) -> Callable[[], Any]:
    def work() -> None:
        raise error

    return work
