"""Attacks on the age envelope: by who carries a bundle, and by who was meant to open it and so knows its file key."""

import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from fieldinspect.crypto.age import base64
from fieldinspect.crypto.age.file import open_file
from fieldinspect.crypto.age.header import Header, Stanza, read_header, write_header
from fieldinspect.crypto.age.recipients import generate_identity, parse_identity, parse_recipient
from fieldinspect.crypto.age.stream import CHUNK, SEALED_CHUNK
from fieldinspect.exchange.refusals import (
    BundleChanged,
    BundleForwarded,
    BundleTruncated,
    NotABundle,
    NotForYou,
)
from tests.attacks.catalogue import CARRIER, RECIPIENT, Refused, attack
from tests.attacks.field import Field, Insider, identity_of
from tests.exchange.making import archive_of, rewrapped

CHANGED = Refused(BundleChanged, "was changed after it was signed")
FORWARDED = Refused(BundleForwarded, "sealed for others and passed on")
CUT = Refused(BundleTruncated, "cut short")
NO_BUNDLE = Refused(NotABundle, "not a bundle")


def sealed(field: Field, *, big: bool = False) -> tuple[Insider, bytes]:
    """Return an honest bundle by ben for ann and the lead."""
    ben = field.writer()
    if big:
        ben.add_blob(bytes(5 * CHUNK))
    ben.seal()
    return ben, ben.path.read_bytes()


def written(field: Field, *parts: bytes) -> Path:
    path = field.folder / "attack.fib"
    path.write_bytes(b"".join(parts))
    return path


def split(file: bytes) -> tuple[Header, bytes]:
    source = io.BytesIO(file)
    return read_header(source), source.read()


def with_stanzas(
    file: bytes, identity: str, change: Callable[[tuple[Stanza, ...]], Sequence[Stanza]]
) -> bytes:
    """Change the stanzas and make the MAC again, as whoever has the file key can."""
    opened = open_file(io.BytesIO(file), [parse_identity(identity)])
    file_key = parse_identity(identity).unwrap(opened.header.stanzas[opened.stanza])
    assert file_key is not None
    header, rest = split(file)
    return write_header(list(change(header.stanzas)), file_key).raw + rest


# --- by the file alone


