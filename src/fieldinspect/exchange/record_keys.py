"""The record keys of a bundle. Format: docs/formats/bundle.md, section 5."""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from fieldinspect.exchange.manifest import Id

_Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_Keys = dict[Id, _Key]
_decode: Final = msgspec.json.Decoder(_Keys).decode


class RecordKeysMalformed(Exception):  # noqa: N818 - says what happened; the reader gives it a sentence
    """The file is not in its one encoding."""


def write_record_keys(keys: Mapping[str, bytes]) -> bytes:
    return msgspec.json.encode(dict(sorted(keys.items())))


def read_record_keys(raw: bytes) -> dict[str, bytes]:
    """Return record id to 32-byte key; raise `RecordKeysMalformed`."""
    try:
        keys = _decode(raw)
    except (msgspec.DecodeError, UnicodeError):
        raise RecordKeysMalformed from None
    if write_record_keys(keys) != raw:
        raise RecordKeysMalformed
    return keys
