"""The vault that remembers outside itself how far it came, and says so when it is behind (docs/formats/anchor.md)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.durability import LossReport, MissingEntries
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Identity
from fieldinspect.journal.chain import ChainHead
from fieldinspect.services.ports import Write
from fieldinspect.store import entries, heads
from fieldinspect.store.anchor import Anchor, Copy
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.identity import save_identity
from fieldinspect.store.pen import Pen
from fieldinspect.store.readable import ReadableVault
from fieldinspect.store.writing import Scribe

ACCOUNT: Final = "account"
"""Field of a chain's first entry: why the chain was begun anew, as JSON."""


class GuardedVault(ReadableVault):
    """Keeps the anchor behind every act, and the accounts of what went missing."""

    def __init__(
        self, engine: sa.Engine, blobs: BlobFolder, identity: Identity, pen: Pen, anchor: Anchor
    ) -> None:
        super().__init__(engine, blobs, identity)
        self._pen = pen
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
        """Return every account of something missing that was ever given here, oldest first."""
        with self._transaction() as connection:
            kept = heads.accounts(connection)
        return kept if self._owed is None else [*kept, self._owed]

    def missing_entries(self) -> list[MissingEntries]:
        """Return the gaps in the chains of all devices: late, or lost."""
        with self._transaction() as connection:
            return heads.missing_entries(connection)

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

    def _new_incarnation(self, connection: sa.Connection, account: LossReport) -> tuple[Identity, Pen]:
        """Write down a new incarnation and why; the caller takes it over once that is committed."""
        identity = replace(self._identity, incarnation=new_id())
        save_identity(connection, identity)
        heads.keep_account(connection, account)
        return identity, replace(self._pen.begun_again(), incarnation=identity.incarnation)

    def _chain_start(self, connection: sa.Connection, roster: Roster, happened: datetime) -> Write:
        """Return the first entry of a chain: every head that is known, and why a chain before it was left."""
        known = heads.chain_heads(connection)
        changes: dict[str, str | None] = {"heads": _named(known)}
        accounts = heads.accounts(connection)
        if accounts:
            changes[ACCOUNT] = msgspec.json.encode(accounts[-1]).decode()
        record = new_record_id(self._identity.device)
        return Write(record, Kind.CHAIN, "", roster.inspection, changes, happened)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._pen.now_ms() / 1000, UTC)


def _named(known: Sequence[ChainHead]) -> str:
    return "\n".join(f"{h.device} {h.incarnation} {h.sequence} {h.entry}" for h in known)
