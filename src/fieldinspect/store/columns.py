"""Column types for both engines: what a vault keeps plain inside its encrypted file is sealed one by one on PostgreSQL.

Rules held here (docs/formats/central.md):
1. What may hold somebody's words, a name or a key is ciphertext there; its associated data name table, column and row.
2. A sealed value goes in through `store.rows` alone, which knows the row. Bound any other way it raises: no query
   and no statement can carry it in the clear.
3. It comes out of any SELECT opened: the statement fetches the row's identity along with it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from fieldinspect.crypto.columns import ColumnKey
from fieldinspect.crypto.sealing import CannotOpen
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.i18n import _

POSTGRESQL: Final = "postgresql"

PLAIN: Final = sa.Text()
"""Text that is no words: ids, codes, times. Both engines order it by its bytes (central.making)."""

COUNTED: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A number that grows with the journal; SQLite's own row number only when it is called INTEGER."""

_keys: WeakKeyDictionary[Dialect, ColumnKey] = WeakKeyDictionary()


class SealedElsewhere(BadInput):
    """A value in the database does not open in its place."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A value in the database was changed, or moved from another row. Stop, keep the database as it is, and "
                "restore it from a backup or build its tables again from the journal"
            )
        )


class Unsealed(Bug):
    """A value that belongs sealed was on its way out readable."""

    def __init__(self) -> None:
        super().__init__(_("A value that must be sealed was about to be sent readable. Nothing was changed"))


def use_key(engine: sa.Engine, key: ColumnKey) -> None:
    """Have everything that passes through this engine sealed and opened with the key."""
    _keys[engine.dialect] = key


class Sealed(sa.types.TypeDecorator[Any]):
    """Ciphertext of text or bytes; `label` is "table.column", `identity` the columns that tell its row."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, label: str, identity: tuple[str, ...], is_text: bool) -> None:
        super().__init__()
        self.label = label
        self.identity = identity
        self.is_text = is_text

    def column_expression(self, column: Any) -> Any:
        """Fetch the row's identity, a zero byte and the ciphertext as one value; no text holds a zero byte here."""
        parts = [_as_text(column.table.c[name]) for name in self.identity]
        row = sa.func.convert_to(
            sa.func.concat_ws(sa.literal_column("E'\\n'"), *parts), sa.literal_column("'UTF8'")
        )
        zero: Any = sa.literal_column("'\\x00'::bytea")
        return sa.type_coerce(row.op("||")(zero).op("||")(column), self)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        raise Unsealed

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        row, _zero, sealed = bytes(value).partition(b"\0")
        try:
            plain = _keys[dialect].open(self.label, row, sealed)
        except CannotOpen:
            raise SealedElsewhere from None
        return plain.decode() if self.is_text else plain

    def sealer(self, dialect: Dialect, names: Sequence[str]) -> Callable[[Sequence[object]], bytes | None]:
        """Return what seals this column's value of a row, given the row's values in the order of these columns."""
        place = names.index(self.label.partition(".")[2])
        row_places = [names.index(name) for name in self.identity]
        seal, label = _keys[dialect].seal, self.label

        def sealed(row: Sequence[object]) -> bytes | None:
            value = row[place]
            if value is None:
                return None
            plain = value.encode() if isinstance(value, str) else value
            if not isinstance(plain, bytes):
                raise Unsealed
            return seal(label, "\n".join([_spelled(row[at]) for at in row_places]).encode(), plain)

        return sealed


def sealed_text(label: str, *identity: str) -> sa.types.TypeEngine[Any]:
    """Return the type of a column of words: text in a vault, sealed on PostgreSQL."""
    return sa.Text().with_variant(Sealed(label, identity, True), POSTGRESQL)


def sealed_bytes(label: str, *identity: str) -> sa.types.TypeEngine[Any]:
    """Return the type of a column of secret bytes: as they are in a vault, sealed on PostgreSQL."""
    return sa.LargeBinary().with_variant(Sealed(label, identity, False), POSTGRESQL)


def seal_of(column: sa.Column[Any], dialect: Dialect) -> Sealed | None:
    """Return what seals a column on this engine, None for a plain one."""
    kind = column.type.dialect_impl(dialect)
    return kind if isinstance(kind, Sealed) else None


def _as_text(column: Any) -> Any:
    if isinstance(column.type, sa.LargeBinary):
        return sa.func.encode(column, sa.literal_column("'hex'"))
    return column


def _spelled(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
