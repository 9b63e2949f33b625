"""The kinds of record, and which form, scope and role each one has."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    CHAIN = "chain"
    INSPECTION = "inspection"
    FORM_SET = "form_set"
    FORM_PICTURE = "form_picture"
    VISIT = "visit"
    CONTACT = "contact"
    OBSERVATION = "observation"
    DOCUMENT = "document"
    TEST = "test"
    NOTE = "note"
    INTERVIEW = "interview"
    STAFF_FOCUS_GROUP = "staff_focus_group"
    PARTNER_FOCUS_GROUP = "partner_focus_group"
    VICTIM_FOCUS_GROUP = "victim_focus_group"
    VICTIM_INTERVIEW = "victim_interview"
    CASE_FILE_REVIEW = "case_file_review"
    ATTACHMENT = "attachment"
    MATTER = "matter"
    SAFEGUARDING_CONCERN = "safeguarding_concern"
    CONDUCT_MATTER = "conduct_matter"
    COMMENT = "comment"
    PRINT_LOG = "print_log"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    ERASURE_REQUEST = "erasure_request"
    ERASURE = "erasure"
    ERASURE_ACKNOWLEDGEMENT = "erasure_acknowledgement"
    RETENTION = "retention"
    RECEIPT = "receipt"
    WORKING_COPY = "working_copy"
    CONFLICT_OVERRIDE = "conflict_override"
    PLANNED_VISIT = "planned_visit"
    VISIT_LINK = "visit_link"


class Role(StrEnum):
    INSPECTOR = "inspector"
    LEAD = "lead"
    CENTRAL = "central"
    AUDITOR = "auditor"
    ROOT = "root"


class Scope(StrEnum):
    """Names of the sync scopes; the roster gives each an opaque id and says whose roles may hold it."""

    TEAM = "team"
    RESTRICTED = "restricted"


FORM_OF: Final = {
    Kind.VISIT: "station_visit",
    Kind.CONTACT: "contact",
    Kind.OBSERVATION: "observation",
    Kind.DOCUMENT: "document",
    Kind.TEST: "test",
    Kind.INTERVIEW: "officer_interview",
    Kind.STAFF_FOCUS_GROUP: "staff_focus_group",
    Kind.PARTNER_FOCUS_GROUP: "partner_focus_group",
    Kind.VICTIM_FOCUS_GROUP: "victim_focus_group",
    Kind.VICTIM_INTERVIEW: "victim_interview",
    Kind.CASE_FILE_REVIEW: "case_file_review",
    Kind.SAFEGUARDING_CONCERN: "safeguarding_concern",
    Kind.CONDUCT_MATTER: "conduct_matter",
}

# Who was in the room keeps what they wrote; beyond them, leaders and the centre alone. Survivors spoke to us, not to
# the laptops of officers seconded from forces. A safeguarding concern is the team's: whoever leaves last checks it.
SCOPE_OF: Final = {
    Kind.CONDUCT_MATTER: Scope.RESTRICTED,
    Kind.VICTIM_FOCUS_GROUP: Scope.RESTRICTED,
    Kind.VICTIM_INTERVIEW: Scope.RESTRICTED,
}

ERASING: Final = frozenset({Kind.ERASURE_REQUEST, Kind.ERASURE, Kind.ERASURE_ACKNOWLEDGEMENT})
UPKEEP: Final = frozenset({Kind.CHAIN, Kind.RECEIPT, Kind.WORKING_COPY})
"""Kinds that the program writes for itself."""
LOGS: Final = (
    frozenset({Kind.PRINT_LOG, Kind.CONSULTATION, Kind.DISCLOSURE, Kind.RETENTION, Kind.CONFLICT_OVERRIDE})
    | ERASING
    | UPKEEP
)
"""Kinds that tell what was done, and hold nothing of what was found."""
UNERASABLE: Final = LOGS | {Kind.INSPECTION, Kind.FORM_SET, Kind.FORM_PICTURE}
"""Kinds that no erasure destroys: what was done must stay provable, and the inspection must stay usable."""
QUIET: Final = frozenset(
    {Kind.CHAIN, Kind.RECEIPT, Kind.ERASURE_ACKNOWLEDGEMENT, Kind.CONSULTATION, Kind.DISCLOSURE}
)
"""Kinds that ask for no receipt, or two laptops would thank each other for ever; nor do they wait to be sent."""

_EVERYONE: Final = frozenset({Role.INSPECTOR, Role.LEAD, Role.CENTRAL})
_LEADERS: Final = frozenset({Role.LEAD, Role.CENTRAL})
_WRITERS: Final = {
    Kind.INSPECTION: _LEADERS,
    Kind.FORM_SET: _LEADERS,
    Kind.FORM_PICTURE: _LEADERS,
    Kind.ERASURE_REQUEST: frozenset({Role.LEAD}),
    Kind.ERASURE: frozenset({Role.CENTRAL}),
    Kind.ERASURE_ACKNOWLEDGEMENT: frozenset(Role),
    Kind.RETENTION: frozenset({Role.LEAD}),
    Kind.CONFLICT_OVERRIDE: frozenset({Role.LEAD}),
    Kind.RECEIPT: frozenset(Role),
    Kind.WORKING_COPY: frozenset(Role),
    Kind.PLANNED_VISIT: _LEADERS,
    Kind.CHAIN: frozenset(Role),
    Kind.CONSULTATION: frozenset(Role),
    Kind.DISCLOSURE: frozenset(Role),
}


def may_write(roles: frozenset[str], kind: str) -> bool:
    """Tell whether a person with these roles may write this kind; an unknown kind is nobody's to refuse."""
    return not roles.isdisjoint(_WRITERS.get(kind, _EVERYONE))  # type: ignore[call-overload]  # a str may equal a Kind


RETURNED: Final = "returned"
"""Field: why a record is with its author again."""
HANDED_IN: Final = "handed_in"
"""Field: its author has answered a return; until a lead has seen it."""
BLIND: Final = "blind:"
"""A field so begun keeps the first reader's own answer to a question that was settled."""
LASTING: Final = frozenset({Kind.SAFEGUARDING_CONCERN, Kind.CONDUCT_MATTER})
"""Kinds that nobody withdraws."""


def leads(roles: frozenset[str]) -> bool:
    return not roles.isdisjoint(_LEADERS)


def may_say(roles: frozenset[str], kind: str, field: str, value: str | None) -> bool:
    """Tell whether a person with these roles may give a field of their kind of record this value.

    Only who leads returns a record, has seen that it was handed in again, or settles what two readers found.
    """
    if field == RETURNED:
        return value is None or leads(roles)
    if field == HANDED_IN:
        return value is not None or leads(roles)
    if field == "withdrawn":
        return kind not in LASTING
    return not field.startswith(BLIND) or leads(roles)
