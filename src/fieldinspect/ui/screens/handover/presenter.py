"""What is said once, before the first screen: the recovery code, and who else can open the vault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Protocol

from fieldinspect.ui.jobs.port import Lane, Problem
from fieldinspect.ui.secrets.code import CodeKeeping, make_code, who_else
from fieldinspect.ui.secrets.code import View as CodePart

if TYPE_CHECKING:
    from fieldinspect.domain.vault_keys import RecoveryPaper
    from fieldinspect.services.ports import VaultDoor


class Why(Enum):
    """How the person came here."""

    MADE = "made"
    BY_CODE = "code"
    BY_SHARES = "shares"


class Step(IntEnum):
    OFFER = 0
    CODE = 1
    KEEPERS = 2


class View(Protocol):
    """What the presenter says to the screen."""

    @property
    def code(self) -> CodePart: ...

    def show_step(self, step: Step) -> None: ...

    def show_why(self, why: Why) -> None: ...

    def show_making(self, making: bool) -> None: ...

    def show_refusal(self, sentence: str) -> None:
        """Say why no code was made, on the page that offers one."""
        ...

    def show_who_else(self, sentences: Sequence[str]) -> None: ...


class HandoverPresenter:
    """The code comes at once with a new vault; after a recovery it is offered."""

    def __init__(
        self,
        view: View,
        lane: Lane,
        door: VaultDoor,
        render: Callable[[RecoveryPaper, str], bytes],
        language: str,
        today: Callable[[], date],
        done: Callable[[], None],
    ) -> None:
        self._view = view
        self._lane = lane
        self._door = door
        self._today = today
        self._done = done
        self.keeping = CodeKeeping(view.code, lane, render, language, self._go_to_keepers)
        self._passphrase = ""
        self._busy = False

    def begin(self, passphrase: str, why: Why) -> None:
        self._passphrase = passphrase
        self._view.show_why(why)
        self._view.show_refusal("")
        self._view.show_step(Step.OFFER)
        if why is Why.MADE:
            self.make()

    def make(self) -> None:
        """Make a recovery code; the one before stops working."""
        if self._busy:
            return
        self._busy = True
        self._view.show_refusal("")
        self._view.show_making(True)
        door, passphrase, today = self._door, self._passphrase, self._today()
        self._lane.on_vault(
            lambda vault: make_code(door, vault, passphrase, today), self._made, self._not_made
        )

    def go_without(self) -> None:
        """Make no code: what is lost then is on the page."""
        if not self._busy:
            self._go_to_keepers()

    def go_on(self) -> None:
        self._done()

    def forget(self) -> None:
        """Take every secret away: the vault is about to be locked."""
        self._passphrase = ""
        self.keeping.clear()

    def _made(self, paper: RecoveryPaper) -> None:
        self._busy = False
        self._view.show_making(False)
        self.keeping.show(paper)
        self._view.show_step(Step.CODE)

    def _not_made(self, problem: Problem) -> None:
        self._busy = False
        self._view.show_making(False)
        self._view.show_refusal(problem.sentence)

    def _go_to_keepers(self) -> None:
        self._passphrase = ""
        door = self._door
        self._lane.on_vault(lambda vault: who_else(door, vault)[1], self._show_keepers, self._unknown)

    def _show_keepers(self, sentences: list[str]) -> None:
        self._view.show_who_else(sentences)
        self._view.show_step(Step.KEEPERS)

    def _unknown(self, problem: Problem) -> None:
        self._show_keepers([problem.sentence])
