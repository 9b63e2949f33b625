"""Sealing of single values in a database whose keeper must not read them. Format: docs/formats/central.md."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from fieldinspect.crypto.keys import hkdf
from fieldinspect.crypto.sealing import CannotOpen

KEY_SIZE: Final = 32
_LABEL: Final = b"fieldinspect column v1 "
_NONCE: Final = 12


class ColumnKey:
    """One secret for all columns; each column ("table.column") has a key of its own, derived from it.

    What is sealed opens in its own column and row alone: both are associated data.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_SIZE:
            raise ValueError("a column key has 32 bytes")
        self._secret = secret
        self._ciphers: dict[str, ChaCha20Poly1305] = {}

    def seal(self, column: str, row: bytes, plain: bytes) -> bytes:
        """Return nonce and ciphertext; 28 bytes longer than `plain`."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher(column).encrypt(nonce, plain, _associated(column, row))

    def open(self, column: str, row: bytes, sealed: bytes) -> bytes:
        """Return the plain bytes; raise `CannotOpen` for those of another row or column, or changed ones."""
        try:
            return self._cipher(column).decrypt(sealed[:_NONCE], sealed[_NONCE:], _associated(column, row))
        except (InvalidTag, ValueError):
            raise CannotOpen from None

    def _cipher(self, column: str) -> ChaCha20Poly1305:
        cipher = self._ciphers.get(column)
        if cipher is None:
            cipher = ChaCha20Poly1305(bytes(hkdf(self._secret, KEY_SIZE, _LABEL + column.encode())))
            self._ciphers[column] = cipher
        return cipher


def _associated(column: str, row: bytes) -> bytes:
    return column.encode() + b"\0" + row
