"""The centre's replica: the journal and projections of a vault, in a database that several processes share.

Rules held here (docs/adr, "One merge at a time"):
1. Whoever changes the journal is alone: a lock of the session for the whole act, and in every transaction the
   proof that it is still ours. It dies with the session: nobody who lost it can commit.
2. Positions grow in the order of commits, so nothing that was sealed out can be overtaken by something lower.
3. The pen, the identity and the team list are read anew under the lock: another process may have gone on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.depots import Fetched
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Changes, Draft, DraftKey, Identity
from fieldinspect.files import private_folder
from fieldinspect.i18n import _
from fieldinspect.services.gathering import Together
from fieldinspect.services.ports import Merged, Receipt, Write
from fieldinspect.store import merging, migrate, projection, schema, traffic
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.central.keyfile import CentralKeys
from fieldinspect.store.central.making import merger_engine
from fieldinspect.store.faults import DatabaseAway, as_families
from fieldinspect.store.heads import last_place
from fieldinspect.store.identity import load_identity
from fieldinspect.store.party import Party
from fieldinspect.store.rows import among, put
from fieldinspect.store.shelf import RosterShelf
from fieldinspect.store.verify import SignatureCheck

MERGING: Final = 0x6669_0001
"""The advisory lock of whoever changes the journal."""
SENDING: Final = 0x6669_0002
"""The advisory lock of whoever seals bundles: their sequence has no gaps and no doubles."""


_CLAIM: Final = sa.text("SELECT pg_try_advisory_lock(419472, hashtext(:name))")
_UNCLAIM: Final = sa.text("SELECT pg_advisory_unlock(419472, hashtext(:name))")


class NotHere(BadInput):
    def __init__(self) -> None:
        super().__init__(_("Nobody types at the centre. Do this in a vault"))


def open_replica(keys: CentralKeys, folder: Path) -> "CentralReplica":
    """Open the centre's replica; raise `DatabaseAway`, `DatabaseRefuses`, or `BadInput` for another's database."""
    engine, signer = merger_engine(keys), SigningKey(keys.signing)
    try:
        identity = _identity(engine, signer)
        return CentralReplica(engine, keys, identity, signer, private_folder(folder))
    except BaseException:
        engine.dispose()
        raise


def _identity(engine: sa.Engine, signer: SigningKey) -> Identity:
    with as_families(), engine.begin() as connection:
        current = migrate.version(connection) == migrate.HEAD
        identity = load_identity(connection) if current else None
    if identity is None:
        raise BadInput(_("The database belongs to another version of this program"))
    if identity.device != signer.public.fingerprint:
        raise BadInput(_("This key file belongs to another database"))
    return identity


class CentralReplica(Party):
    """An open replica (services.ports.Replica). One thread of one process uses it."""

    def __init__(
        self, engine: sa.Engine, keys: CentralKeys, identity: Identity, signer: SigningKey, folder: Path
    ) -> None:
        with as_families(), engine.begin() as connection:
            pen = last_place(connection, identity, signer)
        self._held: list[int] = []
        self._session = 0
        """The server's process behind the session that holds the locks."""
        super().__init__(engine, BlobFolder(folder / "blobs"), identity, pen)
        self._receiving, self._recipients = (tuple(part) for part in zip(*keys.receiving, strict=True))
        self._safe = RecordKey(keys.safe)
        self._folder = folder
        self._checked: frozenset[str] = frozenset()

    def close(self) -> None:
        """End the session, and with it every lock and claim; the next use begins another."""
        self._engine.dispose()

    @contextmanager
    def alone(self, lock: int = MERGING) -> Iterator[None]:
        """Be the only one who does this, in this process and in all others; a block within a block is one."""
        if lock in self._held:
            yield
            return
        with as_families(), self._engine.connect() as connection:
            locked = sa.select(sa.func.pg_advisory_lock(lock), sa.func.pg_backend_pid())
            self._session = connection.execute(locked).one()[1]
            connection.commit()
        self._held.append(lock)
        try:
            self._catch_up()
            yield
        finally:
            self._held.remove(lock)
            with suppress(WorldFailed), as_families(), self._engine.connect() as connection:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(lock)))
                connection.commit()

    @contextmanager
    def checked(self, entries: frozenset[str]) -> Iterator[None]:
        """Take the signatures of these entries (ids) as verified by another process of ours."""
        self._checked = entries
        try:
            yield
        finally:
            self._checked = frozenset()

    def claim(self, names: Sequence[str]) -> list[str]:
        """Return those of the names that no other process is at work on; a claim ends with its session."""
        with as_families(), self._engine.begin() as connection:
            return [name for name in names if connection.execute(_CLAIM, {"name": name}).scalar_one()]

    def unclaim(self, names: Sequence[str]) -> None:
        with suppress(WorldFailed), as_families(), self._engine.begin() as connection:
            for name in names:
                connection.execute(_UNCLAIM, {"name": name})

    def unseen(self, destination: str, names: Sequence[str]) -> list[str]:
        """Return those of the names of which it is not known what became of them."""
        f = schema.fetched.c
        query = sa.select(f.name).where(f.destination == destination, among(f.name, names))
        with self._transaction() as connection:
            known = set(connection.execute(query).scalars())
        return [name for name in names if name not in known]

    def keep_all_seen(self, destination: str, seen: Mapping[str, Fetched], when: datetime) -> None:
        """Keep what became of bundles that were found at a destination, in one act."""
        with self._transaction() as connection:
            for name, fetched in seen.items():
                row = {
                    "destination": destination,
                    "name": name,
                    "fetched": fetched.value,
                    "at": when.isoformat(),
                }
                put(connection, schema.fetched, row)

    # What changes the journal

    def write(
        self, writes: Sequence[Write], *, promote: Sequence[DraftKey] = (), initiator: str = ""
    ) -> Changes:
        with self.alone():
            return super().write(writes, promote=promote, initiator=initiator)

    def merge(
        self,
        lines: Iterable[bytes],
        keys: Mapping[str, Sequence[bytes]],
        blobs: Mapping[str, Path],
        receipt: Receipt,
    ) -> Merged:
        with self.alone():
            if self.receipt(receipt.digest) is not None:  # another process was faster
                return Merged(0, 0, {}, 0, 0, {}, frozenset(), 0, 0)
            return super().merge(lines, keys, blobs, receipt)

    def merge_together(self, together: Sequence[Together]) -> int:
        """Merge several bundles in one transaction, with a receipt each; return how many were not here yet.

        A merge is a union: what they show is the same as if they had come one by one.
        """
        with self.alone():
            new = {one.receipt.digest: one for one in together if self.receipt(one.receipt.digest) is None}
            keys: dict[str, tuple[bytes, ...]] = {}
            for one in new.values():
                for record, given in one.keys.items():
                    keys[record] = tuple(dict.fromkeys([*keys.get(record, ()), *given]))

            def keep(connection: sa.Connection, _tally: merging.Tally) -> None:
                for one in new.values():
                    talks = merging.talks(connection, one.records)
                    traffic.keep_receipt(connection, one.receipt, len(one.lines), talks=talks)

            if new:
                self._merge(
                    chain.from_iterable(one.lines for one in new.values()), keys, {}, keep, count_gaps=False
                )
            return len(new)

    def adopt_roster(self, raw: bytes, begin: Sequence[Write] = ()) -> None:
        with self.alone():
            super().adopt_roster(raw, begin)

    def install_roster(self, raw: bytes) -> bool:
        if self._shelf.signed and raw == self._shelf.history():
            return False  # as nearly every bundle says: nobody need wait for that
        with self.alone():
            return super().install_roster(raw)

    def rebuild(self) -> bool:
        with self._act() as connection:
            before = projection.dump(connection)
            self._project_again(connection)
            return projection.dump(connection) == before

    def save_draft(self, draft: Draft) -> None:  # noqa: ARG002 - the port's
        raise NotHere

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every projected row, opened: equal to that of a vault that holds the same."""
        with self._transaction() as connection:
            return projection.dump(connection)

    # How

    @contextmanager
    def _act(self) -> Iterator[sa.Connection]:
        with self.alone(), self._transaction() as connection:
            self._require_lock(connection)
            yield connection

    def _require_lock(self, connection: sa.Connection) -> None:
        for lock in self._held:
            ours = sa.select(sa.func.pg_try_advisory_xact_lock(lock), sa.func.pg_backend_pid())
            if tuple(connection.execute(ours).one()) != (True, self._session):
                raise DatabaseAway  # the session that held it is gone: somebody else may have gone on

    def _catch_up(self) -> None:
        with self._transaction() as connection:
            identity = load_identity(connection)
            self._identity, self._pen = identity, last_place(connection, identity, self._pen.signer)
            newest = connection.execute(sa.select(sa.func.max(schema.roster.c.version))).scalar()
            if newest != (self._shelf.current.version if self._shelf.current else None):
                self._shelf = RosterShelf.load(connection)

    def _signatures(self, roster: Roster) -> merging.Verifier:
        return SignatureCheck(roster, self._checked)

    def _checkpoint(self) -> None:
        """Old pages go with PostgreSQL's own vacuum and log: what they hold is sealed."""
