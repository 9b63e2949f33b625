"""Words of quantity and the counts they need: "most" is a claim, and a claim has a number behind it.

all: 100% · almost all: over 90% · most: over 75% · a majority: over half · some: at least three and under half ·
a few: two or three · one. Each is a floor, save "some", "a few" and "one", which are ranges.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Quantifier(StrEnum):
    """Strongest first."""

    ALL = "all"
    ALMOST_ALL = "almost all"
    MOST = "most"
    MAJORITY = "a majority"
    SOME = "some"
    A_FEW = "a few"
    ONE = "one"


_PEOPLE: Final = (
    r"officers?|staff|constables?|sergeants?|inspectors?|detectives?|supervisors?|managers?|leaders?|"
    r"people|person|call[- ]handlers?|operators?|those|them|respondents?|colleagues?|"
    r"swyddogion|swyddog|staff|rhingylliaid|rhingyll|pobl|goruchwylwyr"
)
_WORDS: Final = {
    Quantifier.ALMOST_ALL: r"(?:almost|nearly|virtually)\s+(?:all|every)|bron\s+pob|bron\s+yr\s+holl",
    Quantifier.ALL: r"all|every|each|pob|yr\s+holl",
    Quantifier.MAJORITY: r"(?:a|the)\s+(?:\w+\s+)?majority(?:\s+of)?|more\s+than\s+half|mwyafrif",
    Quantifier.MOST: r"most|y\s+rhan\s+fwyaf",
    Quantifier.SOME: r"some|several|many|a\s+number\s+of|rhai|nifer\s+o",
    Quantifier.A_FEW: r"a\s+few|few|a\s+couple\s+of|a\s+handful\s+of|ychydig",
    Quantifier.ONE: r"one|a\s+single|un",
}
# Up to three words may stand between: "most of the response officers".
_CLAIMS: Final = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<{word.name}>{pattern})" for word, pattern in _WORDS.items())
    + rf")\s+(?:(?!(?:{_PEOPLE})\b)[\w'’-]+\s+){{0,3}}(?:{_PEOPLE})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """A word of quantity said of people, and where it stands (offsets in characters, end excluded)."""

    quantifier: Quantifier
    start: int
    end: int


def bears(quantifier: Quantifier, part: int, whole: int) -> bool:
    """Tell whether `part` of `whole` people is enough for the word."""
    if not 0 < part <= whole:
        return False
    return {
        Quantifier.ALL: part == whole,
        Quantifier.ALMOST_ALL: part * 10 > whole * 9,
        Quantifier.MOST: part * 4 > whole * 3,
        Quantifier.MAJORITY: part * 2 > whole,
        Quantifier.SOME: part >= 3 and part * 2 < whole,
        Quantifier.A_FEW: part in (2, 3),
        Quantifier.ONE: part == 1,
    }[quantifier]


def strongest(part: int, whole: int) -> Quantifier | None:
    """Return the strongest word the count bears; None where only the number itself will do (none, or half)."""
    return next((word for word in Quantifier if bears(word, part, whole)), None)


def claims(text: str) -> Iterator[Claim]:
    """Find the words of quantity that are said of people: "most officers", not "most recent"."""
    for match in _CLAIMS.finditer(text):
        name = match.lastgroup or ""
        yield Claim(Quantifier[name], match.start(), match.end())
