"""The gate that free text passes before it may stand in the force's copy.

It knows two things that patterns alone do not: the people of the roster and of the sealed keys, and how many
people a small number is. It refuses and says why; it never alters the text. The sentences are for the inspectors,
not for the force: they repeat the very words that must not leave.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from fieldinspect.analysis.disclosure import THRESHOLD
from fieldinspect.analysis.identifiers import NUMBER_WORDS, SMALL_COUNT, Kind, identifiers, sentence
from fieldinspect.analysis.quantifiers import Quantifier, bears, claims
from fieldinspect.analysis.words import ABBREVIATIONS, EVERYDAY, NOT_NAMES, NOT_SPEAKERS

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITALISED: Final = re.compile(r"(?<=[^\W_,;)] |[,;)(] )[A-ZÀ-ÞŴŶ][\w'’-]*[a-zà-ÿŵŷ][\w'’-]*")
_SPEAKER: Final = re.compile(
    r"(?:^|(?<=[.!?:] ))([A-Z][a-z'’-]+)\s+(?:said|says|told|explained|mentioned|admitted|felt|thought|was|is|had|"
    r"has|seemed|appeared)\b"
)


@dataclass(frozen=True)
class Finding:
    """Why a text is refused: what was found, where (offsets in characters, end excluded), and what to do."""

    kind: Kind
    start: int
    end: int
    sentence: str


@dataclass(frozen=True)
class Gate:
    """What the gate knows. `confirmed` are capitalised words that are not names of people."""

    names: tuple[str, ...] = ()
    other_forces: tuple[str, ...] = ()
    confirmed: frozenset[str] = frozenset()
    threshold: int = THRESHOLD


def check(text: str, gate: Gate, said_by: tuple[int, int] | None = None) -> tuple[Finding, ...]:
    """Return everything in a sentence of ours that must not leave, in the order of the text.

    `said_by` is (how many, of how many) people the words rest on, where that was counted.
    """
    plain = _plain(text)
    found = [
        *_certain(plain, gate),
        *((Kind.POSSIBLE_NAME, start, end) for start, end in _possible_names(plain, gate.confirmed)),
        *_numbers(plain, gate.threshold),
        *_unborne(plain, said_by, gate.threshold),
    ]
    return _findings(text, found)


def check_title(title: str, gate: Gate) -> tuple[Finding, ...]:
    """Return what must not leave in the title of a document, where capitals say nothing about names."""
    return _findings(title, list(_certain(_plain(title), gate)))


def _findings(text: str, found: Iterable[tuple[Kind, int, int]]) -> tuple[Finding, ...]:
    unprintable = ((Kind.UNPRINTABLE, at, at + 1) for at, letter in enumerate(text) if _is_invisible(letter))
    kept: list[tuple[Kind, int, int]] = []
    # A stable sort: of findings on the same words the first listed names them.
    for kind, start, end in sorted([*found, *unprintable], key=lambda hit: (hit[1], -hit[2])):
        if not (kept and end <= kept[-1][2]):
            kept.append((kind, start, end))
    return tuple(Finding(kind, start, end, sentence(kind, text[start:end])) for kind, start, end in kept)


def _plain(text: str) -> str:
    """Return the text with every kind of space as a space and compatible letters as plain ones, offsets kept."""
    return "".join(" " if letter.isspace() else _one(letter) for letter in text)


def _one(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _is_invisible(letter: str) -> bool:
    """Characters that are not seen, and so could part a name from what looks for it."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs", "Cn"} and letter not in "\n\t"


def _certain(text: str, gate: Gate) -> Iterator[tuple[Kind, int, int]]:
    for start, end in _names(text, gate.names):
        yield Kind.NAME, start, end
    for force in gate.other_forces:
        for match in re.finditer(rf"\b{re.escape(force)}\b", text, re.IGNORECASE):
            yield Kind.OTHER_FORCE, match.start(), match.end()
    yield from identifiers(text)


def _fold(word: str) -> str:
    """Return the word without accents, apostrophes and case: "O’Neill" and "ONEILL" are one name."""
    bare = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in bare if letter.isalnum())


def _parts(word: str) -> set[str]:
    """Return a word and its halves: each of "Lloyd-Hughes", "Smith's" tells the person."""
    return {_fold(part) for part in (word, *re.split(r"['’-]", word)) if len(part) > 2}


def _names(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    parts = {part for name in names for word in _WORD.findall(name) for part in _parts(word)}
    for match in _WORD.finditer(text):
        words = _parts(match[0])
        capital = match[0][0].isupper()
        if any(_is_name(word, parts, capital=capital) for word in words):
            yield match.start(), match.end()
    for initials in {"".join(word[0] for word in _WORD.findall(name)).upper() for name in names}:
        yield from _initials(text, initials)


def _is_name(word: str, parts: set[str], *, capital: bool) -> bool:
    if word in parts:
        return capital or word not in EVERYDAY
    # A slip of one letter, in a long word with a capital that is not itself an everyday one.
    return capital and len(word) > 4 and any(_one_slip(word, part) for part in parts if len(part) > 4)


def _one_slip(left: str, right: str) -> bool:
    """Tell whether two words differ by one letter put in, left out, changed, or two exchanged."""
    if abs(len(left) - len(right)) > 1 or left == right:
        return left == right
    head = next((at for at, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), None)
    if head is None:
        return True
    if left[head:][:2] == right[head:][:2][::-1] and left[head + 2 :] == right[head + 2 :]:
        return True
    return left[head + 1 :] in (right[head + 1 :], right[head:]) or left[head:] == right[head + 1 :]


def _initials(text: str, initials: str) -> Iterator[tuple[int, int]]:
    if len(initials) < 2:
        return
    dotted = r"\.\s?".join(map(re.escape, initials)) + r"\b\.?"
    plain = "" if initials in ABBREVIATIONS else rf"|\b{re.escape(initials)}\b"
    for match in re.finditer(rf"\b{dotted}{plain}", text):
        yield match.start(), match.end()


def _possible_names(text: str, confirmed: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield capitalised words inside a sentence, and lone words at its start that speak, unless known."""
    known = NOT_NAMES | confirmed
    for match in _CAPITALISED.finditer(text):
        if match[0].removesuffix("'s").removesuffix("’s") not in known:
            yield match.start(), match.end()
    for match in _SPEAKER.finditer(text):
        if match[1] not in known | NOT_SPEAKERS and not match[1].endswith("s"):
            yield match.start(1), match.end(1)


def _numbers(text: str, threshold: int) -> Iterator[tuple[Kind, int, int]]:
    for match in SMALL_COUNT.finditer(text):
        word = match["number"].casefold()
        if (NUMBER_WORDS.get(word) or int(word)) < threshold:
            yield Kind.SMALL_COUNT, match.start(), match.end()


def _unborne(text: str, said_by: tuple[int, int] | None, threshold: int) -> Iterator[tuple[Kind, int, int]]:
    """Yield words of quantity that the recorded count does not bear, or that say a small count in words."""
    for claim in claims(text):
        if claim.quantifier in (Quantifier.ONE, Quantifier.A_FEW):
            yield Kind.SMALL_COUNT, claim.start, claim.end
        elif said_by is None or not bears(claim.quantifier, *said_by):
            yield Kind.QUANTIFIER, claim.start, claim.end
        elif min(said_by[0], said_by[1]) < threshold:
            yield Kind.SMALL_COUNT, claim.start, claim.end
