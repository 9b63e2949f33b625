"""Start an inspection of one's own, or join one whose team list one was given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services import programme
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Replica

MOST_BYTES = 4 * 1024 * 1024
"""No team list or request is longer."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_problem(self, where: str, sentence: str) -> None:
        """Say what is wrong with "title", "digits" or "request"."""
        ...

    def show_done(self, sentence: str) -> None: ...

    def show_roster(self, name: str) -> None:
        """Name the team list that was opened, and ask for its digits."""
        ...


class BeginPresenter:
    """Everything here goes by files and a number read aloud: nobody needs to be connected."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._roster: Path | None = None
        self._busy = False

    def enter(self, _place: Place) -> None:
        self._view.show_done("")

    def leave(self) -> None:
        """Nothing typed here is worth keeping."""

    def changed(self, _changes: Changes) -> None:
        """Whatever changed, the choice is the same."""

    def start(self, title: str) -> None:
        """Start an inspection with the shipped forms; this person leads it."""
        if not title.strip():
            self._view.show_problem("title", _("Enter a title for the inspection"))
            return
        if self._busy:
            return
        self._busy = True
        now, forms = self._context.clock(), self._context.instruments
        self._context.jobs.on_vault(
            lambda vault: programme.found_inspection(vault, title, now=now, forms=forms()),
            self._begun,
            lambda problem: self._failed("title", problem),
        )

    def start_with_root_keys(self) -> None:
        self._context.go(Place("found"))

    def save_request(self, path: Path) -> None:
        """Write the file that asks the team lead to admit this laptop."""
        self._context.jobs.on_vault(
            lambda vault: atomic_write(path, programme.enrolment_request(vault)),
            lambda _nothing: self._view.show_done(
                _("Give {file} to your team lead. They send back a team list").format(file=path.name)
            ),
            lambda problem: self._failed("request", problem),
        )

    def choose_roster(self, path: Path) -> None:
        self._roster = path
        self._view.show_roster(path.name)

    def join(self, digits: str) -> None:
        """Join with the team list that was chosen, if the digits read aloud are its own."""
        path = self._roster
        if path is None:
            self._view.show_problem("digits", _("Open the team list you were given first"))
            return
        self._context.jobs.on_vault(
            lambda vault: _join(vault, path, digits),
            self._begun,
            lambda problem: self._failed("digits", problem),
        )

    def come_back(self) -> None:
        """Go where somebody whose laptop was lost gets their visits back."""
        self._context.go(Place("come_back"))

    def _begun(self, _inspection: object) -> None:
        self._busy = False
        self._context.go(Place("today"))

    def _failed(self, where: str, problem: Problem) -> None:
        self._busy = False
        self._view.show_problem(where, problem.sentence)


def _join(vault: Replica, path: Path, digits: str) -> None:
    with path.open("rb") as source:
        programme.join(vault, source.read(MOST_BYTES), digits)
