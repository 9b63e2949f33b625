"""What whoever keeps the database can read: numbers, ids and times; and what they can do unnoticed: nothing."""

import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, reading
from fieldinspect.store import schema, typed
from fieldinspect.store.central.making import merger_engine, reader_engine, roles
from fieldinspect.store.central.replica import CentralReplica, open_replica
from fieldinspect.store.columns import SealedElsewhere, Unsealed, seal_of
from tests.central.cluster import Cluster
from tests.central.conftest import admit
from tests.kept_team import Post
from tests.team import NOW

FREE_TEXT = (
    "text",
    "/contact/topics",
    "/observation/what",
    "/observation/where",
    "/test/asked",
    "/document/title",
)

STATION = "Example Road"
"""The station of the visit that the kept team has."""


@pytest.fixture
def mark() -> str:
    """What every planted word begins with; in no dictionary, and nowhere else."""
    return "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _letter in range(14))


@pytest.fixture
def filled(
    reopen: Callable[..., object], postgresql: Cluster, post: Post, mark: str, tmp_path: Path
) -> CentralReplica:
    """A replica into which a lead's words were merged, each beginning with the mark."""
    lead = reopen("lead")
    replica = open_replica(postgresql.keys(f"{mark}centre"), tmp_path / "central")
    admit(lead, replica)  # type: ignore[arg-type]  # a vault
    inspection = reading.inspections(lead)[0].id  # type: ignore[arg-type]  # likewise
    visit = capture.start_visit(
        lead, inspection=inspection, station=f"{mark}station", force="gwent", happened=NOW
    )  # type: ignore[arg-type]  # likewise
    note = capture.add_note(lead, visit, f"{mark}note said the victim", happened=NOW)  # type: ignore[arg-type]  # likewise
    capture.correct(lead, note, "text", f"{mark}corrected", reason=f"{mark}reason", happened=NOW)  # type: ignore[arg-type]  # likewise
    for kind in (Kind.CONTACT, Kind.OBSERVATION, Kind.TEST, Kind.DOCUMENT, Kind.MATTER):
        fields = dict.fromkeys(FREE_TEXT, f"{mark}{kind}")
        capture.add_record(lead, kind, visit, happened=NOW, fields=fields)  # type: ignore[arg-type]  # likewise
    post.carry(lead, replica)  # type: ignore[arg-type]  # likewise
    return replica


def database(replica: CentralReplica) -> str:
    with replica._transaction() as connection:
        return str(connection.execute(sa.select(sa.func.current_database())).scalar_one())


