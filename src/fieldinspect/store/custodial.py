"""The half of a vault that answers for what became of records, and sweeps up after what was destroyed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.custody import EntryPlace, Founding, Member, MergedBundle, PostedBundle
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.store import custody, erasing, schema, traffic
from fieldinspect.store.faults import as_families
from fieldinspect.store.quarantining import QuarantineVault
from fieldinspect.store.rows import put

LAST: Final = "destroyed"
"""Under this name the database keeps when something was last destroyed: backups made before still hold it."""


class CustodialVault(QuarantineVault):
    """Implements services.ports.Custody."""

    sweep_trouble: WorldFailed | None = None
    """Why what was destroyed could not be cleared from the disk yet; None when it is."""

    def founded(self, kind: str) -> list[Founding]:
        with self._transaction() as connection:
            gate = self._gate(connection)
            if gate is None:
                return []
            return [custody.founding(*said) for said in custody.founders_said(connection, gate, kind)]

    def erased(self) -> Mapping[str, str]:
        x = schema.erased.c
        with self._transaction() as connection:
            return {row.record: row.request for row in connection.execute(sa.select(x.record, x.request))}

    def removed(self) -> Mapping[str, str]:
        with self._transaction() as connection:
            return {row.record: row.act for row in connection.execute(sa.select(schema.removed))}

    def family(self, record: str) -> list[Member]:
        with self._transaction() as connection:
            return custody.family(connection, record)

    def members(self, records: Sequence[str]) -> list[Member]:
        with self._transaction() as connection:
            return custody.members(connection, records)

    def orphans(self) -> list[Member]:
        with self._transaction() as connection:
            return custody.orphans(connection)

    def places(self, records: Sequence[str]) -> list[EntryPlace]:
        with self._transaction() as connection:
            return custody.places(connection, records)

    def merged_bundles(self) -> list[MergedBundle]:
        with self._transaction() as connection:
            return traffic.merged_bundles(connection)

    def posted_bundles(self) -> list[PostedBundle]:
        with self._transaction() as connection:
            return traffic.posted_bundles(connection)

    def sweep(self) -> None:
        """Finish what a commit began: unlink doomed attachments and empty the write-ahead log.

        Their key is gone already, so what is left here is noise. The act stands: what the disk refuses now is kept in
        `sweep_trouble`, and swept when the vault is opened again.
        """
        self.sweep_trouble = None
        try:
            self._sweep()
        except WorldFailed as error:
            self.sweep_trouble = error

    def _sweep(self) -> None:
        with self._transaction() as connection:
            doomed = erasing.doomed(connection)
        if not doomed:
            return
        gone = [digest for digest in doomed if self._removed(digest)]
        self._checkpoint()
        if not gone:
            return
        with self._transaction() as connection:
            erasing.swept(connection, gone)
            said = datetime.now(UTC).isoformat().encode()
            put(connection, schema.meta, {"name": LAST, "value": said})
        self._checkpoint()

    def _removed(self, digest: str) -> bool:
        try:
            self._blobs.remove(digest)
        except WorldFailed as error:
            self.sweep_trouble = error
            return False
        return True

    def last_destroyed(self) -> datetime | None:
        """Return when something was last destroyed here; a backup made before still holds it."""
        m = schema.meta.c
        with self._transaction() as connection:
            said = connection.execute(sa.select(m.value).where(m.name == LAST)).scalar()
        return datetime.fromisoformat(said.decode()) if said else None

    def _checkpoint(self) -> None:
        """Fold the write-ahead log into the file and empty it: it holds pages as they were before."""
        with as_families(), self._engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
