"""A new central database: its roles, its tables, and what each role may do. Rules: docs/central.md.

- `<database>_owner` owns the tables and changes them with a new version; nobody logs in as it.
- `<database>_merger` merges: it adds to the journal and never takes away from it.
- `<database>_reader` counts: it sees numbers, ids and times, no ciphertext.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from fieldinspect.crypto.columns import ColumnKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.views import Identity
from fieldinspect.i18n import _
from fieldinspect.store import migrate, schema, typed
from fieldinspect.store.central.keyfile import CentralKeys
from fieldinspect.store.central.server import OLDEST, NoDriver, make_engine
from fieldinspect.store.faults import as_families, central_family
from fieldinspect.store.identity import save_identity

_VERSION: Final = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)
_KEPT_FOR_EVER: Final = frozenset({"chain", "entry", "roster", "received", "sent"})
"""Tables from which the merger cannot delete."""
_CHANGED: Final = {"entry": "UPDATE (sealed, position)", "chain": "UPDATE (clock)"}
"""What it may change in those."""
_COUNTED: Final = {
    "entry": ("position", "id", "chain", "sequence", "clock", "record", "scope"),
    "record": ("id", "kind", "parent", "inspection", "scope", "created", "withdrawn", "conflicts"),
    **dict.fromkeys(("chain", "quarantine", "received", "sent", "known", "erased", "alembic_version"), ()),
}
"""What the reader sees: columns, or whole tables."""


def roles(database: str) -> tuple[str, str, str]:
    """Return the names of owner, merger and reader."""
    return f"{database}_owner", f"{database}_merger", f"{database}_reader"


def make_central(keys: CentralKeys, admin: Mapping[str, str | int]) -> None:
    """Make the database with its roles and tables; `admin` are libpq's parameters of somebody who may.

    Raises `BadInput` where something of these names is there already, and the families of `store.faults`.
    """
    database = keys.server.database
    if not database.isascii() or not database.isidentifier() or database != database.lower():
        raise BadInput(_("Name the database with small letters, digits and underscores"))
    with _administrator({**admin, "dbname": "postgres"}) as server:
        _require_fit(server, database)
        _make_roles(server, keys)
        server.execute(
            f'CREATE DATABASE "{database}" OWNER "{database}_owner" '
            "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"  # text in the order of its bytes, as in a vault
        )
        server.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        for role in roles(database)[1:]:
            server.execute(f'GRANT CONNECT ON DATABASE "{database}" TO "{role}"')
    _make_tables({**admin, "dbname": database}, database)
    identity = Identity(
        keys.replica, "central", keys.person, keys.name, SigningKey(keys.signing).public.fingerprint, new_id()
    )
    engine = merger_engine(keys)
    try:
        with as_families(), engine.begin() as connection:
            save_identity(connection, identity)
    finally:
        engine.dispose()


def merger_engine(keys: CentralKeys) -> sa.Engine:
    """Return an engine of one session, as the role that merges."""
    parameters = keys.server.parameters(roles(keys.server.database)[1], keys.merger)
    return make_engine(parameters, ColumnKey(keys.column), one=True)


def reader_engine(keys: CentralKeys) -> sa.Engine:
    """Return an engine as the role that counts; it has no key to open anything with."""
    return make_engine(keys.server.parameters(roles(keys.server.database)[2], keys.reader), None)


@contextmanager
def _administrator(parameters: Mapping[str, Any]) -> Iterator[Any]:
    try:
        import psycopg
    except ImportError:
        raise NoDriver from None
    try:
        with psycopg.connect(**parameters, autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        raise central_family(error.sqlstate) from None


def _require_fit(server: Any, database: str) -> None:
    if server.info.server_version < OLDEST * 10_000:
        raise BadInput(_("This needs PostgreSQL {oldest} or newer").format(oldest=OLDEST))
    names = [database, *roles(database)]
    taken = server.execute(
        "SELECT datname FROM pg_database WHERE datname = ANY(%s) "
        "UNION SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)",
        (names, names),
    ).fetchall()
    if taken:
        raise BadInput(
            _("There is a database or a role called {name} already. Choose another name").format(
                name=taken[0][0]
            )
        )


def _make_roles(server: Any, keys: CentralKeys) -> None:
    owner, merger, reader = roles(keys.server.database)
    least = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    server.execute(f'CREATE ROLE "{owner}" NOLOGIN {least}')
    for role, password in ((merger, keys.merger), (reader, keys.reader)):
        # What is sent is a verifier: the password itself is in no statement and in no log of the server.
        verifier = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        server.execute(f"CREATE ROLE \"{role}\" LOGIN {least} PASSWORD '{verifier}'")
        server.execute(f"ALTER ROLE \"{role}\" SET idle_in_transaction_session_timeout = '10min'")
    server.execute(f'ALTER ROLE "{reader}" SET default_transaction_read_only = on')
    server.execute(f'GRANT "{owner}" TO CURRENT_USER')


def _make_tables(admin: Mapping[str, str | int], database: str) -> None:
    owner, merger, reader = roles(database)
    engine = make_engine(admin, None)
    try:
        with as_families(), engine.begin() as connection:
            run = connection.exec_driver_sql
            run(f'SET ROLE "{owner}"')
            run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            for role in (merger, reader):
                run(f'GRANT USAGE ON SCHEMA public TO "{role}"')
            schema.metadata.create_all(connection)
            _VERSION.create(connection)
            connection.execute(_VERSION.insert().values(version_num=migrate.HEAD))
            for statement in _grants(merger, reader):
                run(statement)
    finally:
        engine.dispose()


def _grants(merger: str, reader: str) -> Iterator[str]:
    names = {table.name for table in (*schema.metadata.tables.values(), *typed.TABLES.values())}
    for name in sorted(names - {schema.draft.name}):  # nobody types at the centre
        rights = "SELECT, INSERT, " + (_CHANGED.get(name, "") if name in _KEPT_FOR_EVER else "UPDATE, DELETE")
        yield f'GRANT {rights.rstrip(", ")} ON "{name}" TO "{merger}"'
    yield f'GRANT SELECT, DELETE ON "{schema.draft.name}" TO "{merger}"'
    yield f'GRANT SELECT ON alembic_version TO "{merger}"'
    for name, columns in _COUNTED.items():
        listed = f" ({', '.join(columns)})" if columns else ""
        yield f'GRANT SELECT{listed} ON "{name}" TO "{reader}"'
