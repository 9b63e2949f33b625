"""Fold: from the entries of one record to its fields, heads and conflicts."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from fieldinspect.domain.ids import founded_by
from fieldinspect.journal.entry import Body, Entry, change_id


class Head(NamedTuple):
    """A change that nothing replaces. Tuples of it sort in the order of the journal."""

    clock: int
    change: str
    field: str
    value: str | None
    author: str
    happened: str
    reason: str


class RecordState(msgspec.Struct, frozen=True, gc=False):
    """One record as the accepted entries have it; `heads` is in the order (clock, change)."""

    id: str
    kind: str
    parent: str
    inspection: str
    scope: str
    author: str
    device: str
    created: int
    """Clock of the first entry."""
    happened: str
    reconstructed: bool
    heads: dict[str, tuple[Head, ...]]

    def value(self, field: str) -> str | None:
        """Return the displayed value: that of the head which is last in the order."""
        heads = self.heads.get(field)
        return heads[-1].value if heads else None

    def conflicts(self) -> list[str]:
        """Return the fields whose heads do not agree on one value."""
        return sorted(name for name, heads in self.heads.items() if in_conflict(heads))


def in_conflict(heads: tuple[Head, ...]) -> bool:
    return len(heads) > 1 and len({head.value for head in heads}) > 1


def fold(entries: Iterable[tuple[Entry, Body]]) -> RecordState | None:
    """Fold the accepted entries of one record, given in any order; None when there are none."""
    ordered = sorted(entries, key=lambda pair: (pair[0].header.clock, pair[0].id))
    if not ordered:
        return None
    if len(ordered) == 1:
        return opening(*ordered[0])
    state = opening(*founding(ordered))
    fields: dict[str, list[Head]] = {}
    replaced: set[tuple[str, str]] = set()
    for entry, body in ordered:
        for head, change in zip(_heads(entry, body), body.changes, strict=True):
            fields.setdefault(change.field, []).append(head)
            replaced.update((change.field, old) for old in change.replaces)
    heads = {
        name: tuple(head for head in found if (name, head.change) not in replaced)
        for name, found in fields.items()
    }
    return msgspec.structs.replace(state, heads={name: found for name, found in heads.items() if found})


def founding(ordered: Sequence[tuple[Entry, Body]]) -> tuple[Entry, Body]:
    """Return the entry that says what the record is: its founder's first, or while that is not here the first."""
    for entry, body in ordered:
        if founded_by(entry.header.record, entry.header.device):
            return entry, body
    return ordered[0]


def opening(entry: Entry, body: Body) -> RecordState:
    """Return the state of a record that has this one entry."""
    header = entry.header
    heads: dict[str, tuple[Head, ...]] = {}
    for head in _heads(entry, body):
        heads[head.field] = (*heads.get(head.field, ()), head)
    return RecordState(
        header.record,
        body.kind,
        body.parent,
        body.inspection,
        header.scope,
        header.author,
        header.device,
        header.clock,
        body.happened,
        body.reconstructed,
        heads,
    )


def extend(state: RecordState, entry: Entry, body: Body) -> RecordState:
    """Add an entry that nothing replaces yet: what a writer just wrote.

    Equal to `fold` of all entries, without opening them again.
    """
    heads = dict(state.heads)
    for head, change in zip(_heads(entry, body), body.changes, strict=True):
        kept = (old for old in heads.get(change.field, ()) if old.change not in change.replaces)
        heads[change.field] = tuple(sorted((*kept, head)))
    return msgspec.structs.replace(state, heads=heads)


def _heads(entry: Entry, body: Body) -> list[Head]:
    header = entry.header
    return [
        Head(
            header.clock,
            change_id(entry.id, index),
            change.field,
            change.value,
            header.author,
            body.happened,
            body.reason,
        )
        for index, change in enumerate(body.changes)
    ]
