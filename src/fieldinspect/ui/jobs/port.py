"""What a presenter may ask of the background; plain Python, so that presenters are tested without Qt.

The contract:
1. `on_vault` runs on the one thread that owns the vault, in the order asked; `aside` runs on any other.
2. `done` or `failed` is called on the asker's thread, never both, and never before the asking call has returned.
3. Work is handed values and returns values; it touches no view and no presenter.
4. Whoever gives no `failed` has the sentence shown by the window.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:  # the window opens before anything of the vault is imported
    from fieldinspect.services.depot_ports import DeskVault
    from fieldinspect.services.ports import OpenVault

T = TypeVar("T")


class Family(Enum):
    """Whose fault it is, as in domain.errors."""

    WORLD = "world"
    INPUT = "input"
    BUG = "bug"


class Problem(NamedTuple):
    """A failure as told to a person."""

    sentence: str
    family: Family


Failed = Callable[[Problem], None]


class Jobs(Protocol):
    """The background, seen from a presenter."""

    def on_vault(
        self, work: Callable[[DeskVault], T], done: Callable[[T], None], failed: Failed | None = None
    ) -> None: ...

    def aside(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Failed | None = None
    ) -> None: ...


class Lane(Jobs, Protocol):
    """The background as the shell sees it: it also opens and closes the vault."""

    def open_vault(self, work: Callable[[], OpenVault], done: Callable[[None], None], failed: Failed) -> None:
        """Let `work` open a vault on the lane, and keep it there."""
        ...

    def close_vault(self, done: Callable[[None], None], failed: Failed | None = None) -> None:
        """Close the vault after everything asked before; nothing happens when none is open."""
        ...


class Handle(Protocol):
    """A call to come."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """Calls to come, on the asker's thread."""

    def after(self, milliseconds: int, call: Callable[[], None]) -> Handle: ...
