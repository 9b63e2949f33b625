"""Making a root key in a file of its own, off the vault."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import root_files, team_words
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.secrets.choosing import Choosing
from fieldinspect.ui.secrets.choosing import View as ChoosingView


class Made(NamedTuple):
    """The public part of a key that was made, and its 20 digits."""

    line: str
    digits: str


class View(Protocol):
    """What the presenter says to the screen."""

    @property
    def passphrase(self) -> ChoosingView: ...

    def show_made(self, made: Made | None) -> None: ...

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, sentence: str) -> None: ...

    def forget(self) -> None:
        """Empty every field."""
        ...


class RootKeyPresenter:
    """The key never comes near the vault: it is made, sealed and written by a job of its own."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._busy = False
        self.choosing = Choosing(view.passphrase, context.jobs, context.timers)

    def enter(self, _place: Place) -> None:
        self._view.show_problem("")
        self._view.show_made(None)
        self._view.forget()
        self.choosing.begin()

    def leave(self) -> None:
        """Forget what was typed and offered."""
        self.choosing.forget()
        self._view.forget()

    def changed(self, _changes: Changes) -> None:
        """Nothing of the vault is shown."""

    def back(self) -> None:
        self._context.go(Place("team"))

    def make(self, path: Path, passphrase: str, again: str) -> None:
        """Make a key and seal it in a new file."""
        if self._busy:
            return
        self._busy = True
        self._view.show_problem("")
        self.choosing.check(passphrase, again, lambda: self._make(path, passphrase), self._refused)

    def _make(self, path: Path, passphrase: str) -> None:
        self._view.show_working(_("Making the root key…"))

        def work() -> Made:
            line = root_files.make_file(path, passphrase)
            return Made(line, team_words.key_digits(line))

        self._context.jobs.aside(work, self._made, self._failed)

    def _made(self, made: Made) -> None:
        self._busy = False
        self._view.show_working("")
        self._view.forget()
        self._view.show_made(made)

    def _refused(self, sentence: str) -> None:
        self._busy = False
        self._view.show_working("")
        self._view.show_problem(sentence)

    def _failed(self, problem: Problem) -> None:
        self._refused(problem.sentence)
