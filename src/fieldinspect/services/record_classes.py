"""Record classes: what is kept for how long belongs together. Periods are proposals: an inspection sets its own."""

from collections.abc import Iterable, Mapping
from typing import Final

from fieldinspect.domain.custody import Member, RetentionRule
from fieldinspect.domain.kinds import Kind

SURVIVORS: Final = "survivors"
STAFF: Final = "staff"
FILES: Final = "files"
VISITS: Final = "visits"
CONCERNS: Final = "concerns"
CONDUCT: Final = "conduct"

CLASS_OF: Final[Mapping[str, str]] = {
    Kind.VICTIM_INTERVIEW: SURVIVORS,
    Kind.VICTIM_FOCUS_GROUP: SURVIVORS,
    Kind.INTERVIEW: STAFF,
    Kind.STAFF_FOCUS_GROUP: STAFF,
    Kind.PARTNER_FOCUS_GROUP: STAFF,
    Kind.CASE_FILE_REVIEW: FILES,
    Kind.VISIT: VISITS,
    Kind.PLANNED_VISIT: VISITS,
    Kind.SAFEGUARDING_CONCERN: CONCERNS,
    Kind.CONDUCT_MATTER: CONDUCT,
}
"""The class of each kind that stands by itself; whatever hangs beneath one of them is of its class."""

DEFAULT_RULES: Final[Mapping[str, RetentionRule]] = {
    SURVIVORS: RetentionRule(3, from_publication=True),
    STAFF: RetentionRule(12, from_publication=True),
    FILES: RetentionRule(6, from_publication=True),
    VISITS: RetentionRule(12, from_publication=True),
    CONCERNS: RetentionRule(84),
    CONDUCT: RetentionRule(72),
}


DEPTH: Final = 8
"""A chain of parents longer than this is nobody's honest work."""


def classes_of(members: Iterable[Member]) -> dict[str, str]:
    """Return the class of each record, given it and those above it; "" for what hangs beneath nothing that has one."""
    here = {member.id: member for member in members}
    return {record: _class_of(record, here) for record in here}


def _class_of(record: str, here: Mapping[str, Member]) -> str:
    for _depth in range(DEPTH):
        member = here.get(record)
        if member is None:
            break
        if name := CLASS_OF.get(member.kind):
            return name
        record = member.parent
    return ""
