"""Rows into tables and long lists into conditions, at the driver's speed."""

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec
import sqlalchemy as sa

Row = Sequence[object]


@cache
def insert_into(table: sa.Table) -> str:
    """Return the INSERT of all columns with positional parameters."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names are our own schema's


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    if rows:
        connection.exec_driver_sql(insert_into(table), [tuple(row) for row in rows])


def among(column: sa.ColumnElement[str], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition that the column is one of any number of values, sent as one parameter."""
    given = sa.func.json_each(msgspec.json.encode(list(values)).decode()).table_valued("value")
    return column.in_(sa.select(given.c.value))
