"""What the database says, as one of three families."""

import pytest
import sqlalchemy.exc

from fieldinspect.domain.errors import Bug, WorldFailed
from fieldinspect.files import DiskFull
from fieldinspect.store.engine import DatabaseDamaged
from fieldinspect.store.faults import as_families


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("database or disk is full", DiskFull),
        ("database disk image is malformed", DatabaseDamaged),
        ("file is not a database", DatabaseDamaged),
        ("vtable constructor failed: search", DatabaseDamaged),
        ("disk I/O error", WorldFailed),
        ("no such table: entry", Bug),
    ],
)
def test_each_failure_has_its_family(words: str, family: type[Exception]) -> None:
    with pytest.raises(family), as_families():
        raise sqlalchemy.exc.DatabaseError("SELECT", {}, Exception(words))