@attack("header MAC of another bundle", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    _ben, file = sealed(field)
    _ben, other = sealed(field)
    header, rest = split(file)
    theirs, _rest = split(other)
    mac = theirs.raw[theirs.raw.rindex(b"--- ") :]
    return written(field, header.raw[: header.raw.rindex(b"--- ")], mac, rest)


@attack("header MAC of zeros", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    _ben, file = sealed(field)
    header, rest = split(file)
    end = header.raw.rindex(b"--- ")
    return written(field, header.raw[:end], b"--- " + base64.encode(bytes(32)).encode() + b"\n", rest)


@attack("header MAC in another base64 of the same bytes", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    _ben, file = sealed(field)
    header, rest = split(file)
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet.index(header.raw[-2])
    return written(field, header.raw[:-2], alphabet[last ^ 1 : (last ^ 1) + 1] + b"\n", rest)


@attack("recipients stripped on the way", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    _ben, file = sealed(field)
    header, rest = split(file)
    return written(field, header.raw.replace(header.stanzas[1].text().encode(), b""), rest)


@attack("stanzas exchanged on the way", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    _ben, file = sealed(field)
    header, rest = split(file)
    first, second = (stanza.text().encode() for stanza in header.stanzas)
    return written(field, header.raw.replace(first + second, second + first), rest)


@attack("payload of another bundle under this header", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    _ben, file = sealed(field, big=True)
    _ben, other = sealed(field, big=True)
    return written(field, split(file)[0].raw, split(other)[1])


@attack("chunks of the payload in another order", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    _ben, file = sealed(field, big=True)
    header, rest = split(file)
    first, second = rest[16 : 16 + SEALED_CHUNK], rest[16 + SEALED_CHUNK : 16 + 2 * SEALED_CHUNK]
    return written(field, header.raw, rest[:16], second, first, rest[16 + 2 * SEALED_CHUNK :])


@attack("payload cut where a chunk ends", by=CARRIER, ends=CUT)
def _(field: Field) -> Path:
    _ben, file = sealed(field, big=True)
    header, rest = split(file)
    return written(field, header.raw, rest[: 16 + 2 * SEALED_CHUNK])


@attack("a second bundle behind the end of the first", by=CARRIER, ends=CUT)
def _(field: Field) -> Path:
    _ben, file = sealed(field)
    return written(field, file, sealed(field)[1])


@attack("a header without end", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    return written(field, b"age-encryption.org/v1\n", b"-> X25519 x\n\n" * 100_000)


@attack("a stanza that asks for 4 TiB of scrypt", by=CARRIER, ends=NO_BUNDLE)
def _(field: Field) -> Path:
    stanza = Stanza("scrypt", (base64.encode(bytes(16)), "32"), bytes(32))
    return written(field, write_header([stanza], bytes(16)).raw, bytes(100))


@attack("a key share of low order", by=CARRIER, ends=CHANGED)
def _(field: Field) -> Path:
    _ben, file = sealed(field)
    header, rest = split(file)
    low = Stanza("X25519", (base64.encode(bytes(32)),), bytes(32))
    return written(field, write_header([low, *header.stanzas], bytes(16)).raw, rest)


@attack(
    "a bundle sealed for the lead alone shown to ann",
    by=CARRIER,
    ends=Refused(NotForYou, "for somebody else"),
)
def _(field: Field) -> Path:
    ben = field.writer()
    ben.seal(recipients=[ben.second])
    return ben.path


# --- by who knows the file key


@attack("re-wrapped for somebody it was not sealed for", by=RECIPIENT, ends=FORWARDED)
def _(field: Field) -> Path:
    """Ben seals for the lead; the lead passes it on to ann in an envelope of the lead's making."""
    ben = field.writer()
    ben.seal(recipients=[ben.second])
    archive = archive_of(ben.path.read_bytes(), ben.second_identity)
    return written(field, rewrapped(archive, [ben.recipient]))


@attack("re-wrapped for the same recipients once more", by=RECIPIENT, ends=FORWARDED)
def _(field: Field) -> Path:
    ben, file = sealed(field)
    return written(field, rewrapped(archive_of(file, ben.second_identity), [ben.recipient, ben.second]))


@attack("recipients exchanged, with a fresh MAC", by=RECIPIENT, ends=FORWARDED)
def _(field: Field) -> Path:
    ben, file = sealed(field)
    return written(field, with_stanzas(file, ben.second_identity, lambda both: both[::-1]))


@attack("a recipient left out, with a fresh MAC", by=RECIPIENT, ends=FORWARDED)
def _(field: Field) -> Path:
    ben, file = sealed(field)
    return written(field, with_stanzas(file, ben.second_identity, lambda both: both[:1]))


@attack("one stanza twice, with a fresh MAC", by=RECIPIENT, ends=FORWARDED)
def _(field: Field) -> Path:
    ben, file = sealed(field)
    return written(field, with_stanzas(file, ben.second_identity, lambda both: (both[0], *both)))


@attack("a stranger added as recipient, with a fresh MAC", by=RECIPIENT, ends=FORWARDED)
def _(field: Field) -> Path:
    ben, file = sealed(field)
    stranger = parse_recipient(generate_identity("x25519")[1])
    file_key = _file_key(file, ben.second_identity)
    return written(
        field, with_stanzas(file, ben.second_identity, lambda both: (*both, stranger.wrap(file_key)))
    )


@attack("a stanza of a hybrid recipient beside those of X25519", by=RECIPIENT, ends=NO_BUNDLE)
def _(field: Field) -> Path:
    ben, file = sealed(field)
    hybrid = parse_recipient(generate_identity("hybrid")[1]).wrap(_file_key(file, ben.second_identity))
    return written(field, with_stanzas(file, ben.second_identity, lambda both: (*both, hybrid)))


@attack("a stanza of a type nobody knows", by=RECIPIENT, ends=NO_BUNDLE)
def _(field: Field) -> Path:
    ben, file = sealed(field)
    grease = Stanza("x-grease", ("a",), os.urandom(40))
    return written(field, with_stanzas(file, ben.second_identity, lambda both: (grease, *both)))


@attack("sealed to the other key of a recipient's laptop", by=RECIPIENT, ends=FORWARDED)
def _(field: Field) -> Path:
    """Ann's vault also has a hybrid key, which the policy of this inspection leaves out."""
    ben, file = sealed(field)
    other = next(one for one in field.ann.recipients() if one != ben.recipient)
    assert identity_of(field.ann, other)
    return written(field, rewrapped(archive_of(file, ben.second_identity), [other]))


def _file_key(file: bytes, identity: str) -> bytes:
    opened = open_file(io.BytesIO(file), [parse_identity(identity)])
    key = parse_identity(identity).unwrap(opened.header.stanzas[opened.stanza])
    assert key is not None
    return key
