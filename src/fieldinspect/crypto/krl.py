"""Writing an OpenSSH key revocation list (OpenSSH PROTOCOL.krl): a list of whole keys, no more than that."""

import struct
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from fieldinspect.crypto.signing import PublicKey

_MAGIC: Final = b"SSHKRL\n\0"
_FORMAT: Final = 1
_EXPLICIT_KEYS: Final = 2


def write_krl(keys: Iterable[PublicKey], version: int, issued: datetime, comment: str = "") -> bytes:
    """Return the list of these keys; `version` grows with each list of one issuer."""
    header = _MAGIC + struct.pack(">IQQQ", _FORMAT, version, int(issued.timestamp()), 0)
    header += _string(b"") + _string(comment.encode())
    blobs = b"".join(_string(blob) for blob in sorted({key.blob for key in keys}))
    return header + (bytes([_EXPLICIT_KEYS]) + _string(blobs) if blobs else b"")


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value
