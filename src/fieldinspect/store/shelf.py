"""The team lists a vault holds, from the first version to the one in force."""

from dataclasses import dataclass

import sqlalchemy as sa

from fieldinspect.domain.roster import Roster
from fieldinspect.journal import roster as rosters
from fieldinspect.store import schema
from fieldinspect.store.rows import insert_rows


@dataclass(frozen=True)
class RosterShelf:
    """Signed rosters in order; empty in a vault without an inspection."""

    signed: tuple[bytes, ...] = ()
    current: Roster | None = None
    roots: frozenset[str] = frozenset()
    """Every key that any of them let sign forms: the roots, and `form_signers`."""

    @classmethod
    def load(cls, connection: sa.Connection) -> "RosterShelf":
        kept = connection.execute(sa.select(schema.roster.c.raw).order_by(schema.roster.c.version)).scalars()
        signed = list(kept)
        return cls().with_more(rosters.read_history(rosters.write_history(signed))) if signed else cls()

    def with_more(self, more: list[tuple[Roster, bytes]]) -> "RosterShelf":
        roots = self.roots.union(*((*roster.roots, *roster.form_signers) for roster, _raw in more))
        return RosterShelf((*self.signed, *(raw for _roster, raw in more)), more[-1][0], roots)

    def history(self) -> bytes:
        """Return the team list as it travels."""
        return rosters.write_history(self.signed)


def keep(connection: sa.Connection, more: list[tuple[Roster, bytes]]) -> None:
    insert_rows(connection, schema.roster, [(roster.version, raw) for roster, raw in more])
