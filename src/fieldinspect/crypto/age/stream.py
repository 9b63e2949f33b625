"""STREAM, the payload encryption of age: 64 KiB chunks, each sealed at its place (C2SP age.md, Payload)."""

import io
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from fieldinspect.crypto.age.errors import PayloadChanged, PayloadRefused, PayloadTruncated

if TYPE_CHECKING:  # in the standard library from Python 3.12 on
    from typing_extensions import Buffer

CHUNK: Final = 64 * 1024
TAG: Final = 16
SEALED_CHUNK: Final = CHUNK + TAG
_BATCH: Final = 16  # chunks per read or write of the file: fewer calls, still only a few MiB of memory


class Source(Protocol):
    """Where bytes come from; a short answer is allowed, an empty one is the end."""

    def read(self, size: int, /) -> bytes: ...


class Sink(Protocol):
    """Where bytes go; takes all it is given, and may look at them until the next write."""

    def write(self, data: "Buffer", /) -> object: ...


def sealed_size(size: int) -> int:
    """Return how many bytes `size` plain bytes take when sealed."""
    return size + TAG * max(1, -(-size // CHUNK))


def _nonce(counter: int, last: bool) -> bytes:
    return (counter << 8 | last).to_bytes(12, "big")


class StreamWriter:
    """Seals what is written to it, in bounded memory. Without `close` the end is missing and nothing opens."""

    def __init__(self, sink: Sink, key: bytes | bytearray) -> None:
        self._sink = sink
        self._aead = ChaCha20Poly1305(key)
        self._counter = 0
        self._plain = bytearray(_BATCH * CHUNK)
        self._filled = 0
        # Two in turn: a sink may still be looking at one (hashing it, say) while the next is filled.
        self._sealed, self._other = bytearray(_BATCH * SEALED_CHUNK), bytearray(_BATCH * SEALED_CHUNK)
        self._closed = False

    def write(self, data: "Buffer") -> int:
        rest = memoryview(data).cast("B")
        size = len(rest)
        while rest:
            # A full buffer waits for one more byte: only then is its last chunk known not to be the last.
            if self._filled == len(self._plain):
                self._seal(last=False)
            taken = min(len(rest), len(self._plain) - self._filled)
            self._plain[self._filled : self._filled + taken] = rest[:taken]
            self._filled += taken
            rest = rest[taken:]
        return size

    def close(self) -> None:
        """Seal what is left as the last chunk. The sink stays open."""
        if not self._closed:
            self._closed = True
            self._seal(last=True)

    def _seal(self, *, last: bool) -> None:
        plain, sealed = memoryview(self._plain)[: self._filled], memoryview(self._sealed)
        at = 0
        for start in range(0, max(self._filled, 1), CHUNK):
            chunk = plain[start : start + CHUNK]
            nonce = _nonce(self._counter, last and start + CHUNK >= self._filled)
            at += self._aead.encrypt_into(nonce, chunk, None, sealed[at : at + len(chunk) + TAG])
            self._counter += 1
        self._sink.write(sealed[:at])
        self._sealed, self._other = self._other, self._sealed
        self._filled = 0


class StreamReader(io.RawIOBase):
    """Opens a payload as it is read, in bounded memory; never gives out a byte that was not verified.

    `PayloadRefused` is raised when the first bad chunk is reached, after all good ones before it were read.
    """

    def __init__(self, source: Source, key: bytes | bytearray) -> None:
        super().__init__()
        self._source = source
        self._aead = ChaCha20Poly1305(key)
        self._counter = 0
        self._plain = bytearray(_BATCH * CHUNK)
        self._ready = memoryview(b"")
        self._failure: PayloadRefused | None = None
        self._ahead = self._read_block()
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer", /) -> int:
        if not self._ready and not self._ended:
            self._refill()
        if not self._ready and self._failure is not None:
            raise self._failure
        target = memoryview(buffer).cast("B")
        taken = min(len(target), len(self._ready))
        target[:taken] = self._ready[:taken]
        self._ready = self._ready[taken:]
        return taken

    def _refill(self) -> None:
        block, self._ahead = memoryview(self._ahead), self._read_block()
        self._ended = not self._ahead
        at = 0
        for start in range(0, max(len(block), 1), SEALED_CHUNK):
            chunk = block[start : start + SEALED_CHUNK]
            last = self._ended and start + SEALED_CHUNK >= len(block)
            at += self._open(chunk, last, memoryview(self._plain)[at:])
            if self._failure is not None:
                self._ended = True
                break
        self._ready = memoryview(self._plain)[:at]

    def _open(self, chunk: memoryview, last: bool, target: memoryview) -> int:
        size = len(chunk) - TAG
        failure = PayloadTruncated() if last else PayloadChanged()
        # An empty last chunk is allowed only as the whole payload: there is one encoding of every length.
        if size < 0 or (size == 0 and self._counter > 0):
            self._failure = failure
            return 0
        if not self._opens(chunk, last, target[:size]):
            # Either the file ends too early, or goes on after its end: then this chunk is still a good one.
            self._failure = failure
            return size if size == CHUNK and self._opens(chunk, not last, target[:size]) else 0
        self._counter += 1
        return size

    def _opens(self, chunk: memoryview, last: bool, target: memoryview) -> bool:
        try:
            self._aead.decrypt_into(_nonce(self._counter, last), chunk, None, target)
        except InvalidTag:
            return False
        return True

    def _read_block(self) -> bytes:
        wanted = _BATCH * SEALED_CHUNK
        block = self._source.read(wanted)
        while len(block) < wanted:
            more = self._source.read(wanted - len(block))
            if not more:
                break
            block += more
        return block
