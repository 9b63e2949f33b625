"""What screens may ask of whoever takes bundles to depots and fetches them, in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from fieldinspect.domain.depots import Credentials, Destination, SyncReport, SyncStep
    from fieldinspect.ui.jobs.port import Failed


class SyncState(NamedTuple):
    """How far it is, and what came of the last time."""

    running: bool = False
    step: SyncStep | None = None
    report: SyncReport | None = None
    ended: datetime | None = None
    trouble: str = ""
    """Why nothing could be done at all; what one destination said is in the report."""

    @property
    def reason(self) -> str:
        """Why not everything went through the last time, "" when it did."""
        told = [one.trouble for one in self.report.destinations if one.trouble] if self.report else []
        return self.trouble or next(iter(told), "")


class Courier(Protocol):
    """One run at a time; a second asked for beside it does nothing."""

    @property
    def state(self) -> SyncState: ...

    @property
    def reached(self) -> Mapping[str, datetime]:
        """When each destination was last reached since the vault was opened, by name."""
        ...

    def listen(self, told: Callable[[SyncState], None]) -> None:
        """Be told of every change of the state."""
        ...

    def run(self, only: str = "", *, due: bool = False) -> None:
        """Send and fetch everywhere, or at one destination (its id)."""
        ...

    def stop(self) -> None:
        """Break off at the next step; what went has gone, the rest waits."""
        ...

    def check(
        self,
        destination: Destination,
        credentials: Credentials | None,
        done: Callable[[None], None],
        failed: Failed,
    ) -> None:
        """Reach a destination and sign in; with None, with the credentials that are kept."""
        ...

    def reach(
        self,
        destination: Destination,
        credentials: Credentials | None,
        done: Callable[[Destination], None],
        failed: Failed,
    ) -> None:
        """Do as `check`, for a destination that was just chosen; `done` is given it as it is to be kept."""
        ...

    def ask_host_key(self, destination: Destination, done: Callable[[str], None], failed: Failed) -> None:
        """Ask an SFTP server for its key, as OpenSSH writes it."""
        ...
