"""Projections: from the state of a record to rows and back. Nothing here decides; it only writes down the fold."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.kinds import LOGS, Kind
from fieldinspect.journal.fold import Head, RecordState
from fieldinspect.store import schema, search
from fieldinspect.store.rows import Row, among, delete_numbered, delete_rows, insert_rows, is_central
from fieldinspect.store.typed import TABLES, typed_row

_UNSEARCHED_KINDS: Final = frozenset({Kind.FORM_SET}) | LOGS
_UNSEARCHED_FIELDS: Final = frozenset(
    {"blob", "size", "media_type", "ordinal", "form", "about", "closed", "verbatim", "flagged", "withdrawn"}
    | {"written_kind"}
)


_PLACES: Final = (schema.named_force, schema.hanging)


def searchable(kind: str, field: str, value: str | None) -> bool:
    return bool(value) and kind not in _UNSEARCHED_KINDS and field not in _UNSEARCHED_FIELDS


def load_states(connection: sa.Connection, records: Iterable[str]) -> dict[str, RecordState]:
    """Return the stored state of each record that has one."""
    wanted = list(records)
    heads: dict[str, dict[str, list[Head]]] = defaultdict(dict)
    h = schema.head.c
    query = sa.select(h.record, h.clock, h.change, h.field, h.value, h.author, h.happened, h.reason)
    for record, *rest in connection.execute(query.where(among(h.record, wanted))):
        found = Head(*rest)
        heads[record].setdefault(found.field, []).append(found)
    states: dict[str, RecordState] = {}
    for row in connection.execute(sa.select(schema.record).where(among(schema.record.c.id, wanted))):
        fields = {name: tuple(sorted(found)) for name, found in heads[row.id].items()}
        states[row.id] = RecordState(
            row.id, row.kind, row.parent, row.inspection, row.scope, row.author, row.device,
            row.created, row.happened, bool(row.reconstructed), fields,
        )  # fmt: skip
    return states


def save_states(
    connection: sa.Connection, before: dict[str, RecordState], after: Sequence[RecordState]
) -> None:
    """Write the difference between what was stored and the new states."""
    changed = [state.id for state in after if state.id in before]
    _delete_rows(connection, changed, [before[record] for record in changed])
    removed, added = _head_changes(before, after)
    _delete_heads(connection, removed)
    _insert_heads(connection, added)
    insert_rows(connection, schema.record, [record_row(state) for state in after])
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for state in after:
        row = typed_row(state)
        if row is not None:
            by_kind[state.kind].append(row)
    for kind, rows in by_kind.items():
        insert_rows(connection, TABLES[kind], rows)


def forget(connection: sa.Connection, states: Sequence[RecordState]) -> None:
    """Remove every projected row of these records."""
    _delete_heads(connection, [(state, head) for state in states for head in all_heads(state)])
    _delete_rows(connection, [state.id for state in states], states)


def record_row(state: RecordState) -> Row:
    return (
        state.id, state.kind, state.parent, state.inspection, state.scope, state.author, state.device,
        state.created, state.happened, int(state.reconstructed), int(state.value("withdrawn") == "true"),
        len(state.conflicts()),
    )  # fmt: skip


def all_heads(state: RecordState) -> list[Head]:
    return [head for heads in state.heads.values() for head in heads]


def _head_changes(
    before: dict[str, RecordState], after: Sequence[RecordState]
) -> tuple[list[tuple[RecordState, Head]], list[tuple[RecordState, Head]]]:
    removed: list[tuple[RecordState, Head]] = []
    added: list[tuple[RecordState, Head]] = []
    for state in after:
        old = before.get(state.id)
        if old is None:
            added.extend((state, head) for head in all_heads(state))
            continue
        if old.kind != state.kind:  # what is searched depends on the kind
            removed.extend((old, head) for head in all_heads(old))
            added.extend((state, head) for head in all_heads(state))
            continue
        for field in old.heads.keys() | state.heads.keys():
            were, are = old.heads.get(field, ()), state.heads.get(field, ())
            if were != are:
                removed.extend((old, head) for head in were if head not in are)
                added.extend((state, head) for head in are if head not in were)
    return removed, added


def _insert_heads(connection: sa.Connection, added: Sequence[tuple[RecordState, Head]]) -> None:
    if not added:
        return
    first = connection.execute(sa.select(sa.func.coalesce(sa.func.max(schema.head.c.id), 0))).scalar_one() + 1
    rows: list[Row] = []
    words: list[tuple[int, str]] = []
    for row_id, (state, head) in enumerate(added, first):
        rows.append(
            (
                row_id,
                state.id,
                head.field,
                head.change,
                head.value,
                head.clock,
                head.author,
                head.happened,
                head.reason,
            )
        )
        if head.value and searchable(state.kind, head.field, head.value):
            words.append((row_id, head.value))
    insert_rows(connection, schema.head, rows)
    search.add(connection, words)


def _delete_heads(connection: sa.Connection, removed: Sequence[tuple[RecordState, Head]]) -> None:
    if not removed:
        return
    h = schema.head.c
    stored = sa.select(h.id, h.record, h.field, h.change).where(
        among(h.record, {one.id for one, _head in removed})
    )
    places = {(row.record, row.field, row.change): row.id for row in connection.execute(stored)}
    found = [(places[state.id, head.field, head.change], state.kind, head) for state, head in removed]
    words = [
        (row_id, head.value)
        for row_id, kind, head in found
        if head.value and searchable(kind, head.field, head.value)
    ]
    search.remove(connection, words)
    delete_numbered(connection, h.id, [row_id for row_id, _kind, _head in found])


def _delete_rows(connection: sa.Connection, records: Sequence[str], states: Sequence[RecordState]) -> None:
    if not records:
        return
    delete_rows(connection, schema.record.c.id, records)
    by_kind: dict[str, list[str]] = defaultdict(list)
    for state in states:
        if state.kind in TABLES:
            by_kind[state.kind].append(state.id)
    for kind, ids in by_kind.items():
        delete_rows(connection, TABLES[kind].c.record, ids)


def destroy(connection: sa.Connection, records: Sequence[str]) -> None:
    """Remove every projected row of these records at once, and leave none of their words in any page."""
    r, h = schema.record.c, schema.head.c
    kinds = dict(iter(connection.execute(sa.select(r.id, r.kind).where(among(r.id, records)))))
    found = connection.execute(
        sa.select(h.id, h.record, h.field, h.value).where(among(h.record, records))
    ).all()
    words = [
        (row.id, row.value) for row in found if searchable(kinds.get(row.record, ""), row.field, row.value)
    ]
    search.destroy(connection, words)
    connection.execute(sa.delete(schema.head).where(among(h.record, records)))
    connection.execute(sa.delete(schema.record).where(among(r.id, records)))
    for kind in set(kinds.values()) & TABLES.keys():
        table = TABLES[kind]
        connection.execute(sa.delete(table).where(among(table.c.record, records)))


def clear(connection: sa.Connection) -> None:
    """Remove every projected row; the journal stays."""
    search.clear(connection)
    for table in (schema.head, schema.record, schema.quarantine, *_PLACES, *TABLES.values()):
        connection.execute(sa.delete(table))


def dump(connection: sa.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return every projected row but for row numbers, sorted: what two replicas must agree on."""
    tables = {
        table.name: list(table.columns)
        for table in (schema.record, schema.erased, schema.quarantine, *_PLACES, *TABLES.values())
    }
    tables["head"] = [column for column in schema.head.columns if column.name != "id"]
    found = {
        name: sorted((tuple(row) for row in connection.execute(sa.select(*columns))), key=repr)
        for name, columns in tables.items()
    }
    found["search"] = _found_by_words(connection) if is_central(connection) else search.indexed(connection)
    return found


def _found_by_words(connection: sa.Connection) -> list[tuple[object, ...]]:
    """Return what a vault would index: where there is no index, the same rows must say the same."""
    r, h = schema.record.c, schema.head.c
    query = sa.select(h.record, h.field, h.change, h.value, r.kind).join(schema.record, r.id == h.record)
    return sorted(
        (row.record, row.field, row.change)
        for row in connection.execute(query)
        if searchable(row.kind, row.field, row.value)
    )
