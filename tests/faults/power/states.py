"""The disks that a power cut may leave, from one instant.

Three models, mildest first; a state says by which one it came about.
- *ordered*, as ext4 (data=ordered), XFS and Btrfs do it: names become safe in the order in which they changed, and
  bytes in any order, each sector whole or not at all.
- *lawful*, all that POSIX allows: also the names of each folder in any order, one half of a move from folder to
  folder without the other, and bytes that came before what was written earlier.
- *nasty*: as lawful; and a file that grew has its new length but not its bytes: zeros instead, or old bytes.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.faults.power.disk import Change, File, Folder, Instant, Move, Node, applied
from tests.faults.tree import Image

_OLD_BYTES = bytes(range(256)) * 2


@dataclass(frozen=True, eq=False)
class State:
    """One disk: which names and which bytes of an instant's pending ones are there."""

    instant: Instant
    moves: tuple[Move, ...]
    bytes_kept: dict[File, tuple[Change, ...]]
    bytes_model: str = "ordered"

    @property
    def model(self) -> str:
        """Return the mildest model that allows this disk."""
        chosen, all_moves = [move.number for move in self.moves], [move.number for move in self.instant.moves]
        whole = len(_unhalved(self.moves, self.instant.moves)) == len(chosen)
        in_order = whole and chosen == all_moves[: len(chosen)]
        journalled = set(chosen).issuperset(n for n in all_moves if n <= self.instant.journalled)
        return self.bytes_model if self.bytes_model == "nasty" or (in_order and journalled) else "lawful"

    def image(self) -> Image:
        """Return the files of this disk."""
        names = dict(self.instant.names)
        for move in self.moves:
            for place, node in move.names:
                if node is None:
                    names.pop(place, None)
                else:
                    names[place] = node
        below: dict[Folder, list[tuple[str, Node]]] = {}
        for (folder, name), node in names.items():
            below.setdefault(folder, []).append((name, node))
        return dict(self._walk(below, self.instant.root, ""))

    def _walk(
        self, below: dict[Folder, list[tuple[str, Node]]], folder: Folder, above: str
    ) -> Iterator[tuple[str, bytes | None]]:
        for name, node in below.get(folder, ()):
            if isinstance(node, Folder):
                yield above + name, None
                yield from self._walk(below, node, f"{above}{name}/")
            else:
                kept, _pending = self.instant.files[node]
                yield above + name, applied(kept, self.bytes_kept.get(node, ()))


def _unhalved(chosen: Sequence[Move], moves: Sequence[Move]) -> list[Move]:
    whole = {move.number: len(move.names) for move in moves}
    return [move for move in chosen if len(move.names) == whole[move.number]]


def digest(image: Image) -> bytes:
    """Return a digest that two images share only when every file is the same."""
    total = hashlib.blake2b(digest_size=16)
    for path in sorted(image):
        content = image[path]
        total.update(path.encode() + (b"/" if content is None else b"\0%d\0" % len(content)))
        total.update(content or b"")
    return total.digest()


