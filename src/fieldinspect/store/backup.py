"""Backups: one file with everything of a vault, sealed as it is on the disk. Format: docs/formats/backup.md.

Rules of this module:
1. The database file is copied as it lies: while a `Still` is held, what is written goes to the log beside it.
2. Writing may run on any thread; holding and letting go are for the thread that uses the vault.
3. Nothing of a backup is believed before its digest, and no digest before the MAC of the manifest.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Literal, NamedTuple

import msgspec

from fieldinspect.archive import TarMalformed, TarReader, TarWriter
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.sealing import CannotOpen, RecordKey
from fieldinspect.crypto.slots import MAX_FILE, SlotFile, SlotsDamaged, read_slots
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.files import (
    atomic_writer,
    create_private,
    free_space,
    make_durable,
    private_folder,
    sync_folder,
    world_failures,
)
from fieldinspect.i18n import _
from fieldinspect.store.blobs import is_digest

Progress = Callable[[int, int], None]
"""Bytes done and bytes in all; what it raises stops the work."""

Unlock = Callable[[SlotFile], MasterKey]

FORMAT: Final = "fieldinspect-backup/1"
SLOTS: Final = "slots"
MANIFEST: Final = "MANIFEST"
DATABASE: Final = "vault.db"
MAX_MANIFEST: Final = 64 * 1024 * 1024
_NICKNAME: Final = b"fieldinspect backup nickname v1"
_PIECE: Final = 1 << 20
_MAC_LINE: Final = 65

_Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Size = Annotated[int, msgspec.Meta(ge=0, lt=1 << 33)]


class BackupMalformed(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("This is not a whole backup of a vault: it is damaged or was changed. Use another backup")
        )


class NewerBackup(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This backup was made by a newer version. Update this app to restore it"))


class BackupOfAnother(BadInput):
    def __init__(self) -> None:
        super().__init__(_("The parts of this backup do not belong together. Use another backup"))


class Interrupted(WorldFailed):
    def __init__(self) -> None:
        super().__init__(_("The vault changed under the backup, so none was made. Make it again"))


class _Damaged(WorldFailed):
    """Never leaves `Still`."""

    def __init__(self, blobs: list[Path]) -> None:
        super().__init__(_("Some attachments are damaged. Check the vault to see which"))
        self.blobs = blobs


class BackupKeys(NamedTuple):
    """What a backup is made with."""

    manifest: bytes
    slots: bytes
    """The slots subkey: only a sound copy of the slot file goes into a backup."""

    @classmethod
    def of(cls, master: MasterKey) -> "BackupKeys":
        return cls(bytes(master.backup()), bytes(master.slots_mac()))


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["fieldinspect-backup/1"]
    vault: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    made: str
    nickname: Annotated[bytes, msgspec.Meta(max_length=4096)]
    slots: _Digest
    database: tuple[_Digest, _Size]
    blobs: tuple[tuple[_Digest, _Size], ...]


class _Envelope(msgspec.Struct, frozen=True):
    format: str


@dataclass(frozen=True)
class Summary:
    """What a verified backup says of itself."""

    vault: str
    nickname: str
    made: datetime


class Still:
    """The files of an open vault while they are held still: one backup may be written from it, on any thread."""

    def __init__(
        self,
        database: BinaryIO,
        size: int,
        slots: bytes,
        identity: tuple[str, str],
        blobs: list[tuple[Path, int]],
        key: bytes,
        made: datetime,
    ) -> None:
        self._database = database
        self._size = size
        self._slots = slots
        self._vault, self._nickname = identity
        self._blobs = sorted(blobs, key=lambda blob: blob[0].name)
        self._key = key
        self.made = made
        self.moved = False
        """The database file is no longer held still."""
        self.left_out = 0
        """Attachments that are damaged, and therefore not in the backup."""

    def write(self, path: Path, progress: Progress = lambda _done, _all: None) -> None:
        """Write the backup in one step: all of it that is whole, or nothing. Raise `WorldFailed`."""
        while True:
            total = 2 * self._size + sum(size for _path, size in self._blobs)
            try:
                return self._write(path, _Told(progress, total))
            except _Damaged as damaged:  # the manifest comes first, so it is written again without them
                whole = [blob for blob in self._blobs if blob[0] not in damaged.blobs]
                self.left_out += len(self._blobs) - len(whole)
                self._blobs = whole

    def _write(self, path: Path, told: "_Told") -> None:
        digest = self._read_database(told)
        raw = self._manifest(digest)
        with world_failures(), atomic_writer(path) as file:
            writer = TarWriter(file)
            for name, content in ((SLOTS, self._slots), (MANIFEST, raw)):
                writer.begin(name, len(content))
                writer.write(content)
            writer.begin(DATABASE, self._size)
            if self._read_database(told, writer) != digest:
                raise Interrupted
            self._copy_blobs(writer, told)
            writer.end()

    def _copy_blobs(self, writer: TarWriter, told: "_Told") -> None:
        damaged: list[Path] = []
        for blob, size in self._blobs:
            hashed, writes = hashlib.sha256(), not damaged
            if writes:
                writer.begin(f"blobs/{blob.name}", size)
            for piece in _pieces(blob, size):
                hashed.update(piece)
                told.more(len(piece))
                if writes:
                    writer.write(piece)
            if hashed.hexdigest() != blob.name:
                damaged.append(blob)
        if damaged:
            raise _Damaged(damaged)

    def _read_database(self, told: "_Told", writer: TarWriter | None = None) -> str:
        if self.moved:
            raise Interrupted
        self._database.seek(0)
        hashed, left = hashlib.sha256(), self._size
        with world_failures():
            while left and (piece := self._database.read(min(left, _PIECE))):
                hashed.update(piece)
                if writer is not None:
                    writer.write(piece)
                left -= len(piece)
                told.more(len(piece))
        if left or self.moved:
            raise Interrupted
        return hashed.hexdigest()

    def _manifest(self, digest: str) -> bytes:
        sealed = RecordKey(self._key).seal(self._nickname.encode(), _NICKNAME)
        manifest = _Manifest(
            FORMAT,
            self._vault,
            self.made.isoformat(),
            sealed,
            hashlib.sha256(self._slots).hexdigest(),
            (digest, self._size),
            tuple((blob.name, size) for blob, size in self._blobs),
        )
        line = msgspec.json.encode(manifest) + b"\n"
        return line + hmac.digest(self._key, line, "sha256").hex().encode() + b"\n"


def _pieces(blob: Path, size: int) -> Iterator[bytes]:
    """Yield what can be read of an attachment, `size` bytes at most."""
    try:
        source = blob.open("rb")
    except FileNotFoundError:
        raise Interrupted from None  # erased meanwhile: the backup must not hold it either
    with source:
        while size and (piece := source.read(min(size, _PIECE))):
            yield piece
            size -= len(piece)


class _Told:
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def more(self, size: int) -> None:
        self._done += size
        self._progress(min(self._done, self._total), self._total)


def unpack(
    source: Path,
    folder: Path,
    unlock: Unlock,
    progress: Progress = lambda _done, _all: None,
) -> tuple[Summary, MasterKey, bytes]:
    """Unpack a backup into an empty folder; return what it says, its master key, and its slot file to save last.

    Every part is verified when this returns; when it raises (`BackupMalformed`, `NewerBackup`, `BackupOfAnother`, what
    `unlock` raises, `WorldFailed`), what lies in the folder is not to be used.
    """
    try:
        with world_failures(), source.open("rb", buffering=0) as file:
            reader = TarReader(_Reading(file))
            slots = reader.content(reader.begin(SLOTS, MAX_FILE))
            master = _unlocked(slots, unlock)
            try:
                return (
                    _unpack(reader, folder, slots, master, _Told(progress, source.stat().st_size)),
                    master,
                    slots,
                )
            except BaseException:
                master.wipe()
                raise
    except TarMalformed:
        raise BackupMalformed from None


def _unpack(reader: TarReader, folder: Path, slots: bytes, master: MasterKey, told: _Told) -> Summary:
    key = bytes(master.backup())
    manifest = _read_manifest(reader.content(reader.begin(MANIFEST, MAX_MANIFEST)), key)
    if hashlib.sha256(slots).hexdigest() != manifest.slots:
        raise BackupOfAnother
    digest, size = manifest.database
    needed = size + sum(one for _name, one in manifest.blobs)
    if free_space(folder) < needed + needed // 10:
        raise WorldFailed(
            _("There is no room for this backup. Free {size} MB, then try again").format(
                size=(needed + needed // 10) // 1_000_000 + 1
            )
        )
    _take(reader, DATABASE, folder / DATABASE, digest, size, told)
    for name, blob_size in manifest.blobs:
        place = private_folder(folder / "blobs" / name[:2]) / name
        _take(reader, f"blobs/{name}", place, name, blob_size, told)
    with world_failures():
        for names in sorted({name[:2] for name, _blob_size in manifest.blobs}):
            sync_folder(folder / "blobs" / names)
    reader.end()
    try:
        nickname = RecordKey(key).open(manifest.nickname, _NICKNAME).decode()
    except (CannotOpen, UnicodeDecodeError):
        raise BackupMalformed from None
    return Summary(manifest.vault, nickname, datetime.fromisoformat(manifest.made))


def _take(reader: TarReader, name: str, target: Path, digest: str, size: int, told: _Told) -> None:
    if reader.begin(name, size) != size:
        raise BackupMalformed
    hashed = hashlib.sha256()
    with create_private(target) as out:
        for piece in reader.pieces(size):
            hashed.update(piece)
            out.write(piece)
            told.more(len(piece))
        make_durable(out)
    if hashed.hexdigest() != digest:
        raise BackupMalformed


def _unlocked(raw: bytes, unlock: Unlock) -> MasterKey:
    try:
        return unlock(read_slots(raw, None))
    except SlotsDamaged:
        raise BackupMalformed from None


def _read_manifest(raw: bytes, key: bytes) -> _Manifest:
    line, mac = raw[:-_MAC_LINE], raw[-_MAC_LINE:]
    expected = hmac.digest(key, line, "sha256").hex().encode() + b"\n"
    if not hmac.compare_digest(mac, expected):
        raise BackupMalformed
    try:
        manifest = msgspec.json.decode(line, type=_Manifest)
        datetime.fromisoformat(manifest.made)
    except (msgspec.DecodeError, ValueError, RecursionError):
        if _is_newer(line):
            raise NewerBackup from None
        raise BackupMalformed from None
    names = [name for name, _blob_size in manifest.blobs]
    if msgspec.json.encode(manifest) + b"\n" != line or names != sorted(set(names)):
        raise BackupMalformed
    return manifest


def _is_newer(line: bytes) -> bool:
    try:
        name, _slash, number = msgspec.json.decode(line, type=_Envelope).format.partition("/")
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False
    return name == "fieldinspect-backup" and number.isdecimal() and len(number) < 10 and int(number) > 1


class _Reading:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readinto(self, buffer: memoryview, /) -> int:
        return self._file.readinto(buffer) or 0  # type: ignore[attr-defined]  # an unbuffered file


def blobs_in(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the attachments of a vault with their sizes on disk."""
    for path in folder.glob("??/*"):
        if is_digest(path.name) and path.parent.name == path.name[:2] and path.is_file():
            yield path, path.stat().st_size
