"""Where bundles are taken to and fetched from, and what waits on its way there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

SUFFIX: Final = ".fib"
"""The end of the name of a bundle's file."""


class DepotKind(StrEnum):
    """How a depot is reached."""

    FOLDER = "folder"
    S3 = "s3"
    WEBDAV = "webdav"
    SFTP = "sftp"


@dataclass(frozen=True, slots=True)
class Destination:
    """A depot that this vault knows.

    `address` is a folder's path, `https://server/bucket/prefix`, `https://server/folder` or `sftp://server:22/folder`.
    """

    id: str
    name: str
    kind: DepotKind
    address: str
    pinned: str = ""
    """SFTP: the server's key as OpenSSH writes it. Folder: its marker; "" where it has none.

    Others: certificates (PEM) that are trusted beside the system's.
    """
    region: str = ""
    """Of an S3 bucket; "" where the server does not mind."""
    plain: bool = False
    """Whether it was chosen in so many words to go without TLS."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a depot asks for; never shown, logged or written outside the vault."""

    user: str = ""
    """User name, or access key id."""
    secret: str = field(default="", repr=False)
    """Password, or secret access key."""
    key: str = field(default="", repr=False)
    """SFTP: private key as OpenSSH writes it; `secret` is then its passphrase, or ""."""


class QueueState(StrEnum):
    """How far a sealed bundle has come. While it is being sent, the progress callback says how far."""

    READY = "ready"
    FAILED = "failed"
    """It did not arrive; it is tried again at `next_try`, or, where that is None, when somebody asks for it."""
    SENT = "sent"
    DELIVERED = "delivered"
    """Everybody it was for has said so in a signed receipt."""


@dataclass(frozen=True, slots=True)
class QueuedBundle:
    """A sealed bundle and the destination that it goes to."""

    bundle: str
    destination: str
    name: str
    """Its name in the depot: chosen when it was queued, so that it never lies there twice."""
    size: int
    queued: datetime
    state: QueueState
    attempts: int = 0
    next_try: datetime | None = None
    reason: str = ""
    """Why it did not arrive, as a sentence."""
    sent: datetime | None = None


class Fetched(StrEnum):
    """What became of a bundle that lay in a depot; it is not fetched again."""

    RECEIVED = "received"
    NOT_FOR_US = "not for us"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SyncStep:
    """What a synchronisation is doing: `done` of `size` bytes of one bundle, which is number `index` of `count`."""

    destination: str
    sending: bool
    index: int
    count: int
    done: int
    size: int


@dataclass(frozen=True, slots=True)
class DestinationReport:
    """What a synchronisation did at one destination."""

    destination: str
    sent: int = 0
    waiting: int = 0
    received: int = 0
    refused: int = 0
    others: int = 0
    """Bundles that are for somebody else."""
    trouble: str = ""
    """Why not everything went through, as a sentence."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a synchronisation did, by destination; `stopped` when somebody stopped it."""

    destinations: tuple[DestinationReport, ...]
    stopped: bool = False
    busy: bool = False
    """Another one was under way: nothing was done."""
