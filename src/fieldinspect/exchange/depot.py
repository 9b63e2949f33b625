"""Depots: where bundles lie on their way. A folder, a stick or a mounted share."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Final, Protocol

from fieldinspect import files
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.i18n import _

SUFFIX: Final = ".fib"
_PIECE: Final = 1024 * 1024


class DepotFailed(WorldFailed):
    """A bundle did not arrive whole, or the depot cannot be reached."""


class Depot(Protocol):
    """What every depot does. Names say nothing; a name appears only when all of its bytes are there."""

    def names(self) -> list[str]: ...

    def put(self, source: Path, sha256: str) -> str: ...

    def get(self, name: str, target: Path) -> None: ...


def new_name() -> str:
    """Return a name for a bundle that tells nothing about it."""
    return secrets.token_hex(16) + SUFFIX


class FolderDepot:
    """A depot that is a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Return the names of the files that may be bundles, sorted; raise `DepotFailed`."""
        self._must_be_there()
        with files.world_failures():
            return sorted(
                path.name for path in self._folder.iterdir() if path.suffix == SUFFIX and path.is_file()
            )

    def path(self, name: str) -> Path:
        """Return where a bundle lies, to be read in place."""
        if Path(name).name != name or not name.endswith(SUFFIX):
            raise ValueError("not a name of this depot")
        return self._folder / name

    def put(self, source: Path, sha256: str) -> str:
        """Copy a bundle in under a new name and read it back; return the name. Raise `DepotFailed`, `WorldFailed`."""
        self._must_be_there()
        name = new_name()
        try:
            _copy(source, self.path(name))
        except files.DiskFull:
            raise DepotFailed(
                _("Not sent: there is no space left there. Free some space on it, or use another")
            ) from None
        if _read_back(self.path(name)) != sha256:
            self.path(name).unlink(missing_ok=True)
            raise DepotFailed(
                _("The bundle did not arrive whole. The stick or folder may be failing: try another one")
            )
        return name

    def get(self, name: str, target: Path) -> None:
        """Copy a bundle out; raise `WorldFailed`."""
        _copy(self.path(name), target)

    def _must_be_there(self) -> None:
        if not self._folder.is_dir():
            raise DepotFailed(_("The folder or stick is not there. Connect it, then try again"))


def _copy(source: Path, target: Path) -> None:
    with files.atomic_writer(target) as out, source.open("rb") as content:
        while piece := content.read(_PIECE):
            out.write(piece)


def _read_back(path: Path) -> str:
    digest = hashlib.sha256()
    with files.world_failures(), path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            # Ask the medium, not the memory the copy just went through.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
