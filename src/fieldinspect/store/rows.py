"""Rows into tables and long lists into conditions, at the driver's speed, on either engine.

Whatever goes into a table goes through here: on PostgreSQL this is where values are sealed into their rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from fieldinspect.store.columns import POSTGRESQL, seal_of

Row = Sequence[object]


def is_central(connection: sa.Connection) -> bool:
    """Tell whether this is the centre's PostgreSQL, not a vault's own file."""
    return connection.dialect.name == POSTGRESQL


@cache
def insert_into(table: sa.Table) -> str:
    """Return the INSERT of all columns with positional parameters, as SQLite has them."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names are our own schema's


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert whole rows, in the order of the table's columns."""
    if not rows:
        return
    if is_central(connection):
        _copy(connection, table, rows)
    else:
        connection.exec_driver_sql(insert_into(table), [tuple(row) for row in rows])


def put(connection: sa.Connection, table: sa.Table, values: Mapping[str, object]) -> None:
    """Insert one row, or replace the named values of the row that has its primary key."""
    statement = upsert(connection, table, values)
    own = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in values if name not in own}
    connection.execute(statement.on_conflict_do_update(index_elements=own, set_=changed))


def upsert(connection: sa.Connection, table: sa.Table, values: Mapping[str, object]) -> Any:
    """Return the engine's own INSERT, for the caller to say what a conflict means."""
    if not is_central(connection):
        return sqlite.insert(table).values(**values)
    sealed = dict(values)
    names, row = list(values), list(values.values())
    for name in names:
        if (seal := seal_of(table.c[name], connection.dialect)) is not None:
            sealed[name] = sa.literal(seal.sealer(connection.dialect, names)(row), sa.LargeBinary)
    return postgresql.insert(table).values(**sealed)


def delete_rows(connection: sa.Connection, column: sa.Column[str], values: Iterable[str]) -> None:
    """Delete the rows of the column's table that have one of the values in it."""
    connection.execute(sa.delete(column.table).where(among(column, values)))


def delete_numbered(connection: sa.Connection, column: sa.Column[int], numbers: Sequence[int]) -> None:
    """Delete the rows of the column's table that have one of the numbers in it."""
    if is_central(connection):
        chosen: Any = column == sa.any_(sa.cast(list(numbers), postgresql.ARRAY(sa.BigInteger)))
        connection.execute(sa.delete(column.table).where(chosen))
    elif numbers:
        statement = f'DELETE FROM "{column.table.name}" WHERE "{column.name}" = ?'  # noqa: S608 - ours
        connection.exec_driver_sql(statement, [(number,) for number in numbers])


def among(column: sa.ColumnElement[str], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition that the column is one of any number of values, sent as one parameter."""
    return column.in_(listed(values))


def listed(values: Iterable[str]) -> sa.Select[tuple[str]]:
    """Return the question that has these values as its rows, in a column `value`; sent as one parameter."""
    given = _Elements(msgspec.json.encode(list(values)).decode()).table_valued("value")
    return sa.select(given.c.value)


class _Elements(FunctionElement[str]):
    """The strings of a JSON list, one row each."""

    type = sa.Text()
    inherit_cache = True


@compiles(_Elements)
def _in_sqlite(element: _Elements, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, POSTGRESQL)
def _in_postgresql(element: _Elements, compiler: Any, **options: Any) -> str:
    return f"jsonb_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS jsonb))"


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Send rows as COPY, sealed where they must be: several times as fast as INSERT."""
    names = [column.name for column in table.columns]
    seals = [
        (place, seal.sealer(connection.dialect, names))
        for place, column in enumerate(table.columns)
        if (seal := seal_of(column, connection.dialect)) is not None
    ]
    listed = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({listed}) FROM STDIN (FORMAT BINARY)') as copy,
    ):
        copy.set_types([_copied_type(column, connection) for column in table.columns])
        for row in rows:
            cells = list(row)
            for place, sealed in seals:
                cells[place] = sealed(row)
            copy.write_row(cells)


def _copied_type(column: sa.Column[Any], connection: sa.Connection) -> str:
    kind = column.type.dialect_impl(connection.dialect)
    if seal_of(column, connection.dialect) is not None or isinstance(kind, sa.LargeBinary):
        return "bytea"
    if isinstance(kind, sa.BigInteger):
        return "int8"
    return "int4" if isinstance(kind, sa.Integer) else "text"
