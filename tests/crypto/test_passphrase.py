"""Passphrases: what is refused, what is offered."""

import pytest

from fieldinspect.crypto.passphrase import (
    REQUIRED_BITS,
    WeakPassphrase,
    estimate_bits,
    offer_passphrase,
    require_strength,
    word_list,
)

WEAK = [
    "",
    "password",
    "Password123!",
    "Tr0ub4dor&3",
    "inspectorate2014",
    "correct horse battery staple",
    "a" * 500,
    "qwertyuiopasdfghjkl",
    "summer summer summer summer summer summer",
    "one two three",
    "2014-03-14 2014-03-15 2014",
]
STRONG = [
    "glacier unpaid tweed mothball sniff",
    "T\u0177 gwyn ar y bryn uwchben yr afon ddu",
    "vX8#kq2Lw9$Zr4Tn6bYp1",
]


@pytest.mark.parametrize("passphrase", WEAK)
def test_weak(passphrase: str) -> None:
    assert 0 <= estimate_bits(passphrase) < REQUIRED_BITS
    with pytest.raises(WeakPassphrase, match="five words"):
        require_strength(passphrase)


@pytest.mark.parametrize("passphrase", STRONG)
def test_strong(passphrase: str) -> None:
    require_strength(passphrase)
    assert estimate_bits(passphrase) >= REQUIRED_BITS


def test_what_is_offered_is_accepted_and_never_the_same() -> None:
    offered = [offer_passphrase() for _ in range(30)]
    assert len(set(offered)) == 30
    for passphrase in offered:
        assert len(passphrase.split(" ")) == 5
        require_strength(passphrase)


def test_the_word_list_is_whole() -> None:
    assert len(set(word_list())) == len(word_list()) == 7776
    assert all(word.replace("-", "").isalpha() and word.islower() for word in word_list())
