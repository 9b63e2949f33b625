"""What stands above a record, and which forces that is of; who was assigned to it."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import sqlalchemy as sa

from fieldinspect.domain.kinds import Kind
from fieldinspect.journal.fold import RecordState
from fieldinspect.journal.forces import NONE, shown
from fieldinspect.store import schema
from fieldinspect.store.rows import delete_rows, insert_rows, listed

_UP: Final = """
WITH RECURSIVE up(id) AS (
  SELECT CAST(:record AS TEXT)
  UNION
  SELECT coalesce(hanging.parent, record.parent) FROM up
  LEFT JOIN record ON record.id = up.id LEFT JOIN hanging ON hanging.record = up.id
  WHERE coalesce(hanging.parent, record.parent, '') <> '')
"""
_FORCES: Final = sa.text(
    _UP + "SELECT DISTINCT force FROM up JOIN named_force ON record = up.id"  # noqa: S608 - ours
)
ASSIGNED: Final = "assigned/"
VISIT: Final = "visit"
_ID: Final = 32
"""Characters of a record id."""
_CHAIN: Final = sa.text(_UP + "SELECT id FROM up")  # noqa: S608 - ours


class Lineage:
    """Answers which forces a record and all above it name, each asked about once: for one look at the journal."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._known: dict[str, frozenset[str]] = {"": NONE}

    def __call__(self, record: str) -> frozenset[str]:
        found = self._known.get(record)
        if found is None:
            rows = self._connection.execute(_FORCES, {"record": record}).scalars()
            found = self._known[record] = frozenset(rows)
        return found

    def is_assigned(self, plan: str, visit: str, person: str) -> bool:
        """Tell whether a plan is that of a visit and names somebody as assigned to it, now or taken off again."""
        if not plan:
            return False
        r, h = schema.record.c, schema.head.c
        query = (
            sa.select(h.field, h.value)
            .join(schema.record, r.id == h.record)
            .where(
                h.record == plan, r.kind == Kind.PLANNED_VISIT, h.field.in_((VISIT, f"{ASSIGNED}{person}"))
            )
        )
        said = {(row.field, row.value) for row in self._connection.execute(query)}
        return (VISIT, visit) in said and any(field != VISIT for field, _value in said)


def chain_of(connection: sa.Connection, record: str) -> frozenset[str]:
    """Return a record and all above it."""
    return frozenset(connection.execute(_CHAIN, {"record": record}).scalars())


def below(connection: sa.Connection, records: Collection[str]) -> sa.Select[Any]:
    """Return the question which records these are, or hang anywhere beneath them."""
    r = schema.record.c
    given = listed([*records, *_beside(connection, records)]).subquery()
    down = sa.select(given.c.value.label("id")).cte(recursive=True)
    down = down.union(sa.select(r.id).join(down, r.parent == down.c.id))
    return sa.select(down.c.id)


def beneath(connection: sa.Connection, roots: Collection[str]) -> sa.CTE:
    """Return a table of (root, record): what hangs anywhere beneath each of these, and they themselves."""
    r = schema.record.c
    wanted = frozenset(roots)
    hanging = connection.execute(sa.select(schema.hanging.c.record)).scalars().all()
    pairs = [f"{root}{root}" for root in wanted]
    pairs += [f"{root}{one}" for one in hanging for root in wanted & chain_of(connection, one)]
    given = listed(pairs).subquery()
    root, first = (sa.func.substr(given.c.value, 1, _ID), sa.func.substr(given.c.value, _ID + 1))
    down = sa.select(root.label("root"), first.label("record")).cte("beneath", recursive=True)
    return down.union(sa.select(down.c.root, r.id).join(down, r.parent == down.c.record))


def _beside(connection: sa.Connection, records: Collection[str]) -> list[str]:
    """Return what hangs beneath these records though the table of records does not say so."""
    wanted = frozenset(records)
    rows = connection.execute(sa.select(schema.hanging)).all()
    return [row.record for row in rows if not wanted.isdisjoint(chain_of(connection, row.record))]


def keep(
    connection: sa.Connection,
    states: Mapping[str, RecordState],
    named: Mapping[str, frozenset[str]],
    hanging: Mapping[str, str],
    older: Collection[str],
) -> None:
    """Write down what records name and where they hang; of those in `older` something may be written already."""
    if older:
        forget(connection, older)
    rows = [
        (record, force)
        for record in states.keys() | named.keys()
        for force in sorted(named[record] if record in named else shown(states.get(record)))
    ]
    insert_rows(connection, schema.named_force, rows)
    hidden = [
        (record, parent)
        for record, parent in hanging.items()
        if record not in states or states[record].parent != parent
    ]
    insert_rows(connection, schema.hanging, hidden)


def forget(connection: sa.Connection, records: Collection[str]) -> None:
    """Forget what was written down of these records."""
    for table in (schema.named_force, schema.hanging):
        delete_rows(connection, table.c.record, records)
