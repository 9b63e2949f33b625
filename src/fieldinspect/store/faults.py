"""Database failures as the three families; no text of a note may ride out on an exception."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy.exc

from fieldinspect.domain.errors import Bug, WorldFailed
from fieldinspect.files import DiskFull
from fieldinspect.i18n import _
from fieldinspect.store.engine import DatabaseDamaged

_DAMAGE: Final = ("malformed", "not a database", "vtable constructor failed")
"""What SQLite says of damaged pages; the last one, of those that hold the index of words."""


@contextmanager
def as_families() -> Iterator[None]:
    """Turn what the database refuses within the block into `WorldFailed`, `BadInput` or `Bug`."""
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        raise _family(str(error.orig)) from None


def _family(words: str) -> Exception:
    if "full" in words:
        return DiskFull()
    if any(told in words for told in _DAMAGE):
        return DatabaseDamaged(_("This vault file is damaged. Restore it from a backup"))
    if "disk I/O" in words or "readonly" in words or "unable to open" in words:
        return WorldFailed(_("Not saved: the disk could not be written. Check it, then try again"))
    return Bug(_("The vault refused a step ({words}). Nothing was changed").format(words=words))
