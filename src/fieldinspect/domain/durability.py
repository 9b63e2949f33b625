"""What a vault tells about itself: how far it came, what it lost, when it was copied, whether it is whole."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Heads:
    """How far a vault has come: what its anchor keeps outside the database (docs/formats/anchor.md, section 2)."""

    device: str
    incarnation: str
    sequence: int
    """Of the last entry of this chain, 0 before the first."""
    entry: str
    clock: int
    entries: int
    """Entries stored, of every device."""
    position: int
    """Where the entry stands that came last."""
    sent: int
    """Sequence of the last bundle sealed here."""
    received: int
    """Bundles taken in."""
    roster: int
    """Version of the team list."""


class Cause(StrEnum):
    """Why a vault had to begin its chain anew."""

    BEHIND = "behind"
    """The database holds less than an anchor says."""
    RESTORED = "restored"
    """It was restored from a backup, on purpose."""
    RETURNED = "returned"
    """Work of its own came back in a bundle: it had been restored, or was cloned."""
    MISSING = "missing"
    """There is no anchor, though there was one."""
    DAMAGED = "damaged"
    """No anchor can be read."""
    FOREIGN = "foreign"
    """The anchor is that of another vault."""


@dataclass(frozen=True)
class LossReport:
    """One account of what should be here and is not, as it was told when it was noticed."""

    noticed: datetime
    cause: Cause
    found: Heads
    expected: Heads | None = None
    """What the furthest anchor says; None where there is none to ask."""
    own: int = 0
    """Entries written here that are not here any more; for RETURNED, those that came back."""
    received: int = 0
    """Entries of others that are not here any more."""
    since: datetime | None = None
    """When the last entry was written that is here; None when none is."""
    until: datetime | None = None
    """When the last of the missing ones was written."""
    bundles: int = 0
    """Bundles sealed here that the vault does not remember."""
    made: datetime | None = None
    """When the backup was made, for RESTORED."""
    told: tuple[str, ...] = ()
    """Ids of the devices that were sent bundles before: what they were sent is still with them."""


@dataclass(frozen=True)
class MissingEntries:
    """A gap in the chain of some device: late, or lost."""

    device: str
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class BackupState:
    """When the last backup was made here, and the last erasure honoured."""

    made: datetime | None = None
    erased: datetime | None = None

    @property
    def outdated(self) -> bool:
        """Whether the backup still holds what was erased since."""
        return self.made is not None and self.erased is not None and self.made < self.erased


class Part(StrEnum):
    """What a check looks at."""

    PAGES = "pages"
    JOURNAL = "journal"
    RECORDS = "records"
    SEARCH = "search"
    ATTACHMENTS = "attachments"
    ANCHOR = "anchor"
    KEYS = "keys"
    LEFTOVERS = "leftovers"


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be; the sentence says what, and the next step."""

    part: Part
    sentence: str
    harmless: bool = False
    """Nothing is wrong with what was written: a note, or rubbish to sweep."""


@dataclass(frozen=True)
class CheckReport:
    """The result of a whole check."""

    findings: tuple[Finding, ...]
    entries: int
    records: int
    attachments: int
    withheld: int
    """Bodies that are not here: not for us to see, erased, or late."""
    repaired: bool = False
    swept: int = 0

    @property
    def whole(self) -> bool:
        return all(finding.harmless for finding in self.findings)
