"""Sealing of attachments, streamed; a blob is named by the SHA-256 of its ciphertext (bundle.md, section 6)."""

import hmac
import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fieldinspect.crypto.age.errors import PayloadRefused
from fieldinspect.crypto.age.stream import (
    Sink,
    Source,
    StreamReader,
    StreamWriter,
    sealed_size,
)
from fieldinspect.crypto.digests import HashingSink
from fieldinspect.crypto.keys import hkdf
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LABEL: Final = b"fieldinspect blob v1"
_NONCE: Final = 16
_COMMITMENT: Final = 32
_PIECE: Final = 1024 * 1024


class BlobChanged(BadInput):
    def __init__(self) -> None:
        super().__init__(_("An attachment is damaged, or is not the one that was attached. Ask for it again"))


@dataclass(frozen=True, slots=True)
class SealedBlob:
    """Name (SHA-256 of the ciphertext, hex), plain size and sealed size in bytes."""

    digest: str
    size: int
    sealed: int


def seal_blob(source: Source, sink: Sink, key: bytes) -> SealedBlob:
    """Seal all of the source under a record's key, in bounded memory."""
    nonce = os.urandom(_NONCE)
    payload_key, commitment = _derive(key, nonce)
    hashed = HashingSink(sink)
    hashed.write(nonce + commitment)
    writer = StreamWriter(hashed, payload_key)
    size = 0
    while piece := source.read(_PIECE):
        size += writer.write(piece)
    writer.close()
    return SealedBlob(hashed.hexdigest(), size, hashed.size)


def sealed_blob_size(size: int) -> int:
    """Return how many bytes a plain file of `size` bytes takes when sealed."""
    return _NONCE + _COMMITMENT + sealed_size(size)


def open_blob(source: Source, key: bytes) -> io.BufferedReader:
    """Return a reader of the plain bytes; reading raises `BlobChanged` before giving out a wrong byte."""
    head = source.read(_NONCE + _COMMITMENT)
    payload_key, commitment = _derive(key, head[:_NONCE])
    # The commitment ties the ciphertext to one key: no insider can show two readers two files.
    if not hmac.compare_digest(head[_NONCE:], commitment):
        raise BlobChanged
    return io.BufferedReader(_BlobReader(source, payload_key), _PIECE)


def _derive(key: bytes, nonce: bytes) -> tuple[bytes, bytes]:
    both = bytes(hkdf(key, 32 + _COMMITMENT, _LABEL, nonce))
    return both[:32], both[32:]


class _BlobReader(StreamReader):
    def readinto(self, buffer: "Buffer", /) -> int:
        try:
            return super().readinto(buffer)
        except PayloadRefused:
            raise BlobChanged from None
