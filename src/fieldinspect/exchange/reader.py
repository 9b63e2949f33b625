"""Reading a bundle. Format: docs/formats/bundle.md; the order of steps is that of its section 7.

Rules of this module:
1. The first thing that is wrong refuses the bundle, by one typed error, and the staging folder is emptied.
2. Nothing is decoded that the signature does not cover, nothing is allocated that was not capped before.
3. The file itself is never changed.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

from fieldinspect import files
from fieldinspect.archive import TarMalformed, TarReader
from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age import errors as age
from fieldinspect.crypto.age.file import Opened, open_payload
from fieldinspect.crypto.age.header import Header, read_header
from fieldinspect.crypto.age.recipients import HYBRID, X25519, HybridIdentity, X25519Identity, parse_identity
from fieldinspect.crypto.digests import HashingSource, Sha256
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.exchange import refusals
from fieldinspect.exchange.manifest import (
    BLOBS,
    ENTRIES,
    KEYS,
    MANIFEST,
    MAX_MANIFEST,
    MAX_SIZES,
    ROSTER,
    SIGNATURE,
    Facts,
    Manifest,
    ManifestMalformed,
    ManifestTooNew,
    Member,
    read_manifest,
    recipient_fingerprint,
)
from fieldinspect.exchange.record_keys import RecordKeysMalformed, read_record_keys
from fieldinspect.exchange.staging import LineCount, LinesMalformed, NoStaging, Staging

ResolveSigner = Callable[[str], PublicKey | None]
"""Device id in, its signing key out; None when the roster does not know the device."""

AcceptRoster = Callable[[bytes], bool]
"""Offered the roster of a bundle whose signer is unknown; True when it was verified and taken over."""

_MAX_SIGNATURE: Final = 1024
_Identity = X25519Identity | HybridIdentity


@dataclass(frozen=True)
class Checks:
    """What a reader asks of a bundle."""

    identities: Sequence[_Identity]
    resolve_signer: ResolveSigner
    now: datetime
    seen: Callable[[str], bool] = field(default=lambda _bundle: False)
    free_space: Callable[[], int | None] = field(default=lambda: None)
    accept_roster: AcceptRoster | None = None


class Stage(Protocol):
    """Where members wait; must take all the pieces it is given."""

    def keep_entries(self, pieces: Iterator[memoryview], /) -> None: ...

    def keep_blob(self, digest: str, pieces: Iterator[memoryview], /) -> None: ...


@dataclass(frozen=True)
class Contents:
    """What is small enough to be in memory, and the SHA-256 (hex) and size in bytes of the whole file."""

    facts: Facts
    keys: Mapping[str, Sequence[bytes]]
    roster: bytes
    sha256: str
    size: int


class OpenedBundle:
    """A bundle that passed every check. Close it when its entries and attachments were taken over."""

    def __init__(self, contents: Contents, staging: Staging, room: ExitStack) -> None:
        self.facts = contents.facts
        self.keys = contents.keys
        self.roster = contents.roster
        self.sha256 = contents.sha256
        self.size = contents.size
        self.blobs: Mapping[str, Path] = staging.blobs
        self._staging = staging
        self._room = room

    def entries(self) -> Iterator[bytes]:
        """Read the entry lines, exact bytes without the line feed. One iterator at a time."""
        return self._staging.entries()

    def close(self) -> None:
        """Empty the staging folder."""
        self._room.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def open_bundle(
    source: Path | BinaryIO,
    *,
    identities: Sequence[str],
    resolve_signer: ResolveSigner,
    staging: Path,
    seen: Callable[[str], bool],
    accept_roster: AcceptRoster | None = None,
    now: datetime | None = None,
    free_space: Callable[[Path], int] = files.free_space,
) -> OpenedBundle:
    """Read a whole bundle into a private folder under `staging`; raise `BundleRefused` or `WorldFailed`.

    `identities` are age identities as text; `seen` tells whether a bundle id was received before.
    """
    checks = Checks(
        [parse_identity(text) for text in identities],
        resolve_signer,
        now or datetime.now(UTC),
        seen,
        lambda: free_space(staging),
        accept_roster,
    )
    with ExitStack() as stack:
        file = stack.enter_context(_open(source))
        room = stack.enter_context(ExitStack())
        stage = Staging(room.enter_context(files.temporary_folder(staging)))
        room.callback(stage.close)
        try:
            contents = _read(file, checks, stage)
        except files.DiskFull:
            raise refusals.NoSpaceForBundle(_size(file)) from None
        return OpenedBundle(contents, stage, room.pop_all())


def verify_bundle(
    source: Path | BinaryIO,
    *,
    identities: Sequence[str],
    resolve_signer: ResolveSigner,
    now: datetime | None = None,
) -> Contents:
    """Make every check of `open_bundle` but the last two of before, keeping nothing; raise `BundleRefused`."""
    checks = Checks([parse_identity(text) for text in identities], resolve_signer, now or datetime.now(UTC))
    with _open(source) as file:
        return _read(file, checks, NoStaging())


@dataclass(frozen=True, slots=True)
class Outline:
    """What can be told of a bundle without any key: size in bytes, stanza types, SHA-256 (hex) of the header."""

    size: int
    stanzas: tuple[str, ...]
    env: str


def inspect_bundle(source: Path | BinaryIO) -> Outline:
    """Look at a bundle from outside; raise `BundleRefused`."""
    with _open(source) as file:
        header = _read_envelope(file)
        return Outline(_size(file), tuple(stanza.type for stanza in header.stanzas), header.digest)


def _open(source: Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    """Open a path; leave an open file to whoever opened it."""
    if not isinstance(source, Path):
        return nullcontext(source)
    with files.world_failures():
        return source.open("rb")


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _read(file: BinaryIO, checks: Checks, stage: Stage) -> Contents:
    with files.world_failures(), ThreadPoolExecutor(1, "hash") as worker:
        source = HashingSource(file, worker)
        try:
            facts, keys, roster = _read_members(source, checks, stage, worker)
        except (age.HeaderTruncated, age.PayloadTruncated):
            raise refusals.BundleTruncated from None
        except (age.AgeRefused, TarMalformed, LinesMalformed, RecordKeysMalformed, sshsig.BadSignature):
            raise refusals.BundleChanged from None
        return Contents(facts, keys, roster, source.hexdigest(), source.size)


def _read_members(
    source: HashingSource, checks: Checks, stage: Stage, worker: Executor
) -> tuple[Facts, Mapping[str, Sequence[bytes]], bytes]:
    header = _read_envelope(source)
    opened = _unwrap(source, header, checks.identities)
    archive = TarReader(opened.payload)
    manifest, key = _read_manifest(archive)
    trusted = _is_trusted(key, checks)
    if not trusted and checks.accept_roster is None:
        raise refusals.UnknownSigner
    _check_addressing(manifest.facts, opened, checks.identities[opened.identity])
    _check_occasion(manifest, checks)
    keys: Mapping[str, Sequence[bytes]] = {}
    roster = b""
    for member in manifest.members:
        pieces = _verified(archive, member, worker)
        if member.name == ENTRIES:
            _stage_entries(pieces, manifest.facts, stage)
        elif member.name == KEYS:
            keys = read_record_keys(_joined(pieces))
        elif member.name == ROSTER:
            roster = _joined(pieces)
            if not trusted:
                _trust_by(roster, key, checks)
        else:
            stage.keep_blob(member.name.removeprefix(BLOBS), pieces)
    archive.end()
    return manifest.facts, keys, roster


def _read_envelope(source: BinaryIO | HashingSource) -> Header:
    try:
        header = read_header(source)
    except age.NotAge:
        raise refusals.NotABundle from None
    except age.VersionUnknown:
        raise refusals.BundleTooNew from None
    except age.HeaderTruncated:
        raise refusals.BundleTruncated from None
    except age.HeaderMalformed:
        raise refusals.BundleChanged from None
    if {stanza.type for stanza in header.stanzas} not in ({X25519}, {HYBRID}):
        raise refusals.NotABundle
    return header


def _unwrap(source: HashingSource, header: Header, identities: Sequence[_Identity]) -> Opened:
    try:
        return open_payload(source, header, identities)
    except age.NoMatch:
        raise refusals.NotForYou from None


def _read_manifest(archive: TarReader) -> tuple[Manifest, PublicKey]:
    try:
        raw = archive.content(archive.begin(MANIFEST, MAX_MANIFEST))
    except TarMalformed:
        raise refusals.NotABundle from None
    signature = archive.content(archive.begin(SIGNATURE, _MAX_SIGNATURE))
    key = sshsig.verify(signature.decode("latin-1"), raw, sshsig.BUNDLE)
    try:
        manifest = read_manifest(raw)
    except ManifestTooNew:
        raise refusals.BundleTooNew from None
    except ManifestMalformed:
        raise refusals.NotABundle from None
    if manifest.facts.device != key.fingerprint:
        raise refusals.BundleChanged
    return manifest, key


def _is_trusted(key: PublicKey, checks: Checks) -> bool:
    return checks.resolve_signer(key.fingerprint) == key


def _trust_by(roster: bytes, key: PublicKey, checks: Checks) -> None:
    accepted = checks.accept_roster is not None and checks.accept_roster(roster)
    if not accepted or not _is_trusted(key, checks):
        raise refusals.UnknownSigner


def _check_addressing(facts: Facts, opened: Opened, identity: _Identity) -> None:
    fits = (
        facts.env == opened.header.digest
        and len(facts.to) == len(set(facts.to)) == len(opened.header.stanzas)
        and facts.to[opened.stanza] == recipient_fingerprint(identity.recipient.text)
    )
    if not fits:
        raise refusals.BundleForwarded


def _check_occasion(manifest: Manifest, checks: Checks) -> None:
    facts = manifest.facts
    if facts.not_after and facts.not_after < checks.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"):
        raise refusals.BundleExpired(facts.not_after)
    if checks.seen(facts.bundle):
        raise refusals.AlreadyReceived(facts.bundle)
    needed = manifest.total + manifest.total // 10
    free = checks.free_space()
    if free is not None and free < needed:
        raise refusals.NoSpaceForBundle(needed)


def _verified(archive: TarReader, member: Member, worker: Executor) -> Iterator[memoryview]:
    """Read the member that must come next; the digest is compared when the last piece was taken."""
    if archive.begin(member.name, MAX_SIZES.get(member.name, member.size)) != member.size:
        raise TarMalformed
    digest = Sha256(worker)
    for piece in archive.pieces(member.size):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != member.digest:
        raise TarMalformed


def _stage_entries(pieces: Iterator[memoryview], facts: Facts, stage: Stage) -> None:
    count = LineCount()
    stage.keep_entries(count.watch(pieces))
    if count.lines != facts.entries:
        raise LinesMalformed


def _joined(pieces: Iterator[memoryview]) -> bytes:
    return b"".join(bytes(piece) for piece in pieces)
