"""What a bundle is for: its writer says so under the signature (docs/formats/bundle.md, 4)."""

from enum import StrEnum


class Purpose(StrEnum):
    ENTRIES = "entries"
    VISIT_PACK = "visit-pack"
    """What somebody needs for the visits that they are assigned to."""
    RECOVERY = "recover"
    """All that somebody may hold, for a laptop in place of a lost one."""
