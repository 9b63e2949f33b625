"""After too many wrong tries: how long to wait, counted down for the eye and said now and then for the ear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from fieldinspect.i18n import _, ngettext
from fieldinspect.ui.jobs.port import Handle, Jobs, Timers

_SECOND_MS: Final = 1000
_ALOUD_EVERY: Final = 30


class ShowWait(Protocol):
    """Where it is shown: "" when there is no more to wait."""

    def __call__(self, sentence: str, *, aloud: bool) -> None: ...


class Waiting:
    """The vault itself refuses to be tried too soon; this only says so. Counts by timers of one second."""

    def __init__(self, show: ShowWait, jobs: Jobs, timers: Timers) -> None:
        self._show = show
        self._jobs = jobs
        self._timers = timers
        self._ask: Callable[[], int] | None = None
        self._left = 0
        self._next: Handle | None = None

    def look(self, ask: Callable[[], int]) -> None:
        """Ask off this thread how many seconds there are to wait."""
        self._ask = ask
        self._jobs.aside(ask, lambda seconds: self._begin(seconds) if ask is self._ask else None)

    def holds(self) -> bool:
        """Tell whether nothing may be tried now, and say again how long."""
        if self._left > 0:
            self._say(aloud=True)
        return self._left > 0

    def stop(self) -> None:
        self._ask = None
        self._begin(0)

    def _begin(self, seconds: int) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
        was, self._left = self._left, seconds
        if seconds > 0:
            self._say(aloud=True)
            self._next = self._timers.after(_SECOND_MS, self._count)
        elif was > 0:
            self._show("", aloud=True)

    def _count(self) -> None:
        self._next = None
        self._left -= 1
        if self._left > 0:
            self._say(aloud=self._left % _ALOUD_EVERY == 0)
            self._next = self._timers.after(_SECOND_MS, self._count)
        elif self._ask is not None:
            self._left = 1  # the vault decides, not this count: a laptop that slept counts otherwise
            self.look(self._ask)

    def _say(self, *, aloud: bool) -> None:
        sentence = ngettext(
            "Too many wrong tries: try again in {seconds} second",
            "Too many wrong tries: try again in {seconds} seconds",
            self._left,
        )
        self._show(sentence.format(seconds=self._left), aloud=aloud)


def may_try_again() -> str:
    """Return what a reader hears when the waiting is over."""
    return _("You can try again now")
