"""What becomes of what was recorded: erasures, receipts, working copies and retention, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class EraseReason(StrEnum):
    """Why a record is to be erased, in words that name nobody."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    RETENTION = "retention"
    COURT_ORDER = "court_order"
    REQUEST = "request"
    MISTAKE = "mistake"
    OTHER = "other"


class EraseState(StrEnum):
    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    POWERLESS = "powerless"
    """Confirmed by the person who asked, though the team has somebody else to do it: nothing is erased."""


@dataclass(frozen=True)
class Founding:
    """What the founder of a record said first: nobody else's entry can change it."""

    record: str
    entry: str
    """Entry id: SHA-256 of the signed header, hex."""
    author: str
    device: str
    incarnation: str
    """Of the device's chain that this is in."""
    written: datetime
    happened: datetime
    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True)
class Member:
    """One record of a family: a record, and all that hangs beneath it."""

    id: str
    parent: str
    kind: str
    happened: datetime
    author: str
    withdrawn: bool
    conflicts: int


@dataclass(frozen=True)
class Laptop:
    """A device of the team; `revoked` says that nothing more can come from it."""

    device: str
    person: str
    """Name."""
    revoked: bool = False


@dataclass(frozen=True)
class Acknowledgement:
    """A device's signed word that it holds nothing more of what was erased."""

    laptop: Laptop
    entry: str
    written: datetime


@dataclass(frozen=True)
class ErasureView:
    """One request, and what became of it."""

    request: str
    entry: str
    state: EraseState
    records: tuple[str, ...]
    classes: Mapping[str, int]
    """How many records of which retention class, as the request says."""
    reason: EraseReason
    why: str
    basis: str
    asked_by: str
    """Name."""
    asked: datetime
    confirmation: str = ""
    """Entry id."""
    confirmed_by: str = ""
    confirmed: datetime | None = None
    alone: bool = False
    """One person asked and confirmed: the team has nobody else to do it."""
    withdrawn_why: str = ""
    acknowledged: tuple[Acknowledgement, ...] = ()
    outstanding: tuple[Laptop, ...] = ()


@dataclass(frozen=True)
class DestructionCertificate:
    """What a certificate says of one erasure: numbers, ids and names of the team, nothing of what was erased."""

    inspection: str
    """Title."""
    marking: str
    erasure: ErasureView
    issued: date


@dataclass(frozen=True)
class EntryPlace:
    """Where an entry stands in this vault's order of arrival, and whether its body is here."""

    record: str
    device: str
    incarnation: str
    position: int
    scope: str
    whole: bool
    under: frozenset[str] = frozenset()
    """Its record and all above it."""


@dataclass(frozen=True)
class MergedBundle:
    """A bundle that was merged here."""

    bundle: str
    digest: str
    device: str
    """Of the sender."""
    entries: int
    talks: bool
    """It brought more than receipts and acknowledgements."""
    received: datetime


@dataclass(frozen=True)
class PostedBundle:
    """A bundle that was sealed here: all within `scopes` after `since` (by scope) and up to `position`."""

    bundle: str
    digest: str
    created: datetime
    devices: tuple[str, ...]
    entries: int
    position: int
    scopes: frozenset[str]
    since: Mapping[str, int]
    withheld: frozenset[str] = frozenset()
    """Records that were left out of it, with all beneath them."""
    regained: frozenset[str] = frozenset()
    """Records that it brought from the first on, with all beneath them."""

    def carried(self, place: EntryPlace) -> bool:
        """Tell whether the bundle brought this entry with its body."""
        if (
            place.scope not in self.scopes
            or place.position > self.position
            or not self.withheld.isdisjoint(place.under)
        ):
            return False
        return place.position > self.since.get(place.scope, 0) or not self.regained.isdisjoint(place.under)


@dataclass(frozen=True)
class Delivery:
    """A laptop's signed receipt for a bundle."""

    laptop: Laptop
    when: datetime
    leads: bool
    """The laptop is that of a lead or of the centre."""


@dataclass(frozen=True)
class SentState:
    """One sent bundle: who has receipted it, and who has not."""

    bundle: str
    sent: datetime
    entries: int
    delivered: tuple[Delivery, ...]
    outstanding: tuple[Laptop, ...]


class Hold(StrEnum):
    """Why a working copy stays."""

    NOT_CLOSED = "not_closed"
    IN_USE = "in_use"
    DRAFTS = "drafts"
    CONFLICTS = "conflicts"
    UNRECEIPTED = "unreceipted"
    TOO_EARLY = "too_early"


@dataclass(frozen=True)
class WorkingCopy:
    """A visit on this laptop, and whether its copy here may go."""

    visit: str
    station: str
    begun: datetime
    records: int
    due: datetime | None
    """When its days are over; None while something of it has no receipt."""
    holds: tuple[Hold, ...]

    @property
    def removable(self) -> bool:
        return not self.holds


@dataclass(frozen=True)
class RetentionRule:
    """How long a class of records is kept: months from when it happened, or from publication; neither: for good."""

    months: int | None
    from_publication: bool = False


class RetentionState(StrEnum):
    KEPT = "kept"
    SOON = "soon"
    DUE = "due"
    UNDATED = "undated"
    """Its time begins with publication, and nothing has been published."""


@dataclass(frozen=True)
class RetentionItem:
    """One record to be reviewed; what hangs beneath it goes with it, unless it is of a class kept longer."""

    record: str
    kind: str
    retention_class: str
    happened: datetime
    state: RetentionState
    due: date | None
    kept_until: date | None = None
    kept_why: str = ""
    beneath: int = 0
    asked: bool = False
    """Somebody has asked already that it be erased."""


@dataclass(frozen=True)
class Destruction:
    """What asking to destroy a record names, and what beneath it stays because its class is kept longer."""

    named: tuple[str, ...]
    stays: Mapping[str, date | None] = field(default_factory=dict)
