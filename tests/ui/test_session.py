"""What the system says of sleep, locked sessions and other users, on a bus of our own with a logind of our own."""

import pytest
from pytestqt.qtbot import QtBot

from fieldinspect.ui.shell.session import SessionWatch
from tests.ui.private_bus import Logind


@pytest.fixture
def watch(qtbot: QtBot, logind: Logind) -> SessionWatch:
    watch = SessionWatch(None, logind.bus)
    assert watch.listening
    qtbot.waitUntil(lambda: watch.delays_sleep)
    qtbot.waitUntil(lambda: logind.said() == ["held"])
    return watch


@pytest.mark.parametrize("said", ["sleep", "lock", "hint", "switch"])
def test_it_is_time_to_lock(qtbot: QtBot, logind: Logind, watch: SessionWatch, said: str) -> None:
    with qtbot.waitSignal(watch.going, timeout=5000):
        logind.tell(said)


@pytest.mark.parametrize("said", ["woke", "other"])
def test_it_is_not(qtbot: QtBot, logind: Logind, watch: SessionWatch, said: str) -> None:
    with qtbot.assertNotEmitted(watch.going, wait=200):
        logind.tell(said)


def test_sleep_waits_until_it_is_let(qtbot: QtBot, logind: Logind, watch: SessionWatch) -> None:
    watch.let_sleep()
    qtbot.waitUntil(
        lambda: logind.said() == ["held", "released"]
    )  # no copy is left, neither Qt's nor Python's
    logind.tell("woke")
    qtbot.waitUntil(lambda: watch.delays_sleep)
    qtbot.waitUntil(lambda: logind.said() == ["held", "released", "held"])


def test_an_answer_that_comes_late_holds_up_nothing(qtbot: QtBot, logind: Logind) -> None:
    watch = SessionWatch(None, logind.bus)
    watch.let_sleep()
    qtbot.waitUntil(lambda: logind.said() == ["held", "released"])
    assert not watch.delays_sleep


def test_a_bus_without_logind_is_only_silent(qtbot: QtBot, logind: Logind) -> None:
    logind.stop()
    watch = SessionWatch(None, logind.bus)
    qtbot.wait(100)
    assert not watch.delays_sleep


def test_where_no_bus_tells_nothing_is_said(qtbot: QtBot) -> None:
    watch = SessionWatch()
    with qtbot.assertNotEmitted(watch.going, wait=20):
        watch.sleep(False)
