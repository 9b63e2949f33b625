"""Fresh equals migrated, and a newer vault is a sentence."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from fieldinspect.crypto.slots import NewerVault
from fieldinspect.store import migrate, schema, typed
from fieldinspect.store.engine import make_engine

KEY, SALT = b"k" * 32, b"s" * 16


def shape(engine: sa.Engine) -> dict[str, object]:
    """Describe every table but those that Alembic and the search index keep for themselves."""
    found = sa.inspect(engine)
    names = [name for name in found.get_table_names() if not name.startswith(("alembic", "search"))]
    return {
        name: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)],
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(str(index["column_names"]) for index in found.get_indexes(name)),
            sorted(str(unique["column_names"]) for unique in found.get_unique_constraints(name)),
        )
        for name in names
    }


@pytest.fixture
def migrated(tmp_path: Path) -> sa.Engine:
    engine = make_engine(tmp_path / "migrated.db", KEY, SALT)
    with engine.begin() as connection:
        migrate.bring_up_to_date(connection)
    return engine


def test_a_migrated_database_has_the_tables_the_code_describes(migrated: sa.Engine, tmp_path: Path) -> None:
    fresh = make_engine(tmp_path / "fresh.db", KEY, SALT)
    schema.metadata.create_all(fresh)
    assert shape(migrated) == shape(fresh)
    assert shape(migrated).keys() >= {table.name for table in typed.TABLES.values()}
    with migrated.begin() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, schema.metadata) == []


def _ours(name: str | None, type_: str, _parents: object) -> bool:
    return not (type_ == "table" and (name or "").startswith("search"))


def test_the_known_head_is_the_newest_file() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    assert scripts.get_current_head() == migrate.HEAD


def test_bringing_up_to_date_twice_changes_nothing(migrated: sa.Engine) -> None:
    before = shape(migrated)
    with migrated.begin() as connection:
        migrate.bring_up_to_date(connection)
    assert shape(migrated) == before


def test_a_newer_vault_is_refused_with_a_sentence(migrated: sa.Engine) -> None:
    with migrated.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with migrated.begin() as connection, pytest.raises(NewerVault, match="newer version"):
        migrate.bring_up_to_date(connection)


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "half.db", KEY, SALT)
    connection = engine.connect()
    transaction = connection.begin()
    migrate.bring_up_to_date(connection)
    transaction.rollback()
    connection.close()
    assert sa.inspect(engine).get_table_names() == []
