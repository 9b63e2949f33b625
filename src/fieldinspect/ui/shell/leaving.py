"""Locking, step by step. Plain Python.

1. The screen is covered before anything else is waited for, and stays covered: whatever goes wrong, nothing that was
   written can be read on it.
2. Text that the vault refuses is never dropped without the person: it is tried again every five seconds, or the
   person says that it may go.
3. A job that runs may finish within the grace given; then it is stopped, which undoes it, and what was typed is
   written before the next one begins.
4. Asked twice is asked once; the shorter grace counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Handle, Timers

IDLE_GRACE_MS, GOING_GRACE_MS = 30_000, 2_000
"""How long a job may go on: nobody is there; or the laptop goes to sleep, for which logind allows five seconds."""
AGAIN_MS = 5_000
_ROUNDS = 5
"""How often to wait for what an answer of the vault set going."""


class View(Protocol):
    """What covers the screen."""

    def show_locking(self) -> None:
        """Cover everything and say that it is being locked."""
        ...

    def show_not_saved(self, sentence: str) -> None:
        """Say, still covering everything, that something is not saved; offer to try again, and to lose it."""
        ...


class Work(Protocol):
    """The desk, as far as locking goes."""

    def write_down(self, done: Callable[[], None]) -> None:
        """Hand everything typed to the vault; call `done` when it has answered all of it."""
        ...

    def stop_job(self) -> None:
        """Stop the job that the vault is at; it undoes what it did."""
        ...

    @property
    def failures(self) -> int:
        """How often saving has failed so far."""
        ...

    @property
    def under_way(self) -> int:
        """How many things are still being saved."""
        ...


class Locking:
    """From "lock" to `locked`, which is called once."""

    def __init__(self, view: View, work: Work, timers: Timers, locked: Callable[[], None]) -> None:
        self._view, self._work, self._timers, self._locked = view, work, timers, locked
        self._begun = self._ended = False
        self._asking = False
        self._failed_before = 0
        self._rounds = 0
        self._grace_ms = IDLE_GRACE_MS
        self._stop: Handle | None = None
        self._again: Handle | None = None

    @property
    def begun(self) -> bool:
        return self._begun

    def lock(self, grace_ms: int = IDLE_GRACE_MS) -> None:
        """Begin, unless it has begun."""
        if self._begun:
            if self._asking and grace_ms < self._grace_ms:
                self._grace_ms = grace_ms
                self._set_stop()
            return
        self._begun, self._grace_ms = True, grace_ms
        self._rounds = 0
        self._try(cover=True)

    def try_again(self) -> None:
        """Try to save now what was not."""
        if self._begun and not self._asking and not self._ended:
            self._rounds = 0
            self._try()

    def give_up(self) -> None:
        """Lock and lose what is not saved, because the person says so."""
        if self._begun:
            self._end()

    def _try(self, *, cover: bool = False) -> None:
        self._cancel()
        self._asking = True
        self._failed_before = self._work.failures
        self._set_stop()
        try:  # before the cover takes the focus, for leaving a field writes too
            self._work.write_down(self._answered)
        finally:
            if cover:
                self._view.show_locking()

    def _answered(self) -> None:
        if self._ended or not self._asking:
            return
        self._rounds += 1
        if self._work.failures > self._failed_before:
            self._hold()
        elif self._work.under_way and self._rounds < _ROUNDS:
            self._work.write_down(self._answered)
        else:
            self._end()

    def _hold(self) -> None:
        self._cancel()
        self._asking = False
        self._view.show_not_saved(
            _(
                "Something you typed is not saved. Free some space on this laptop or check its disk; "
                "then it is saved and the vault is locked"
            )
        )
        self._again = self._timers.after(AGAIN_MS, self.try_again)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._cancel()
            self._locked()

    def _set_stop(self) -> None:
        if self._stop is not None:
            self._stop.cancel()
        self._stop = self._timers.after(self._grace_ms, self._stop_job)

    def _stop_job(self) -> None:
        self._work.stop_job()
        self._stop = self._timers.after(self._grace_ms, self._stop_job)  # another may have been waiting
        self._view.show_not_saved(_("Something else is still going on. It is being stopped"))

    def _cancel(self) -> None:
        for handle in (self._stop, self._again):
            if handle is not None:
                handle.cancel()
        self._stop = self._again = None
