"""Projections: from the state of a record to rows and back. Nothing here decides; it only writes down the fold."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.kinds import LOGS, Kind
from fieldinspect.journal.fold import Head, RecordState
from fieldinspect.store import schema
from fieldinspect.store.rows import Row, among, insert_rows
from fieldinspect.store.typed import TABLES, typed_row

_UNSEARCHED_KINDS: Final = frozenset({Kind.FORM_SET}) | LOGS
_UNSEARCHED_FIELDS: Final = frozenset(
    {"blob", "size", "media_type", "ordinal", "form", "about", "closed", "verbatim", "flagged", "withdrawn"}
    | {"written_kind"}
)


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
    words: list[Row] = []
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
        if searchable(state.kind, head.field, head.value):
            words.append((row_id, head.value))
    insert_rows(connection, schema.head, rows)
    if words:
        connection.exec_driver_sql(
            "INSERT INTO search(rowid, value) VALUES (?, ?)", [tuple(w) for w in words]
        )


def _delete_heads(connection: sa.Connection, removed: Sequence[tuple[RecordState, Head]]) -> None:
    h = schema.head.c
    for state, head in removed:
        row = connection.execute(
            sa.select(h.id, h.value).where(
                h.record == state.id, h.field == head.field, h.change == head.change
            )
        ).one()
        if searchable(state.kind, head.field, head.value):
            connection.exec_driver_sql(
                "INSERT INTO search(search, rowid, value) VALUES ('delete', ?, ?)", (row.id, row.value)
            )
        connection.execute(sa.delete(schema.head).where(h.id == row.id))


def _delete_rows(connection: sa.Connection, records: Sequence[str], states: Sequence[RecordState]) -> None:
    if not records:
        return
    connection.exec_driver_sql('DELETE FROM "record" WHERE id = ?', [(record,) for record in records])
    by_kind: dict[str, list[tuple[str]]] = defaultdict(list)
    for state in states:
        if state.kind in TABLES:
            by_kind[state.kind].append((state.id,))
    for kind, ids in by_kind.items():
        connection.exec_driver_sql(f'DELETE FROM "{TABLES[kind].name}" WHERE record = ?', ids)  # noqa: S608 - ours


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
    if words:
        _destroy_words(connection, words)
    connection.execute(sa.delete(schema.head).where(among(h.record, records)))
    connection.execute(sa.delete(schema.record).where(among(r.id, records)))
    for kind in set(kinds.values()) & TABLES.keys():
        table = TABLES[kind]
        connection.execute(sa.delete(table).where(among(table.c.record, records)))


def _destroy_words(connection: sa.Connection, words: Sequence[tuple[int, str]]) -> None:
    """Delete words and write the index anew without them.

    FTS5's secure-delete clears postings one by one, which is slow, and leaves words in `search_idx` that part one page
    from the next: measured. An index of one segment is never rewritten, so a row of no meaning makes it two.
    """
    for statement, rows in (
        ("INSERT INTO search(search, rank) VALUES ('secure-delete', 0)", None),
        ("INSERT INTO search(search, rowid, value) VALUES ('delete', ?, ?)", list(words)),
        ("INSERT INTO search(rowid, value) VALUES (-1, 'x')", None),
        ("INSERT INTO search(search) VALUES ('optimize')", None),
        ("INSERT INTO search(search, rank) VALUES ('secure-delete', 1)", None),
        ("INSERT INTO search(search, rowid, value) VALUES ('delete', -1, 'x')", None),
    ):
        connection.exec_driver_sql(statement, rows)


def clear(connection: sa.Connection) -> None:
    """Remove every projected row; the journal stays."""
    connection.exec_driver_sql("INSERT INTO search(search) VALUES ('delete-all')")
    for table in (schema.head, schema.record, schema.quarantine, *TABLES.values()):
        connection.execute(sa.delete(table))


def dump(connection: sa.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return every projected row but for row numbers, sorted: what two replicas must agree on."""
    tables = {
        table.name: list(table.columns)
        for table in (schema.record, schema.erased, schema.quarantine, *TABLES.values())
    }
    tables["head"] = [column for column in schema.head.columns if column.name != "id"]
    found = {
        name: sorted((tuple(row) for row in connection.execute(sa.select(*columns))), key=repr)
        for name, columns in tables.items()
    }
    words = connection.exec_driver_sql(
        "SELECT head.record, head.field, head.change FROM search_docsize JOIN head ON head.id = search_docsize.id"
    )
    found["search"] = sorted(tuple(row) for row in words)
    return found
