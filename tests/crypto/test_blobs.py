"""Attachments sealed in a stream."""

import hashlib
import io
import os

import pytest

from fieldinspect.crypto.blobs import BlobChanged, open_blob, seal_blob, sealed_blob_size

KEY = bytes(range(32))
CHUNK = 64 * 1024
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 16 * CHUNK - 1, 16 * CHUNK, 16 * CHUNK + 1, 40 * CHUNK + 7]


def seal(plain: bytes) -> bytes:
    sink = io.BytesIO()
    seal_blob(io.BytesIO(plain), sink, KEY)
    return sink.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_round_trip(size: int) -> None:
    plain, sink = os.urandom(size), io.BytesIO()
    blob = seal_blob(io.BytesIO(plain), sink, KEY)
    sealed = sink.getvalue()
    assert blob.digest == hashlib.sha256(sealed).hexdigest()
    assert (blob.size, blob.sealed) == (size, len(sealed))
    assert len(sealed) == sealed_blob_size(size)
    assert open_blob(io.BytesIO(sealed), KEY).read() == plain


def test_the_same_file_twice_has_two_names() -> None:
    assert seal(b"same") != seal(b"same")


def test_another_key_is_refused_at_once() -> None:
    with pytest.raises(BlobChanged):
        open_blob(io.BytesIO(seal(b"text")), bytes(32))


def test_every_flipped_byte_and_every_cut_of_a_small_blob_is_refused() -> None:
    sealed = seal(b"a small attachment")
    flipped = [sealed[:i] + bytes([sealed[i] ^ 0x40]) + sealed[i + 1 :] for i in range(len(sealed))]
    cut = [sealed[:end] for end in range(len(sealed))]
    for bad in [*flipped, *cut, sealed + b"\0"]:
        with pytest.raises(BlobChanged):
            open_blob(io.BytesIO(bad), KEY).read()


def test_chunks_cannot_be_dropped_swapped_or_cut() -> None:
    sealed = seal(os.urandom(20 * CHUNK))
    head, step = 48, CHUNK + 16
    chunks = [sealed[start : start + step] for start in range(head, len(sealed), step)]
    swapped = [chunks[1], chunks[0], *chunks[2:]]
    for bad in (chunks[:-1], chunks[1:], swapped, [*chunks, chunks[-1]], [*chunks[:-1], chunks[0]]):
        with pytest.raises(BlobChanged):
            open_blob(io.BytesIO(sealed[:head] + b"".join(bad)), KEY).read()


def test_good_bytes_before_a_bad_chunk_are_given_out_and_no_others() -> None:
    plain = os.urandom(3 * CHUNK)
    sealed = bytearray(seal(plain))
    sealed[48 + (CHUNK + 16) + 5] ^= 1
    reader = open_blob(io.BytesIO(bytes(sealed)), KEY)
    assert reader.read1(CHUNK * 2) == plain[:CHUNK]
    with pytest.raises(BlobChanged):
        reader.read1(1)
