"""Attacks on archive, manifest and signature, by a member who signs what no honest program would write."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

from fieldinspect.archive import member_header
from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.exchange.manifest import recipient_fingerprint
from fieldinspect.exchange.refusals import (
    BundleExpired,
    NoSpaceForBundle,
    UnknownSigner,
)
from tests.attacks.catalogue import MEMBER, RECIPIENT, STRANGER, NoEffect, Refused, attack
from tests.attacks.envelopes import CHANGED, FORWARDED, NO_BUNDLE, sealed, written
from tests.attacks.field import Field
from tests.exchange.making import Forged, archive_of, archived, members_of, resealed

Members = list[tuple[str, bytes]]
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group that Ed25519 signs in."""


def forged(field: Field, **how: object) -> Path:
    """Return a bundle whose digests and signature fit whatever was changed."""
    writer = field.writer()
    writer.add_blob(b"a photograph")
    return Forged(writer, **how).write(field.folder / "attack.fib")  # type: ignore[arg-type]


def in_same_envelope(field: Field, change: Callable[[Members], bytes]) -> Path:
    """Return an honest bundle whose archive the lead, a recipient, changed under the same file key."""
    ben, file = sealed(field)
    archive = change(members_of(archive_of(file, ben.second_identity)))
    return written(field, resealed(file, ben.second_identity, archive))


def crafted(name: str, content: bytes, **fields: bytes) -> bytes:
    """Return a member whose header differs in some fields of ustar, with a checksum that fits."""
    places = {
        "mode": 100,
        "uid": 108,
        "size": 124,
        "mtime": 136,
        "type": 156,
        "link": 157,
        "owner": 265,
        "prefix": 345,
    }
    header = bytearray(member_header(name, len(content)))
    for field, value in fields.items():
        header[places[field] : places[field] + len(value)] = value
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content + bytes(-len(content) % 512)


# --- tar


def tar_trick(name: str, make: Callable[[str, bytes], bytes]) -> None:
    """Enter an attack that puts a crafted member in the place of `entries.jsonl`."""

    @attack(name, by=RECIPIENT, ends=CHANGED)
    def _(field: Field) -> Path:
        return in_same_envelope(
            field, lambda members: archived(members[:2], b"") + make(*members[2]) + archived(members[3:])
        )


tar_trick(
    "tar: a long name of GNU",
    lambda n, c: crafted("././@LongLink", b"x" * 200, type=b"L") + archived([(n, c)], b""),
)
tar_trick(
    "tar: a pax header that renames",
    lambda n, c: crafted("pax", b"20 path=../../evil\n", type=b"x") + archived([(n, c)], b""),
)
tar_trick("tar: a sparse file", lambda n, c: crafted(n, c, type=b"S"))
tar_trick("tar: a symbolic link", lambda n, c: crafted(n, c, type=b"2", link=b"/etc/passwd"))
tar_trick("tar: a hard link", lambda n, c: crafted(n, c, type=b"1", link=b"MANIFEST"))
tar_trick("tar: a device", lambda n, c: crafted(n, c, type=b"3"))
tar_trick("tar: a program that runs as its owner", lambda n, c: crafted(n, c, mode=b"0004755\0"))
tar_trick("tar: a prefix that climbs", lambda n, c: crafted(n, c, prefix=b"../.."))
tar_trick("tar: a size in base 256", lambda n, c: crafted(n, c, size=b"\x80" + len(c).to_bytes(11, "big")))
tar_trick("tar: a negative size", lambda n, c: crafted(n, c, size=b"-0000000001\0"))


@attack("tar: words in the padding", by=RECIPIENT, ends=CHANGED)
def _(field: Field) -> Path:
    def change(members: Members) -> bytes:
        (name, signature), rest = members[1], members[2:]
        padded = member_header(name, len(signature)) + signature + b"x" * (-len(signature) % 512)
        return archived(members[:1], b"") + padded + archived(rest)

    return in_same_envelope(field, change)


@attack("tar: a second archive behind the end", by=RECIPIENT, ends=CHANGED)
def _(field: Field) -> Path:
    return in_same_envelope(field, lambda members: archived(members) * 2)


@attack("a member of another bundle by the same writer", by=RECIPIENT, ends=CHANGED)
def _(field: Field) -> Path:
    ben = field.writer()
    ben.keys = {"0a" * 16: (bytes(32),)}
    ben.seal()
    other = members_of(archive_of(ben.path.read_bytes(), ben.second_identity))
    return in_same_envelope(field, lambda members: archived([*members[:3], other[3], *members[4:]]))


@attack("manifest and signature of another bundle by the same writer", by=RECIPIENT, ends=FORWARDED)
def _(field: Field) -> Path:
    ben, other = sealed(field)
    theirs = members_of(archive_of(other, ben.second_identity))
    return in_same_envelope(field, lambda members: archived([*theirs[:2], *members[2:]]))


# --- manifest


def manifest(name: str, change: Callable[[bytes], bytes], ends: Refused = NO_BUNDLE) -> None:
    @attack(f"manifest: {name}", by=MEMBER, ends=ends)
    def _(field: Field) -> Path:
        return forged(field, manifest=change)


