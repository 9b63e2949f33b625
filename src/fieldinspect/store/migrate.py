"""Bring a database to the version this program knows, within the caller's transaction."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from fieldinspect.crypto.slots import NewerVault

HEAD: Final = "0004"
"""The newest migration; a test holds it to the files."""

_SCRIPTS: Final = Path(__file__).parent / "migrations"


def version(connection: sa.Connection) -> str | None:
    """Return the database's version, None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    return found


def bring_up_to_date(connection: sa.Connection) -> None:
    """Run what is missing; raise `NewerVault` for a version this program does not know."""
    found = version(connection)
    if found == HEAD:
        return
    # Imported late: opening an up-to-date vault needs none of it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise NewerVault
    command.upgrade(config, HEAD)
