"""When to lock: after so many minutes without a key or the pointer in this program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from fieldinspect.i18n import _, ngettext
from fieldinspect.ui.jobs.port import Handle, Timers

_LOOK_EVERY_MS = 5_000
_WARN_SECONDS = 60
LEAST_MINUTES, MOST_MINUTES = 1, 15


class View(Protocol):
    """Where the time left is shown."""

    def show_lock_time(self, words: str, *, soon: bool) -> None: ...


class IdleLock:
    """Asks the monotonic clock, so that a change of the laptop's clock neither locks nor keeps open."""

    def __init__(
        self, view: View, timers: Timers, seconds: Callable[[], float], lock: Callable[[], None]
    ) -> None:
        self._view = view
        self._timers = timers
        self._seconds = seconds
        self._lock = lock
        self._minutes = 5
        self._last = seconds()
        self._next: Handle | None = None
        self._said = ""

    def start(self, minutes: int) -> None:
        """Start counting; the policy is held within 1 to 15 minutes."""
        self._minutes = max(LEAST_MINUTES, min(MOST_MINUTES, minutes))
        self.used()
        self._look()

    def stop(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def used(self) -> None:
        self._last = self._seconds()

    def _look(self) -> None:
        self.stop()
        left = self._minutes * 60 - (self._seconds() - self._last)
        if left <= 0:
            self._lock()
            return
        self._say(left)
        self._next = self._timers.after(min(_LOOK_EVERY_MS, int(left * 1000) + 1), self._look)

    def _say(self, left: float) -> None:
        soon = left <= _WARN_SECONDS
        if soon:
            words = _("Locks in less than a minute. Press any key to stay")
        else:
            minutes = -int(-left // 60)
            words = ngettext("Locks in {count} minute", "Locks in {count} minutes", minutes).format(
                count=minutes
            )
        if words != self._said:
            self._said = words
            self._view.show_lock_time(words, soon=soon)
