"""Drafts: unfinished typing, one row each, never part of the journal."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.store.schema import draft


def save(connection: sa.Connection, device: str, kept: Draft) -> None:
    values = {
        "about": kept.about,
        "kind": kept.kind,
        "value": kept.value,
        "begun": kept.begun.isoformat(),
        "saved": kept.saved.isoformat(),
    }
    place = {"record": kept.key.record, "field": kept.key.field, "device": device}
    connection.execute(
        insert(draft).values(**place, **values).on_conflict_do_update(index_elements=list(place), set_=values)
    )


def drop(connection: sa.Connection, device: str, key: DraftKey) -> None:
    connection.execute(
        sa.delete(draft).where(
            draft.c.record == key.record, draft.c.field == key.field, draft.c.device == device
        )
    )


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
