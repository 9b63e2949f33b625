"""The port of looking after a vault: what it lost, its backups, and checking it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from fieldinspect.domain.durability import BackupState, CheckReport, LossReport, MissingEntries
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.i18n import _

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is in all; what it raises (`Stopped`) stops the work."""


class Stopped(WorldFailed):
    """What a progress callback raises when the person wants to stop."""

    def __init__(self) -> None:
        super().__init__(_("Stopped. Nothing was changed"))


class HeldStill(Protocol):
    """The files of a vault, held still for one backup."""

    left_out: int
    """Once written: how many attachments are damaged, and therefore not in the backup."""

    def write(self, path: Path, progress: Progress) -> None:
        """Write the backup, on any thread: all of it that is whole, or nothing. Raise `WorldFailed`."""
        ...


class Care(Protocol):
    """A vault that is looked after; part of `OpenVault`."""

    @property
    def account(self) -> LossReport | None:
        """What was found missing when the vault was opened: to be told at once."""
        ...

    @property
    def anchor_trouble(self) -> WorldFailed | None:
        """Why the anchor could not be written; what was written in the vault is saved all the same."""
        ...

    @property
    def sweep_trouble(self) -> WorldFailed | None:
        """Why what was destroyed could not be cleared from the disk yet; it is destroyed all the same."""
        ...

    def losses(self) -> list[LossReport]:
        """Return every account that was ever given here, oldest first."""
        ...

    def missing_entries(self) -> list[MissingEntries]:
        """Return the gaps in the chains of all devices. Looks through the whole journal."""
        ...

    def backup_state(self) -> BackupState: ...

    def begin_backup(self, now: datetime) -> HeldStill:
        """Hold the files still until `end_backup`; the vault may be written to meanwhile.

        Raises `WorldFailed`, or `BadInput` when the key file is damaged in both its copies.
        """
        ...

    def end_backup(self, still: HeldStill, *, made: bool) -> None:
        """Let go of the files, and remember the day when the backup was made."""
        ...

    def check(self, progress: Progress, *, repair: bool = False, sweep: bool = False) -> CheckReport:
        """Verify everything; change nothing unless asked to repair projections, or to sweep up leftovers."""
        ...
