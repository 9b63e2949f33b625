"""Shamir's secret sharing over GF(2^8), byte by byte, as in the Internet draft mcgrew-tss-03: threshold 2.

The field is that of AES (polynomial 0x11b). Neither a table nor a branch depends on a secret byte.
"""

import os
from collections.abc import Callable

Share = tuple[int, bytes]
"""x (1 to 255) and y, as long as the secret."""


def split(secret: bytes, count: int, random: Callable[[int], bytes] = os.urandom) -> list[Share]:
    """Return `count` shares, any two of which give the secret and no single one a hint of it."""
    if not 2 <= count <= 255:
        raise ValueError("a secret is split into 2 to 255 shares")
    slope = random(len(secret))
    return [
        (x, bytes(start ^ _times(rise, x) for start, rise in zip(secret, slope, strict=True)))
        for x in range(1, count + 1)
    ]


def combine(one: Share, other: Share) -> bytes:
    """Return the secret of two different shares of one split; raise `ValueError` when they cannot be that."""
    (x, first), (z, second) = one, other
    if x == z or not (0 < x < 256 and 0 < z < 256) or len(first) != len(second):
        raise ValueError("two different shares of one secret are needed")
    # Lagrange at 0: the weights are public, as x and z are.
    weigh_first, weigh_second = _times(z, _inverse(x ^ z)), _times(x, _inverse(x ^ z))
    pairs = zip(first, second, strict=True)
    return bytes(_times(a, weigh_first) ^ _times(b, weigh_second) for a, b in pairs)


def _times(a: int, b: int) -> int:
    product = 0
    for bit in range(8):
        product ^= -(b >> bit & 1) & a
        a = a << 1 ^ -(a >> 7) & 0x11B
    return product


def _inverse(a: int) -> int:
    product = 1
    for _each in range(254):  # a^254 is 1/a in a field of 256
        product = _times(product, a)
    return product
