"""What came in, what went out, and what each device is known to hold."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.custody import MergedBundle, PostedBundle
from fieldinspect.domain.kinds import QUIET
from fieldinspect.domain.views import OutboxState
from fieldinspect.journal.entry import read_entry, to_line
from fieldinspect.services.ports import Receipt, SentBundle
from fieldinspect.store import reading, schema
from fieldinspect.store.rows import upsert

ANYBODY: Final = ""
"""The holder under which it is kept what was sealed for anyone at all."""

HEADER: Final = ""
"""The scope under which it is kept what went without its body."""

_PAGE: Final = 1000


def receipt(connection: sa.Connection, digest: str) -> Receipt | None:
    r = schema.received.c
    columns = (r.bundle, r.device, r.sequence, r.previous, r.created, r.received, r.digest)
    row = connection.execute(sa.select(*columns).where(r.digest == digest)).first()
    return Receipt(*row) if row else None


def keep_receipt(connection: sa.Connection, kept: Receipt, entries: int, *, talks: bool) -> None:
    connection.execute(sa.insert(schema.received).values(**vars(kept), entries=entries, talks=int(talks)))


def merged_bundles(connection: sa.Connection) -> list[MergedBundle]:
    """Return every bundle that was merged here, oldest first."""
    r = schema.received.c
    rows = connection.execute(sa.select(schema.received).order_by(r.received, r.digest))
    return [
        MergedBundle(
            row.bundle, row.digest, row.device, row.entries, bool(row.talks),
            datetime.fromisoformat(row.received),
        )
        for row in rows
    ]  # fmt: skip


def posted_bundles(connection: sa.Connection) -> list[PostedBundle]:
    """Return every bundle that was sealed here, oldest first.

    Of those before migration 0002 nobody knows what they held.
    """
    rows = connection.execute(sa.select(schema.sent).order_by(schema.sent.c.sequence))
    return [_posted(row) for row in rows]


def _posted(row: sa.Row[tuple[object, ...]]) -> PostedBundle:
    since = msgspec.json.decode(row.scopes, type=dict[str, int]) if row.scopes else {}
    return PostedBundle(
        row.bundle, row.digest, datetime.fromisoformat(row.created),
        msgspec.json.decode(row.devices, type=tuple[str, ...]), row.entries, row.position,
        frozenset(since), since,
    )  # fmt: skip


def keep_sent(connection: sa.Connection, sent: SentBundle) -> None:
    connection.execute(
        sa.insert(schema.sent).values(
            bundle=sent.bundle,
            sequence=sent.sequence,
            created=sent.created,
            devices=msgspec.json.encode(sent.devices).decode(),
            entries=sent.entries,
            digest=sent.digest,
            position=sent.position,
            scopes=msgspec.json.encode(
                {scope: sent.since.get(scope, 0) for scope in sorted(sent.scopes)}
            ).decode(),
        )
    )
    for holder in (*sent.devices, ANYBODY):
        for scope in (*sent.scopes, HEADER):
            _was_sent(connection, holder, scope, sent.position)


def _was_sent(connection: sa.Connection, holder: str, scope: str, position: int) -> None:
    statement = upsert(connection, schema.known, {"holder": holder, "scope": scope, "position": position})
    was, now = schema.known.c.position, statement.excluded.position
    later = sa.case((was > now, was), else_=now)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["holder", "scope"], set_={"position": later})
    )


def sent_to_all(connection: sa.Connection, devices: Sequence[str]) -> dict[str, int]:
    """Return, by scope, the position up to which every one of the devices was sent what it may hold."""
    k = schema.known.c
    rows = connection.execute(sa.select(schema.known).where(k.holder.in_(devices))).all()
    by_scope: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        by_scope[row.scope][row.holder] = row.position
    return {scope: min(held.get(device, 0) for device in devices) for scope, held in by_scope.items()}


def forget(connection: sa.Connection, device: str) -> None:
    """Forget what a device was sent: it began anew, and may have lost what it had received."""
    connection.execute(sa.delete(schema.known).where(schema.known.c.holder == device))


def next_bundle(connection: sa.Connection) -> tuple[int, str]:
    row = connection.execute(
        sa.select(schema.sent.c.sequence, schema.sent.c.bundle)
        .order_by(schema.sent.c.sequence.desc())
        .limit(1)
    ).first()
    return (row.sequence + 1, row.bundle) if row else (1, "")


def whole(scopes: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that an entry may leave with its body for somebody who may hold these scopes."""
    return schema.entry.c.record.in_(_held_in(scopes))


def _held_in(scopes: Collection[str]) -> sa.Select[tuple[str]]:
    h = schema.holding.c
    return sa.select(h.record).where(h.scope.in_(sorted(scopes)))


def lacking(scopes: Collection[str], sent: Mapping[str, int]) -> sa.ColumnElement[bool]:
    """Return the condition that picks what a holder of these scopes was not sent yet."""
    e = schema.entry.c
    full = [sa.and_(whole([scope]), e.position > sent.get(scope, 0)) for scope in sorted(scopes)]
    return sa.or_(*full, sa.and_(sa.not_(whole(scopes)), e.position > sent.get(HEADER, 0)))


def page(
    connection: sa.Connection, where: sa.ColumnElement[bool], scopes: Collection[str], after: int
) -> list[tuple[int, bytes]]:
    """Return the next entry lines with their positions; bodies outside the scopes are withheld."""
    e = schema.entry.c
    query = (
        sa.select(e.position, e.header, e.signature, sa.case((whole(scopes), e.sealed)).label("sealed"))
        .where(where, e.position > after)
        .order_by(e.position)
        .limit(_PAGE)
    )
    return [
        (row.position, to_line(read_entry(row.header, row.signature, row.sealed)))
        for row in connection.execute(query)
    ]


def unsent(connection: sa.Connection, device: str, scopes: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that picks this device's entries whose body nobody was sent, save logs and receipts.

    `scopes` are those of the team list.
    """
    e, c = schema.entry.c, schema.chain.c
    sent = sent_to_all(connection, [ANYBODY])
    gone = [sa.and_(whole([scope]), e.position <= position) for scope, position in sent.items() if scope]
    r = schema.record.c
    quiet = sa.select(r.id).where(r.kind.in_(sorted(QUIET)))
    own = sa.and_(e.chain.in_(sa.select(c.id).where(c.device == device)), e.record.not_in(quiet))
    # Below the least mark everything is gone: what was sent long ago is not looked at again.
    floor = min((sent.get(scope, 0) for scope in scopes), default=0)
    return sa.and_(own, e.position > floor, sa.not_(sa.or_(*gone))) if gone else own


def outbox(connection: sa.Connection, where: sa.ColumnElement[bool]) -> OutboxState:
    e = schema.entry.c
    count, oldest = connection.execute(sa.select(sa.func.count(), sa.func.min(e.clock)).where(where)).one()
    last = connection.execute(sa.select(sa.func.max(schema.sent.c.created))).scalar_one()
    return OutboxState(
        count,
        reading.when(oldest) if oldest is not None else None,
        datetime.fromisoformat(last) if last else None,
    )
