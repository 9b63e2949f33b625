"""Entries: header, signature, sealed body. Format: docs/formats/journal.md, in the same order."""

import hashlib
from datetime import MAXYEAR, datetime
from typing import Annotated, Final, Literal

import msgspec

from fieldinspect.crypto.sealing import CannotOpen, RecordKey
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.i18n import _

FORMAT: Final = 1
MAX_BODY: Final = 4 * 1024 * 1024
MOST_NAME: Final = 1024
"""Bytes in the name of a field."""
_SIGNED: Final = b"fieldinspect-entry-v1\n"
_SEALED: Final = b"fieldinspect-body-v1\n"

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
DeviceId = Annotated[str, msgspec.Meta(pattern=r"^SHA256:[A-Za-z0-9+/]{43}\Z")]
Sequence = Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]
LAST_CLOCK: Final = 7_258_118_400_000 << 16
"""The year 2200: no clock is later, so that adding to one never leaves the range of an integer."""
ClockTime = Annotated[int, msgspec.Meta(ge=0, lt=LAST_CLOCK)]
IdOrNone = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?\Z")]
ChangeId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}:(0|[1-9][0-9]{0,5})\Z")]
Moment = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}\Z"
    ),
]


class MalformedEntry(BadInput):
    """An entry is not in the one encoding its format allows."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What is signed and readable by everybody who holds the entry."""

    format: Literal[1]
    device: DeviceId
    incarnation: Id
    sequence: Sequence
    previous: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?\Z")]
    clock: ClockTime
    author: Id
    record: Id
    scope: Id
    body: Digest


class Change(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A field's new value (None: cleared) and the change ids it replaces."""

    field: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
    value: str | None
    replaces: tuple[ChangeId, ...]


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one act did to one record."""

    kind: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    parent: IdOrNone
    inspection: IdOrNone
    act: Id
    happened: Moment
    changes: tuple[Change, ...]
    reason: str = ""
    reconstructed: bool = False


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One signed entry; `sealed` is None while the body is withheld, erased or late."""

    id: str
    header: Header
    header_bytes: bytes
    signature: bytes
    sealed: bytes | None


class _Line(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    header: bytes
    signature: bytes
    body: bytes | None = None


_encode = msgspec.json.Encoder().encode
_decode_header = msgspec.json.Decoder(Header).decode
_decode_body = msgspec.json.Decoder(Body).decode
_decode_line = msgspec.json.Decoder(_Line).decode


def read_entry(header_bytes: bytes, signature: bytes, sealed: bytes | None) -> Entry:
    """Put an entry together from its stored parts; raise `MalformedEntry`."""
    try:
        header = _decode_header(header_bytes)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedEntry(_("An entry's header cannot be read: {reason}").format(reason=error)) from None
    if _encode(header) != header_bytes:
        raise MalformedEntry(_("An entry's header is not in its one encoding."))
    if len(signature) != 64:
        raise MalformedEntry(_("An entry's signature is not 64 bytes long."))
    if sealed is not None and hashlib.sha256(sealed).hexdigest() != header.body:
        raise MalformedEntry(_("An entry's body is not the one its header names."))
    return Entry(hashlib.sha256(header_bytes).hexdigest(), header, header_bytes, signature, sealed)


def to_line(entry: Entry, *, withhold: bool = False) -> bytes:
    """Return the entry as one line of `entries.jsonl`, without the line feed."""
    return _encode(_Line(entry.header_bytes, entry.signature, None if withhold else entry.sealed))


def from_line(line: bytes) -> Entry:
    """Read one line of `entries.jsonl`; raise `MalformedEntry`."""
    try:
        parts = _decode_line(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedEntry(_("An entry cannot be read: {reason}").format(reason=error)) from None
    if _encode(parts) != line:
        raise MalformedEntry(_("An entry is not in its one encoding."))
    return read_entry(parts.header, parts.signature, parts.body)


def is_signed_by(entry: Entry, key: PublicKey) -> bool:
    """Tell whether the header carries this key's signature and names this key as its device."""
    return entry.header.device == key.fingerprint and key.verifies(
        entry.signature, signed_message(entry.header_bytes)
    )


def signed_message(header_bytes: bytes) -> bytes:
    """Return the bytes that the entry signature covers."""
    return _SIGNED + header_bytes


def write_entry(
    body: Body,
    *,
    key: RecordKey,
    signer: SigningKey,
    device: str,
    incarnation: str,
    sequence: int,
    previous: str,
    clock: int,
    author: str,
    record: str,
    scope: str,
) -> Entry:
    """Seal and sign one entry at its place in the writer's chain; raise `BadInput` when the body is too large.

    What a reader would refuse is never written: both parts are read back before they are returned.
    """
    plain = _encode(body)
    if len(plain) > MAX_BODY:
        raise BadInput(_("This is more text than one entry can hold. Shorten it, or attach it as a file"))
    try:
        _read_body(plain)
    except (msgspec.DecodeError, ValueError):
        raise Bug(_("An entry was about to be written that nobody could read. Nothing was changed")) from None
    sealed = key.seal(plain, _associated(device, incarnation, sequence, record))
    digest = hashlib.sha256(sealed).hexdigest()
    header = Header(FORMAT, device, incarnation, sequence, previous, clock, author, record, scope, digest)
    header_bytes = _encode(header)
    _decode_header(header_bytes)
    return Entry(
        hashlib.sha256(header_bytes).hexdigest(),
        header,
        header_bytes,
        signer.sign(signed_message(header_bytes)),
        sealed,
    )


def open_body(entry: Entry, key: RecordKey) -> Body:
    """Unseal and decode the body; raise `MalformedEntry` when this key or format does not fit."""
    header = entry.header
    if entry.sealed is None:
        raise MalformedEntry(_("The body of this entry is not here."))
    if len(entry.sealed) > MAX_BODY + 1024:
        raise MalformedEntry(_("An entry's body is larger than the format allows."))
    try:
        plain = key.open(
            entry.sealed, _associated(header.device, header.incarnation, header.sequence, header.record)
        )
        return _read_body(plain)
    except (CannotOpen, msgspec.DecodeError, ValueError, RecursionError):
        raise MalformedEntry(_("An entry's body cannot be read with its record's key.")) from None


def _read_body(plain: bytes) -> Body:
    body = _decode_body(plain)
    if not 1 < datetime.fromisoformat(body.happened).year < MAXYEAR:
        raise ValueError("in another time zone this has no date")
    names = {change.field for change in body.changes}
    if len(names) != len(body.changes):
        raise ValueError("a field is changed twice in one entry")
    if not all(map(_is_name, (body.kind, *names))):
        raise ValueError("not a name that every database can hold, and look for")
    return body


def _is_name(name: str) -> bool:
    return "\0" not in name and (name.isascii() or len(name.encode()) <= MOST_NAME)


def _associated(device: str, incarnation: str, sequence: int, record: str) -> bytes:
    return _SEALED + f"{device}\n{incarnation}\n{sequence}\n{record}\n".encode()


def change_id(entry_id: str, index: int) -> str:
    return f"{entry_id}:{index}"


def entry_of(change: str) -> str:
    """Return the id of the entry that a change is part of."""
    return change.partition(":")[0]
