"""The words of the save indicator. It says Saved only after the store did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Handle, Problem, Timers
from fieldinspect.ui.text import clock_seconds

_SLOW_MS = 300


class View(Protocol):
    """Where the words are shown."""

    def show_saved(self, words: str, *, wrong: bool) -> None: ...


class SavedState:
    """Counts what is under way; a failure stays until something has been saved after it."""

    def __init__(self, view: View, timers: Timers, clock: Callable[[], datetime]) -> None:
        self._view = view
        self._timers = timers
        self._clock = clock
        self._under_way = 0
        self._slow: Handle | None = None
        self._failed = False
        self._failures = 0

    @property
    def failures(self) -> int:
        """How often something was not saved, ever: a later success does not undo an earlier failure."""
        return self._failures

    @property
    def under_way(self) -> int:
        return self._under_way

    def saving(self) -> None:
        self._under_way += 1
        if self._slow is None and not self._failed:
            self._slow = self._timers.after(_SLOW_MS, self._say_saving)

    def saved(self) -> None:
        self._settle()
        self._failed = False
        words = _("Saved {time}").format(time=clock_seconds(self._clock()))
        self._view.show_saved(words, wrong=False)

    def failed(self, problem: Problem) -> None:
        self._settle()
        self._failed = True
        self._failures += 1
        self._view.show_saved(_("Not saved: {reason}").format(reason=problem.sentence), wrong=True)

    def _say_saving(self) -> None:
        self._slow = None
        if self._under_way and not self._failed:
            self._view.show_saved(_("Saving…"), wrong=False)

    def _settle(self) -> None:
        self._under_way = max(0, self._under_way - 1)
        if self._slow is not None and not self._under_way:
            self._slow.cancel()
            self._slow = None
