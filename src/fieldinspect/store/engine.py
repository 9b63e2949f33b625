"""The engine: one SQLCipher connection, keyed raw, exclusive, and durable at every commit.

Rules held here (design of the vault, and measured traps):
- the key reaches SQLCipher by `set_key` as 64 + 32 hex digits and is wiped at once; no SQL text ever holds it;
- `isolation_level=None` and BEGIN IMMEDIATE, or DDL survives a rollback;
- parameters are hidden, so that no exception and no log line carries note text;
- temporary tables and sorters stay in memory: on disk they would be plain text.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from fieldinspect.domain.errors import BadInput, Bug, WorldFailed
from fieldinspect.i18n import _

CACHE_KIB: Final = 64 * 1024
_MEMORY_TEMP: Final = ({"0", "2"}, 2)  # PRAGMA temp_store default or memory, in a build with TEMP_STORE=2
_PRAGMAS: Final = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA cache_size = -{CACHE_KIB}",
)


class DatabaseDamaged(BadInput):
    """The database does not open with its own key, or a page of it was changed."""


def make_engine(path: Path, key: bytes, salt: bytes) -> sa.Engine:
    """Return an engine over one exclusive connection; raise `DatabaseDamaged`.

    `key` is 32 bytes, `salt` 16. Supplying the salt keeps a flipped bit in the file's first 16 bytes harmless.
    """
    for name in ("sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)

    def connect() -> Any:
        raw = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        spelled = bytearray(b"x'" + key.hex().encode() + salt.hex().encode() + b"'")
        try:
            raw.set_key(spelled)
            _prepare(raw)
        except dbapi2.DatabaseError as error:
            raw.close()
            raise _translated(error) from None
        finally:
            spelled[:] = bytes(len(spelled))
        return raw

    engine = sa.create_engine(
        "sqlite+pysqlite://", module=dbapi2, creator=connect, poolclass=StaticPool, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "connect", _leave_transactions_to_us)
    return engine


class Stopped(WorldFailed):
    """Somebody asked for what was being done to be stopped."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Stopped, because the vault was being locked. Nothing was changed; do it again when you are back"
            )
        )


def stop_statements(engine: sa.Engine, asked: Callable[[], bool]) -> None:
    """Raise `Stopped` instead of running a statement whenever `asked` says so."""

    def stop(*_arguments: object) -> None:
        if asked():
            raise Stopped

    event.listen(engine, "before_cursor_execute", stop)


def _prepare(raw: Any) -> None:
    for pragma in _PRAGMAS:
        raw.execute(pragma)
    raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (temp_store,) = raw.execute("PRAGMA temp_store").fetchone()
    (mode,) = raw.execute("PRAGMA journal_mode").fetchone()
    if temp_store != 2 or mode != "wal":
        raise Bug(
            "This build of the database would write readable temporary files. The vault was not opened."
        )


def _translated(error: Exception) -> Exception:
    if "locked" in str(error) or "busy" in str(error):
        return WorldFailed(
            _("This vault is open in another window on this laptop. Close it there, then try again")
        )
    return DatabaseDamaged(_("This vault file is damaged. Restore it from a backup"))


def _leave_transactions_to_us(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
