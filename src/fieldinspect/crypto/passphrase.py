"""How hard a passphrase is to guess, and passphrases to offer.

An estimate errs on the low side: it is the smaller of what zxcvbn finds (names, keyboard runs, dates, common
passwords) and of what the words are worth if somebody drew them from a list. zxcvbn alone takes a phrase of a
few plain words for much stronger than it is. Neither can know a line of a hymn: hence the words we offer.
"""

import math
import re
import secrets
import unicodedata
from functools import cache
from typing import Final

from fieldinspect import resources
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

REQUIRED_BITS: Final = 60
OFFERED_WORDS: Final = 5
_WORD_LIST: Final = "reference/passphrase-words.txt"
_BITS_PER_WORD: Final = math.log2(7776)
_BITS_PER_LETTER: Final = math.log2(26)
_BITS_PER_OTHER: Final = math.log2(10)
_LOOKED_AT: Final = 72  # zxcvbn's time grows steeply; whatever is longer is only worth more
_RUNS: Final = re.compile(r"[^\W\d_]+|[\W\d_]+")


class WeakPassphrase(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("This passphrase is too easy to guess. Make it longer, or take the five words offered")
        )


def estimate_bits(passphrase: str) -> float:
    """Return the base-two logarithm of the guesses this passphrase withstands, at least 0."""
    if not passphrase:
        return 0.0
    text = unicodedata.normalize("NFC", passphrase)
    from zxcvbn import zxcvbn  # its word lists take 40 ms to load: only when a passphrase is chosen

    guesses = zxcvbn(text[:_LOOKED_AT])["guesses"]
    return min(math.log2(guesses), _worth_as_words(text))


def require_strength(passphrase: str) -> None:
    """Raise `WeakPassphrase` below 60 bits."""
    if estimate_bits(passphrase) < REQUIRED_BITS:
        raise WeakPassphrase


def offer_passphrase(words: int = OFFERED_WORDS) -> str:
    """Return words drawn at random from a list of 7,776: 64.6 bits for five."""
    while True:
        offered = " ".join(secrets.choice(word_list()) for _each in range(words))
        # A draw that the estimate takes for weak (a word twice) is drawn again: we offer nothing we refuse.
        if words < OFFERED_WORDS or estimate_bits(offered) >= REQUIRED_BITS:
            return offered


@cache
def word_list() -> tuple[str, ...]:
    lines = resources.file(_WORD_LIST).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


def _worth_as_words(text: str) -> float:
    runs = set(_RUNS.findall(text.casefold()))
    return sum(
        min(len(run) * _BITS_PER_LETTER, _BITS_PER_WORD) if run[0].isalpha() else len(run) * _BITS_PER_OTHER
        for run in runs
    )
