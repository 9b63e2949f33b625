"""How far a database has come, and what is missing when an anchor says that it had come further."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.durability import Cause, Heads, LossReport, MissingEntries
from fieldinspect.domain.views import Identity
from fieldinspect.journal.chain import ChainHead
from fieldinspect.journal.clock import at
from fieldinspect.store import schema
from fieldinspect.store.anchor import Anchor, State
from fieldinspect.store.pen import Pen
from fieldinspect.store.reading import when
from fieldinspect.store.rows import put

_COUNT: Final = "entries"
_LOSSES: Final = "losses"
# One statement, answered from indexes: it is asked at every opening and after every act.
_HEADS: Final = """
WITH own AS (
  SELECT sequence, id, clock FROM entry
  WHERE chain = (SELECT id FROM chain WHERE device = ? AND incarnation = ?) ORDER BY sequence DESC LIMIT 1)
SELECT coalesce((SELECT sequence FROM own), 0), coalesce((SELECT id FROM own), ''),
  coalesce((SELECT clock FROM own), 0),
  coalesce((SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM meta WHERE name = 'entries'), 0),
  coalesce((SELECT max(position) FROM entry), 0), coalesce((SELECT max(sequence) FROM sent), 0),
  (SELECT count(*) FROM received), coalesce((SELECT max(version) FROM roster), 0)
"""
_GAPS: Final = """
SELECT device, before + 1, sequence - 1 FROM (
  SELECT chain, sequence, coalesce(lag(sequence) OVER (PARTITION BY chain ORDER BY sequence), 0) AS before
  FROM entry) AS places
