"""The half of a vault that keeps what was not taken over (services.quarantine_ports.QuarantineShelf).

Rules held here:
1. A refused bundle is kept byte for byte in the folder `refused`, under the beginning of its own SHA-256.
2. What is known of it is a row of the encrypted database; nothing readable lies beside the file.
3. The file is there before its row: after a crash between the two it is listed all the same.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.depots import SUFFIX
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.quarantine import OTHER, RefusedBundle
from fieldinspect.domain.views import RecordView
from fieldinspect.files import atomic_writer, free_space, private_folder, sync_folder, world_failures
from fieldinspect.i18n import _
from fieldinspect.store import auditing, schema
from fieldinspect.store.readable import ReadableVault
from fieldinspect.store.rows import put

_ROW: Final = "refused/"
_ID: Final = 32
_PIECE: Final = 1 << 20
_SPARE: Final = 256 << 20
"""Bytes that must stay free on the disk: capture goes before what was refused."""


class NoRoomForRefused(WorldFailed):
    def __init__(self) -> None:
        super().__init__(_("There is no room to keep the refused bundle"))


class QuarantineVault(ReadableVault):
    """Entries set aside are read from the journal; refused bundles are files."""

    _folder: Path

    def set_aside(self, reason: str, limit: int) -> list[Trace]:
        with self._transaction() as connection:
            traces = auditing.set_aside(connection, reason, limit)
            veil = self._veil(connection)
        return [replace(one, fields=(), reason="") if veil.covers(one.record) else one for one in traces]

    def of_newer_kinds(self, known: frozenset[str]) -> list[RecordView]:
        return self._records(schema.record.c.kind.not_in(sorted(known)))

    def refused_bundles(self) -> list[RefusedBundle]:
        with self._transaction() as connection:
            rows = _rows(connection)
        files = {path.stem: path for path in _files(self._refused)}
        found = [replace(row, present=row.id in files) for row in rows.values()]
        found += [_unexplained(path) for name, path in files.items() if name not in rows]
        return sorted(found, key=lambda one: (one.came, one.id), reverse=True)

    def keep_refused(
        self, path: Path, describe: Callable[[str, int], RefusedBundle], *, most: int
    ) -> RefusedBundle:
        folder = private_folder(self._refused)
        with world_failures():
            size = path.stat().st_size
            held = sum(file.stat().st_size for file in _files(folder))
        if held + size > most or free_space(folder) < size + _SPARE:
            raise NoRoomForRefused
        name = _copied(path, folder, most - held)
        kept = describe(name, size)
        with self._transaction() as connection:
            before = _rows(connection).get(name)
            if before is not None and before.deleted is None:
                kept = replace(kept, came=before.came)
            _keep_row(connection, kept)
        return kept

    def note_refused(self, bundle: str, reason: str, sentence: str, tried: datetime, judged: str) -> None:
        path = self.refused_file(bundle)
        with self._transaction() as connection:
            said = _rows(connection).get(bundle) or _unexplained(path)
            again = replace(said, reason=reason, sentence=sentence, tried=tried, judged=judged)
            _keep_row(connection, again)

    def refused_file(self, bundle: str) -> Path:
        if len(bundle) == _ID and bundle.isalnum():
            path = self._refused / f"{bundle}{SUFFIX}"
            if path.is_file():
                return path
        raise BadInput(_("This bundle is not here any more. Ask its sender for it again"))

    def forget_refused(self, bundle: str, deleted: datetime | None = None) -> None:
        path = self.refused_file(bundle)
        with self._transaction() as connection:
            said = _rows(connection).get(bundle) or _unexplained(path)
            if deleted is None:
                m = schema.meta.c
                connection.execute(sa.delete(schema.meta).where(m.name == _ROW + bundle))
            else:
                _keep_row(connection, replace(said, deleted=deleted))
        with world_failures():
            path.unlink()
            sync_folder(self._refused)

    @property
    def _refused(self) -> Path:
        return self._folder / "refused"


def _files(folder: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from folder.glob(f"*{SUFFIX}")


def _copied(path: Path, folder: Path, most: int) -> str:
    """Copy the file under the beginning of its digest; return that. A file that grows meanwhile is cut off."""
    beside = folder / "incoming"
    digest, taken = hashlib.sha256(), 0
    with world_failures(), path.open("rb") as source, atomic_writer(beside) as target:
        while piece := source.read(_PIECE):
            taken += len(piece)
            if taken > most:
                raise NoRoomForRefused
            digest.update(piece)
            target.write(piece)
    name = digest.hexdigest()[:_ID]
    with world_failures():
        beside.replace(folder / f"{name}{SUFFIX}")
        sync_folder(folder)
    return name


def _rows(connection: sa.Connection) -> dict[str, RefusedBundle]:
    m = schema.meta.c
    rows = connection.execute(sa.select(m.value).where(m.name.startswith(_ROW)))
    found = [msgspec.json.decode(value, type=RefusedBundle) for value in rows.scalars()]
    return {one.id: one for one in found}


def _keep_row(connection: sa.Connection, said: RefusedBundle) -> None:
    put(connection, schema.meta, {"name": _ROW + said.id, "value": msgspec.json.encode(said)})


def _unexplained(path: Path) -> RefusedBundle:
    """Return what can be said of a file whose row was lost with the power."""
    status = path.stat()
    came = datetime.fromtimestamp(status.st_mtime, UTC)
    sentence = _("The program stopped before it could write down why")
    return RefusedBundle(path.stem, "", "", OTHER, sentence, status.st_size, came, came)
