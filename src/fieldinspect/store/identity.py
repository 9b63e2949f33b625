"""Whose vault this is, as the database keeps it."""

from dataclasses import asdict
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from fieldinspect.domain.views import Identity
from fieldinspect.store import schema

_NAME: Final = "identity"


def save_identity(connection: sa.Connection, identity: Identity) -> None:
    statement = insert(schema.meta).values(name=_NAME, value=msgspec.json.encode(asdict(identity)))
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": statement.excluded.value})
    )


def load_identity(connection: sa.Connection) -> Identity:
    """Return the identity; raise `KeyError` or `msgspec.DecodeError` in a database that is none of ours."""
    kept = connection.execute(sa.select(schema.meta.c.value).where(schema.meta.c.name == _NAME)).scalar()
    if kept is None:
        raise KeyError(_NAME)
    return msgspec.json.decode(kept, type=Identity)
