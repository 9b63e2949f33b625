"""Pronounceable pass words, the same in every language.

Each is a proquint (five letters, consonant and vowel in turn, 16 random bits; arXiv:0901.4016), so four make the
64 bits that a vault asks for, and no list of words has to be shipped or translated.
"""

import secrets

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"


def passphrase(words: int = 4) -> str:
    """Return random words with a space between."""
    return " ".join(_word() for _place in range(words))


def _word() -> str:
    return "".join(secrets.choice(_VOWELS if place % 2 else _CONSONANTS) for place in range(5))
