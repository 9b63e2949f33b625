"""Bech32 (BIP 173) without its length limit, as age writes recipients and identities."""

from collections.abc import Iterable
from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM: Final = 6


def encode(prefix: str, raw: bytes) -> str:
    """Return the lower-case text of a lower-case prefix and its bytes."""
    values = _regroup(raw, 8, 5, pad=True)
    check = _polymod([*_expand(prefix), *values, *bytes(_CHECKSUM)]) ^ 1
    values += [check >> 5 * place & 31 for place in reversed(range(_CHECKSUM))]
    return prefix + "1" + "".join(_ALPHABET[value] for value in values)


def decode(text: str) -> tuple[str, bytes]:
    """Return prefix (lower case) and bytes; raise `ValueError` for anything but one well-formed text."""
    lower = text.lower()
    if text not in (lower, text.upper()):
        raise ValueError("Bech32 of mixed case")
    prefix, one, letters = lower.rpartition("1")
    if not one or not prefix or len(letters) < _CHECKSUM:
        raise ValueError("not Bech32")
    try:
        values = [_VALUES[letter] for letter in letters]
    except KeyError:
        raise ValueError("not a Bech32 letter") from None
    if not all(33 <= ord(letter) <= 126 for letter in prefix):
        raise ValueError("not a Bech32 prefix")
    if _polymod([*_expand(prefix), *values]) != 1:
        raise ValueError("the Bech32 check does not fit")
    return prefix, bytes(_regroup(values[:-_CHECKSUM], 5, 8, pad=False))


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= term
    return check


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _regroup(values: Iterable[int], width: int, target: int, *, pad: bool) -> list[int]:
    held, bits, out = 0, 0, []
    for value in values:
        held = (held << width | value) & 0xFFFF
        bits += width
        while bits >= target:
            bits -= target
            out.append(held >> bits & (1 << target) - 1)
    spare = held & (1 << bits) - 1
    if pad and bits:
        out.append(spare << target - bits)
    elif not pad and (bits >= width or spare):
        raise ValueError("Bech32 with spare bits")
    return out
