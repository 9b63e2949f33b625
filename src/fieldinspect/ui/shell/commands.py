"""Everything a person can do, by name: for the palette, the shortcuts and the help page alike."""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Command(NamedTuple):
    """A verb, its keys ("" when it has none), and what it does."""

    name: str
    keys: str
    run: Callable[[], object]
    id: str = ""


def best(commands: Iterable[Command], typed: str, recent: list[str], limit: int = 12) -> list[Command]:
    """Return the commands that fit what was typed, best first; the recent ones first when nothing was."""
    listed = list(commands)
    if not typed.strip():
        order = {name: place for place, name in enumerate(recent)}
        return sorted(listed, key=lambda command: order.get(command.name, len(order)))[:limit]
    scored = [(score(typed, command.name), command) for command in listed]
    found = [(points, command) for points, command in scored if points is not None]
    return [command for _points, command in sorted(found, key=lambda pair: -pair[0])[:limit]]


def score(typed: str, name: str) -> float | None:
    """Tell how well letters typed in order fit a name: higher is better, None when they do not.

    A letter at the start of a word or right after the one before counts more, so "scf" finds "Station: call form".
    """
    wanted = "".join(typed.casefold().split())
    text = name.casefold()
    points, place, last = 0.0, 0, -2
    for letter in wanted:
        starts = _word_start(text, letter, place)
        found = text.find(letter, place)
        if found < 0:
            return None
        if found != last + 1 and starts >= 0:
            found = starts
        points += 3.0 if found == last + 1 else 2.0 if found == starts else 1.0
        last, place = found, found + 1
    return points - 0.01 * len(text)


def _word_start(text: str, letter: str, place: int) -> int:
    for index in range(place, len(text)):
        if text[index] == letter and (index == 0 or not text[index - 1].isalnum()):
            return index
    return -1
