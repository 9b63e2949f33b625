"""Words of quantity against counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.analysis.quantifiers import Quantifier, bears, claims, strongest


@pytest.mark.parametrize(
    ("part", "whole", "word"),
    [
        (9, 9, Quantifier.ALL),
        (1, 1, Quantifier.ALL),
        (19, 20, Quantifier.ALMOST_ALL),
        (18, 20, Quantifier.MOST),  # 90% is not over 90%
        (16, 20, Quantifier.MOST),
        (15, 20, Quantifier.MAJORITY),  # 75% is not over 75%
        (11, 20, Quantifier.MAJORITY),
        (10, 20, None),  # half: only the number will do
        (9, 20, Quantifier.SOME),
        (3, 20, Quantifier.SOME),
        (2, 20, Quantifier.A_FEW),
        (3, 6, Quantifier.A_FEW),
        (1, 20, Quantifier.ONE),
        (1, 2, Quantifier.ONE),
        (0, 20, None),
        (5, 3, None),
    ],
)
def test_the_strongest_word_a_count_bears(part: int, whole: int, word: Quantifier | None) -> None:
    assert strongest(part, whole) is word


@given(st.integers(1, 200), st.integers(1, 200))
def test_more_people_never_bear_a_weaker_word_of_most(part: int, whole: int) -> None:
    floors = (Quantifier.ALMOST_ALL, Quantifier.MOST, Quantifier.MAJORITY)
    for word in floors:
        if part < whole and bears(word, part, whole):
            assert bears(word, part + 1, whole)
    for stronger, weaker in zip((Quantifier.ALL, *floors), floors, strict=False):
        assert bears(weaker, part, whole) or not bears(stronger, part, whole)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Most officers knew the policy", [Quantifier.MOST]),
        ("Almost all of the response officers did", [Quantifier.ALMOST_ALL]),
        ("A majority of staff and a few sergeants", [Quantifier.MAJORITY, Quantifier.A_FEW]),
        ("All those we spoke to", [Quantifier.ALL]),
        ("One constable was alone", [Quantifier.ONE]),
        ("mwyafrif y swyddogion", [Quantifier.MAJORITY]),
        ("The most recent policy, all of it, some weeks old", []),
        ("At most an hour", []),
    ],
)
def test_words_of_quantity_said_of_people(text: str, words: list[Quantifier]) -> None:
    assert [claim.quantifier for claim in claims(text)] == words
