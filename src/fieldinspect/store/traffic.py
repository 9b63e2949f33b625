"""What came in, what went out, and what each device is known to hold."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.custody import MergedBundle, PostedBundle
from fieldinspect.domain.kinds import QUIET
from fieldinspect.domain.views import OutboxState
from fieldinspect.services.ports import Receipt, SentBundle
from fieldinspect.store import lineage, reading, schema
from fieldinspect.store.rows import insert_rows, upsert

ANYBODY: Final = ""
"""The holder under which it is kept what was sealed for anyone at all."""

HEADER: Final = ""
"""The scope under which it is kept what went without its body."""

TEAM_LIST: Final = "team-list"
"""The scope under which the version of the team list that went is kept, in place of a position."""


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
        frozenset(since), since, _read(row.withheld), _read(row.regained),
    )  # fmt: skip


def _read(said: str) -> frozenset[str]:
    return frozenset(msgspec.json.decode(said, type=list[str])) if said else frozenset()


def _listed(records: Sequence[str]) -> str:
    return msgspec.json.encode(records).decode() if records else ""


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
            withheld=_listed(sent.withheld),
            regained=_listed(sent.regained),
        )
    )
    for holder in dict.fromkeys((*sent.devices, ANYBODY)):
        _holds(connection, holder, sent)
        _was_sent(connection, holder, TEAM_LIST, sent.team_list)


def unsend(connection: sa.Connection, bundle: str) -> None:
    """Forget a bundle that went nowhere: what was in it waits again for everybody it was for.

    What went to them since goes once more: coming twice does no harm.
    """
    k = schema.known.c
    posted = posted_bundles(connection)
    one = next(one for one in posted if one.bundle == bundle)
    before = {HEADER: max(one.since.values(), default=0), TEAM_LIST: 0, **one.since}
    for device in one.devices:
        for scope, position in before.items():
            mark = sa.and_(k.holder == device, k.scope == scope, k.position > position)
            connection.execute(sa.update(schema.known).where(mark).values(position=position))
        for scope, until in one.since.items():
            for root in one.regained:
                again = {"holder": device, "scope": scope, "root": root, "since": 0, "until": until}
                connection.execute(upsert(connection, schema.owed, again).on_conflict_do_nothing())
    connection.execute(sa.delete(schema.sent).where(schema.sent.c.bundle == bundle))
    forget(connection, ANYBODY)
    for left in posted:
        if left is not one:
            _holds(connection, ANYBODY, left)


def _holds(connection: sa.Connection, holder: str, sent: SentBundle | PostedBundle) -> None:
    _owe(connection, holder, sent)
    for scope in (*sent.scopes, HEADER):
        _was_sent(connection, holder, scope, sent.position)


def _owe(connection: sa.Connection, holder: str, sent: SentBundle | PostedBundle) -> None:
    """Write down what a holder was not sent of these scopes, and that what they were owed is with them."""
    o = schema.owed.c
    before = sent_to_all(connection, [holder])
    mine = sa.and_(o.holder == holder, o.scope.in_(sorted(sent.scopes)))
    known = {
        (row.scope, row.root): row.since for row in connection.execute(sa.select(schema.owed).where(mine))
    }
    connection.execute(sa.delete(schema.owed).where(mine))
    rows = [
        (holder, scope, root, known.get((scope, root), before.get(scope, 0)), sent.position)
        for scope in sorted(sent.scopes)
        for root in sent.withheld
    ]
    insert_rows(connection, schema.owed, rows)


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
    for table in (schema.known, schema.owed):
        connection.execute(sa.delete(table).where(table.c.holder == device))


def next_bundle(connection: sa.Connection) -> tuple[int, str]:
    row = connection.execute(
        sa.select(schema.sent.c.sequence, schema.sent.c.bundle)
        .order_by(schema.sent.c.sequence.desc())
        .limit(1)
    ).first()
    return (row.sequence + 1, row.bundle) if row else (1, "")


def whole(scopes: Collection[str], withheld: sa.Select[Any] | None = None) -> sa.ColumnElement[bool]:
    """Return the condition that an entry may leave with its body for somebody who may hold these scopes.

    `withheld` asks for the records that they may not hold all the same.
    """
    e, h = schema.entry.c, schema.holding.c
    # Asked entry by entry: the set of all that is held is far greater than what most bundles look at.
    held = sa.exists().where(h.record == e.record, h.scope.in_(sorted(scopes)))
    return held if withheld is None else sa.and_(held, e.record.not_in(withheld))


def lacking(
    scopes: Collection[str],
    sent: Mapping[str, int],
    withheld: sa.Select[Any] | None = None,
    regained: sa.Select[Any] | None = None,
    until: int = 0,
) -> sa.ColumnElement[bool]:
    """Return the condition that picks what a holder of these scopes was not sent yet.

    `regained` asks for the records that were withheld from them before: all of these up to `until` are lacking.
    """
    e, h = schema.entry.c, schema.holding.c
    headers = sent.get(HEADER, 0)
    scope = sa.select(h.scope).where(h.record == e.record).scalar_subquery()
    mark: sa.ColumnElement[int] = sa.literal(headers)
    if scopes:
        mark = sa.case({one: sent.get(one, 0) for one in sorted(scopes)}, value=scope, else_=headers)
    if withheld is not None:
        mark = sa.case((e.record.in_(withheld), headers), else_=mark)
    # Below the least mark everything was sent: it is not looked at again.
    floor = min((sent.get(one, 0) for one in (*scopes, HEADER)), default=0)
    later = sa.and_(e.position > floor, e.position > mark)
    if regained is None:
        return later
    again = sa.and_(e.record.in_(regained), whole(scopes, withheld), e.position <= until)
    return e.position.in_(sa.union(sa.select(e.position).where(later), sa.select(e.position).where(again)))


def owed(connection: sa.Connection, holders: Collection[str], scopes: Collection[str]) -> dict[str, int]:
    """Return what was withheld from any of these holders within the scopes: by root, up to which position."""
    o = schema.owed.c
    query = sa.select(o.root, sa.func.max(o.until)).where(o.holder.in_(holders), o.scope.in_(sorted(scopes)))
    return {row[0]: row[1] for row in connection.execute(query.group_by(o.root))}


def unsent(connection: sa.Connection, device: str, scopes: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that picks this device's entries whose body nobody was sent, save logs and receipts.

    `scopes` are those of the team list.
    """
    e, c = schema.entry.c, schema.chain.c
    sent = sent_to_all(connection, [ANYBODY])
    gone = [
        sa.and_(whole([scope]), e.position <= position)
        for scope, position in sent.items()
        if scope not in (HEADER, TEAM_LIST)
    ]
    r = schema.record.c
    quiet = sa.exists().where(r.id == e.record, r.kind.in_(sorted(QUIET)))
    # "+ 0" keeps the index of chains out: most of one's own went long ago, and positions lead to what did not.
    own = sa.and_((e.chain + 0).in_(sa.select(c.id).where(c.device == device)), ~quiet)
    if not gone:
        return own
    # Below the least mark everything is gone: what was sent long ago is not looked at again.
    floor = min((sent.get(scope, 0) for scope in scopes), default=0)
    left = sa.and_(own, e.position > floor, sa.not_(sa.or_(*gone)))
    kept = _kept_from_anybody(connection)
    if kept is None:
        return left
    # Two halves, so that neither keeps the other from its index.
    return e.position.in_(sa.union_all(sa.select(e.position).where(left), kept.where(own)))