def _last_line_again(raw: bytes) -> bytes:
    return raw + raw[raw.rindex(b"\n", 0, -1) + 1 :]


def _blobs_turned(members: dict[str, bytes]) -> dict[str, bytes]:
    *others, last, before = members.items()
    return dict([*others, before, last])


manifest("one name twice", _last_line_again)
manifest("a name that climbs", lambda raw: raw.replace(b"  blobs/", b"  blobs/../../"))
manifest("a name from the root", lambda raw: raw.replace(b"  keys.json", b"  /keys.json"))
manifest(
    "a name in letters that look alike",
    lambda raw: raw.replace(b"entries.jsonl", "\u0435ntries.jsonl".encode()),
)
manifest(
    "a name that turns the line round", lambda raw: raw.replace(b"keys.json", "keys\u202e.json".encode())
)
manifest("a name with a NUL", lambda raw: raw.replace(b"keys.json", b"keys.json\0x"))
manifest("one fact twice", lambda raw: raw.replace(b'"sequence":1', b'"sequence":9,"sequence":1'))
manifest("a number that is none", lambda raw: raw.replace(b'"sequence":1', b'"sequence":NaN'))
manifest("a number without end", lambda raw: raw.replace(b'"sequence":1', b'"sequence":1e999'))
manifest(
    "a number beyond 64 bits", lambda raw: raw.replace(b'"sequence":1', b'"sequence":18446744073709551617')
)
manifest("a number as a fraction", lambda raw: raw.replace(b'"sequence":1', b'"sequence":1.0'))
manifest("a hundred thousand brackets", lambda raw: raw.replace(b"# {", b'# {"x":' + b"[" * 100_000))
manifest(
    "a hundred thousand recipients", lambda raw: raw.replace(b'"to":["', b'"to":["' + b'SHA256:","' * 100_000)
)
manifest("a day that no calendar has", lambda raw: raw.replace(b"2026-03-14", b"2026-02-30"))
manifest("an hour of the last year there is", lambda raw: raw.replace(b"2026-03-14", b"9999-12-31"))
manifest("half a character", lambda raw: raw.replace(b'"purpose":"entries"', b'"purpose":"\\ud800"'))


@attack("manifest: attachments in another order", by=MEMBER, ends=NO_BUNDLE)
def _(field: Field) -> Path:
    writer = field.writer()
    for content in (b"one", b"two"):
        writer.add_blob(content)
    return Forged(writer, members=_blobs_turned).write(field.folder / "attack.fib")


@attack("a recipient who is not named", by=MEMBER, ends=FORWARDED)
def _(field: Field) -> Path:
    """Ben seals for ann, the lead and somebody outside, and signs that it is for ann and the lead."""
    ben = field.writer()
    named = [recipient_fingerprint(one) for one in (ben.recipient, ben.second)]
    outside = generate_identity("x25519")[1]
    forger = Forged(ben, recipients=(ben.recipient, ben.second, outside), facts={"to": named})
    return forger.write(field.folder / "attack.fib")


@attack("keys changed under the manifest", by=RECIPIENT, ends=CHANGED)
def _(field: Field) -> Path:
    def change(members: Members) -> bytes:
        keys = members[3][1]
        other = keys.replace(keys[38:60], keys[38:60].swapcase(), 1)
        return archived([*members[:3], (members[3][0], other), *members[4:]])

    return in_same_envelope(field, change)


@attack("a member's bundle in the name of another member", by=MEMBER, ends=CHANGED)
def _(field: Field) -> Path:
    return forged(field, facts={"device": field.lead.identity.device})


@attack("manifest: an attachment under a wrong digest", by=MEMBER, ends=NO_BUNDLE)
def _(field: Field) -> Path:
    def change(members: dict[str, bytes]) -> dict[str, bytes]:
        return {name: b"else" if name.startswith("blobs/") else content for name, content in members.items()}

    return forged(field, members=change)


@attack("manifest: more entries than there are", by=MEMBER, ends=CHANGED)
def _(field: Field) -> Path:
    return forged(field, facts={"entries": (1 << 53) - 1})


@attack(
    "manifest: eighty terabytes announced",
    by=MEMBER,
    ends=Refused(NoSpaceForBundle, "not enough space to receive this bundle"),
)
def _(field: Field) -> Path:
    """Ten thousand attachments of 8 GiB, of which not one is there: nothing is set aside for them."""
    names = [f"{number:064x}" for number in range(10_000)]
    listed = "".join(f"{name}  blobs/{name}\n" for name in names).encode()
    sizes = b"," + b",".join([b"8589934591"] * len(names)) + b"]"

    def change(raw: bytes) -> bytes:
        return raw.replace(b'],"to"', sizes + b',"to"') + listed

    return Forged(field.writer(), manifest=change).write(field.folder / "attack.fib")


@attack("manifest: for ann at the lead's stanza", by=MEMBER, ends=FORWARDED)
def _(field: Field) -> Path:
    return Forged(
        field.writer(), recipients=(field.writer().second, field.writer().recipient),
        manifest=lambda raw: _turned_to(raw),
    ).write(field.folder / "attack.fib")  # fmt: skip


