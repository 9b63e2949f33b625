"""How far long work is: the worker says it, the screen looks now and then, and either may stop."""

from __future__ import annotations

from collections.abc import Callable

from fieldinspect.services.care import Stopped
from fieldinspect.ui.jobs.port import Handle, Timers

_LOOK_MS = 100


class Progress:
    """Handed to the work as its callback; the numbers cross between threads as one value."""

    def __init__(self) -> None:
        self._at = (0, 0)
        self._stopped = False

    def __call__(self, done: int, whole: int) -> None:
        self._at = (done, whole)
        if self._stopped:
            raise Stopped

    def stop(self) -> None:
        """Let the work end at its next step."""
        self._stopped = True

    @property
    def percent(self) -> int:
        done, whole = self._at
        return min(100, done * 100 // whole) if whole else 0


class Watch:
    """Shows how far one piece of work is, until told that it has ended. One piece at a time."""

    def __init__(self, timers: Timers, show: Callable[[int | None], None]) -> None:
        """`show` gets percents, None for the end."""
        self._timers = timers
        self._show = show
        self._progress: Progress | None = None
        self._next: Handle | None = None

    @property
    def running(self) -> bool:
        return self._progress is not None

    def begin(self) -> Progress:
        """Return what to hand to the work."""
        self._progress = Progress()
        self._look()
        return self._progress

    def stop(self) -> None:
        """Ask the work to stop; it still has to say that it did."""
        if self._progress is not None:
            self._progress.stop()

    def end(self) -> None:
        if self._next is not None:
            self._next.cancel()
        self._progress = self._next = None
        self._show(None)

    def _look(self) -> None:
        if self._progress is not None:
            self._show(self._progress.percent)
            self._next = self._timers.after(_LOOK_MS, self._look)
