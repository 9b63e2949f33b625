"""Device signing keys: Ed25519, named by their OpenSSH fingerprint."""

import base64
import hashlib
import struct
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_TYPE = b"ssh-ed25519"

_PRIME = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset((0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8))
"""Heights (y) of the eight points of small order: as keys, one signature by them fits any number of messages."""


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key, 32 bytes; `ValueError` for one under which anybody could sign."""

    raw: bytes
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        height = int.from_bytes(self.raw, "little") & (1 << 255) - 1  # the highest bit is the sign of x
        if height >= _PRIME or height in _SMALL_ORDER:
            raise ValueError("not a key of one person alone")
        object.__setattr__(self, "_key", Ed25519PublicKey.from_public_bytes(self.raw))

    @property
    def blob(self) -> bytes:
        """The SSH wire encoding (RFC 8709)."""
        return _string(KEY_TYPE) + _string(self.raw)

    @property
    def fingerprint(self) -> str:
        """`SHA256:` and 43 characters, as `ssh-keygen -l` prints it."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).rstrip(b"=")
        return "SHA256:" + digest.decode("ascii")

    @property
    def line(self) -> str:
        """The OpenSSH one-line form without a comment."""
        return f"{KEY_TYPE.decode()} {base64.b64encode(self.blob).decode('ascii')}"

    @classmethod
    def from_line(cls, line: str) -> "PublicKey":
        """Read the OpenSSH one-line form; `ValueError` unless it is exactly one Ed25519 key."""
        kind, _, encoded = line.partition(" ")
        blob = base64.b64decode(encoded, validate=True)
        key = cls(blob[-32:]) if len(blob) >= 32 else None
        if key is None or kind.encode() != KEY_TYPE or key.blob != blob or key.line != line:
            raise ValueError("not an ssh-ed25519 public key")
        return key

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the signature over the message is this key's."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """An Ed25519 private key. Its 32 secret bytes leave it only through `secret_bytes`."""

    __slots__ = ("_key", "public")

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = PublicKey(self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    def secret_bytes(self) -> bytes:
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature (RFC 8032)."""
        return self._key.sign(message)
