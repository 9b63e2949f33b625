"""What came in, what went out, and what each device is known to hold."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from fieldinspect.domain.views import OutboxState
from fieldinspect.journal.entry import read_entry, to_line
from fieldinspect.services.ports import Receipt, SentBundle
from fieldinspect.store import reading, schema
from fieldinspect.store.entries import Chains

ANYBODY = ""
"""The holder under which the last sequence is kept that was sealed for anyone."""

Vector = Mapping[tuple[str, str], int]


def receipt(connection: sa.Connection, bundle: str) -> Receipt | None:
    row = connection.execute(sa.select(schema.received).where(schema.received.c.bundle == bundle)).first()
    return Receipt(**row._mapping) if row else None


def keep_receipt(connection: sa.Connection, kept: Receipt) -> None:
    connection.execute(sa.insert(schema.received).values(**vars(kept)))


def keep_sent(connection: sa.Connection, chains: Chains, sent: SentBundle) -> None:
    connection.execute(
        sa.insert(schema.sent).values(
            bundle=sent.bundle,
            sequence=sent.sequence,
            created=sent.created,
            devices=msgspec.json.encode(sent.devices).decode(),
            entries=sent.entries,
            digest=sent.digest,
        )
    )
    for holder in (*sent.devices, ANYBODY):
        now_holds(connection, chains, holder, sent.heads)


def now_holds(connection: sa.Connection, chains: Chains, holder: str, vector: Vector) -> None:
    """Remember that a device holds each chain at least up to the given sequence."""
    statement = insert(schema.known)
    for (device, incarnation), sequence in vector.items():
        connection.execute(
            statement.values(
                holder=holder, chain=chains.number(device, incarnation), sequence=sequence
            ).on_conflict_do_update(
                index_elements=["holder", "chain"],
                set_={"sequence": sa.func.max(schema.known.c.sequence, statement.excluded.sequence)},
            )
        )


def held_by_all(
    connection: sa.Connection, chains: Chains, devices: Sequence[str]
) -> dict[tuple[str, str], int]:
    """Return, by chain, the last sequence that every one of the devices holds."""
    k = schema.known.c
    rows = connection.execute(sa.select(k.chain, k.holder, k.sequence).where(k.holder.in_(devices))).all()
    held = {(row.holder, row.chain): row.sequence for row in rows}
    return {
        place: min((held.get((device, number), 0) for device in devices), default=0)
        for place, number in chains.items()
    }


def next_bundle(connection: sa.Connection) -> tuple[int, str]:
    row = connection.execute(
        sa.select(schema.sent.c.sequence, schema.sent.c.bundle)
        .order_by(schema.sent.c.sequence.desc())
        .limit(1)
    ).first()
    return (row.sequence + 1, row.bundle) if row else (1, "")


def outgoing_where(chains: Chains, known: Vector) -> sa.ColumnElement[bool]:
    """Return the condition that picks the entries a holder of `known` lacks."""
    e = schema.entry.c
    lacking = [
        sa.and_(e.chain == number, e.sequence > known.get(place, 0)) for place, number in chains.items()
    ]
    return sa.or_(*lacking) if lacking else sa.false()


def lines(
    connection: sa.Connection, where: sa.ColumnElement[bool], scopes: frozenset[str]
) -> Iterator[bytes]:
    """Yield entry lines in the order of the journal; bodies outside the scopes are withheld."""
    e = schema.entry.c
    query = sa.select(e.header, e.signature, e.sealed, e.scope).where(where).order_by(e.clock, e.id)
    for row in connection.execution_options(yield_per=2000).execute(query):
        entry = read_entry(row.header, row.signature, row.sealed)
        yield to_line(entry, withhold=row.scope not in scopes)


def unsent_where(chains: Chains, known: Vector, device: str) -> sa.ColumnElement[bool]:
    """Return the condition that picks this device's entries which nobody was sent."""
    e = schema.entry.c
    own = [
        sa.and_(e.chain == number, e.sequence > known.get(place, 0))
        for place, number in chains.items()
        if place[0] == device
    ]
    return sa.or_(*own) if own else sa.false()


def outbox(connection: sa.Connection, where: sa.ColumnElement[bool]) -> OutboxState:
    e = schema.entry.c
    count, oldest = connection.execute(sa.select(sa.func.count(), sa.func.min(e.clock)).where(where)).one()
    last = connection.execute(sa.select(sa.func.max(schema.sent.c.created))).scalar_one()
    return OutboxState(
        count,
        reading.when(oldest) if oldest is not None else None,
        datetime.fromisoformat(last) if last else None,
    )
