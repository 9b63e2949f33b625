"""The three steps of somebody whose laptop was lost, on their new one; what is done stays done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write, world_failures
from fieldinspect.i18n import _
from fieldinspect.services import programme, replacing
from fieldinspect.services.replacing import Recovered
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

MOST_BYTES = 64 * 1024 * 1024
"""No team list with its history is longer."""


class Standing(NamedTuple):
    """How far it is: `joined` names the person whose laptop this is now; "" before."""

    joined: str = ""
    visits: int = 0


class View(Protocol):
    """What the presenter says to the screen."""

    def show_standing(self, standing: Standing) -> None: ...

    def show_request(self, file: str, digits: str) -> None:
        """Say which file to give away, and which digits to read aloud; "" before."""
        ...

    def show_team_list(self, file: str) -> None: ...

    def show_back(self, recovered: Recovered | None, gone: str) -> None:
        """Say what is back, and what is not."""
        ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str, about: str = "") -> None:
        """Say what is wrong; `about` is "digits" or "" for the page."""
        ...


class ComeBackPresenter:
    """Everything goes by files and numbers read aloud: nobody needs to be connected."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._acting = Acting(view, context.jobs, self._read)
        self._team_list: Path | None = None

    def enter(self, _place: Place) -> None:
        self._team_list = None
        self._view.show_request("", "")
        self._view.show_team_list("")
        self._view.show_back(None, "")
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        """Keep nothing: each step is in the vault when it is done."""

    def changed(self, _changes: Changes) -> None:
        self._read()

    def save_request(self, path: Path) -> None:
        """Write the file that asks for this laptop to be admitted, and show its digits."""

        def work(vault: OpenVault) -> str:
            request = programme.enrolment_request(vault)
            atomic_write(path, request)
            return programme.request_digits(request)

        self._acting.act(work, lambda digits: self._view.show_request(path.name, digits))

    def choose_team_list(self, path: Path) -> None:
        self._team_list = path
        self._view.show_team_list(path.name)

    def join(self, digits: str) -> None:
        """Take the place of the lost laptop, if the digits read aloud are those of the team list."""
        path = self._team_list
        if path is None:
            self._view.show_problem(_("Open the team list you were given first"), "digits")
            return

        def work(vault: OpenVault) -> None:
            with world_failures(), path.open("rb") as source:
                raw = source.read(MOST_BYTES)
            programme.join(vault, raw, digits)

        self._acting.act(work, lambda _nothing: None)

    def receive(self, path: Path) -> None:
        """Take in what was sealed for this laptop."""
        envelope, now = self._context.envelope, self._context.clock()
        self._acting.act(
            lambda vault: replacing.recover(vault, envelope, path, now=now),
            lambda found: self._view.show_back(found, replacing.gone()),
        )

    def go_on(self) -> None:
        self._context.go(Place("today"))

    def _read(self) -> None:
        self._context.jobs.on_vault(_standing, self._view.show_standing)


def _standing(vault: OpenVault) -> Standing:
    return Standing(vault.identity.name if vault.roster() is not None else "")
