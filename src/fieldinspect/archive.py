"""Strict ustar, for bundles and backups: regular files of mode 0600. Format: docs/formats/bundle.md, section 3.

The standard library's tarfile reads every dialect there ever was; here every header that is not the one we would
have written is refused, so that no name becomes a path and no size is believed before it is compared.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

from fieldinspect.crypto.age.stream import Sink

if TYPE_CHECKING:
    from typing_extensions import Buffer

BLOCK: Final = 512
_PIECE: Final = 1024 * 1024
_NUL: Final = b"\x00"
_END: Final = bytes(2 * BLOCK)
_SIZE_AT: Final = slice(124, 135)


class TarMalformed(Exception):  # noqa: N818 - says what happened; the reader gives it a sentence
    """The archive is not the one we would have written."""


class ReadInto(Protocol):
    """Where an archive comes from; 0 is the end."""

    def readinto(self, buffer: memoryview, /) -> int: ...


def member_header(name: str, size: int) -> bytes:
    """Return the 512 bytes that stand before a member; `ValueError` for what they cannot say."""
    encoded = name.encode("ascii")
    if not 1 <= len(encoded) <= 100 or not 0 <= size < 1 << 33:
        raise ValueError("not a member we would write")
    before = [
        encoded.ljust(100, _NUL),
        b"0000600" + _NUL,  # mode
        b"0000000" + _NUL,  # owner
        b"0000000" + _NUL,  # group
        b"%011o" % size + _NUL,
        b"00000000000" + _NUL,  # time
    ]
    after = [
        b"0".ljust(101, _NUL),  # regular file, no link name
        (b"ustar" + _NUL + b"00").ljust(255, _NUL),  # version; no user, group, device or prefix
    ]
    # The checksum counts itself as eight spaces.
    checksum = b"%06o" % (sum(b"".join(before + after)) + 8 * ord(" ")) + _NUL + b" "
    return b"".join([*before, checksum, *after])


class TarWriter:
    """Writes members one after the other. Each must be given exactly the bytes its header promised."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._left = 0
        self._padding = 0

    def begin(self, name: str, size: int) -> None:
        self._finish_member()
        self._sink.write(member_header(name, size))
        self._left, self._padding = size, -size % BLOCK

    def write(self, data: "Buffer") -> None:
        size = memoryview(data).nbytes
        if size > self._left:
            raise TarMalformed
        self._sink.write(data)
        self._left -= size

    def end(self) -> None:
        self._finish_member()
        self._sink.write(_END)

    def _finish_member(self) -> None:
        if self._left:
            raise TarMalformed
        self._sink.write(bytes(self._padding))
        self._padding = 0


class TarReader:
    """Reads members in the order the caller knows; raise `TarMalformed` at the first byte out of place."""

    def __init__(self, source: ReadInto) -> None:
        self._source = source

    def begin(self, name: str, limit: int) -> int:
        """Read the header of the member that must come next; return its size, at most `limit`."""
        header = self._exactly(BLOCK)
        try:
            size = int(header[_SIZE_AT].decode("ascii"), 8)
            expected = member_header(name, size)
        except ValueError:
            raise TarMalformed from None
        if header != expected or size > limit:
            raise TarMalformed
        return size

    def pieces(self, size: int) -> Iterator[memoryview]:
        """Read the content in pieces, each valid until the one after the next is asked for, then the padding."""
        buffer, other = (memoryview(bytearray(min(size, _PIECE))) for _each in range(2))
        left = size
        while left:
            taken = self._source.readinto(buffer[: min(left, _PIECE)])
            if not taken:
                raise TarMalformed
            yield buffer[:taken]
            left -= taken
            buffer, other = other, buffer
        if any(self._exactly(-size % BLOCK)):
            raise TarMalformed

    def content(self, size: int) -> bytes:
        """Read a small member whole."""
        return b"".join(bytes(piece) for piece in self.pieces(size))

    def end(self) -> None:
        """Read the end of the archive, which must be the end of the source too."""
        if self._exactly(len(_END)) != _END or self._source.readinto(memoryview(bytearray(1))):
            raise TarMalformed

    def _exactly(self, size: int) -> bytes:
        whole = bytearray(size)
        filled = 0
        while filled < size:
            taken = self._source.readinto(memoryview(whole)[filled:])
            if not taken:
                raise TarMalformed
            filled += taken
        return bytes(whole)
