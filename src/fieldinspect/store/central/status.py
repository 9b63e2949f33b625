"""What is told of the centre without any key: numbers, ids and times, by the role that may see no more."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from fieldinspect.store import schema
from fieldinspect.store.central.keyfile import CentralKeys
from fieldinspect.store.central.making import reader_engine
from fieldinspect.store.faults import as_families

_LAST: Final = 5


def central_status(keys: CentralKeys) -> dict[str, Any]:
    """Return counts, the last bundles, what is set aside, and how far each device was sent what is here."""
    engine = reader_engine(keys)
    try:
        with as_families(), engine.begin() as connection:
            return _status(connection)
    finally:
        engine.dispose()


def _status(connection: sa.Connection) -> dict[str, Any]:
    e, r, q, k, s = schema.entry.c, schema.record.c, schema.quarantine.c, schema.known.c, schema.sent.c
    came = schema.received.c
    top = connection.execute(sa.select(sa.func.coalesce(sa.func.max(e.position), 0))).scalar_one()
    kinds = sa.select(r.kind, sa.func.count(r.id)).group_by(r.kind).order_by(r.kind)
    aside = sa.select(q.reason, sa.func.count()).group_by(q.reason).order_by(q.reason)
    last = sa.select(came.bundle, came.device, came.created, came.received, came.entries)
    reached = (
        sa.select(k.holder, sa.func.min(k.position))
        .where(k.holder != "")
        .group_by(k.holder)
        .order_by(k.holder)
    )
    sealed = sa.select(sa.func.count(), sa.func.max(s.created)).select_from(schema.sent)
    return {
        "entries": connection.execute(sa.select(sa.func.count(e.id))).scalar_one(),
        "records": {row.kind: row[1] for row in connection.execute(kinds)},
        "conflicts": connection.execute(
            sa.select(sa.func.coalesce(sa.func.sum(r.conflicts), 0))
        ).scalar_one(),
        "set_aside": {row.reason: row[1] for row in connection.execute(aside)},
        "bundles": connection.execute(sa.select(sa.func.count()).select_from(schema.received)).scalar_one(),
        "last_bundles": [
            dict(row) | {"lag": _seconds(row["created"], row["received"])}
            for row in connection.execute(
                last.order_by(came.received.desc(), came.digest).limit(_LAST)
            ).mappings()
        ],
        "sealed": dict(zip(("bundles", "last"), connection.execute(sealed).one(), strict=True)),
        "outstanding": {row.holder: top - row[1] for row in connection.execute(reached)},
    }


def _seconds(sealed: str, merged: str) -> int:
    """Return how long a bundle was on its way, in whole seconds, by the clocks of both ends."""
    return round((datetime.fromisoformat(merged) - datetime.fromisoformat(sealed)).total_seconds())
