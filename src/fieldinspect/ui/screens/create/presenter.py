"""Three questions and a check, then a vault. What is wrong is said on the page that asked."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Lane, Problem, Timers
from fieldinspect.ui.secrets.choosing import Choosing

if TYPE_CHECKING:  # the window opens before anything of the vault is imported
    from fieldinspect.services.ports import VaultDoor


class Step(IntEnum):
    NICKNAME = 0
    PERSON = 1
    PASSPHRASE = 2
    CHECK = 3


class View(Protocol):
    """What the presenter says to the screen."""

    def show_step(self, step: Step) -> None: ...

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with the answer of this page, or "" when nothing is."""
        ...

    def show_check(self, nickname: str, person: str) -> None: ...

    def suggest(self, passphrase: str) -> None: ...

    def show_strength(self, sentence: str) -> None: ...

    def show_working(self, working: bool) -> None: ...


class CreatePresenter:
    """Goes forward only with an answer; going back keeps everything."""

    def __init__(
        self,
        view: View,
        lane: Lane,
        timers: Timers,
        *,
        opened: Callable[[str], None],
        left: Callable[[], None],
    ) -> None:
        """Begin with nothing; `opened` gets the passphrase, with which the recovery code is made next."""
        self._view = view
        self._lane = lane
        self.choosing = Choosing(view, lane, timers)
        self._opened = opened
        self._left = left
        self._door: VaultDoor | None = None
        self._answers = {Step.NICKNAME: "", Step.PERSON: "", Step.PASSPHRASE: ""}
        self._step = Step.NICKNAME
        self._working = False

    def door_ready(self, door: VaultDoor) -> None:
        self._door = door

    def begin(self) -> None:
        self._answers[Step.PASSPHRASE] = ""
        self.choosing.begin()
        self._show(Step.NICKNAME)

    def answer(self, text: str, again: str = "") -> None:
        """Take the answer of the page in front; `again` is the passphrase retyped."""
        if self._step is Step.PASSPHRASE:
            self.choosing.check(text, again, lambda: self._chosen(text), self._view.show_problem)
            return
        problem = self._problem_with(text.strip())
        self._view.show_problem(problem)
        if not problem:
            self._answers[self._step] = text.strip()
            self._show(Step(self._step + 1))

    def back(self) -> None:
        if self._step is Step.NICKNAME:
            self._left()
        else:
            self._show(Step(self._step - 1))

    def create(self) -> None:
        if self._working or self._door is None:
            return
        self._working = True
        self._view.show_working(True)
        door = self._door
        nickname, person, passphrase = (self._answers[step] for step in list(Step)[:3])
        self._lane.open_vault(lambda: door.create(nickname, person, passphrase), self._done, self._failed)

    def _problem_with(self, text: str) -> str:
        if self._step is Step.NICKNAME and not text:
            return _("Enter a name for the vault")
        if self._step is Step.PERSON and not text:
            return _("Enter your name")
        return ""

    def _chosen(self, passphrase: str) -> None:
        if self._step is Step.PASSPHRASE:  # a second click is answered on the next page
            self._answers[Step.PASSPHRASE] = passphrase
            self._show(Step.CHECK)

    def _show(self, step: Step) -> None:
        self._step = step
        self._view.show_problem("")
        if step is Step.CHECK:
            self._view.show_check(self._answers[Step.NICKNAME], self._answers[Step.PERSON])
        self._view.show_step(step)

    def _done(self, _nothing: None) -> None:
        self._working = False
        passphrase, self._answers[Step.PASSPHRASE] = self._answers[Step.PASSPHRASE], ""
        self.choosing.forget()
        self._view.show_working(False)
        self._opened(passphrase)

    def _failed(self, problem: Problem) -> None:
        self._working = False
        self._view.show_working(False)
        self._show(Step.PASSPHRASE)
        self._view.show_problem(problem.sentence)
