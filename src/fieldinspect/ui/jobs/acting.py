"""One act at a time on the vault: a second click finds the first at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from fieldinspect.ui.jobs.port import Jobs, Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

T = TypeVar("T")


class View(Protocol):
    """The part of a screen that acts."""

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class Acting:
    """Does what a presenter asks, says so on its screen, and lets it read again what stands now."""

    def __init__(self, view: View, jobs: Jobs, read: Callable[[], None]) -> None:
        """`read` is called after each act that succeeded."""
        self._view = view
        self._jobs = jobs
        self._read = read
        self.running = False

    def act(self, work: Callable[[OpenVault], T], done: Callable[[T], None]) -> None:
        """Do one thing on the vault; nothing happens while another is being done."""
        if self.running:
            return
        self.running = True
        self._view.show_problem("")
        self._view.show_working(True)

        def finished(result: T) -> None:
            self._end()
            done(result)
            self._read()

        def failed(problem: Problem) -> None:
            self._end()
            self._view.show_problem(problem.sentence)

        self._jobs.on_vault(work, finished, failed)

    def _end(self) -> None:
        self.running = False
        self._view.show_working(False)
