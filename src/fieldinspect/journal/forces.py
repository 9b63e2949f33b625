"""Forces of a record: what it names itself, as conflicts of interest are judged by (docs/formats/journal.md, 5)."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from fieldinspect.domain.kinds import UNERASABLE
from fieldinspect.journal.entry import Body, Entry
from fieldinspect.journal.fold import Head, RecordState, fold

FORCE: Final = "force"
NONE: Final[frozenset[str]] = frozenset()
UNKNOWN: Final = "?"
"""What stands for a force that is no slug: no team's, and in nobody's conflicts."""
_SLUG: Final = re.compile(r"[a-z0-9-]{1,100}", re.ASCII)

Conflicts = Mapping[str, frozenset[str]]
"""By person, the forces that person may have nothing to do with."""


def shown(state: RecordState | None) -> frozenset[str]:
    """Return every force that a record's heads name; logs and the inspection's own records are of none."""
    if state is None or state.kind in UNERASABLE:
        return NONE
    return _values(state.heads.get(FORCE, ()))


def named(said: Iterable[tuple[Entry, Body]], conflicts: Conflicts) -> frozenset[str]:
    """Return the forces that a record names, given all its entries but for conflicts of interest.

    Whoever is conflicted with a force that was ever named here cannot take the record out of it: beside what stands,
    that counts which would stand without them.
    """
    about = [pair for pair in said if any(change.field == FORCE for change in pair[1].changes)]
    values = frozenset(change.value or "" for _entry, body in about for change in body.changes)
    others = [pair for pair in about if conflicts.get(pair[0].header.author, NONE).isdisjoint(values)]
    return shown(fold(about)) | shown(fold(others))


def _values(heads: Iterable[Head]) -> frozenset[str]:
    return frozenset(head.value if _SLUG.fullmatch(head.value) else UNKNOWN for head in heads if head.value)
