"""Sealed attachments: files named by the SHA-256 of their ciphertext, in the vault's own folder."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from fieldinspect.crypto.blobs import BlobChanged, open_blob, seal_blob
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.files import create_private, make_durable, private_folder, sync_folder, world_failures
from fieldinspect.i18n import _
from fieldinspect.services.ports import BlobRef

_PART: Final = ".part"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None


class BlobMissing(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This attachment is not on this laptop yet. It may come with a later bundle"))


class BlobFolder:
    """The attachments of one vault. A file appears under its name only when it is whole and on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        for left in self._folder.glob(f"*{_PART}"):
            left.unlink()

    def path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def has(self, digest: str) -> bool:
        """Tell whether the file is here; what is no digest names no file, whatever an entry says."""
        return is_digest(digest) and self.path(digest).is_file()

    def seal(self, secret: bytes, source: BinaryIO) -> BlobRef:
        """Seal what the source has to give; raise `WorldFailed` and leave nothing behind when the disk is full."""
        part = self._folder / f"{new_id()}{_PART}"
        try:
            with world_failures():
                with create_private(part) as out:
                    sealed = seal_blob(source, out, secret)
                    make_durable(out)
                self._keep(part, sealed.digest)
        finally:
            part.unlink(missing_ok=True)
        return BlobRef(sealed.digest, sealed.size)

    def adopt(self, digest: str, source: Path) -> None:
        """Copy a verified sealed file in; the source is somebody's staging folder."""
        if self.has(digest):
            return
        part = self._folder / f"{new_id()}{_PART}"
        try:
            with world_failures():
                with source.open("rb") as incoming, create_private(part) as out:
                    shutil.copyfileobj(incoming, out, 1 << 20)
                    make_durable(out)
                self._keep(part, digest)
        finally:
            part.unlink(missing_ok=True)

    def remove(self, digest: str) -> None:
        """Remove a file whose key is gone. It is not overwritten: without the key it is noise, wherever it lies."""
        if self.has(digest):
            with world_failures():
                self.path(digest).unlink()
                sync_folder(self.path(digest).parent)

    @contextmanager
    def open(self, secrets: Sequence[bytes], digest: str) -> Iterator[BinaryIO]:
        """Lend the plain bytes as a stream, by whichever of a record's keys opens them.

        Raises `BlobMissing`, or `BadInput` when the file was changed.
        """
        if not self.has(digest):
            raise BlobMissing
        with self.path(digest).open("rb") as sealed:
            yield _opened(sealed, secrets)

    def _keep(self, part: Path, digest: str) -> None:
        target = self.path(digest)
        private_folder(target.parent)
        part.replace(target)
        sync_folder(target.parent)


def _opened(sealed: BinaryIO, secrets: Sequence[bytes]) -> BinaryIO:
    # A blob commits to its key, so a wrong one is told before a byte is read.
    for secret in secrets[:-1]:
        with suppress(BlobChanged):
            return open_blob(sealed, secret)
        sealed.seek(0)
    return open_blob(sealed, secrets[-1])
