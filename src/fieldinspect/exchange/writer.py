"""Writing a bundle. Format: docs/formats/bundle.md.

Rules of this module:
1. All is hashed before the manifest is written and checked again on the way out: an attachment that rotted on the
   disk is found here, not by its receiver.
2. Nothing readable touches the disk: entries wait in a sealed spool, keys in memory.
3. What is written is what the reader of this release takes in, or nothing is.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from fieldinspect.archive import TarMalformed, TarWriter
from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age.file import begin
from fieldinspect.crypto.age.recipients import parse_recipient
from fieldinspect.crypto.age.stream import Sink
from fieldinspect.crypto.blobs import BlobChanged
from fieldinspect.crypto.digests import HashingSink
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.ids import new_id
from fieldinspect.exchange.manifest import (
    BLOBS,
    ENTRIES,
    FORMAT,
    KEYS,
    MANIFEST,
    MAX_FILE,
    ROSTER,
    SIGNATURE,
    Facts,
    ManifestMalformed,
    Member,
    Origin,
    recipient_fingerprint,
    write_manifest,
)
from fieldinspect.exchange.record_keys import write_record_keys
from fieldinspect.exchange.spool import Spool
from fieldinspect.exchange.staging import MAX_LINE
from fieldinspect.i18n import _

Sign = Callable[[bytes, str], str]
"""Message and namespace in, armoured SSHSIG of the device out."""

_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SealedBundle:
    """What was written: the facts, and the SHA-256 (hex) and size in bytes of the whole file."""

    facts: Facts
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class _Contents:
    entries: Spool
    small: Mapping[str, bytes]
    blobs: Mapping[str, Path]
    worker: Executor


def write_bundle(
    out: BinaryIO,
    *,
    origin: Origin,
    entries: Iterable[bytes],
    keys: Mapping[str, Sequence[bytes]],
    roster: bytes,
    blobs: Mapping[str, Path],
    recipients: Sequence[str],
    sign: Sign,
    staging: Path,
) -> SealedBundle:
    """Seal a bundle into `out`, in bounded memory.

    `entries` are lines without their line feed; `blobs` maps the digest of sealed bytes to their file;
    `recipients` are age recipients, all hybrid or all X25519. `staging` is a folder for a nameless file.
    Raise `BadInput` for an attachment that is missing or damaged; `OSError` comes from `out` as it is.
    """
    with closing(Spool(staging)) as spool, ThreadPoolExecutor(1, "hash") as worker:
        count = _spool_entries(entries, spool)
        small = {KEYS: write_record_keys(keys), ROSTER: roster}
        members = (
            Member(spool.hexdigest(), ENTRIES, spool.size),
            *_small_members(small),
            *_blob_members(blobs),
        )
        hashed = HashingSink(out, worker)
        header, payload = begin(hashed, [parse_recipient(text) for text in recipients])
        to = tuple(recipient_fingerprint(text) for text in recipients)
        facts = _facts(origin, count, members, to, header.digest)
        manifest = _manifest(facts, members)
        signed = [(MANIFEST, manifest), (SIGNATURE, sign(manifest, sshsig.BUNDLE).encode("ascii"))]
        _write_archive(TarWriter(payload), signed, _Contents(spool, small, blobs, worker))
        payload.close()
    return SealedBundle(facts, hashed.hexdigest(), hashed.size)


def _spool_entries(entries: Iterable[bytes], spool: Spool) -> int:
    count = 0
    for line in entries:
        if not 0 < len(line) < MAX_LINE or b"\n" in line:
            raise Bug(
                _("An entry cannot be put into a bundle as it is. Nothing was sent; please report this")
            )
        spool.write(line + b"\n")
        count += 1
    spool.finish()
    return count


def _small_members(small: Mapping[str, bytes]) -> list[Member]:
    return [Member(_sha256(content), name, len(content)) for name, content in small.items()]


def _blob_members(blobs: Mapping[str, Path]) -> list[Member]:
    try:
        members = [
            Member(digest, BLOBS + digest, path.stat().st_size) for digest, path in sorted(blobs.items())
        ]
    except FileNotFoundError:
        raise BlobChanged from None
    if any(member.size > MAX_FILE for member in members):
        raise BadInput(
            _(
                "An attachment is larger than a bundle can carry (8 GiB). Keep it outside and note its reference"
            )
        )
    return members


def _facts(origin: Origin, entries: int, members: tuple[Member, ...], to: tuple[str, ...], env: str) -> Facts:
    return Facts(
        format=FORMAT,
        bundle=new_id(),
        entries=entries,
        sizes=tuple(member.size for member in members),
        to=to,
        env=env,
        **msgspec.structs.asdict(origin),
    )


def _manifest(facts: Facts, members: tuple[Member, ...]) -> bytes:
    try:
        return write_manifest(facts, members)
    except ManifestMalformed as error:
        raise Bug(_("A bundle could not be put together. Nothing was sent; please report this")) from error


def _write_archive(archive: TarWriter, small: Iterable[tuple[str, bytes]], contents: _Contents) -> None:
    """Write the members in the order of the format; `small` are manifest and signature."""
    for name, content in small:
        archive.begin(name, len(content))
        archive.write(content)
    archive.begin(ENTRIES, contents.entries.size)
    with contents.entries.open() as lines:
        _copy(lines, archive)
    for name, content in contents.small.items():
        archive.begin(name, len(content))
        archive.write(content)
    for digest, path in sorted(contents.blobs.items()):
        _write_blob(archive, digest, path, contents.worker)
    archive.end()


def _write_blob(archive: TarWriter, digest: str, path: Path, worker: Executor) -> None:
    hashed = HashingSink(archive, worker)
    try:
        with path.open("rb", buffering=0) as file:
            archive.begin(BLOBS + digest, os.fstat(file.fileno()).st_size)
            _copy(file, hashed)
    except (FileNotFoundError, TarMalformed):
        raise BlobChanged from None
    if hashed.hexdigest() != digest:
        raise BlobChanged


def _copy(source: io.BufferedReader | io.FileIO, sink: Sink) -> None:
    buffer, other = memoryview(bytearray(_PIECE)), memoryview(bytearray(_PIECE))
    while taken := source.readinto(buffer):
        sink.write(buffer[:taken])
        buffer, other = other, buffer


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
