"""The vault: every port of the use cases, over one encrypted database and its folder of attachments."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.domain.views import Identity
from fieldinspect.store.anchor import Anchor
from fieldinspect.store.backup import BackupKeys
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.cared import CaredVault
from fieldinspect.store.engine import stop_statements
from fieldinspect.store.faults import as_families
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.party import Party
from fieldinspect.store.pen import Pen


class StoredVault(Party, CaredVault):
    """An open vault (services.depot_ports.SyncVault)."""

    def __init__(
        self,
        engine: sa.Engine,
        lock: VaultLock,
        blobs: BlobFolder,
        identity: Identity,
        pen: Pen,
        receiving: Sequence[str],
        recipients: Sequence[str],
        safe: RecordKey,
        folder: Path,
        anchor: Anchor,
        backup_keys: BackupKeys,
    ) -> None:
        super().__init__(engine, blobs, identity, pen, anchor, folder, backup_keys)
        self._lock = lock
        self._receiving = tuple(receiving)
        self._recipients = tuple(recipients)
        self._safe = safe
        self._closed = False
        self.escrow_changed = False
        """Others hold the shares of this vault than when it was opened last: to be told at once."""
        self.sweep()

    def stop_when(self, asked: Callable[[], bool]) -> None:
        stop_statements(self._engine, asked)

    def close(self) -> None:
        """Fold the write-ahead log into the file, close and let another process in; a second close does nothing."""
        if self._closed:
            return
        self._closed = True
        self._let_go()
        try:
            # On a full disk the log stays: it is whole, and the next opening reads it.
            with suppress(WorldFailed), as_families(), self._engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        finally:
            self._engine.dispose()
            self._drop()
            self._lock.release()
