"""What a reader can work out of a published table: the attainable range of each cell.

A table with its margins is a network: rows and columns are nodes, every cell, row total, column total and the
grand total is an arc, and "the parts add up to the total" says that what flows in flows out. A cell can be larger
or smaller than it is by as much as can flow round a cycle through it, within what is published of the others. For
whole numbers that bound is exact: no linear programme finds a narrower one (Ford and Fulkerson, 1956).
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Cell = tuple[int, int]
"""Row and column in the table with margins; the last row and the last column are the totals."""


@dataclass(frozen=True)
class Interval:
    """What is published of a cell: `low` to `high`, or `low` or more when `high` is None."""

    low: int
    high: int | None

    def holds(self, value: int) -> bool:
        return self.low <= value and (self.high is None or value <= self.high)


ANYTHING = Interval(0, None)


def with_margins(body: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the table with a total column and a total row added."""
    rows = [[*row, sum(row)] for row in body]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


class Reader:
    """A reader of one table who knows `published` of every cell and that parts add up.

    `published` is shared with the caller, who may widen it between two questions.
    """

    def __init__(self, values: Sequence[Sequence[int]], published: Mapping[Cell, Interval]) -> None:
        self._values = values
        self._published = published
        self._last_row = len(values) - 1
        self._last_column = len(values[0]) - 1

    def range(self, cell: Cell, reach: int) -> tuple[int, int]:
        """Return the least and greatest value the cell may have, looking no further than `reach` each way."""
        value = self._values[cell[0]][cell[1]]
        tail, head = self.ends(cell)
        down = self._flow(tail, head, cell, min(reach, self._room(cell, up=False, reach=reach)))
        up = self._flow(head, tail, cell, min(reach, self._room(cell, up=True, reach=reach)))
        return value - down, value + up

    def _room(self, cell: Cell, *, up: bool, reach: int) -> int:
        """How far the cell itself may move within what is published of it."""
        value, shown = self._values[cell[0]][cell[1]], self._published[cell]
        if not up:
            return value - shown.low
        return reach if shown.high is None else shown.high - value

    def ends(self, cell: Cell) -> tuple[int, int]:
        """Return the nodes of the cell's row and column, in the direction of its arc."""
        row, column = cell[0], self._last_row + 1 + cell[1]
        # A margin enters its line with the opposite sign of the cells it sums.
        margin = (cell[0] == self._last_row) != (cell[1] == self._last_column)
        return (column, row) if margin else (row, column)

    def neighbours(self, node: int) -> Iterator[tuple[int, Cell]]:
        """Yield every node that shares a cell with this one, and the cell."""
        if node <= self._last_row:
            for column in range(self._last_column + 1):
                yield self._last_row + 1 + column, (node, column)
        else:
            for row in range(self._last_row + 1):
                yield row, (row, node - self._last_row - 1)

    def _flow(self, source: int, sink: int, barred: Cell, wanted: int) -> int:
        """Return how much of `wanted` can be sent from source to sink without the barred cell."""
        moved: dict[Cell, int] = {}
        sent = 0
        while sent < wanted:
            path = self._path(source, sink, barred, moved, wanted - sent)
            if not path:
                break
            amount = min(room for _, _, room in path)
            for cell, sign, _ in path:
                moved[cell] = moved.get(cell, 0) + sign * amount
            sent += amount
        return sent

    def _path(
        self, source: int, sink: int, barred: Cell, moved: Mapping[Cell, int], wanted: int
    ) -> list[tuple[Cell, int, int]]:
        """Return a shortest path with room, as (cell, +1 or -1, room); empty when there is none."""
        came: dict[int, tuple[int, Cell, int, int] | None] = {source: None}
        queue = deque([source])
        while queue and sink not in came:
            node = queue.popleft()
            for after, cell in self.neighbours(node):
                if after in came or cell == barred:
                    continue
                sign = 1 if self.ends(cell)[0] == node else -1
                shift = moved.get(cell, 0) * sign
                room = self._room(cell, up=sign > 0, reach=wanted + max(shift, 0)) - shift
                if room > 0:
                    came[after] = (node, cell, sign, min(room, wanted))
                    queue.append(after)
        path = []
        step = came.get(sink)
        while step:
            path.append(step[1:])
            step = came[step[0]]
        return path
