"""The vault that is looked after: backed up while it is open, and checked (services.care.Care)."""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import sqlalchemy as sa

from fieldinspect.domain.durability import BackupState, CheckReport
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.domain.views import Identity
from fieldinspect.files import world_failures
from fieldinspect.i18n import _
from fieldinspect.services.care import HeldStill
from fieldinspect.store import schema, slot_files
from fieldinspect.store.anchor import Anchor
from fieldinspect.store.backup import DATABASE, BackupKeys, Progress, Still, blobs_in
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.checking import Check, tidy
from fieldinspect.store.custodial import CustodialVault
from fieldinspect.store.faults import as_families
from fieldinspect.store.guarded import GuardedVault
from fieldinspect.store.pen import Pen
from fieldinspect.store.rows import put

_LAST_BACKUP: Final = "backup"
_FOLD_AGAIN: Final = "PRAGMA wal_autocheckpoint = 1000"
"""After so many pages SQLite folds its log in by itself: its own default."""


class CaredVault(GuardedVault, CustodialVault):
    """Backups and checks of an open vault."""

    def __init__(
        self,
        engine: sa.Engine,
        blobs: BlobFolder,
        identity: Identity,
        pen: Pen,
        anchor: Anchor,
        folder: Path,
        backup_keys: BackupKeys,
    ) -> None:
        super().__init__(engine, blobs, identity, pen, anchor)
        self._folder = folder
        self._backup_keys = backup_keys
        self._still: Still | None = None
        # Closing any descriptor of the database file would drop the locks SQLite holds on it: kept until the end.
        self._database: BinaryIO | None = None

    def begin_backup(self, now: datetime) -> Still:
        """Hold the files still until `end_backup`; writing goes on, into the log.

        Raises `WorldFailed`, or `SlotsDamaged` when no copy of the key file is sound.
        """
        if self._still is not None:
            raise WorldFailed(_("A backup of this vault is being made already. Wait until it is done"))
        slots = slot_files.sound(self._folder, self._backup_keys.slots)
        with world_failures():
            if self._database is None:
                self._database = (self._folder / DATABASE).open("rb", buffering=0)
            self._fold_no_more()
            size = (self._folder / DATABASE).stat().st_size
            blobs = list(blobs_in(self._folder / "blobs"))
        names = self._identity.vault, self._identity.nickname
        self._still = Still(self._database, size, slots, names, blobs, self._backup_keys.manifest, now)
        return self._still

    def end_backup(self, still: HeldStill, *, made: bool) -> None:
        """Let go of the files; `made` when the backup stands."""
        held = self._still
        if held is None or still is not held:
            return
        self._still, held.moved = None, True
        self._outside_transactions(_FOLD_AGAIN)
        with suppress(WorldFailed):  # the log is whole as it is, and the backup stands
            self._checkpoint()
        if made:
            said = held.made.isoformat().encode()
            with self._transaction() as connection:
                put(connection, schema.meta, {"name": _LAST_BACKUP, "value": said})

    def _fold_no_more(self) -> None:
        self._outside_transactions("PRAGMA wal_autocheckpoint = 0")
        try:
            self._checkpoint()
        except BaseException:
            self._outside_transactions(_FOLD_AGAIN)
            raise

    def back_up(self, path: Path, now: datetime, progress: Progress = lambda _done, _all: None) -> int:
        """Write a backup in one go, for a program without a window; return how many attachments it lacks."""
        still, made = self.begin_backup(now), False
        try:
            still.write(path, progress)
            made = True
        finally:
            self.end_backup(still, made=made)
        return still.left_out

    def backup_state(self) -> BackupState:
        """Return when the last backup was made here, and what was erased since."""
        m = schema.meta.c
        with self._transaction() as connection:
            said = connection.execute(sa.select(m.value).where(m.name == _LAST_BACKUP)).scalar()
        return BackupState(datetime.fromisoformat(said.decode()) if said else None, self.last_destroyed())

    def check(
        self,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
        *,
        repair: bool = False,
        sweep: bool = False,
    ) -> CheckReport:
        """Verify everything (docs/threat-model.md, section 4).

        `progress` gets steps done and steps in all; what it raises stops the check and changes nothing. Only with
        `repair` are projections written anew, and only with `sweep` is what nothing points to removed.
        """
        self._checkpoint()  # pages are verified where they lie
        check = Check(
            self._engine, self._shelf.current, self._identity.device, self._folder, self._blobs, progress
        )
        report = check.run(self._anchor)
        if repair and check.differing:
            with self._transaction() as connection:
                self._project_again(connection)
            report = replace(report, repaired=True)
        if sweep:
            report = replace(report, swept=tidy(check.rubbish))
        return report

    @abstractmethod
    def _project_again(self, connection: sa.Connection) -> None:
        """Clear the projections and fold every record again."""

    def _checkpoint(self) -> None:
        if self._still is None:
            super()._checkpoint()

    def _outside_transactions(self, statement: str) -> None:
        with as_families(), self._engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql(statement)
            connection.exec_driver_sql("BEGIN")

    def _let_go(self) -> None:
        """Tell a backup that is being written that the files move; its writer raises."""
        if self._still is not None:
            self._still.moved = True
            self._still = None

    def _drop(self) -> None:
        """Close the database file, after SQLite has."""
        if self._database is not None:
            self._database.close()
            self._database = None
