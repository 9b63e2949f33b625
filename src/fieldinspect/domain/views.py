"""What the services hand to screens and commands: plain frozen values, no rows, keys or widgets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fieldinspect.domain.entitlement import HeldBack
from fieldinspect.domain.purposes import Purpose


@dataclass(frozen=True)
class Changes:
    """What a commit touched, told to every screen; `initiator` lets the asker recognise its own."""

    records: frozenset[str]
    initiator: str = ""


@dataclass(frozen=True)
class Identity:
    """Who this vault belongs to. No key is in it."""

    vault: str
    nickname: str
    person: str
    name: str
    device: str
    incarnation: str


@dataclass(frozen=True)
class Version:
    """One head of a field: a value, who gave it and when."""

    change: str
    value: str | None
    author: str
    written: datetime
    happened: datetime
    reason: str = ""


@dataclass(frozen=True)
class RecordView:
    """A record as displayed: values by field, and the fields that are in conflict."""

    id: str
    kind: str
    parent: str
    inspection: str
    author: str
    device: str
    happened: datetime
    written: datetime
    reconstructed: bool
    fields: Mapping[str, str]
    conflicts: tuple[str, ...] = ()
    edited: bool = False
    """A value was changed after the record was first written."""
    blind: bool = False
    """Its answers are kept from this person, who reads the same case file (services/blindness)."""

    def get(self, name: str, default: str = "") -> str:
        return self.fields.get(name, default)

    @property
    def withdrawn(self) -> bool:
        return self.fields.get("withdrawn") == "true"


@dataclass(frozen=True)
class DraftKey:
    record: str
    field: str


@dataclass(frozen=True)
class Draft:
    """Unfinished typing. `about` is the record's parent, so that a note not yet begun knows its visit."""

    key: DraftKey
    about: str
    kind: str
    value: str
    begun: datetime
    saved: datetime


@dataclass(frozen=True)
class VisitCard:
    """One visit in a list."""

    id: str
    inspection: str
    station: str
    force: str
    begun: datetime
    closed: bool
    notes: int
    conflicts: int
    unsent: int
    parts: tuple[str, ...] = ()
    """The visits that are shown as this one, itself the first of them."""


@dataclass(frozen=True)
class VisitTally:
    """What a list of visits counts: notes, fields in conflict, and entries that nobody was sent yet."""

    notes: int = 0
    conflicts: int = 0
    unsent: int = 0


@dataclass(frozen=True)
class TimelineItem:
    """One row of a visit's timeline; `text` is what was written, or a short account of the record."""

    id: str
    kind: str
    happened: datetime
    written: datetime
    author: str
    """The person's name."""
    mine: bool
    text: str
    label: str = ""
    """Ordinal such as C1 or C1a for contacts; file name for attachments."""
    edited: bool = False
    reconstructed: bool = False
    withdrawn: bool = False
    conflict: bool = False
    attachments: int = 0
    written_kind: str = ""
    """What a note is: note, observation, said, question, action; "" for other records."""
    verbatim: bool = False
    flagged: bool = False


@dataclass(frozen=True)
class AttachmentCard:
    id: str
    parent: str
    name: str
    media_type: str
    size: int
    """Bytes of the plain file."""
    digest: str
    """SHA-256 of the sealed blob, hex."""
    caption: str
    added: datetime
    present: bool


@dataclass(frozen=True)
class Conflict:
    """Two or more values for one field of one record, in the order of the journal; the last is displayed."""

    record: str
    kind: str
    field: str
    visit: str
    """The visit it belongs to, or "" ."""
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Comment:
    """A remark on a record, or on the field `about`; one that asks waits until it is done."""

    id: str
    record: str
    about: str
    text: str
    author: str
    """The person's name."""
    happened: datetime
    asks: bool
    done: bool


@dataclass(frozen=True)
class SearchHit:
    record: str
    kind: str
    visit: str
    field: str
    snippet: str
    """Plain text; the matches are between U+2402 and U+2403."""
    happened: datetime


@dataclass(frozen=True)
class Recipient:
    """Somebody a bundle may be sealed for."""

    person: str
    name: str
    roles: tuple[str, ...]
    devices: int
    held_back: tuple[HeldBack, ...] = ()
    """What this person may not hold, so that no bundle for them carries it."""


@dataclass(frozen=True)
class Sealed:
    """What a seal made."""

    path: str
    bundle: str
    entries: int
    attachments: int
    size: int
    recipients: tuple[str, ...]
    """Names."""
    missing: int = 0
    """Attachments that belong to it but are not on this laptop, and so not in it."""
    held_back: tuple[str, ...] = ()
    """Sentences: what was left out because not everybody it is for may hold it, and why."""


@dataclass(frozen=True)
class Received:
    """A plain account of what came in."""

    bundle: str
    sender: str
    created: datetime
    new_entries: int
    known_entries: int
    new_records: Mapping[str, int] = field(default_factory=dict)
    """Count by kind."""
    changed_records: int = 0
    conflicts: int = 0
    """Fields in conflict after this bundle that were not before."""
    quarantined: Mapping[str, int] = field(default_factory=dict)
    """Count by reason."""
    attachments: int = 0
    already_received: bool = False
    gaps: int = 0
    forks: int = 0
    purpose: str = Purpose.ENTRIES


@dataclass(frozen=True)
class OutboxState:
    """What has not been sealed for anybody yet."""

    entries: int
    oldest: datetime | None
    last_sealed: datetime | None


@dataclass(frozen=True)
class VaultPlace:
    """A vault on this laptop: the folder it is in, and the nickname to show (never the path)."""

    folder: str
    nickname: str


@dataclass(frozen=True)
class Inspection:
    id: str
    title: str
    marking: str
    handling: str = ""
