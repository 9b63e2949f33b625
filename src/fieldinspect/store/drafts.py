"""Drafts: unfinished typing, one row each, never part of the journal."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.store.rows import put
from fieldinspect.store.schema import draft

PLACE: Final = "place"
"""Kind of the draft that says where somebody was, half-typed words and all; its value names records in its text."""


def save(connection: sa.Connection, device: str, kept: Draft) -> None:
    values = {
        "about": kept.about,
        "kind": kept.kind,
        "value": kept.value,
        "begun": kept.begun.isoformat(),
        "saved": kept.saved.isoformat(),
    }
    place = {"record": kept.key.record, "field": kept.key.field, "device": device}
    put(connection, draft, place | values)


def drop(connection: sa.Connection, device: str, key: DraftKey) -> None:
    connection.execute(
        sa.delete(draft).where(
            draft.c.record == key.record, draft.c.field == key.field, draft.c.device == device
        )
    )


def forget_places(connection: sa.Connection, records: Collection[str]) -> None:
    """Forget where somebody was when that was at one of these records."""
    found = connection.execute(sa.select(draft).where(draft.c.kind == PLACE)).all()
    for row in found:
        if any(record in row.value for record in records):
            drop(connection, row.device, DraftKey(row.record, row.field))


def load(connection: sa.Connection, device: str, about: str) -> list[Draft]:
    """Return this device's drafts, all or of one parent, oldest first."""
    query = (
        sa.select(draft)
        .where(draft.c.device == device)
        .order_by(draft.c.begun, draft.c.record, draft.c.field)
    )
    if about:
        query = query.where(draft.c.about == about)
    return [
        Draft(
            DraftKey(row.record, row.field),
            row.about,
            row.kind,
            row.value,
            datetime.fromisoformat(row.begun),
            datetime.fromisoformat(row.saved),
        )
        for row in connection.execute(query)
    ]
