"""Reaching PostgreSQL: where it is, as whom, and how sure we are that it is it.

Rules held here:
1. Over a network the server proves itself by its certificate (sslmode verify-full); nothing weaker is accepted.
2. No password travels in an address, an argument or the environment: roles of ours have theirs in the key file.
3. Parameters are hidden, so that no exception and no log line carries what somebody said.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.pool import NullPool, QueuePool

from fieldinspect.crypto.columns import ColumnKey
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.i18n import _
from fieldinspect.store.columns import use_key

OLDEST: Final = 15
"""PostgreSQL's own versions before leave the schema `public` open to everybody."""
_SESSION: Final = "-c lock_timeout=60s -c timezone=UTC -c search_path=public -c client_min_messages=error"


class NoDriver(WorldFailed):
    def __init__(self) -> None:
        super().__init__(
            _("What speaks to PostgreSQL is not installed here. Install this program with its part `central`")
        )


class Server(msgspec.Struct, frozen=True):
    """Where the database is: `host` is a name, an address, or the folder of a unix socket."""

    host: str
    database: str
    port: int = 5432
    root_certificate: str = ""
    """File of the authority that signed the server's certificate; "" is the system's list."""

    @property
    def is_local(self) -> bool:
        """Tell whether it is reached through a socket on this machine, which no network sees."""
        return self.host.startswith("/")

    def parameters(self, user: str, password: str = "") -> dict[str, str | int]:
        """Return libpq's connection parameters."""
        found: dict[str, str | int] = {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": user,
            "connect_timeout": 15,
            "application_name": "fieldinspect",
            "options": _SESSION,
        }
        if password:
            found["password"] = password
        if not self.is_local:
            found |= {"sslmode": "verify-full", "sslrootcert": self.root_certificate or "system"}
        return found


def read_server(said: str) -> Server:
    """Read `key=value` pairs as libpq writes them: host, port, dbname, sslrootcert; raise `BadInput`."""
    try:
        from psycopg.conninfo import conninfo_to_dict
        from psycopg.errors import ProgrammingError
    except ImportError:
        raise NoDriver from None
    try:
        given: dict[str, Any] = dict(conninfo_to_dict(said))
    except ProgrammingError:
        raise BadInput(
            _("Write where the database is as host=NAME port=5432 dbname=NAME sslrootcert=FILE")
        ) from None
    if "password" in given:
        raise BadInput(_("Leave the password out: give it in a file, or in libpq's own password file"))
    if given.get("sslmode", "verify-full") != "verify-full" and not str(given.get("host", "")).startswith(
        "/"
    ):
        raise BadInput(_("Over a network only sslmode=verify-full is safe. Leave sslmode out"))
    unknown = given.keys() - {"host", "port", "dbname", "sslrootcert", "sslmode", "user"}
    if unknown or "host" not in given or "dbname" not in given:
        raise BadInput(_("Write where the database is as host=NAME port=5432 dbname=NAME sslrootcert=FILE"))
    return Server(
        str(given["host"]),
        str(given["dbname"]),
        int(given.get("port", 5432)),
        str(given.get("sslrootcert", "")),
    )


def make_engine(
    parameters: Mapping[str, str | int], key: ColumnKey | None, *, one: bool = False
) -> sa.Engine:
    """Return an engine; with `one` it has a single session, whose locks are those of its owner."""
    for name in ("sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "psycopg"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        import psycopg
    except ImportError:
        raise NoDriver from None

    def connect() -> Any:
        return psycopg.connect(**parameters)  # type: ignore[arg-type]  # libpq's parameters, by name

    pool: dict[str, Any] = (
        {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": 1}
        if one
        else {"poolclass": NullPool}
    )
    engine = sa.create_engine("postgresql+psycopg://", creator=connect, hide_parameters=True, **pool)
    if key is not None:
        use_key(engine, key)
    return engine
