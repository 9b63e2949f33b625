"""The vault master key and its subkeys. Format: docs/formats/slots.md, section 1."""

import hmac
import os
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MASTER_KEY_SIZE: Final = 32
CHECK_SIZE: Final = 16
_DATABASE_KEY: Final = 32
_DATABASE_SALT: Final = 16


def hkdf(secret: bytes | bytearray, length: int, info: bytes, salt: bytes = b"") -> bytearray:
    """Return HKDF-SHA256 (RFC 5869) output in a buffer that can be wiped."""
    derived = bytearray(length)
    HKDF(SHA256(), length, salt, info).derive_into(secret, derived)
    return derived


def wipe(secret: bytearray) -> None:
    """Overwrite a secret with zeros."""
    secret[:] = bytes(len(secret))


class MasterKey:
    """The random key of one vault. Subkeys are made anew on each call; wipe those you were given."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes | bytearray) -> None:
        if len(secret) != MASTER_KEY_SIZE:
            raise ValueError("a vault master key has 32 bytes")
        self._secret = bytearray(secret)

    @classmethod
    def generate(cls) -> "MasterKey":
        return cls(os.urandom(MASTER_KEY_SIZE))

    def secret(self) -> bytes:
        """Return the key itself, to be wrapped."""
        return bytes(self._secret)

    def database(self) -> tuple[bytearray, bytearray]:
        """Return SQLCipher's raw key (32 bytes) and salt (16 bytes)."""
        both = self._subkey("database", _DATABASE_KEY + _DATABASE_SALT)
        parts = both[:_DATABASE_KEY], both[_DATABASE_KEY:]
        wipe(both)
        return parts

    def slots_mac(self) -> bytearray:
        return self._subkey("slots", 32)

    def anchor(self) -> bytearray:
        return self._subkey("anchor", 32)

    def device_keys(self) -> bytearray:
        return self._subkey("device", 32)

    def backup(self) -> bytearray:
        return self._subkey("backup", 32)

    def check_value(self) -> bytes:
        """Return the 16 public bytes that tell this key from another."""
        return bytes(self._subkey("check", CHECK_SIZE))

    def has_check_value(self, expected: bytes) -> bool:
        return hmac.compare_digest(self.check_value(), expected)

    def wipe(self) -> None:
        """Overwrite the key; it must not be used after."""
        wipe(self._secret)

    def _subkey(self, use: str, length: int) -> bytearray:
        return hkdf(self._secret, length, f"fieldinspect vault v1 {use}".encode())
