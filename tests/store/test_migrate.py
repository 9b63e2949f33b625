"""Fresh equals migrated, and a newer vault is a sentence."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.slots import NewerVault
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import VaultPlace
from fieldinspect.services import capture, reading
from fieldinspect.store import migrate, schema, typed
from fieldinspect.store.door import Door
from fieldinspect.store.engine import make_engine
from tests.shared import ROOT
from tests.team import NOW, PASSPHRASE

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


def test_a_vault_of_the_first_version_opens_and_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(ROOT / "tests" / "data" / "vault-0001", tmp_path / "vault-0001")
    place = VaultPlace(str(tmp_path / "vault-0001"), "old")
    vault = Door(tmp_path, FLOOR_COST).open(place, PASSPHRASE)
    try:
        with vault._transaction() as connection:
            assert migrate.version(connection) == migrate.HEAD
        (visit,) = vault.of_kind(Kind.VISIT)
        assert [item.text for item in reading.timeline(vault, visit.id)] == ["Posters from 2011", ""]
        (attachment,) = reading.attachments(vault, visit.id)
        with vault.open_blob(attachment.id, attachment.digest) as opened:
            assert opened.read() == b"a poster"
        assert (vault.erased(), vault.removed(), vault.merged_bundles()) == ({}, {}, [])
        assert vault.rebuild()
        assert vault.examine_chains().problems == ()
        capture.add_note(vault, visit.id, "written after", happened=NOW)
    finally:
        vault.close()