def test_no_word_is_in_a_dump_or_in_any_file_of_the_server(
    filled: CentralReplica, postgresql: Cluster, mark: str
) -> None:
    assert f"{mark}corrected" in {one.get("text") for one in filled.of_kind(Kind.NOTE)}
    name = database(filled)
    connected = ("-h", str(postgresql.folder), "-U", "administrator")
    dump = postgresql.run("pg_dump", *connected, name)
    binary = postgresql.run("pg_dump", *connected, "--inserts", "--encoding=UTF8", name)
    postgresql.run("psql", *connected, "-d", name, "-qc", "CHECKPOINT")
    words = (mark, mark.encode().hex(), STATION.lower(), STATION.encode().hex())
    for word in words:
        assert word not in dump.lower()
        assert word not in binary.lower()
    assert "gwent" in dump  # what is counted by is plain
    files = [path for path in postgresql.data.rglob("*") if path.is_file()]
    assert any("pg_wal" in path.parts for path in files)
    searched = subprocess.run(
        ["grep", "-rlaE", f"{mark}|{STATION}", str(postgresql.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert searched.stdout == ""
    filled.close()


@pytest.mark.parametrize("column", ["value", "reason"])
def test_ciphertext_that_was_moved_to_another_row_is_refused(
    filled: CentralReplica, postgresql: Cluster, column: str
) -> None:
    name = database(filled)
    swap = (
        f"WITH two AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM head WHERE {column} IS NOT NULL LIMIT 2), "
        f"said AS (SELECT two.n, head.{column} FROM head JOIN two USING (id)) "
        f"UPDATE head SET {column} = said.{column} FROM two JOIN said ON said.n = 3 - two.n WHERE head.id = two.id"
    )
    postgresql.run("psql", "-h", str(postgresql.folder), "-U", "administrator", "-d", name, "-qc", swap)
    with pytest.raises(SealedElsewhere, match="moved from another row"), filled._transaction() as connection:
        connection.execute(sa.select(schema.head.c[column])).all()
    filled.close()


def test_a_flipped_bit_in_a_record_key_is_refused(filled: CentralReplica, postgresql: Cluster) -> None:
    flip = "UPDATE record_key SET key = set_bit(key, 100, 1 - get_bit(key, 100))"
    postgresql.run(
        "psql", "-h", str(postgresql.folder), "-U", "administrator", "-d", database(filled), "-qc", flip
    )
    with pytest.raises(SealedElsewhere):
        filled.history(filled.of_kind(Kind.NOTE)[0].id, "text")
    filled.close()


def test_no_statement_carries_words_in_the_clear(filled: CentralReplica) -> None:
    h = schema.head.c
    for statement in (
        sa.select(h.id).where(h.value == "said"),
        sa.update(schema.head).values(value="said"),
        sa.insert(schema.meta).values(name="x", value=b"said"),
    ):
        with pytest.raises((Unsealed, sa.exc.StatementError)), filled._transaction() as connection:
            connection.execute(statement)
    filled.close()


def test_every_column_of_text_is_sealed_or_named_here(filled: CentralReplica) -> None:
    """A new column of words must be sealed; one of ids, codes or times is added to what is plain."""
    with filled._transaction() as connection:
        dialect = connection.dialect
    sealed = {
        f"{table.name}.{column.name}"
        for table in schema.metadata.sorted_tables
        for column in table.columns
        if seal_of(column, dialect) is not None
    }
    assert sealed >= {
        "head.value",
        "head.reason",
        "record_key.key",
        "roster.raw",
        "meta.value",
        "draft.value",
    }
    words = {
        f"{kind}_projection.{one.name}"
        for kind, columns in typed.COLUMNS.items()
        for one in columns
        if one.words
    }
    assert words <= sealed
    assert "note_projection.text" in words
    filled.close()


def test_each_role_may_do_only_its_own(postgresql: Cluster) -> None:
    keys = postgresql.keys()
    _owner, merger, reader = roles(keys.server.database)
    refused = {
        merger: (
            "DELETE FROM entry", "UPDATE entry SET header = ''", "DELETE FROM roster", "DELETE FROM received",
            "DROP TABLE head", "CREATE TABLE mine (x int)", "TRUNCATE head", "INSERT INTO draft(record) VALUES ('x')",
            f"SET ROLE \"{keys.server.database}_owner\"", "COPY head TO PROGRAM 'cat'", "CREATE TEMP TABLE x (y int)",
        ),
        reader: (
            "SELECT * FROM head", "SELECT * FROM meta", "SELECT key FROM record_key", "SELECT raw FROM roster",
            "SELECT sealed FROM entry", "SELECT * FROM note_projection", "DELETE FROM known",
        ),
    }  # fmt: skip
    for role, make in ((merger, merger_engine), (reader, reader_engine)):
        engine = make(keys)
        for statement in refused[role]:
            with (
                engine.connect() as connection,
                pytest.raises(sa.exc.DBAPIError),
            ):
                connection.exec_driver_sql(statement)
        with engine.connect() as connection:
            assert connection.execute(sa.select(sa.func.count(schema.entry.c.id))).scalar_one() == 0
            flags = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = user"
            assert connection.exec_driver_sql(flags).scalar_one() is False
        engine.dispose()


def test_a_stranger_is_not_let_in(postgresql: Cluster) -> None:
    keys = postgresql.keys()
    other = postgresql.keys()
    for role in roles(other.server.database)[1:]:
        parameters = keys.server.parameters(role, other.merger)
        import psycopg

        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**parameters)  # type: ignore[arg-type]  # libpq's, by name
