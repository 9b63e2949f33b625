"""A recovery code that was just made: shown once, put on paper, and confirmed before it is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Jobs, Problem
from fieldinspect.ui.secrets.typing import groups_of

if TYPE_CHECKING:
    from fieldinspect.domain.vault_keys import RecoveryPaper
    from fieldinspect.services.ports import OpenVault, VaultDoor


class View(Protocol):
    """What is shown of the code."""

    def show_code(self, groups: Sequence[str]) -> None:
        """Show the groups, or nothing any more."""
        ...

    def show_said(self, sentence: str) -> None: ...

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with the group typed back."""
        ...

    def show_skipping(self, asked: bool) -> None:
        """Say what is lost without the code, and offer to go on all the same."""
        ...


class CodeKeeping:
    """Holds the code no longer than its step; `done` is called once."""

    def __init__(
        self,
        view: View,
        jobs: Jobs,
        render: Callable[[RecoveryPaper, str], bytes],
        language: str,
        done: Callable[[], None],
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._render = render
        self._language = language
        self._done = done
        self._paper: RecoveryPaper | None = None
        self._saving = False

    @property
    def showing(self) -> bool:
        return self._paper is not None

    def show(self, paper: RecoveryPaper) -> None:
        self.clear()
        self._paper = paper
        self._view.show_code(paper.code.split("-"))

    def clear(self) -> None:
        """Take the code away from the screen and forget it."""
        self._paper = None
        self._saving = False
        self._view.show_code(())
        self._view.show_said("")
        self._view.show_problem("")
        self._view.show_skipping(False)

    def save(self, path: Path) -> None:
        """Write the page to print."""
        paper = self._paper
        if paper is None or self._saving:
            return
        self._saving = True
        self._view.show_said(_("Writing the page…"))
        render, language = self._render, self._language
        self._jobs.aside(lambda: atomic_write(path, render(paper, language)), self._saved, self._not_saved)

    def confirm(self, typed: str) -> None:
        """Go on when the last group is right."""
        if self._paper is None:
            return
        if not typed.strip():
            self._view.show_problem(_("Type the last group of the code"))
        elif _plain(typed) != _plain(self._paper.code)[-4:]:
            self._view.show_problem(_("This is not the last group. Compare it with what you wrote down"))
        else:
            self._leave()

    def skip(self) -> None:
        self._view.show_skipping(True)

    def skip_all_the_same(self) -> None:
        if self._paper is not None:
            self._leave()

    def _leave(self) -> None:
        self.clear()
        self._done()

    def _saved(self, _nothing: None) -> None:
        self._saving = False
        if self.showing:
            self._view.show_said(_("The page is written. Print it, lock it away, then delete the file"))

    def _not_saved(self, problem: Problem) -> None:
        self._saving = False
        if self.showing:
            self._view.show_said(problem.sentence)


def make_code(door: VaultDoor, vault: OpenVault, passphrase: str, today: date) -> RecoveryPaper:
    """Make a recovery code for an open vault; the one before stops working. Raises what the door does."""
    from fieldinspect.services import vault_keys

    keys = door.keys(vault)
    code = keys.new_recovery_code(passphrase)
    return vault_keys.recovery_paper(code, vault.identity.nickname, keys.state(), today)


def who_else(door: VaultDoor, vault: OpenVault) -> tuple[bool, list[str]]:
    """Return whether there is a recovery code, and the sentences about who else can open the vault."""
    from fieldinspect.services import vault_keys

    state = vault_keys.keys_state(vault, door.keys(vault))
    return state.recovery, vault_keys.escrow_sentences(state)


def new_keepers(door: VaultDoor, vault: OpenVault) -> str:
    """Return who else can open the vault when that changed at this opening, or ""."""
    return " ".join(who_else(door, vault)[1]) if vault.escrow_changed else ""


def _plain(text: str) -> str:
    return "".join(groups_of(text))