def _kept_from_anybody(connection: sa.Connection) -> sa.Select[tuple[int]] | None:
    """Return the question for what was passed by because nobody it was sealed for might hold it: its positions."""
    e, o, h = schema.entry.c, schema.owed.c, schema.holding.c
    roots = connection.execute(sa.select(o.root).where(o.holder == ANYBODY).distinct()).scalars().all()
    if not roots:
        return None
    below = lineage.beneath(connection, roots)
    place = e.position + 0  # by its index, the entries between would be gone through for each root
    return (
        sa.select(e.position)
        .join(below, below.c.record == e.record)
        .join(schema.owed, sa.and_(o.holder == ANYBODY, o.root == below.c.root))
        .join(schema.holding, sa.and_(h.record == e.record, h.scope == o.scope))
        .where(place > o.since, place <= o.until)
    )


def outbox(connection: sa.Connection, where: sa.ColumnElement[bool]) -> OutboxState:
    e = schema.entry.c
    count, oldest = connection.execute(sa.select(sa.func.count(), sa.func.min(e.clock)).where(where)).one()
    last = connection.execute(sa.select(sa.func.max(schema.sent.c.created))).scalar_one()
    return OutboxState(
        count,
        reading.when(oldest) if oldest is not None else None,
        datetime.fromisoformat(last) if last else None,
    )
