"""Which vault, and does the passphrase open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Handle, Lane, Problem, Timers
from fieldinspect.ui.secrets.waiting import Waiting

if TYPE_CHECKING:  # the window opens before anything of the vault is imported
    from fieldinspect.domain.views import VaultPlace
    from fieldinspect.services.ports import VaultDoor

_SAY_OPENING_AFTER_MS = 300


class View(Protocol):
    """What the presenter says to the screen."""

    def show_vaults(self, nicknames: Sequence[str], chosen: int) -> None: ...

    def show_told(self, sentence: str) -> None:
        """Say what happened to the vault since it was open last, or "" when nothing did."""
        ...

    def show_working(self, sentence: str) -> None:
        """Say what is going on, or "" when nothing is; the button stays where it is."""
        ...

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong and select the passphrase, which is kept."""
        ...

    def show_wait(self, sentence: str, *, aloud: bool) -> None:
        """Say how long to wait, and let nothing be tried until ""; `aloud` when a reader is to hear it."""
        ...

    def forget_passphrase(self) -> None: ...


class _Found(NamedTuple):
    places: list[VaultPlace]
    told: list[str]


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
        self._on_found = found
        self._door: VaultDoor | None = None
        self._found_here = _Found([], [])
        self._chosen = 0
        self._waiting: str | None = None
        self._opening: Handle | None = None
        self._wait = Waiting(view.show_wait, lane, timers)

    @property
    def place(self) -> VaultPlace | None:
        """The vault that is chosen."""
        places = self._found_here.places
        return places[self._chosen] if places else None

    def door_ready(self, door: VaultDoor) -> None:
        """Take the door, once its package is imported, and look for vaults."""
        self._door = door
        self._lane.aside(lambda: _look(door), self._found, self._failed)

    def choose(self, index: int) -> None:
        self._chosen = index
        self._show_chosen()

    def look_again(self) -> None:
        """Ask whether there is to wait: another screen may have tried the vault."""
        self._show_chosen()

    def unlock(self, passphrase: str) -> None:
        if self._opening is not None or self._wait.holds():
            return
        if not passphrase:
            self._view.show_problem(_("Enter the passphrase"))
            return
        self._opening = self._timers.after(
            _SAY_OPENING_AFTER_MS, lambda: self._view.show_working(_("Opening…"))
        )
        if self._found_here.places:
            self._open(passphrase)
        else:
            self._waiting = passphrase

    def _found(self, found: _Found) -> None:
        self._found_here = found
        waiting, self._waiting = self._waiting, None
        self._on_found(len(found.places))
        if not found.places:
            self._settle()
            return
        self._chosen = min(self._chosen, len(found.places) - 1)
        self._view.show_vaults([place.nickname for place in found.places], self._chosen)
        if waiting is not None:
            self._open(waiting)
        self._show_chosen()

    def _show_chosen(self) -> None:
        place, door = self.place, self._door
        if place is not None and door is not None:
            self._view.show_told(self._found_here.told[self._chosen])
            self._wait.look(lambda: door.wait(place))

    def _open(self, passphrase: str) -> None:
        door, place = self._door, self._found_here.places[self._chosen]
        assert door is not None  # noqa: S101 - places come from it
        self._lane.open_vault(lambda: door.open(place, passphrase), self._done, self._failed)

    def _done(self, _nothing: None) -> None:
        self._settle()
        self._wait.stop()
        self._view.forget_passphrase()
        self._opened()

    def _failed(self, problem: Problem) -> None:
        self._settle()
        self._view.show_problem(problem.sentence)
        self._show_chosen()

    def _settle(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        self._view.show_working("")


def _look(door: VaultDoor) -> _Found:
    """Find the vaults, and finish or undo what was interrupted in them."""
    places = door.known()
    return _Found(places, [_settled(door, place) for place in places])


def _settled(door: VaultDoor, place: VaultPlace) -> str:
    from fieldinspect.domain.errors import FieldInspectError

    try:
        return door.settle(place)
    except FieldInspectError:
        return ""  # opening the vault meets it too, and tells it then
