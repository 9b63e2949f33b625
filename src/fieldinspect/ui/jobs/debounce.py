"""Wait for a pause."""

from collections.abc import Callable

from fieldinspect.ui.jobs.port import Handle, Timers


class Debounce:
    """Call once, a while after the last `ask`. `flush` calls at once if a call is due; `drop` forgets it."""

    def __init__(self, timers: Timers, milliseconds: int, call: Callable[[], None]) -> None:
        self._timers = timers
        self._milliseconds = milliseconds
        self._call = call
        self._due: Handle | None = None

    @property
    def waiting(self) -> bool:
        return self._due is not None

    def ask(self) -> None:
        self.drop()
        self._due = self._timers.after(self._milliseconds, self._fire)

    def flush(self) -> None:
        if self._due is not None:
            self.drop()
            self._call()

    def drop(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _fire(self) -> None:
        self._due = None
        self._call()
