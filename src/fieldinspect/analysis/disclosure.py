"""Disclosure control: what may be said of counts, times and roles so that nobody can be singled out.

Rules of this module, to be held against the code:

1. A *sensitive* cell is a count under the threshold, zero included: who did not speak is told as little as who did.
2. A sensitive cell shown as a band keeps every value of its band attainable; one that is suppressed keeps more
   values attainable than the threshold, so that the sum of what was suppressed is not itself a small count.
3. Widening one cell never narrows another, so the search for a second cell to suppress ends.
4. A role that one person fills is never printed, nor a set of roles from which it follows by subtraction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import Final

from fieldinspect.analysis.attainable import ANYTHING, Cell, Interval, Reader, with_margins
from fieldinspect.domain.summary import NARROWEST_BAND, RECORDED_BANDS, WIDER, HalfDay, Part, RoleBand

THRESHOLD: Final = 5
VICTIM_THRESHOLD: Final = 10

_STEPS: Final = (5, 10, 20, 50, 100)
_NOON: Final = 12

# How many people fill a band where the establishment is not known: bands that one person may fill count as one.
_PRESUMED: Final = {RoleBand.CONSTABLE: 10, RoleBand.STAFF: 10}


def half_day(moment: datetime) -> HalfDay:
    """Round a moment to the half of its own day, by the clock on the wall."""
    return HalfDay(moment.date(), Part.MORNING if moment.hour < _NOON else Part.AFTERNOON)


def band(value: int, threshold: int = THRESHOLD) -> Interval:
    """Return the band a count is told in: fewer than the threshold, then 5, 10, 20, 50, 100 and more."""
    edges = [0, threshold, *(step for step in _STEPS if step >= threshold + NARROWEST_BAND)]
    low = max(edge for edge in edges if edge <= value)
    above = [edge for edge in edges if edge > low]
    return Interval(low, above[0] - 1 if above else None)


def exact_above(value: int, threshold: int = THRESHOLD) -> Interval:
    """Return the count itself, or nothing at all of a count under the threshold."""
    return Interval(value, value) if value >= threshold else ANYTHING


@dataclass(frozen=True)
class Margins:
    """Which totals are published. `keep` prefers suppressing a second cell to suppressing a total."""

    rows: bool = True
    columns: bool = True
    keep: bool = True


def protect(
    body: Sequence[Sequence[int]],
    threshold: int = THRESHOLD,
    show: Callable[[int, int], Interval] = exact_above,
    margins: Margins = Margins(),
) -> dict[Cell, Interval]:
    """Return what may be published of each cell of a table and of its totals.

    `body` has equal rows of counts without totals; the answer's last row and column are the totals. `show` says
    what a count looks like when nothing else stands against it: `exact_above` or `band`.
    """
    values = with_margins(body)
    published = {
        (row, column): show(value, threshold) if _is_published((row, column), values, margins) else ANYTHING
        for row, line in enumerate(values)
        for column, value in enumerate(line)
    }
    pending = [
        cell
        for cell in published
        if _is_published(cell, values, margins) and values[cell[0]][cell[1]] < threshold
    ]
    reader = Reader(values, published)
    while pending := [cell for cell in pending if not _is_safe(cell, reader, published, threshold)]:
        for cell in _partners(pending[0], reader, values, published, margins):
            published[cell] = ANYTHING
    return published


def protect_parts(
    parts: Sequence[int], threshold: int = THRESHOLD, show: Callable[[int, int], Interval] = band
) -> tuple[tuple[Interval, ...], Interval]:
    """Return what may be published of the parts of one total, and of the total, which gives way first."""
    published = protect([parts], threshold, show, Margins(rows=True, columns=False, keep=False))
    shown = [published[0, column] for column in range(len(parts) + 1)]
    return tuple(shown[:-1]), shown[-1]


def _is_published(cell: Cell, values: Sequence[Sequence[int]], margins: Margins) -> bool:
    in_total_row, in_total_column = cell[0] == len(values) - 1, cell[1] == len(values[0]) - 1
    if in_total_row and in_total_column:
        return margins.rows and margins.columns
    return (margins.columns or not in_total_row) and (margins.rows or not in_total_column)


def _is_safe(cell: Cell, reader: Reader, published: Mapping[Cell, Interval], threshold: int) -> bool:
    shown = published[cell]
    reach = max(threshold, *(bound for bound in (shown.low, shown.high) if bound is not None))
    low, high = reader.range(cell, reach)
    if shown.high is None:
        return high - low >= threshold
    return (low, high) == (shown.low, shown.high)


def _partners(
    cell: Cell,
    reader: Reader,
    values: Sequence[Sequence[int]],
    published: Mapping[Cell, Interval],
    margins: Margins,
) -> list[Cell]:
    """Choose what to suppress with the exposed cell: the rest of the cycle through it that costs least."""
    last_row, last_column = len(values) - 1, len(values[0]) - 1
    highest = 1 + values[last_row][last_column]

    def loss(other: Cell) -> int:
        is_total = other[0] == last_row or other[1] == last_column
        return 1 + values[other[0]][other[1]] + (highest * len(published) if is_total == margins.keep else 0)

    cycle = _cheapest_cycle(cell, reader, lambda other: 0 if published[other] == ANYTHING else loss(other))
    fresh = [other for other in cycle if published[other] != ANYTHING]
    # Small values flow too little even round a whole cycle: then give up the cheapest cell there is.
    return fresh or [min((other for other in published if published[other] != ANYTHING), key=loss)]


def _cheapest_cycle(cell: Cell, reader: Reader, cost: Callable[[Cell], int]) -> list[Cell]:
    """Return the other cells of the cheapest cycle through a cell (Dijkstra, 1959)."""
    start, goal = reader.ends(cell)
    queue: list[tuple[int, int, list[Cell]]] = [(0, start, [])]
    done = set()
    while queue:
        spent, node, path = heappop(queue)
        if node == goal:
            return path
        if node in done:
            continue
        done.add(node)
        for after, other in reader.neighbours(node):
            if other != cell and after not in done:
                heappush(queue, (spent + cost(other), after, [*path, other]))
    return []


def widened(sizes: Mapping[RoleBand, int]) -> dict[RoleBand, RoleBand]:
    """Return the band each recorded band is printed as, so that every printed band has at least two people.

    `sizes` is how many people fill each band, where known. Bands that widen to the same band are printed as one
    even where one of them could stand alone: beside its parent it would give the other away.
    """
    printed = {role: role for role in RECORDED_BANDS}
    while True:
        filled = dict.fromkeys(printed.values(), 0)
        for role, shown in printed.items():
            filled[shown] += sizes.get(role, _PRESUMED.get(role, 1))
        lonely = next((shown for shown, people in filled.items() if people == 1 and shown in WIDER), None)
        if lonely is None:
            return printed
        wide = WIDER[lonely]
        printed = {role: wide if _widens_to(shown, wide) else shown for role, shown in printed.items()}


def _widens_to(role: RoleBand, wide: RoleBand) -> bool:
    while role in WIDER:
        role = WIDER[role]
        if role is wide:
            return True
    return False
