"""The ports of sending and fetching: depots, and what a vault remembers of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

from fieldinspect.domain.custody import PostedBundle
from fieldinspect.domain.depots import Credentials, Destination, Fetched, QueuedBundle
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.i18n import _
from fieldinspect.services.care import Progress
from fieldinspect.services.ports import Envelope, OpenVault, Replica, SentBundle

T = TypeVar("T")


class DepotFailed(WorldFailed):
    """A depot cannot be reached, or something did not arrive whole: trying again later may work."""

    reached = False
    """Whether the depot answers all the same: then fetching from it may well work."""


class DepotOdd(DepotFailed):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Something unexpected happened there. Nothing is lost; it is tried again later. Tell who runs it"
            )
        )


class DepotRefused(BadInput):
    """A depot will not do it as it is asked to: trying again helps only after somebody has changed something."""

    reached = False
    """As in `DepotFailed`."""


class BundleStuck(BadInput):
    """This one bundle cannot go there, as it is; others can."""


def silent(_done: int, _size: int) -> None:
    """Tell nobody how far it is."""


class Depot(Protocol):
    """What every depot does, from any thread, one call at a time; failures are `DepotFailed` or `DepotRefused`.

    Names say nothing: 32 hex digits and `.fib`. A name appears only when all of its bytes are there, and nothing that
    has one is ever written over. What a `progress` callback raises stops the work.
    """

    def check(self) -> None:
        """Reach the depot, sign in and list it; raise when any of this fails."""
        ...

    def sizes(self) -> Mapping[str, int]:
        """Return the names of what may be bundles, with their sizes in bytes; 0 where it is not told."""
        ...

    def names(self) -> list[str]:
        """Return the names of what may be bundles, sorted."""
        ...

    def head(self, name: str, length: int) -> bytes:
        """Return the first bytes of a bundle, fewer where it is shorter."""
        ...

    def put(self, source: Path, sha256: str, progress: Progress = silent, *, name: str = "") -> str:
        """Bring a file in, under this name or a new one, and return the name.

        What lies there under the same name already, from an earlier try, is not sent again; what was cut off is gone
        on with where the kind of depot can. `sha256` (hex) is what the file must hold.
        """
        ...

    def get(self, name: str, target: Path, progress: Progress = silent) -> None:
        """Fetch a bundle into a file; what a broken try left beside the target is gone on with."""
        ...

    def remove(self, name: str) -> None:
        """Take a bundle away; nothing happens when it is not there."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Depots(Protocol):
    """Opening depots: the package exchange.depots behind a port."""

    def open(self, destination: Destination, credentials: Credentials) -> Depot:
        """Return the depot; nothing is reached yet. Raise `DepotRefused` for an address that cannot be one."""
        ...

    def marker(self, destination: Destination) -> str:
        """Return what tells this folder or stick from others, left there if need be; "" where nothing can be left."""
        ...

    def host_key(self, destination: Destination) -> str:
        """Ask an SFTP server for its key, as OpenSSH writes it: for a person to compare and pin."""
        ...


class Peek(Protocol):
    """Telling from the beginning of a file whether we can open it; part of the envelope."""

    def is_for(self, replica: Replica, head: bytes) -> bool:
        """Return False for a bundle that was sealed for others; True as well when it cannot be told."""
        ...


class SyncEnvelope(Envelope, Peek, Protocol):
    """What synchronising needs of the envelope."""


class DepotMemory(Protocol):
    """What a vault remembers of depots; part of `SyncVault`."""

    @property
    def outgoing_folder(self) -> Path:
        """The private folder in which sealed bundles wait."""
        ...

    @property
    def incoming_folder(self) -> Path:
        """The private folder into which bundles are fetched."""
        ...

    def destinations(self) -> list[Destination]: ...

    def keep_destination(self, destination: Destination, credentials: Credentials | None) -> None:
        """Keep a new or changed destination; with None its credentials stay as they are."""
        ...

    def drop_destination(self, destination: str) -> None:
        """Forget a destination, its credentials, its queue and what was seen there."""
        ...

    def credentials(self, destination: str) -> Credentials: ...

    def record_queued(self, sent: SentBundle, destination: str) -> None:
        """Keep in one act that a bundle was sealed, and that it waits for its destination under its file's name."""
        ...

    def queue(self) -> list[QueuedBundle]:
        """Return what was queued, oldest first; a bundle that was delivered is still SENT here."""
        ...

    def keep_queued(self, queued: QueuedBundle) -> None:
        """Change how far a queued bundle has come."""
        ...

    def holds_barred(self, posted: PostedBundle) -> bool:
        """Tell whether a sealed bundle holds what somebody it is for may not hold by the newest team list."""
        ...

    def drop_queued(self, bundle: str) -> None:
        """Forget in one act a bundle that has not gone, and that it was sealed: what was in it waits again."""
        ...

    def seen(self, destination: str) -> Mapping[str, Fetched]:
        """Return, by name, what became of the bundles that were found at a destination."""
        ...

    def keep_seen(self, destination: str, name: str, fetched: Fetched, when: datetime) -> None: ...

    def forget_seen(self, destination: str, names: frozenset[str]) -> None:
        """Forget names that the depot does not have any more."""
        ...


class SyncVault(Replica, DepotMemory, Protocol):
    """A vault that synchronises."""


class DeskVault(OpenVault, DepotMemory, Protocol):
    """A vault that somebody has open at a desk, and that synchronises beside their work."""


class OnVault(Protocol):
    """Runs a piece of work on the thread that owns the vault, and waits for it; raises what it raises."""

    def __call__(self, work: Callable[[SyncVault], T], /) -> T: ...
