"""Database failures as the three families; no text of a note may ride out on an exception."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy.exc

from fieldinspect.domain.errors import BadInput, Bug, WorldFailed
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
        raise _family_of(error) from None


def _family_of(error: sqlalchemy.exc.DBAPIError) -> Exception:
    if hasattr(error.orig, "sqlstate"):
        return central_family(getattr(error.orig, "sqlstate", None))
    return _family(str(error.orig))


class DatabaseAway(WorldFailed):
    """The centre's database did not answer, or stopped in the middle: trying again later may work."""

    def __init__(self) -> None:
        super().__init__(
            _("The database cannot be reached, or was stopped. What was being done is tried again")
        )


class DatabaseRefuses(BadInput):
    """The centre's database does not let us in, or not do this."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The database does not let this key file in, or lacks a right it needs. Ask whoever runs the database"
            )
        )


def central_family(state: str | None) -> Exception:
    """Return the family of what PostgreSQL said by its code: its words may quote what a row holds."""
    code = state or "08000"  # without a code it never answered
    if code.startswith(("08", "57", "40")) or code in ("55P03", "25P03", "25P02"):
        return DatabaseAway()
    if code.startswith("53"):
        return WorldFailed(_("The database has no room left, or too many connections. Nothing was changed"))
    if code.startswith("28") or code in ("42501", "3D000"):
        return DatabaseRefuses()
    return Bug(_("The database refused a step ({words}). Nothing was changed").format(words=code))


def _family(words: str) -> Exception:
    if "full" in words:
        return DiskFull()
    if any(told in words for told in _DAMAGE):
        return DatabaseDamaged(_("This vault file is damaged. Restore it from a backup"))
    if "disk I/O" in words or "readonly" in words or "unable to open" in words:
        return WorldFailed(_("Not saved: the disk could not be written. Check it, then try again"))
    return Bug(_("The vault refused a step ({words}). Nothing was changed").format(words=words))
