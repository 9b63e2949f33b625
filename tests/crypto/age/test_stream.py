"""The payload stream: sizes around the chunk borders, bounded memory, and nothing unverified given out."""

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldinspect.crypto.age.errors import PayloadChanged, PayloadRefused, PayloadTruncated
from fieldinspect.crypto.age.stream import CHUNK, SEALED_CHUNK, StreamReader, StreamWriter, sealed_size

KEY = bytes(range(32))
BORDERS = sorted(
    {base + step for base in (0, CHUNK, 2 * CHUNK, 16 * CHUNK, 32 * CHUNK) for step in (-1, 0, 1)} - {-1}
)


def plain_of(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def seal(plain: bytes, pieces: int = 1 << 30) -> bytes:
    sink = io.BytesIO()
    writer = StreamWriter(sink, KEY)
    for start in range(0, len(plain), pieces):
        writer.write(plain[start : start + pieces])
    writer.close()
    return sink.getvalue()


class Dribble(io.BytesIO):
    """A source that answers short, as a pipe does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 1000) if size and size > 0 else size)


@pytest.mark.parametrize("size", BORDERS)
def test_round_trip_at_the_borders(size: int) -> None:
    plain = plain_of(size)
    sealed = seal(plain)
    assert len(sealed) == sealed_size(size)
    assert StreamReader(io.BytesIO(sealed), KEY).readall() == plain
    assert StreamReader(Dribble(sealed), KEY).readall() == plain


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(0, 20 * CHUNK), pieces=st.integers(5000, 3 * CHUNK), reads=st.integers(5000, 3 * CHUNK)
)
def test_how_it_is_cut_into_writes_and_reads_makes_no_difference(size: int, pieces: int, reads: int) -> None:
    plain = plain_of(size)
    sealed = seal(plain, pieces)
    assert sealed == seal(plain)
    reader = StreamReader(io.BytesIO(sealed), KEY)
    assert b"".join(iter(lambda: reader.read(reads), b"")) == plain


def test_closing_twice_writes_once() -> None:
    sink = io.BytesIO()
    writer = StreamWriter(sink, KEY)
    writer.close()
    writer.close()
    assert len(sink.getvalue()) == 16


def test_every_cut_of_three_chunks_is_refused() -> None:
    sealed = seal(plain_of(2 * CHUNK + 100))
    ends = {
        *range(60),
        *range(SEALED_CHUNK - 20, SEALED_CHUNK + 20),
        SEALED_CHUNK * 2,
        *range(2 * SEALED_CHUNK, len(sealed)),
    }
    for end in ends:
        with pytest.raises(PayloadTruncated):
            StreamReader(io.BytesIO(sealed[:end]), KEY).readall()


def test_bytes_after_the_end_and_flips_are_refused() -> None:
    sealed = seal(plain_of(2 * CHUNK))
    for bad in (sealed + b"\0", sealed + sealed, sealed[: 2 * SEALED_CHUNK] + seal(b"x")):
        with pytest.raises(PayloadRefused):
            StreamReader(io.BytesIO(bad), KEY).readall()
    for position in (0, 1, SEALED_CHUNK - 1, SEALED_CHUNK, len(sealed) - 1):
        flipped = bytearray(sealed)
        flipped[position] ^= 1
        kind = PayloadChanged if position < SEALED_CHUNK else PayloadTruncated
        with pytest.raises(kind):
            StreamReader(io.BytesIO(bytes(flipped)), KEY).readall()


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read as Linux reports it")
def test_a_gibibyte_streams_in_32_mib() -> None:
    """Sealed and opened in one process of its own; the peak is measured against what imports alone take."""
    program = (
        "from tests.peak import peak_kib\n"
        "from fieldinspect.crypto.age.stream import StreamReader, StreamWriter\n"
        "class Pipe:\n"
        "    def __init__(self): self.held = bytearray()\n"
        "    def write(self, data): self.held += data\n"
        "    def read(self, size):\n"
        "        while len(self.held) < size and self.left:\n"
        "            self.left -= 1; writer.write(piece)\n"
        "            if not self.left: writer.close()\n"
        "        taken = bytes(self.held[:size]); del self.held[:size]; return taken\n"
        "pipe = Pipe(); piece = bytes(1 << 20); writer = StreamWriter(pipe, bytes(32)); pipe.left = 1024\n"
        "before = peak_kib()\n"
        "reader = StreamReader(pipe, bytes(32)); total = 0\n"
        "while got := reader.read(1 << 20): total += len(got)\n"
        "assert total == 1 << 30, total\n"
        "print(peak_kib() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert int(done.stdout) < 32 * 1024  # KiB


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read as Linux reports it")
def test_the_measure_of_memory_sees_what_a_reader_that_held_everything_would_take() -> None:
    program = (
        "from tests.peak import peak_kib; before = peak_kib()\n"
        "x = b'x' * (64 << 20); print(peak_kib() - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert int(done.stdout) > 60 * 1024
