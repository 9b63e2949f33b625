"""The index of words: SQLite's own, over head.value. The centre has none: its words are sealed."""

from collections.abc import Sequence

import sqlalchemy as sa

from fieldinspect.store.rows import is_central

Words = Sequence[tuple[int, str]]
"""Head row and text."""


def add(connection: sa.Connection, words: Words) -> None:
    if words and not is_central(connection):
        connection.exec_driver_sql("INSERT INTO search(rowid, value) VALUES (?, ?)", list(words))


def remove(connection: sa.Connection, words: Words) -> None:
    """Take words out; the text must be the one that was put in."""
    if words and not is_central(connection):
        delete = "INSERT INTO search(search, rowid, value) VALUES ('delete', ?, ?)"
        connection.exec_driver_sql(delete, list(words))


def destroy(connection: sa.Connection, words: Words) -> None:
    """Delete words and write the index anew without them.

    FTS5's secure-delete clears postings one by one, which is slow, and leaves words in `search_idx` that part one page
    from the next: measured. An index of one segment is never rewritten, so a row of no meaning makes it two.
    """
    if not words or is_central(connection):
        return
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
    if not is_central(connection):
        connection.exec_driver_sql("INSERT INTO search(search) VALUES ('delete-all')")


def indexed(connection: sa.Connection) -> list[tuple[object, ...]]:
    """Return (record, field, change) of every head that can be found by its words."""
    words = connection.exec_driver_sql(
        "SELECT head.record, head.field, head.change FROM search_docsize JOIN head ON head.id = search_docsize.id"
    )
    return sorted(tuple(row) for row in words)