def states(instant: Instant, chance: random.Random, limit: int) -> Iterator[State]:
    """Yield states of an instant, at most `limit`, the plain ones first; two may be the same disk."""
    pending = [(file, change) for file, (_kept, changes) in instant.files.items() for change in changes]
    names = list(_names(instant, chance))
    plans = list(_by_one(pending))
    chance.shuffle(plans)
    plain = [(moves, plan) for moves in names for plan in (pending, [])]
    mixed = [(names[0] if chance.random() < 0.5 else chance.choice(names), plan) for plan in plans]
    for moves, plan in [*plain, *mixed][: limit if not pending else max(2, limit * 2 // 3)]:
        yield State(instant, moves, _by_file(plan))
    if pending:
        for _again in range(limit - min(len(plain) + len(mixed), limit * 2 // 3)):
            moves = names[0] if chance.random() < 0.5 else chance.choice(names)
            yield chance.choice(_ACCIDENTS)(instant, moves, pending, chance)


def _by_file(plan: "Plan") -> dict[File, tuple[Change, ...]]:
    kept: dict[File, list[Change]] = {}
    for file, change in plan:
        kept.setdefault(file, []).append(change)
    return {file: tuple(changes) for file, changes in kept.items()}


def _by_one(pending: "Plan") -> Iterator["Plan"]:
    """Yield every cut in order, every one lost, every one that came alone."""
    for place in range(len(pending)):
        yield pending[:place]
        yield [*pending[:place], *pending[place + 1 :]]
        yield [pending[place]]


def _names(instant: Instant, chance: random.Random) -> Iterator[tuple[Move, ...]]:
    """Yield choices of names: all, every cut in order, every one lost or alone, halves of moves, some at random."""
    moves = instant.moves
    halves = tuple(Move(move.number, names) for move in moves for names in _halves(move))
    yield moves
    for choices in (moves, halves) if len(halves) > len(moves) else (moves,):
        for place in range(len(choices)):
            yield choices[:place]
            yield (*choices[:place], *choices[place + 1 :])
            yield (choices[place],)
    for _again in range(len(moves)):
        yield tuple(move for move in moves if chance.random() < 0.5)


def _halves(move: Move) -> list[tuple[tuple[tuple[Folder, str], Node | None], ...]]:
    """A renaming within one folder happens at once; between two, either may know of it without the other."""
    return [move.within(folder) for folder in dict.fromkeys(place[0] for place, _node in move.names)]


# Accidents with bytes


def _some(instant: Instant, moves: tuple[Move, ...], pending: "Plan", chance: random.Random) -> State:
    odds = chance.choice((0.1, 0.5, 0.9))
    return State(instant, moves, _by_file([item for item in pending if chance.random() < odds]))


def _torn(instant: Instant, moves: tuple[Move, ...], pending: "Plan", chance: random.Random) -> State:
    place = chance.randrange(len(pending))
    file, change = pending[place]
    sectors = change.sectors()
    cut = chance.randrange(len(sectors) + 1)
    half = sectors[:cut] if chance.random() < 0.7 else sectors[cut:]
    after = pending[place + 1 :] if chance.random() < 0.3 else []
    return State(instant, moves, _by_file([*pending[:place], *((file, piece) for piece in half), *after]))


def _scattered(instant: Instant, moves: tuple[Move, ...], pending: "Plan", chance: random.Random) -> State:
    odds = chance.choice((0.5, 0.9, 0.98))
    pieces = [(file, piece) for file, change in pending for piece in change.sectors()]
    return State(instant, moves, _by_file([piece for piece in pieces if chance.random() < odds]))


def _reordered(instant: Instant, moves: tuple[Move, ...], pending: "Plan", chance: random.Random) -> State:
    odds = chance.choice((0.5, 0.9, 1.0))
    some = [item for item in pending if chance.random() < odds]
    chance.shuffle(some)
    return State(instant, moves, _by_file(some), "lawful")


def _longer(instant: Instant, moves: tuple[Move, ...], pending: "Plan", chance: random.Random) -> State:
    """Files that have grown, with only some of the bytes they grew by."""
    state = _scattered(instant, moves, pending, chance)
    stale = chance.random() < 0.5
    kept = {file: _grown(instant, file, state.bytes_kept.get(file, ()), stale) for file, _change in pending}
    return State(instant, moves, kept, "nasty")


def _grown(instant: Instant, file: File, some: tuple[Change, ...], stale: bool) -> tuple[Change, ...]:
    kept, changes = instant.files[file]
    more = len(applied(kept, changes)) - len(kept)
    if more <= 0:
        return some
    first = Change(len(kept), (_OLD_BYTES * (more // len(_OLD_BYTES) + 1))[:more] if stale else bytes(more))
    return (first, *some)


Plan = list[tuple[File, Change]]
_ACCIDENTS = (_some, _torn, _torn, _scattered, _scattered, _reordered, _longer)
