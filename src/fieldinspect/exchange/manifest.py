"""The manifest of a bundle: facts, digests and names. Format: docs/formats/bundle.md, section 4."""

import base64
import hashlib
import re
from datetime import MAXYEAR, datetime
from typing import Annotated, Final, Literal

import msgspec

FORMAT: Final = "fib/1"
MAX_MANIFEST: Final = 16 * 1024 * 1024
MAX_FILE: Final = (8 << 30) - 1  # what the size field of ustar holds
MAX_BLOBS: Final = 100_000

MANIFEST: Final = "MANIFEST"
SIGNATURE: Final = "MANIFEST.sig"
ENTRIES: Final = "entries.jsonl"
KEYS: Final = "keys.json"
ROSTER: Final = "roster.json"
BLOBS: Final = "blobs/"
_FIXED: Final = (ENTRIES, KEYS, ROSTER)
MAX_SIZES: Final = {ENTRIES: MAX_FILE, KEYS: 64 << 20, ROSTER: 16 << 20}

_FIRST: Final = "# fieldinspect bundle fib/"
_TIME: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Fingerprint = Annotated[str, msgspec.Meta(pattern=r"^SHA256:[A-Za-z0-9+/]{43}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]
Number = Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]
Time = Annotated[str, msgspec.Meta(pattern=rf"^{_TIME}\Z")]


class ManifestMalformed(Exception):  # noqa: N818 - says what happened; the reader gives it a sentence
    """The manifest is not in its one encoding."""


class ManifestTooNew(ManifestMalformed):
    """The manifest is of a later format."""


class Origin(msgspec.Struct, frozen=True):
    """What the writer of a bundle says of it, before it is put together. Meanings: the table of facts."""

    created: Time
    device: Fingerprint
    incarnation: Id
    sequence: Number
    previous: str
    roster: Number
    purpose: str = "entries"
    not_after: str = ""


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bundle says of itself, under its signature. Meanings and order: the table of facts."""

    format: Literal["fib/1"]
    bundle: Id
    created: Time
    device: Fingerprint
    incarnation: Id
    sequence: Number
    previous: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?\Z")]
    purpose: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,64}\Z")]
    roster: Number
    entries: Count
    sizes: Annotated[
        tuple[Count, ...], msgspec.Meta(min_length=len(_FIXED), max_length=len(_FIXED) + MAX_BLOBS)
    ]
    to: Annotated[tuple[Fingerprint, ...], msgspec.Meta(min_length=1, max_length=1024)]
    env: Digest
    not_after: Annotated[str, msgspec.Meta(pattern=rf"^({_TIME})?\Z")]


class Member(msgspec.Struct, frozen=True):
    """One file of the archive: SHA-256 (hex), name, size in bytes."""

    digest: str
    name: str
    size: int


class Manifest(msgspec.Struct, frozen=True):
    """The facts and the members after the signature, in the order of the archive."""

    facts: Facts
    members: tuple[Member, ...]

    @property
    def total(self) -> int:
        """Bytes of all members together."""
        return sum(self.facts.sizes)


def recipient_fingerprint(recipient: str) -> str:
    """Return the name by which `to` knows an age recipient."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(recipient.encode()).digest()).rstrip(b"=").decode(
        "ascii"
    )


def write_manifest(facts: Facts, members: tuple[Member, ...]) -> bytes:
    """Return the manifest; raise `ManifestMalformed` for what a reader would refuse."""
    raw = _encode(facts, [(member.digest, member.name) for member in members])
    if read_manifest(raw).members != members:
        raise ManifestMalformed
    return raw


def read_manifest(raw: bytes) -> Manifest:
    """Read a manifest whose signature was verified; raise `ManifestMalformed` or `ManifestTooNew`."""
    if len(raw) > MAX_MANIFEST:
        raise ManifestMalformed
    try:
        first, second, *rest, end = raw.decode().split("\n")
    except ValueError:
        raise ManifestMalformed from None
    if first != _FIRST + "1":
        raise ManifestTooNew if re.fullmatch(_FIRST + "[0-9]{1,6}", first) else ManifestMalformed
    try:
        facts = msgspec.json.decode(second.removeprefix("# "), type=Facts)
    except (msgspec.DecodeError, UnicodeError):
        raise ManifestMalformed from None
    listed = [(line[:64], line[66:]) for line in rest]
    if end or len(listed) != len(facts.sizes) or _encode(facts, listed) != raw:
        raise ManifestMalformed
    members = tuple(Member(*pair, size) for pair, size in zip(listed, facts.sizes, strict=True))
    first_of_all = facts.sequence == 1
    if not (_is_well_ordered(members) and _are_times(facts)) or first_of_all != (facts.previous == ""):
        raise ManifestMalformed
    return Manifest(facts, members)


def _encode(facts: Facts, listed: list[tuple[str, str]]) -> bytes:
    lines = [_FIRST + "1", "# " + msgspec.json.encode(facts).decode()]
    return "".join(line + "\n" for line in lines + [f"{digest}  {name}" for digest, name in listed]).encode()


def _are_times(facts: Facts) -> bool:
    """Tell whether the times are in every time zone's calendar: 30 February has the form of a time too."""
    try:
        times = [datetime.fromisoformat(text) for text in (facts.created, facts.not_after) if text]
    except ValueError:
        return False
    return all(1 < time.year < MAXYEAR for time in times)


def _is_well_ordered(members: tuple[Member, ...]) -> bool:
    names = [member.name for member in members]
    blobs = names[len(_FIXED) :]
    return (
        tuple(names[: len(_FIXED)]) == _FIXED
        and blobs == sorted(set(blobs))
        and all(re.fullmatch("[0-9a-f]{64}", member.digest) for member in members)
        and all(member.name == BLOBS + member.digest for member in members[len(_FIXED) :])
        and all(member.size <= MAX_SIZES.get(member.name, MAX_FILE) for member in members)
    )
