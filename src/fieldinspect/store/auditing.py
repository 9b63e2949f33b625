"""The journal read as an audit log, newest first, page by page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.kinds import LOGS
from fieldinspect.journal.entry import Entry, MalformedEntry, open_body, read_entry
from fieldinspect.store import schema
from fieldinspect.store.keyring import Keyring, load_keys
from fieldinspect.store.reading import when
from fieldinspect.store.rows import among

NEWEST: Final = ((1 << 63) - 1, "")
"""Later than every entry."""


def page(
    connection: sa.Connection,
    *,
    before: tuple[int, str],
    since: int,
    devices: Sequence[str],
    record: str,
    limit: int,
) -> list[Trace]:
    """Return at most `limit` traces older than `before`, a (clock, entry id), by these devices (none: by all)."""
    e, c = schema.entry.c, schema.chain.c
    query = (
        sa.select(e.header, e.signature, e.sealed)
        .where(sa.tuple_(e.clock, e.id) < sa.tuple_(*before), e.clock >= since)
        .order_by(e.clock.desc(), e.id.desc())
        .limit(limit)
    )
    if devices:
        query = query.where(e.chain.in_(sa.select(c.id).where(c.device.in_(devices))))
    if record:
        query = query.where(e.record == record)
    return _traces(connection, query)


def set_aside(connection: sa.Connection, reason: str, limit: int) -> list[Trace]:
    """Return the newest entries that do not count for this reason."""
    e, q = schema.entry.c, schema.quarantine.c
    query = (
        sa.select(e.header, e.signature, e.sealed)
        .join(schema.quarantine, q.entry == e.id)
        .where(q.reason == reason)
        .order_by(e.clock.desc(), e.id.desc())
        .limit(limit)
    )
    return _traces(connection, query)


def _traces(connection: sa.Connection, query: sa.Select[Any]) -> list[Trace]:
    found = [read_entry(*row) for row in connection.execute(query)]
    keys = load_keys(connection, {entry.header.record for entry in found})
    reasons = _reasons(connection, [entry.id for entry in found])
    founded = _founded(connection, {entry.header.record for entry in found})
    return [
        replace(
            _trace(entry, keys),
            standing=reasons.get(entry.id, ""),
            founding=founded.get(entry.header.record) == (entry.header.device, entry.header.clock),
        )
        for entry in found
    ]


def _reasons(connection: sa.Connection, ids: Sequence[str]) -> dict[str, str]:
    q = schema.quarantine.c
    rows = connection.execute(sa.select(q.entry, q.reason).where(among(q.entry, ids)))
    return {row.entry: row.reason for row in rows}


def _founded(connection: sa.Connection, records: set[str]) -> dict[str, tuple[str, int]]:
    r = schema.record.c
    rows = connection.execute(sa.select(r.id, r.device, r.created).where(among(r.id, records)))
    return {row.id: (row.device, row.created) for row in rows}


def _trace(entry: Entry, keys: Keyring) -> Trace:
    header = entry.header
    trace = Trace(
        entry.id,
        header.clock,
        when(header.clock),
        header.author,
        header.device,
        header.sequence,
        header.record,
    )
    key = keys.for_body(header.record, entry.sealed) if entry.sealed else None
    if key is None:
        return trace
    try:
        body = open_body(entry, key)
    except MalformedEntry:
        return trace
    said = {change.field: change.value for change in body.changes if change.value is not None}
    return replace(
        trace,
        kind=body.kind,
        parent=body.parent,
        inspection=body.inspection,
        fields=tuple(change.field for change in body.changes),
        happened=datetime.fromisoformat(body.happened),
        reason=body.reason,
        values=said if body.kind in LOGS else {},
    )
