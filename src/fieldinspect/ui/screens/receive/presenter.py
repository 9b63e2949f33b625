"""Open a bundle, merge it at once, and say plainly what came in; a team list is taken over the same way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from fieldinspect.domain.views import Changes, Received
from fieldinspect.services import proposals, quarantine, root_files, team_list
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

_START: Final = 16
"""Bytes that tell a team list from a bundle."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_working(self, working: bool) -> None: ...

    def show_refused(self, file: str, sentence: str) -> None: ...

    def show_received(self, received: Received) -> None: ...

    def show_team_list(self, sentences: Sequence[str]) -> None:
        """Say what a team list changes; nothing when it is no newer."""
        ...

    def show_nothing(self) -> None: ...


class ReceivePresenter:
    """One bundle at a time."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._busy = False

    def enter(self, _place: Place) -> None:
        if not self._busy:
            self._view.show_nothing()

    def leave(self) -> None:
        """Keep nothing: what was received is in the vault already."""

    def changed(self, _changes: Changes) -> None:
        """Keep showing what came in: that does not change."""

    def receive(self, path: Path) -> None:
        if self._busy:
            return
        self._busy = True
        self._view.show_working(True)
        envelope, now = self._context.envelope, self._context.clock()

        def refused(problem: Problem) -> None:
            self._settle()
            self._view.show_refused(path.name, problem.sentence)

        def work(vault: OpenVault) -> Received | list[str]:
            if team_list.looks_like_one(root_files.read_file(path, _START)):
                return team_list.take(vault, root_files.read_file(path, proposals.MAX_FILE))
            return quarantine.receive(vault, envelope, path, now=now)

        self._context.jobs.on_vault(work, self._received, refused)

    def see_conflicts(self) -> None:
        self._context.go(Place("conflicts"))

    def see_quarantine(self) -> None:
        self._context.go(Place("quarantine"))

    def _received(self, received: Received | list[str]) -> None:
        self._settle()
        if isinstance(received, Received):
            self._view.show_received(received)
        else:
            self._view.show_team_list(received)

    def _settle(self) -> None:
        self._busy = False
        self._view.show_working(False)
