"""The audit log: who collected, altered, read, disclosed and erased what, told without a word of what was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Act(StrEnum):
    """What an entry did, in the terms of data-protection logging (Data Protection Act 2018, section 62)."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    ERASURE = "erasure"
    UPKEEP = "upkeep"
    """What the program writes for itself: a chain begun, a receipt."""
    SEALED = "sealed"
    """The body is not here, or may not be read here: that something was written is all that can be said."""


@dataclass(frozen=True)
class Trace:
    """One entry as the store tells it: no value but those of the logs themselves."""

    entry: str
    clock: int
    written: datetime
    author: str
    device: str
    sequence: int
    record: str
    kind: str = ""
    """"" when the body is not readable here."""
    parent: str = ""
    inspection: str = ""
    founding: bool = False
    fields: tuple[str, ...] = ()
    happened: datetime | None = None
    reason: str = ""
    standing: str = ""
    """Why the entry does not count, "" when it does."""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditLine:
    """One line of the log."""

    entry: str
    act: Act
    written: datetime
    person: str
    """Name."""
    device: str
    kind: str
    records: tuple[str, ...]
    """The record written, or those that were read, disclosed or erased."""
    fields: tuple[str, ...]
    details: Mapping[str, str]
    """Of a disclosure or erasure: what, to whom, under which digest. No content."""
    reason: str
    standing: str


@dataclass(frozen=True)
class AuditQuery:
    """Which lines: `since` inclusive, `until` exclusive; "" and None ask for all."""

    since: datetime | None = None
    until: datetime | None = None
    person: str = ""
    """Id."""
    record: str = ""
    acts: frozenset[Act] = frozenset()
