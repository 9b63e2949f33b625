"""The kinds of record, and which form, scope and role each one has."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    CHAIN = "chain"
    INSPECTION = "inspection"
    FORM_SET = "form_set"
    VISIT = "visit"
    CONTACT = "contact"
    OBSERVATION = "observation"
    DOCUMENT = "document"
    TEST = "test"
    NOTE = "note"
    INTERVIEW = "interview"
    ATTACHMENT = "attachment"
    MATTER = "matter"
    SAFEGUARDING_CONCERN = "safeguarding_concern"
    CONDUCT_MATTER = "conduct_matter"
    COMMENT = "comment"
    PRINT_LOG = "print_log"
    ERASURE_REQUEST = "erasure_request"
    ERASURE = "erasure"


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
}

SCOPE_OF: Final = {Kind.CONDUCT_MATTER: Scope.RESTRICTED}

_EVERYONE: Final = frozenset({Role.INSPECTOR, Role.LEAD, Role.CENTRAL})
_LEADERS: Final = frozenset({Role.LEAD, Role.CENTRAL})
_WRITERS: Final = {
    Kind.INSPECTION: _LEADERS,
    Kind.FORM_SET: _LEADERS,
    Kind.ERASURE_REQUEST: _LEADERS,
    Kind.ERASURE: frozenset({Role.CENTRAL}),
    Kind.CHAIN: frozenset(Role),
}


def may_write(roles: frozenset[str], kind: str) -> bool:
    """Tell whether a person with these roles may write this kind; an unknown kind is nobody's to refuse."""
    return not roles.isdisjoint(_WRITERS.get(kind, _EVERYONE))  # type: ignore[call-overload]  # a str may equal a Kind
