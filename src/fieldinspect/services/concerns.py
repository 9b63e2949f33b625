"""Safeguarding concerns that are open, and the conduct matters that this vault holds."""

from typing import Final

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import RecordView
from fieldinspect.services.ports import Reader
from fieldinspect.services.visits import parts

_CLOSED: Final = "/safeguarding_concern/outcome_check/closed"


def is_closed(concern: RecordView) -> bool:
    """Tell whether the outcome of a safeguarding concern was checked and found good."""
    return concern.get("closed") == "true" or concern.get(_CLOSED) == "yes"


def open_concerns(vault: Reader, visit: str = "") -> list[RecordView]:
    """Return the safeguarding concerns still open under a visit, or of the whole vault, oldest first."""
    kind = Kind.SAFEGUARDING_CONCERN
    found = vault.children_of(parts(vault, visit), [kind]) if visit else vault.of_kind(kind)
    return [view for view in found if not is_closed(view)]


def conduct_matters(vault: Reader, visit: str) -> list[RecordView]:
    """Return the conduct matters under a visit that came to this vault; whoever may not hold them has none."""
    return vault.children_of(parts(vault, visit), [Kind.CONDUCT_MATTER])
