"""Hashing beside other work gives the digest of hashing alone."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.crypto.digests import HashingSink, HashingSource

BIG = 1 << 18


@given(st.lists(st.integers(0, BIG), max_size=8))
def test_two_buffers_in_turn_are_hashed_as_they_were_written(sizes: list[int]) -> None:
    expected, out, buffers = hashlib.sha256(), io.BytesIO(), (bytearray(BIG), bytearray(BIG))
    with ThreadPoolExecutor(1) as worker:
        inner = HashingSink(out, worker)
        outer = HashingSink(inner, worker)
        for number, size in enumerate(sizes):
            piece = memoryview(buffers[number % 2])[:size]
            piece[:] = bytes([number]) * size
            expected.update(piece)
            outer.write(piece)
        assert outer.hexdigest() == inner.hexdigest() == expected.hexdigest()
    assert outer.size == inner.size == sum(sizes)
    assert hashlib.sha256(out.getvalue()).hexdigest() == expected.hexdigest()


@given(st.binary(max_size=2000), st.integers(1, 500))
def test_a_source_knows_what_was_read(content: bytes, size: int) -> None:
    with ThreadPoolExecutor(1) as worker:
        source = HashingSource(io.BytesIO(content), worker)
        first = source.readline(10)
        while source.read(size):
            pass
        assert source.hexdigest() == hashlib.sha256(content).hexdigest()
    assert content.startswith(first)
    assert source.size == len(content)
