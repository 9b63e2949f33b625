"""Whose vault this is, as the database keeps it."""

from dataclasses import asdict
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.views import Identity
from fieldinspect.store import schema
from fieldinspect.store.rows import put

_NAME: Final = "identity"


def save_identity(connection: sa.Connection, identity: Identity) -> None:
    put(connection, schema.meta, {"name": _NAME, "value": msgspec.json.encode(asdict(identity))})


def load_identity(connection: sa.Connection) -> Identity:
    """Return the identity; raise `KeyError` or `msgspec.DecodeError` in a database that is none of ours."""
    kept = connection.execute(sa.select(schema.meta.c.value).where(schema.meta.c.name == _NAME)).scalar()
    if kept is None:
        raise KeyError(_NAME)
    return msgspec.json.decode(kept, type=Identity)
