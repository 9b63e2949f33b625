"""Leave the room as you found it: no thread, running timer, busy pool or window outlives its test."""

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PATIENCE_S = 2.0


def settled(left: Callable[[], list[str]]) -> list[str]:
    """Return what is still left after a moment's patience."""
    until = time.monotonic() + PATIENCE_S
    while (names := left()) and time.monotonic() < until:
        time.sleep(0.01)
    return names


def threads_since(before: set[threading.Thread]) -> list[str]:
    # Qt's own threads show up as dummies for as long as Qt keeps them; `pool_at_work` watches those.
    return [
        f"thread {thread.name}"
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not isinstance(thread, threading._DummyThread)
    ]


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = settled(lambda: threads_since(before))
    if left:
        pytest.fail(f"left running: {', '.join(left)}", pytrace=False)


def parentless_windows() -> dict[int, str]:
    """Return the top-level widgets that nobody owns, by identity."""
    from PySide6.QtWidgets import QApplication

    return {
        id(widget): f"window {type(widget).__name__} {widget.objectName()!r}"
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None
    }


def let_go() -> None:
    """Finish what was deleted but not yet freed."""
    from PySide6.QtCore import QCoreApplication, QEvent

    gc.collect()  # widgets in reference cycles are rubbish, not leftovers
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def windows_since(before: dict[int, str]) -> list[str]:
    left = [name for key, name in parentless_windows().items() if key not in before]
    if left:
        let_go()
        left = [name for key, name in parentless_windows().items() if key not in before]
    return left


def running(timers: "list[weakref.ref[Any]]") -> list[str]:
    """Return the started timers that still run, skipping those whose Qt half is gone."""
    import shiboken6

    alive = [timer for ref in timers if (timer := ref()) is not None and shiboken6.isValid(timer)]
    return [f"timer {timer.objectName()!r} of {timer.parent()!r}" for timer in alive if timer.isActive()]


def pool_at_work() -> list[str]:
    from PySide6.QtCore import QThreadPool

    count = QThreadPool.globalInstance().activeThreadCount()
    return [f"{count} jobs in Qt's pool"] if count else []


@pytest.fixture(autouse=True)
def _no_window_or_timer_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    if "qapp" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qapp")
    from PySide6.QtCore import QTimer

    started: list[weakref.ref[QTimer]] = []
    start = QTimer.start

    def noted(timer: QTimer, *arguments: Any) -> None:
        started.append(weakref.ref(timer))
        start(timer, *arguments)

    before = parentless_windows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QTimer, "start", noted)
        yield
    left = windows_since(before) + settled(pool_at_work) + running(started)
    if left:
        pytest.fail(f"left behind: {', '.join(left)}", pytrace=False)
