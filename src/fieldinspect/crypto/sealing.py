"""Sealing of entry bodies under a record's key. Format: docs/formats/journal.md, section 3."""

import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEY_SIZE: Final = 32
_COMMITMENT_LABEL: Final = b"fieldinspect record key v1"
_COMMITMENT: Final = 32
_NONCE: Final = 12
_TAG: Final = 16


class CannotOpen(Exception):  # noqa: N818 - says what happened; callers decide whose fault it is
    """The sealed bytes do not open: another key, other associated data, or changed bytes."""


def commitment_of(sealed: bytes) -> bytes:
    """Return which key sealed this, by its commitment."""
    return sealed[:_COMMITMENT]


class RecordKey:
    """The key of one record: seals its bodies and, elsewhere, its attachments."""

    __slots__ = ("_aead", "commitment", "secret")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_SIZE:
            raise ValueError("a record key has 32 bytes")
        self.secret = secret
        self._aead: ChaCha20Poly1305 | None = None  # made on first use: most keys of a bundle are only kept
        # ChaCha20-Poly1305 does not commit to its key: without this an insider could make one ciphertext that
        # opens to two texts under two keys. It also tells which of a record's keys a body wants.
        self.commitment = hmac.digest(secret, _COMMITMENT_LABEL, "sha256")

    @classmethod
    def generate(cls) -> "RecordKey":
        return cls(os.urandom(KEY_SIZE))

    def seal(self, plain: bytes, associated: bytes) -> bytes:
        """Return commitment, random nonce and ciphertext; 60 bytes longer than `plain`."""
        nonce = os.urandom(_NONCE)
        return self.commitment + nonce + self._cipher().encrypt(nonce, plain, associated)

    def _cipher(self) -> ChaCha20Poly1305:
        if self._aead is None:
            self._aead = ChaCha20Poly1305(self.secret)
        return self._aead

    def open(self, sealed: bytes, associated: bytes) -> bytes:
        """Return the plain bytes; raise `CannotOpen`."""
        if len(sealed) < _COMMITMENT + _NONCE + _TAG or sealed[:_COMMITMENT] != self.commitment:
            raise CannotOpen
        nonce = sealed[_COMMITMENT : _COMMITMENT + _NONCE]
        try:
            return self._cipher().decrypt(nonce, sealed[_COMMITMENT + _NONCE :], associated)
        except InvalidTag:
            raise CannotOpen from None
