"""The record keys of a bundle. Format: docs/formats/bundle.md, section 5."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import msgspec

from fieldinspect.exchange.manifest import Id

_Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_Keys = dict[Id, Annotated[tuple[_Key, ...], msgspec.Meta(min_length=1, max_length=16)]]
_decode: Final = msgspec.json.Decoder(_Keys).decode


class RecordKeysMalformed(Exception):  # noqa: N818 - says what happened; the reader gives it a sentence
    """The file is not in its one encoding."""


def write_record_keys(keys: Mapping[str, Sequence[bytes]]) -> bytes:
    return msgspec.json.encode({record: sorted(set(held)) for record, held in sorted(keys.items())})


def read_record_keys(raw: bytes) -> dict[str, tuple[bytes, ...]]:
    """Return record id to its 32-byte keys, most often one; raise `RecordKeysMalformed`."""
    try:
        keys = _decode(raw)
    except (msgspec.DecodeError, UnicodeError):
        raise RecordKeysMalformed from None
    if write_record_keys(keys) != raw:
        raise RecordKeysMalformed
    return keys