def _turned_to(raw: bytes) -> bytes:
    first, second = raw[raw.index(b'"to":["') + 7 :].split(b'"', 3)[0:3:2]
    return raw.replace(first + b'","' + second, second + b'","' + first)


@attack(
    "shown long after its time",
    by=RECIPIENT,
    ends=Refused(BundleExpired, "could be received until 2014-02-01"),
)
def _(field: Field) -> Path:
    ben = field.writer()
    ben.seal(not_after="2014-02-01T00:00:00Z")
    return ben.path


# --- whose bundle it is


@attack("signed by a stranger in the name of a member", by=STRANGER, ends=CHANGED)
def _(field: Field) -> Path:
    return forged(field, signer=SigningKey.generate())


@attack(
    "signed by a stranger in their own name",
    by=STRANGER,
    ends=Refused(UnknownSigner, "not in your team list"),
)
def _(field: Field) -> Path:
    stranger = SigningKey.generate()
    return forged(field, signer=stranger, facts={"device": stranger.public.fingerprint})


def namespace(name: str, used: str) -> None:
    @attack(f"signature: made for {name}", by=MEMBER, ends=CHANGED)
    def _(field: Field) -> Path:
        return forged(field, namespace=used)


namespace("a team list", sshsig.ROSTER)
namespace("a form set", sshsig.FORM_SET)
namespace("an enrolment request", sshsig.ENROLMENT)
namespace("a file, as Git signs", "git")


def signature(name: str, make: Callable[[bytes, SigningKey], str]) -> None:
    """Enter an attack with a signature that another reader of SSHSIG may take."""

    @attack(f"signature: {name}", by=MEMBER, ends=CHANGED)
    def _(field: Field) -> Path:
        key = field.writer().signer

        def change(members: Members) -> Members:
            return [members[0], (members[1][0], make(members[0][1], key).encode()), *members[2:]]

        return forged(field, order=change)


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def sshsig_of(
    manifest: bytes, key: SigningKey, *, hash_name: str = "sha512", reserved: bytes = b"", more: bytes = b""
) -> bytes:
    """Return the binary SSHSIG, whose parts may be others than ours."""
    digest = hashlib.new(hash_name, manifest).digest()
    told = _string(sshsig.BUNDLE.encode()) + _string(reserved) + _string(hash_name.encode())
    raw = key.sign(b"SSHSIG" + told + _string(digest))
    whole = _string(b"ssh-ed25519") + _string(raw)
    return b"SSHSIG\0\0\0\1" + _string(key.public.blob) + told + _string(whole) + more


def armoured(blob: bytes, columns: int = 70, end: str = "\n") -> str:
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + columns] for start in range(0, len(text), columns)]
    return end.join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


def _malleable(manifest: bytes, key: SigningKey) -> str:
    """The same signature once more: S and S + the group's order name one number."""
    blob = sshsig_of(manifest, key)
    return armoured(blob[:-32] + (int.from_bytes(blob[-32:], "little") + ORDER).to_bytes(32, "little"))


def _of_the_identity(manifest: bytes, key: SigningKey) -> str:
    """R is the neutral point and S is nothing: verified by a key of small order, for every text."""
    blob = sshsig_of(manifest, key)
    return armoured(blob.replace(key.public.raw, b"\1" + bytes(31))[:-64] + b"\1" + bytes(63))


signature("of zeros under a member's key", lambda raw, key: armoured(sshsig_of(raw, key)[:-64] + bytes(64)))
signature("with SHA-256", lambda raw, key: armoured(sshsig_of(raw, key, hash_name="sha256")))
signature("with something reserved", lambda raw, key: armoured(sshsig_of(raw, key, reserved=b"x")))
signature("with bytes behind it", lambda raw, key: armoured(sshsig_of(raw, key, more=b"\0")))
signature("in lines of 76", lambda raw, key: armoured(sshsig_of(raw, key), 76))
signature("with carriage returns", lambda raw, key: armoured(sshsig_of(raw, key), end="\r\n"))
signature("the same in another encoding of S", _malleable)
signature("by a key that verifies everything", _of_the_identity)


@attack(
    "a bundle of another inspection's member",
    by=STRANGER,
    ends=Refused(UnknownSigner, "not in your team list"),
)
def _(field: Field) -> Path:
    """Somebody founds an inspection of their own and sends from it; the list they enclose is theirs."""
    stranger = SigningKey.generate()
    return forged(field, signer=stranger, facts={"device": stranger.public.fingerprint, "roster": 7})


# --- honest bundles at dishonest times


@attack("an old bundle shown once more", by=RECIPIENT, ends=NoEffect())
def _(field: Field) -> Path:
    ben = field.writer()
    ben.seal()
    field.receive(ben.path)
    return ben.path


@attack("two bundles that claim one place in the row", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Path:
    """Sequence and previous say what may be missing; nothing waits for them, and nothing is passed over."""
    ben = field.writer()
    ben.seal(sequence=2, previous="1" * 32)
    field.receive(ben.path)
    ben.seal(sequence=2, previous="2" * 32)
    return ben.path