JOIN chain ON chain.id = places.chain WHERE sequence > before + 1 ORDER BY device, incarnation, sequence
"""


def read_heads(connection: sa.Connection, identity: Identity) -> Heads:
    """Return how far the database has come, without looking through it."""
    row = connection.exec_driver_sql(_HEADS, (identity.device, identity.incarnation)).one()
    return Heads(identity.device, identity.incarnation, *row)


def last_place(connection: sa.Connection, identity: Identity, signer: SigningKey) -> Pen:
    """Return the pen of this device, where its chain goes on."""
    e, c = schema.entry.c, schema.chain.c
    clocks = connection.execute(sa.select(c.device, c.clock)).all()
    last = connection.execute(
        sa.select(e.sequence, e.id)
        .where(e.chain == _chain(identity.device, identity.incarnation))
        .order_by(e.sequence.desc())
        .limit(1)
    ).first()
    own = max((row.clock for row in clocks if row.device == identity.device), default=0)
    sequence, previous = (last.sequence, last.id) if last else (0, "")
    pen = Pen(signer, identity.person, identity.incarnation, sequence, previous, own)
    for row in clocks:
        pen = pen.observing(row.clock)
    return pen


def was_anchored(connection: sa.Connection) -> bool:
    """Tell whether an anchor was ever kept for this database; from now on one is."""
    m = schema.meta.c
    if connection.execute(sa.select(m.name).where(m.name == _COUNT)).first() is not None:
        return True
    count = connection.execute(sa.select(sa.func.count()).select_from(schema.entry)).scalar_one()
    connection.execute(sa.insert(schema.meta).values(name=_COUNT, value=str(count).encode()))
    return False


def compare(
    connection: sa.Connection, identity: Identity, anchor: Anchor, anchored: bool, now: datetime
) -> LossReport | None:
    """Return what is missing by the anchor, None when nothing is; a database that is ahead of it is well."""
    found = read_heads(connection, identity)
    expected = next((heads for heads in anchor.expectations() if not _holds(connection, found, heads)), None)
    if expected is not None:
        return _behind(connection, found, expected, now)
    if anchor.expectations() or not anchored:
        return None
    states = {copy.state for copy in anchor.found}
    cause = next(cause for state, cause in _UNREADABLE if state in states)
    return LossReport(now, cause, found, told=_told(connection))


_UNREADABLE: Final = (
    (State.DAMAGED, Cause.DAMAGED),
    (State.FOREIGN, Cause.FOREIGN),
    (State.ABSENT, Cause.MISSING),
)


def restored(
    connection: sa.Connection, identity: Identity, anchor: Anchor, made: datetime, now: datetime
) -> LossReport:
    """Return the account of a vault that comes from a backup; another copy may know of later work."""
    account = compare(connection, identity, anchor, anchored=False, now=now)
    if account is None:
        account = LossReport(now, Cause.RESTORED, read_heads(connection, identity), told=_told(connection))
    return replace(account, cause=Cause.RESTORED, made=made)


def returned(connection: sa.Connection, identity: Identity, before: int, now: datetime) -> LossReport:
    """Return the account of work of our own that came in a bundle; `before` is how much of it was here."""
    found = read_heads(connection, identity)
    e = schema.entry.c
    here = sa.select(sa.func.count()).where(e.chain == _chain(identity.device, identity.incarnation))
    back = connection.execute(here).scalar_one() - before
    return LossReport(now, Cause.RETURNED, found, own=back, told=_told(connection))


def keep_account(connection: sa.Connection, account: LossReport) -> None:
    """Write the account down beside the earlier ones."""
    value = msgspec.json.encode([*accounts(connection), account])
    put(connection, schema.meta, {"name": _LOSSES, "value": value})


def accounts(connection: sa.Connection) -> list[LossReport]:
    """Return every account that was given here, oldest first."""
    kept = connection.execute(sa.select(schema.meta.c.value).where(schema.meta.c.name == _LOSSES)).scalar()
    return [] if kept is None else msgspec.json.decode(kept, type=list[LossReport])


def missing_entries(connection: sa.Connection) -> list[MissingEntries]:
    """Return the gaps in the chains of all devices."""
    return [MissingEntries(*row) for row in connection.exec_driver_sql(_GAPS)]


def last_places(connection: sa.Connection, device: str, before: datetime | None = None) -> list[ChainHead]:
    """Return the last entry of each chain of a device; with `before`, the last ahead of its first at that time."""
    c, e = schema.chain.c, schema.entry.c
    found = []
    chains = sa.select(c.id, c.incarnation).where(c.device == device).order_by(c.incarnation)
    for chain, incarnation in connection.execute(chains).all():
        last = sa.select(e.sequence, e.id).where(e.chain == chain).order_by(e.sequence.desc(), e.id).limit(1)
        if before is not None:
            later = sa.select(sa.func.min(e.sequence)).where(e.chain == chain, e.clock >= at(before))
            first = connection.execute(later).scalar()
            last = last if first is None else last.where(e.sequence < first)
        place = connection.execute(last).first()
        found.append(ChainHead(device, incarnation, *(place if place is not None else (0, ""))))
    return found


def held_of(connection: sa.Connection, device: str) -> int:
    """Return how many entries of a device are here."""
    c, e = schema.chain.c, schema.entry.c
    counted = sa.select(sa.func.count()).where(e.chain.in_(sa.select(c.id).where(c.device == device)))
    return int(connection.execute(counted).scalar_one())


def chain_heads(connection: sa.Connection) -> list[ChainHead]:
    """Return the last entry of every chain, by (device, incarnation)."""
    c, e = schema.chain.c, schema.entry.c
    found = []
    for chain in connection.execute(sa.select(schema.chain).order_by(c.device, c.incarnation)).all():
        last = sa.select(e.sequence, e.id).where(e.chain == chain.id)
        row = connection.execute(last.order_by(e.sequence.desc(), e.id.desc()).limit(1)).first()
        if row is not None:
            found.append(ChainHead(chain.device, chain.incarnation, row.sequence, row.id))
    return found


def _holds(connection: sa.Connection, found: Heads, expected: Heads) -> bool:
    """Tell whether the database holds at least what an anchor says it held."""
    reached = (
        found.position >= expected.position
        and found.entries >= expected.entries
        and found.sent >= expected.sent
        and found.received >= expected.received
        and found.roster >= expected.roster
    )
    if not reached or not expected.sequence:
        return reached
    e = schema.entry.c
    place = sa.select(e.id).where(
        e.chain == _chain(expected.device, expected.incarnation), e.sequence == expected.sequence
    )
    return expected.entry in set(connection.execute(place).scalars())


def _behind(connection: sa.Connection, found: Heads, expected: Heads, now: datetime) -> LossReport:
    e = schema.entry.c
    chain = _chain(expected.device, expected.incarnation)
    last = sa.select(e.sequence, e.clock).where(e.chain == chain).order_by(e.sequence.desc()).limit(1)
    there = connection.execute(last).first()
    reached = there.sequence if there else 0
    own = expected.sequence - reached
    if own <= 0 and not _has_place(connection, expected):
        own = 1  # another history stands in its place: how much of ours it replaced cannot be told
    own = max(own, 0)
    return LossReport(
        now,
        Cause.BEHIND,
        found,
        expected,
        own,
        max(expected.entries - found.entries - own, 0),
        _last_own(connection, expected.device) if own else None,
        when(expected.clock) if own else None,
        max(expected.sent - found.sent, 0),
        told=_told(connection),
    )


def _has_place(connection: sa.Connection, expected: Heads) -> bool:
    if not expected.sequence:
        return True
    e = schema.entry.c
    return connection.execute(sa.select(e.id).where(e.id == expected.entry)).first() is not None


def _last_own(connection: sa.Connection, device: str) -> datetime | None:
    c = schema.chain.c
    clock = connection.execute(sa.select(sa.func.max(c.clock)).where(c.device == device)).scalar()
    return when(clock) if clock else None


def _chain(device: str, incarnation: str) -> sa.ScalarSelect[int]:
    c = schema.chain.c
    return sa.select(c.id).where(c.device == device, c.incarnation == incarnation).scalar_subquery()


def _told(connection: sa.Connection) -> tuple[str, ...]:
    k = schema.known.c
    holders: Sequence[str] = (
        connection.execute(
            sa.select(k.holder).where(k.holder != "", k.position > 0).distinct().order_by(k.holder)
        )
        .scalars()
        .all()
    )
    return tuple(holders)
