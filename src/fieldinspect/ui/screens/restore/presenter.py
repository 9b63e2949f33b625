"""A file, and the passphrase or recovery code that opens it; then the vault, and the account of what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Lane, Problem, Timers
from fieldinspect.ui.jobs.progress import Watch

if TYPE_CHECKING:
    from fieldinspect.services.ports import VaultDoor


class View(Protocol):
    """What the presenter says to the screen."""

    def show_file(self, name: str) -> None: ...

    def show_problems(self, file: str, secret: str) -> None:
        """Say what is wrong with the file, and with the secret; both "" when nothing is."""
        ...

    def show_percent(self, percent: int | None) -> None: ...

    def forget_secret(self) -> None: ...


class RestorePresenter:
    """One restoring at a time; stopped or failed, it leaves nothing behind."""

    def __init__(
        self,
        view: View,
        lane: Lane,
        timers: Timers,
        door: VaultDoor,
        *,
        opened: Callable[[], None],
        left: Callable[[], None],
    ) -> None:
        self._view = view
        self._lane = lane
        self._door = door
        self._opened = opened
        self._left = left
        self._file: Path | None = None
        self._watch = Watch(timers, view.show_percent)

    def choose(self, file: Path) -> None:
        self._file = file
        self._view.show_problems("", "")
        self._view.show_file(file.name)

    def restore(self, secret: str, *, is_code: bool) -> None:
        """Make the vault and open it; `is_code` says that the secret is the recovery code."""
        if self._watch.running:
            return
        file = self._file
        no_file = "" if file else _("Choose the file of the backup")
        nothing = _("Enter the recovery code") if is_code else _("Enter the passphrase")
        self._view.show_problems(no_file, "" if secret else nothing)
        if file is None or not secret:
            return
        progress = self._watch.begin()
        given = ("", secret) if is_code else (secret, "")
        self._lane.open_vault(
            lambda: self._door.restore(file, *given, progress=progress), self._done, self._failed
        )

    def stop(self) -> None:
        self._watch.stop()

    def back(self) -> None:
        """Leave; not while a vault is being made, which has to be stopped first."""
        if not self._watch.running:
            self._view.forget_secret()
            self._left()

    def _done(self, _nothing: None) -> None:
        self._watch.end()
        self._view.forget_secret()
        self._opened()

    def _failed(self, problem: Problem) -> None:
        self._watch.end()
        self._view.show_problems("", problem.sentence)
