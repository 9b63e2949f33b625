"""A small world to make bundles in, and the tools of somebody who is in it and means harm."""

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from fieldinspect.archive import member_header
from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age.file import begin, open_file
from fieldinspect.crypto.age.recipients import Kind, generate_identity, parse_identity, parse_recipient
from fieldinspect.crypto.age.stream import StreamWriter
from fieldinspect.crypto.blobs import seal_blob
from fieldinspect.crypto.keys import hkdf
from fieldinspect.crypto.signed import sign_document
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.exchange.manifest import Facts, Origin, recipient_fingerprint
from fieldinspect.exchange.reader import OpenedBundle, open_bundle
from fieldinspect.exchange.writer import SealedBundle, write_bundle

NOW = datetime(2026, 3, 14, 21, 40, tzinfo=UTC)
RECORD, OTHER_RECORD = "0a" * 16, "0b" * 16
ENTRIES = [b'{"header":"one"}', b'{"header":"two"}', "{\u0177}".encode()]


@dataclass
class World:
    """One writer, two readers, one record with an attachment."""

    folder: Path
    kind: Kind = "x25519"
    signer: SigningKey = field(default_factory=SigningKey.generate)
    entries: Sequence[bytes] = tuple(ENTRIES)
    attachment: bytes = b"a photograph of a poster"

    def __post_init__(self) -> None:
        self.identity, self.recipient = generate_identity(self.kind)
        self.second_identity, self.second = generate_identity(self.kind)
        self.keys = {RECORD: (os.urandom(32),), OTHER_RECORD: tuple(sorted((os.urandom(32), os.urandom(32))))}
        self.roster = sign_document('{"format":"fieldinspect-roster/1"}', [self.signer], sshsig.ROSTER)
        self.staging = self.folder / "staging"
        self.path = self.folder / "bundle.fib"
        self.blobs = {}
        if self.attachment:
            self.add_blob(self.attachment)

    def add_blob(self, plain: bytes) -> str:
        sink = io.BytesIO()
        digest = seal_blob(io.BytesIO(plain), sink, self.keys[RECORD][0]).digest
        self.blobs[digest] = self.folder / digest
        self.blobs[digest].write_bytes(sink.getvalue())
        return digest

    def origin(self, **facts) -> Origin:
        return Origin(
            **{
                "created": "2026-03-14T21:40:00Z",
                "device": self.signer.public.fingerprint,
                "incarnation": "0c" * 16,
                "sequence": 1,
                "previous": "",
                "roster": 1,
                **facts,
            }
        )

    def seal(self, path: Path | None = None, recipients: Sequence[str] = (), **facts) -> SealedBundle:
        with (path or self.path).open("wb") as out:
            return self.seal_into(out, recipients, **facts)

    def seal_into(self, out: BinaryIO, recipients: Sequence[str] = (), **facts) -> SealedBundle:
        return write_bundle(
            out,
            origin=self.origin(**facts),
            entries=self.entries,
            keys=self.keys,
            roster=self.roster,
            blobs=self.blobs,
            recipients=recipients or (self.recipient, self.second),
            sign=self.sign,
            staging=self.staging,
        )

    def sign(self, message: bytes, namespace: str) -> str:
        return sshsig.sign(message, namespace, self.signer)

    def knows(self, device: str) -> PublicKey | None:
        return self.signer.public if device == self.signer.public.fingerprint else None

    def open(self, path: Path | None = None, **changes) -> OpenedBundle:
        asked = {
            "identities": [self.identity],
            "resolve_signer": self.knows,
            "staging": self.staging,
            "seen": lambda _bundle: False,
            "now": NOW,
            **changes,
        }
        return open_bundle(path or self.path, **asked)

    def leftovers(self) -> list[Path]:
        return list(self.staging.iterdir()) if self.staging.exists() else []


# --- an insider's tools: whoever can open a bundle knows its file key


def archive_of(file: bytes, identity: str) -> bytes:
    return open_file(io.BytesIO(file), [parse_identity(identity)]).payload.readall() or b""


def resealed(file: bytes, identity: str, archive: bytes) -> bytes:
    """The same envelope, header and all, around another archive."""
    opened = open_file(io.BytesIO(file), [parse_identity(identity)])
    file_key = parse_identity(identity).unwrap(opened.header.stanzas[opened.stanza])
    assert file_key is not None
    sink = io.BytesIO()
    nonce = os.urandom(16)
    sink.write(opened.header.raw + nonce)
    writer = StreamWriter(sink, hkdf(file_key, 32, b"payload", nonce))
    writer.write(archive)
    writer.close()
    return sink.getvalue()


def rewrapped(archive: bytes, recipients: Sequence[str]) -> bytes:
    """Another envelope around the same archive."""
    sink = io.BytesIO()
    _header, payload = begin(sink, [parse_recipient(text) for text in recipients])
    payload.write(archive)
    payload.close()
    return sink.getvalue()


def members_of(archive: bytes) -> list[tuple[str, bytes]]:
    """Split an archive, simply: for archives that we wrote."""
    members, at = [], 0
    while archive[at]:
        name = archive[at : at + 100].rstrip(b"\0").decode()
        size = int(archive[at + 124 : at + 135], 8)
        members.append((name, archive[at + 512 : at + 512 + size]))
        at += 512 + size + -size % 512
    return members


def archived(members: Sequence[tuple[str, bytes]], end: bytes = bytes(1024)) -> bytes:
    return b"".join(member_header(n, len(c)) + c + bytes(-len(c) % 512) for n, c in members) + end


@dataclass
class Forged:
    """A bundle whose writer does not follow the rules: change what you like, the digests and signature will fit."""

    world: World
    facts: dict = field(default_factory=dict)
    members: Callable[[dict[str, bytes]], dict[str, bytes]] = lambda members: members
    manifest: Callable[[bytes], bytes] = lambda raw: raw
    signer: SigningKey | None = None
    namespace: str = sshsig.BUNDLE
    recipients: Sequence[str] = ()
    order: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]] = lambda members: members
    end: bytes = bytes(1024)

    def write(self, path: Path) -> Path:
        world = self.world
        recipients = self.recipients or (world.recipient, world.second)
        sink = io.BytesIO()
        header, payload = begin(sink, [parse_recipient(text) for text in recipients])
        members = self.members(dict(members_of(archive_of(self.honest(), world.identity))[2:]))
        manifest = self.manifest(self.write_manifest(members, recipients, header.digest))
        signature = sshsig.sign(manifest, self.namespace, self.signer or world.signer)
        whole = [("MANIFEST", manifest), ("MANIFEST.sig", signature.encode()), *members.items()]
        payload.write(archived(self.order(whole), self.end))
        payload.close()
        path.write_bytes(sink.getvalue())
        return path

    def honest(self) -> bytes:
        self.world.seal()
        return self.world.path.read_bytes()

    def write_manifest(self, members: dict[str, bytes], recipients: Sequence[str], env: str) -> bytes:
        facts = {
            "format": "fib/1",
            "bundle": "0d" * 16,
            **msgspec.structs.asdict(self.world.origin()),
            "entries": len(self.world.entries),
            "sizes": [len(content) for content in members.values()],
            "to": [recipient_fingerprint(text) for text in recipients],
            "env": env,
            **self.facts,
        }
        ordered = {name: facts[name] for name in [*Facts.__struct_fields__, *self.facts] if name in facts}
        lines = ["# fieldinspect bundle fib/1", "# " + msgspec.json.encode(ordered).decode()]
        lines += [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in members.items()]
        return "".join(line + "\n" for line in lines).encode()
