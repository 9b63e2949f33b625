"""The vault that remembers outside itself how far it came, and says so when it is behind (docs/formats/anchor.md)."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from fieldinspect.domain.durability import LossReport
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Identity
from fieldinspect.store import entries, heads
from fieldinspect.store.anchor import Anchor, Copy
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.chained import ChainedVault
from fieldinspect.store.pen import Pen
from fieldinspect.store.writing import Scribe


class GuardedVault(ChainedVault):
    """Keeps the anchor behind every act, and the accounts of what went missing."""

    def __init__(
        self, engine: sa.Engine, blobs: BlobFolder, identity: Identity, pen: Pen, anchor: Anchor
    ) -> None:
        super().__init__(engine, blobs, identity, pen)
        self._anchor = anchor
        self._owed: LossReport | None = None
        self.account: LossReport | None = None
        """What was found missing when this vault was opened, for the screen to tell at once."""

    @property
    def anchor_trouble(self) -> WorldFailed | None:
        """Why the anchor could not be written, None when it stands. What was written in the vault is saved anyway."""
        return self._anchor.trouble

    def anchor_copies(self) -> list[Copy]:
        """Read every copy of the anchor."""
        return self._anchor.copies()

    def losses(self) -> list[LossReport]:
        kept = super().losses()
        return kept if self._owed is None else [*kept, self._owed]

    def keep_anchor(self) -> None:
        """Bring the anchor up to the database, as after a crash between the two."""
        if self._owed is not None:
            return  # as long as the account is not written down, the anchor must go on saying what is missing
        with self._transaction() as connection:
            reached = heads.read_heads(connection, self._identity)
        self._anchor.keep(reached)

    def begin_again(self, account: LossReport) -> None:
        """Go on in a new incarnation, with the account of why; a disk that is full stops nobody from reading."""
        self.account = self._owed = account
        try:
            self._settle()
            if self._shelf.current is not None:
                self._begin_chain(self._shelf.current)
        except (WorldFailed, BadInput):
            return  # what is owed comes before the next act, and its refusal is told then

    def _begin_chain(self, roster: Roster) -> None:
        with self._act() as connection:
            scribe = Scribe(connection, self._pen, roster)
            scribe.write(entries.Chains(connection), [self._chain_start(connection, roster, self._now())])
        self._pen = scribe.pen

    @contextmanager
    def _act(self) -> Iterator[sa.Connection]:
        """Lend a transaction for something that must never go missing unnoticed."""
        self._settle()
        with self._transaction() as connection:
            yield connection
            reached = heads.read_heads(connection, self._identity)
        self._anchor.keep(reached)

    def _settle(self) -> None:
        if self._owed is None:
            return
        with self._transaction() as connection:
            begun = self._new_incarnation(connection, self._owed)
        self._identity, self._pen = begun
        self._owed = None
