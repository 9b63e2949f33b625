"""The vault that writes a chain of its own, and keeps the accounts of what went missing from it."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.durability import LossReport, MissingEntries
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Identity
from fieldinspect.journal.chain import ChainHead
from fieldinspect.services.ports import Write
from fieldinspect.store import heads
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.identity import save_identity
from fieldinspect.store.pen import Pen
from fieldinspect.store.readable import ReadableVault

ACCOUNT: Final = "account"
"""Field of a chain's first entry: why the chain was begun anew, as JSON."""


class ChainedVault(ReadableVault):
    """Holds the pen."""

    def __init__(self, engine: sa.Engine, blobs: BlobFolder, identity: Identity, pen: Pen) -> None:
        super().__init__(engine, blobs, identity)
        self._pen = pen

    @abstractmethod
    def _act(self) -> AbstractContextManager[sa.Connection]:
        """Lend a transaction for something that must never go missing unnoticed."""

    def losses(self) -> list[LossReport]:
        """Return every account of something missing that was ever given here, oldest first."""
        with self._transaction() as connection:
            return heads.accounts(connection)

    def missing_entries(self) -> list[MissingEntries]:
        """Return the gaps in the chains of all devices: late, or lost."""
        with self._transaction() as connection:
            return heads.missing_entries(connection)

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
