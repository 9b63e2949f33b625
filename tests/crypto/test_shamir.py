"""Sharing a secret among three: the public vector, the field, and what one share tells."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.crypto.shamir import _inverse, _times, combine, split

SECRETS = st.binary(min_size=1, max_size=40)


def test_the_public_vector_gives_its_secret() -> None:
    # draft-mcgrew-tss-03, section 9
    shares = (1, bytes.fromhex("b9fa07e185")), (2, bytes.fromhex("f5409b4511"))
    assert combine(*shares) == combine(*reversed(shares)) == bytes.fromhex("7465737400")


def test_the_field_is_that_of_aes() -> None:
    # FIPS 197, 4.2: {57} x {83} = {c1}, {57} x {13} = {fe}
    assert (_times(0x57, 0x83), _times(0x57, 0x13)) == (0xC1, 0xFE)
    assert all(_times(a, _inverse(a)) == 1 for a in range(1, 256))
    assert all(_times(a, b) == _times(b, a) < 256 for a in range(256) for b in range(0, 256, 7))


@given(SECRETS, st.integers(2, 6))
def test_any_two_shares_give_the_secret(secret: bytes, count: int) -> None:
    shares = split(secret, count)
    assert [x for x, _y in shares] == list(range(1, count + 1))
    for one, other in itertools.permutations(shares, 2):
        assert combine(one, other) == secret


def test_one_share_says_nothing() -> None:
    # For every share of one byte there is, for every secret, exactly one draw that leads to it.
    for number in range(3):
        for secret in (0, 1, 0x80, 0xFF):
            seen = Counter(
                split(bytes([secret]), 3, lambda _n, d=draw: bytes([d]))[number] for draw in range(256)
            )
            assert set(seen.values()) == {1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, b"ab"), (1, b"ab")),
        ((1, b"ab"), (2, b"a")),
        ((0, b"ab"), (2, b"ab")),
        ((1, b"ab"), (256, b"ab")),
    ],
)
def test_what_cannot_be_two_shares_is_refused(one, other) -> None:
    with pytest.raises(ValueError, match="two different shares"):
        combine(one, other)


@pytest.mark.parametrize("count", [1, 256])
def test_the_number_of_shares_is_bounded(count: int) -> None:
    with pytest.raises(ValueError, match="2 to 255"):
        split(b"secret", count)
