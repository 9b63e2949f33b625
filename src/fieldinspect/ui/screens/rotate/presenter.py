"""A new master key for a vault that is closed: asked, made with progress, and a new code at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Jobs, Problem, Timers
from fieldinspect.ui.jobs.progress import Watch
from fieldinspect.ui.secrets.choosing import Choosing
from fieldinspect.ui.secrets.choosing import View as PassphrasePart
from fieldinspect.ui.secrets.code import CodeKeeping
from fieldinspect.ui.secrets.code import View as CodePart
from fieldinspect.ui.secrets.waiting import Waiting

if TYPE_CHECKING:
    from fieldinspect.domain.vault_keys import RecoveryPaper, Rotated
    from fieldinspect.domain.views import VaultPlace
    from fieldinspect.services.ports import VaultDoor


class Step(IntEnum):
    ASK = 0
    CODE = 1


class View(Protocol):
    """What the presenter says to the screen."""

    @property
    def code(self) -> CodePart: ...

    @property
    def passphrase(self) -> PassphrasePart: ...

    def show_step(self, step: Step) -> None: ...

    def show_refusal(self, sentence: str, *, of_new: bool) -> None:
        """Say what is wrong beside the old passphrase, or beside the new one."""
        ...

    def show_percent(self, percent: int | None) -> None: ...

    def show_wait(self, sentence: str, *, aloud: bool) -> None: ...

    def forget(self) -> None: ...


class RotatePresenter:
    """Until the last moment the vault is as it was; from then on it is the new one. There is no half way."""

    def __init__(
        self,
        view: View,
        jobs: Jobs,
        timers: Timers,
        door: VaultDoor,
        place: VaultPlace,
        number: str,
        render: Callable[[RecoveryPaper, str], bytes],
        language: str,
        today: Callable[[], date],
        left: Callable[[], None],
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._door = door
        self._place = place
        self._number = number
        self._today = today
        self._left = left
        self.choosing = Choosing(view.passphrase, jobs, timers)
        self.keeping = CodeKeeping(view.code, jobs, render, language, left)
        self._watch = Watch(timers, view.show_percent)
        self._wait = Waiting(view.show_wait, jobs, timers)
        self._checking = False

    @property
    def busy(self) -> bool:
        return self._checking or self._watch.running

    def begin(self) -> None:
        self.choosing.begin()
        self._view.show_step(Step.ASK)
        self._look_at_wait()

    def start(self, old: str, new: str, again: str) -> None:
        """Check what was typed, then begin; a second click does nothing."""
        if self.busy or self.keeping.showing or self._wait.holds():
            return
        self._view.show_refusal("", of_new=False)
        if not old:
            self._view.show_refusal(_("Enter the current passphrase"), of_new=False)
            return
        self._checking = True
        self.choosing.check(new, again, lambda: self._rotate(old, new), self._weak)

    def stop(self) -> None:
        """Ask the work to stop: nothing has changed then."""
        self._watch.stop()

    def back(self) -> None:
        if not self.busy:
            self._wait.stop()
            self._forget()
            self._left()

    def _weak(self, sentence: str) -> None:
        self._checking = False
        self._view.show_refusal(sentence, of_new=True)

    def _rotate(self, old: str, new: str) -> None:
        self._checking = False
        progress, door, place = self._watch.begin(), self._door, self._place
        self._jobs.aside(lambda: door.rotate(place, old, new, progress), self._done, self._failed)

    def _done(self, rotated: Rotated) -> None:
        from fieldinspect.domain.vault_keys import RecoveryPaper

        self._watch.end()
        paper = RecoveryPaper(
            rotated.recovery_code, self._place.nickname, self._number, self._today().isoformat()
        )
        self._forget()
        self.keeping.show(paper)
        self._view.show_step(Step.CODE)

    def _failed(self, problem: Problem) -> None:
        self._watch.end()
        self._view.show_refusal(problem.sentence, of_new=False)
        self._look_at_wait()

    def forget(self) -> None:
        """Stop what can be stopped and take every secret away: the window closes."""
        self._watch.stop()
        self._wait.stop()
        self._forget()
        self.keeping.clear()

    def _forget(self) -> None:
        self._view.forget()
        self.choosing.forget()

    def _look_at_wait(self) -> None:
        door, place = self._door, self._place
        self._wait.look(lambda: door.wait(place))
