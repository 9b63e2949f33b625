"""The recovery code: 160 random bits that a person can write down. Format: docs/formats/slots.md, 3.2."""

import hashlib
import os
from typing import Final

from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_SIZE: Final = 20
LABEL: Final = b"fieldinspect recovery code v1"
_CHARACTERS: Final = 32
_CHECK: Final = 4
_GROUP: Final = 4
_READ_AS: Final = str.maketrans("OIL", "011", " -\t\r\n")


class MistypedRecoveryCode(BadInput):
    """The code's check does not fit: a typing mistake, not a wrong code."""

    def __init__(self) -> None:
        super().__init__(
            _("The recovery code has a typing mistake. Compare it with the paper, group by group")
        )


def generate_recovery_secret() -> bytes:
    return os.urandom(SECRET_SIZE)


def to_code(secret: bytes) -> str:
    """Return the code for 20 secret bytes: nine groups of four characters."""
    number = int.from_bytes(secret, "big")
    letters = "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(_CHARACTERS)))
    code = letters + _check(letters)
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def from_code(code: str) -> bytes:
    """Return the 20 secret bytes of a code as a person types it; raise `MistypedRecoveryCode`."""
    letters = code.upper().translate(_READ_AS)
    if len(letters) != _CHARACTERS + _CHECK or not set(letters) <= set(ALPHABET):
        raise MistypedRecoveryCode
    body, check = letters[:_CHARACTERS], letters[_CHARACTERS:]
    if _check(body) != check:
        raise MistypedRecoveryCode
    number = 0
    for letter in body:
        number = number << 5 | ALPHABET.index(letter)
    return number.to_bytes(SECRET_SIZE, "big")


def _check(letters: str) -> str:
    digest = hashlib.sha256(LABEL + b"\n" + letters.encode()).digest()
    bits = int.from_bytes(digest[:3], "big") >> 4
    return "".join(ALPHABET[bits >> (5 * place) & 31] for place in reversed(range(_CHECK)))
