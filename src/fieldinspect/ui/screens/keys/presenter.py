"""What opens this vault, and changing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.secrets.choosing import Choosing
from fieldinspect.ui.secrets.choosing import View as PassphrasePart
from fieldinspect.ui.secrets.code import CodeKeeping, make_code, who_else
from fieldinspect.ui.secrets.code import View as CodePart

if TYPE_CHECKING:
    from fieldinspect.domain.vault_keys import RecoveryPaper
    from fieldinspect.services.ports import VaultDoor


class Step(IntEnum):
    OVERVIEW = 0
    PASSPHRASE = 1
    ASK_CODE = 2
    CODE = 3


class View(Protocol):
    """What the presenter says to the screen."""

    @property
    def code(self) -> CodePart: ...

    @property
    def passphrase(self) -> PassphrasePart: ...

    def show_step(self, step: Step) -> None: ...

    def show_keys(self, has_code: bool, sentences: Sequence[str]) -> None: ...

    def show_done(self, sentence: str) -> None:
        """Say on the overview what was done, or ""."""
        ...

    def show_refusal(self, sentence: str, *, of_new: bool = False) -> None:
        """Say what is wrong beside the field of the step in front: the old passphrase, or the new one."""
        ...

    def show_working(self, sentence: str) -> None: ...

    def forget(self) -> None: ...


class KeysPresenter:
    """One change at a time. Whatever was typed is forgotten when the step or the screen is left."""

    def __init__(
        self,
        view: View,
        context: Context,
        door: VaultDoor,
        render: Callable[[RecoveryPaper, str], bytes],
        rotate: Callable[[], None],
    ) -> None:
        """`rotate` closes the vault and asks for the rest: a master key is not changed under an open vault."""
        self._view = view
        self._context = context
        self._door = door
        self.rotate = rotate
        self.choosing = Choosing(view.passphrase, context.jobs, context.timers)
        self.keeping = CodeKeeping(view.code, context.jobs, render, context.language, self._code_kept)
        self._step = Step.OVERVIEW
        self._busy = False

    def enter(self, _place: Place) -> None:
        self._view.show_done("")
        self._overview()

    def leave(self) -> None:
        """Forget every secret, the code that is shown as well."""
        if self.keeping.showing:
            self._context.tell(
                _("The new recovery code was not confirmed. If it is on no paper, make another one")
            )
        self._show(Step.OVERVIEW)

    def changed(self, _changes: Changes) -> None:
        """Read again who the team list names."""
        if self._step is Step.OVERVIEW:
            self._read()

    def begin_passphrase(self) -> None:
        self._show(Step.PASSPHRASE)
        self.choosing.begin()

    def begin_code(self) -> None:
        self._show(Step.ASK_CODE)

    def back(self) -> None:
        if not self._busy:
            self._overview()

    def change_passphrase(self, old: str, new: str, again: str) -> None:
        if self._busy:
            return
        self._view.show_refusal("")
        if not old:
            self._view.show_refusal(_("Enter the current passphrase"))
            return
        self._busy = True
        self.choosing.check(new, again, lambda: self._change(old, new), self._weak)

    def make_code(self, passphrase: str) -> None:
        if self._busy:
            return
        if not passphrase:
            self._view.show_refusal(_("Enter the passphrase"))
            return
        self._begin_work(_("Making the recovery code…"))
        door, today = self._door, self._context.clock().date()
        self._context.jobs.on_vault(
            lambda vault: make_code(door, vault, passphrase, today), self._made, self._failed
        )

    def _change(self, old: str, new: str) -> None:
        self._begin_work(_("Changing the passphrase…"))
        door = self._door
        self._context.jobs.on_vault(
            lambda vault: door.keys(vault).change_passphrase(old, new), self._changed, self._failed
        )

    def _weak(self, sentence: str) -> None:
        self._busy = False
        self._view.show_refusal(sentence, of_new=True)

    def _begin_work(self, sentence: str) -> None:
        self._busy = True
        self._view.show_refusal("")
        self._view.show_working(sentence)

    def _end_work(self) -> None:
        self._busy = False
        self._view.show_working("")

    def _changed(self, _nothing: None) -> None:
        self._end_work()
        self._overview()
        self._view.show_done(
            _(
                "The passphrase is changed. Copies of the vault made before, such as backups, "
                "still open with the old one"
            )
        )

    def _made(self, paper: RecoveryPaper) -> None:
        self._end_work()
        if self._step is not Step.ASK_CODE:
            self._context.tell(
                _("The new recovery code was not confirmed. If it is on no paper, make another one")
            )
            return
        self._show(Step.CODE)
        self.keeping.show(paper)

    def _code_kept(self) -> None:
        self._overview()
        self._view.show_done(_("The new recovery code is in force; destroy the page of the one before"))

    def _failed(self, problem: Problem) -> None:
        self._end_work()
        if self._step is Step.OVERVIEW:
            self._context.tell(problem.sentence)
        else:
            self._view.show_refusal(problem.sentence)

    def _overview(self) -> None:
        self._show(Step.OVERVIEW)
        self._read()

    def _show(self, step: Step) -> None:
        self._step = step
        self._view.forget()
        self.choosing.forget()
        self.keeping.clear()
        self._view.show_refusal("")
        self._view.show_step(step)

    def _read(self) -> None:
        door = self._door
        self._context.jobs.on_vault(lambda vault: who_else(door, vault), self._show_keys)

    def _show_keys(self, found: tuple[bool, list[str]]) -> None:
        self._view.show_keys(*found)
