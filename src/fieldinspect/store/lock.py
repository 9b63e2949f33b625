"""One process a vault: an operating-system lock that a crash releases."""

import os
from pathlib import Path
from typing import Final

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.files import world_failures
from fieldinspect.i18n import _

_NAME: Final = "lock"


class VaultIsOpen(WorldFailed):
    def __init__(self) -> None:
        super().__init__(
            _("This vault is open in another window on this laptop. Close it there, then try again")
        )


class VaultLock:
    """Held from `take` to `release`, or until the process ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._descriptor = -1

    def take(self) -> None:
        """Take the lock at once; raise `VaultIsOpen`, or `WorldFailed` in a folder that may not be written to."""
        with world_failures():
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            raise VaultIsOpen from None
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _lock(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # exists on Windows only
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
