"""Which vault, and does the passphrase open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Handle, Lane, Problem, Timers

if TYPE_CHECKING:  # the window opens before anything of the vault is imported
    from fieldinspect.domain.views import VaultPlace
    from fieldinspect.services.ports import VaultDoor

_SAY_OPENING_AFTER_MS = 300


class View(Protocol):
    """What the presenter says to the screen."""

    def show_vaults(self, nicknames: Sequence[str], chosen: int) -> None: ...

    def show_working(self, sentence: str) -> None:
        """Say what is going on, or "" when nothing is; the button stays where it is."""
        ...

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong and select the passphrase, which is kept."""
        ...

    def forget_passphrase(self) -> None: ...


class UnlockPresenter:
    """A passphrase given before the vaults are known waits for them: the person need not."""

    def __init__(
        self,
        view: View,
        lane: Lane,
        timers: Timers,
        *,
        opened: Callable[[], None],
        found: Callable[[int], None],
    ) -> None:
        self._view = view
        self._lane = lane
        self._timers = timers
        self._opened = opened
        self._told = found
        self._door: VaultDoor | None = None
        self._places: list[VaultPlace] = []
        self._chosen = 0
        self._waiting: str | None = None
        self._opening: Handle | None = None

    def door_ready(self, door: VaultDoor) -> None:
        """Take the door, once its package is imported, and look for vaults."""
        self._door = door
        self._lane.aside(door.known, self._found, self._failed)

    def choose(self, index: int) -> None:
        self._chosen = index

    def unlock(self, passphrase: str) -> None:
        if self._opening is not None:
            return
        if not passphrase:
            self._view.show_problem(_("Enter the passphrase"))
            return
        self._opening = self._timers.after(
            _SAY_OPENING_AFTER_MS, lambda: self._view.show_working(_("Opening…"))
        )
        if self._places:
            self._open(passphrase)
        else:
            self._waiting = passphrase

    def _found(self, places: list[VaultPlace]) -> None:
        self._places = places
        waiting, self._waiting = self._waiting, None
        self._told(len(places))
        if not places:
            self._settle()
            return
        self._chosen = min(self._chosen, len(places) - 1)
        self._view.show_vaults([place.nickname for place in places], self._chosen)
        if waiting is not None:
            self._open(waiting)

    def _open(self, passphrase: str) -> None:
        door, place = self._door, self._places[self._chosen]
        assert door is not None  # noqa: S101 - places come from it
        self._lane.open_vault(lambda: door.open(place, passphrase), self._done, self._failed)

    def _done(self, _nothing: None) -> None:
        self._settle()
        self._view.forget_passphrase()
        self._opened()

    def _failed(self, problem: Problem) -> None:
        self._settle()
        self._view.show_problem(problem.sentence)

    def _settle(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        self._view.show_working("")
