"""What somebody may not hold although its scope is theirs, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    CONFLICT = "conflict"
    """A conflict of interest with the force."""
    TEAM = "team"
    """The force is inspected by teams they are not on."""
    PLAN = "plan"
    """A planned visit that others are assigned to."""
    UNKNOWN = "unknown"
    """It hangs under something that is not here, so nobody can say of which force it is."""


@dataclass(frozen=True)
class HeldBack:
    """Visits of one force that a person may not hold."""

    force: str
    """Slug; "" when none is named."""
    why: Why
    visits: int
    """Visits and planned visits."""
    others: int = 0
    """Other records that name the force themselves, such as a file review."""
