"""Pictures made in memory, good ones and bad ones."""

import struct
import zlib


def png(width: int = 8, height: int = 6, colour: bytes = b"\x20\x80\xa0") -> bytes:
    """Return a PNG of one colour."""
    rows = (b"\x00" + colour * width) * height
    return _png(width, height, zlib.compress(rows))


def bomb() -> bytes:
    """Return a small PNG that says it is 60,000 pixels on each side."""
    return _png(60_000, 60_000, zlib.compress(bytes(1000)))


def lying(width: int, height: int) -> bytes:
    """Return a PNG whose pixels are far fewer than it says."""
    return _png(width, height, zlib.compress(b"\x00" * 10))


def jpeg_head(width: int, height: int, *, progressive: bool = False) -> bytes:
    """Return the beginning of a JPEG: enough to tell its size, not to be shown."""
    app0 = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc2" if progressive else b"\xff\xc0"
    return b"\xff\xd8" + app0 + frame + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"


def _png(width: int, height: int, data: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
