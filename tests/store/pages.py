"""Reads the pages of a vault's database as they lie on the disk, deciphered: free ones and those in the log too.

SQLCipher 4 with a raw key: pages of 4,096 bytes, the last 80 of them a 16-byte IV and an HMAC; AES-256-CBC; the first
16 bytes of the file are the salt. In the write-ahead log every page follows a header of 24 bytes, after 32 for the log.
"""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVED, SALT = 4096, 80, 16
_LOG, _FRAME = 32, 24


def pages(database: Path, key: bytes) -> Iterator[bytes]:
    """Yield every page of the database and of its write-ahead log in the clear."""
    raw = database.read_bytes()
    for at in range(0, len(raw), PAGE):
        yield _decipher(raw[at : at + PAGE], key, first=at == 0)
    log = database.with_name(database.name + "-wal")
    framed = log.read_bytes() if log.exists() else b""
    for at in range(_LOG, len(framed), _FRAME + PAGE):
        number = int.from_bytes(framed[at : at + 4])
        yield _decipher(framed[at + _FRAME : at + _FRAME + PAGE], key, first=number == 1)


def _decipher(page: bytes, key: bytes, *, first: bool) -> bytes:
    start = SALT if first else 0
    vector = page[PAGE - RESERVED : PAGE - RESERVED + 16]
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return cipher.update(page[start : PAGE - RESERVED]) + cipher.finalize()
