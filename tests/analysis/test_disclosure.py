"""Disclosure control, and a reader who tries every table that fits what was published."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fieldinspect.analysis.attainable import ANYTHING, Cell, Interval, Reader, with_margins
from fieldinspect.analysis.disclosure import (
    Margins,
    band,
    exact_above,
    half_day,
    protect,
    protect_parts,
    widened,
)
from fieldinspect.domain.summary import RECORDED_BANDS, HalfDay, Part, RoleBand
from tests.shared import shared_data

CAP = 14
"""Largest value the trying reader thinks of; larger ones only add to what a cell may be."""

tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 7), min_size=width, max_size=width), min_size=1, max_size=2
    )
)


def fitting(published: dict[Cell, Interval], rows: int, columns: int) -> Iterator[tuple[int, ...]]:
    """Yield every body of a table that fits what is published, by trying (no flows here)."""

    def candidates(cell: Cell) -> range:
        shown = published[cell]
        return range(shown.low, (CAP if shown.high is None else min(shown.high, CAP)) + 1)

    def too_much(shown: Interval, value: int) -> bool:
        return shown.high is not None and value > shown.high

    def hopeless(values: tuple[int, ...]) -> bool:
        row, column = divmod(len(values) - 1, columns)
        so_far = sum(values[row * columns :])
        return (
            too_much(published[row, columns], so_far)
            or too_much(published[rows, column], sum(values[column::columns]))
            or too_much(published[rows, columns], sum(values))
            or (column == columns - 1 and not published[row, columns].holds(so_far))
            or (row == rows - 1 and not published[rows, column].holds(sum(values[column::columns])))
        )

    def grow(values: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if values and hopeless(values):
            return
        if len(values) == rows * columns:
            if published[rows, columns].holds(sum(values)):
                yield values
            return
        for value in candidates(divmod(len(values), columns)):
            yield from grow((*values, value))

    yield from grow(())


def learnt(published: dict[Cell, Interval], body: Sequence[Sequence[int]]) -> dict[Cell, set[int]]:
    """Return what each cell of the body may be, to somebody who tries everything up to `CAP`."""
    rows, columns = len(body), len(body[0])

    def may_be(cell: Cell, value: int) -> bool:
        supposed = published | {cell: Interval(value, value)}
        return published[cell].holds(value) and any(True for _ in fitting(supposed, rows, columns))

    cells = [(row, column) for row in range(rows) for column in range(columns)]
    return {cell: {value for value in range(CAP + 1) if may_be(cell, value)} for cell in cells}


@pytest.mark.parametrize(
    ("hour", "minute", "part"),
    [
        (0, 0, Part.MORNING),
        (5, 59, Part.MORNING),
        (11, 59, Part.MORNING),
        (12, 0, Part.AFTERNOON),
        (23, 59, Part.AFTERNOON),
    ],
)
def test_a_moment_is_rounded_to_half_a_day(hour: int, minute: int, part: Part) -> None:
    assert half_day(datetime(2014, 3, 4, hour, minute, 31)) == HalfDay(date(2014, 3, 4), part)


@pytest.mark.parametrize(
    ("value", "threshold", "low", "high"),
    [
        (0, 5, 0, 4),
        (4, 5, 0, 4),
        (5, 5, 5, 9),
        (9, 5, 5, 9),
        (10, 5, 10, 19),
        (19, 5, 10, 19),
        (20, 5, 20, 49),
        (99, 5, 50, 99),
        (100, 5, 100, None),
        (0, 10, 0, 9),
        (9, 10, 0, 9),
        (10, 10, 10, 19),
        (50, 10, 50, 99),
        (8, 7, 7, 19),  # 7 to 9 would be too narrow a band
    ],
)
def test_bands(value: int, threshold: int, low: int, high: int | None) -> None:
    assert band(value, threshold) == Interval(low, high)


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ([12, 3, 2, 1], Interval(10, 19)),
        ([9, 3], ANYTHING),  # 5 to 9 and fewer than 5 make 10 or more only if the small one is not zero
        ([4, 4, 4, 4, 4], ANYTHING),  # twenty of five times fewer than five would tell each
        ([0, 0, 0], Interval(0, 4)),
        ([30, 4], Interval(20, 49)),
    ],
)
def test_a_total_gives_way_where_it_would_tell_a_part(parts: list[int], total: Interval) -> None:
    shown, shown_total = protect_parts(parts)
    assert shown == tuple(band(part) for part in parts)
    assert shown_total == total


def test_a_lone_small_cell_takes_a_second_one_with_it_in_its_row_and_column() -> None:
    published = protect([[20, 3, 30], [40, 50, 60], [70, 80, 90]])
    hidden = {cell for cell, shown in published.items() if shown == ANYTHING}
    assert hidden == {(0, 1), (0, 0), (1, 1), (1, 0)}
    assert published[3, 3] == Interval(443, 443)


@given(tables, st.integers(2, 5))
@settings(max_examples=60)
@example([[2, 2], [2, 2]], 5)
@example([[0, 7], [7, 0]], 3)
def test_nobody_recovers_a_small_count_from_exact_cells_and_totals(
    body: list[list[int]], threshold: int
) -> None:
    published = protect(body, threshold, exact_above)
    for cell, values in learnt(published, body).items():
        if body[cell[0]][cell[1]] < threshold:
            assert len(values) > threshold, (cell, published)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=4), st.integers(2, 5))
@settings(max_examples=60)
@example([4, 4, 4, 4], 5)
def test_nobody_narrows_a_small_band(parts: list[int], threshold: int) -> None:
    published = protect([parts], threshold, band, Margins(rows=True, columns=False, keep=False))
    for cell, values in learnt(published, [parts]).items():
        if parts[cell[1]] < threshold:
            assert values == set(range(threshold)), (cell, published)


@given(tables, st.data())
@settings(max_examples=60)
def test_what_is_computed_attainable_is_what_trying_finds(body: list[list[int]], data: st.DataObject) -> None:
    values = with_margins(body)
    shown = st.sampled_from([exact_above, lambda value, _: Interval(value, value), band])
    published = {
        (row, column): data.draw(shown)(value, 4)
        for row, line in enumerate(values)
        for column, value in enumerate(line)
    }
    reader = Reader(values, published)
    for cell, found in learnt(published, body).items():
        low, high = reader.range(cell, CAP)
        assert low == min(found)
        assert min(high, CAP) == max(found)


def test_published_cells_hold_their_true_value() -> None:
    body = [[1, 7, 0], [12, 3, 25]]
    values = with_margins(body)
    for show in (exact_above, band):
        for (row, column), shown in protect(body, 5, show).items():
            assert shown.holds(values[row][column])


def test_attack_on_a_published_table_of_small_counts() -> None:
    path = shared_data("returns", "small-counts-fatalities.csv")
    with path.open(newline="", encoding="utf-8") as source:
        rows = list(csv.reader(source))[1:]
    body = [[int(value) for value in row[1:-1]] for row in rows]
    assert [sum(line) for line in body] == [int(row[-1]) for row in rows]
    published = protect(body)
    values = with_margins(body)
    reader = Reader(values, published)
    small = [cell for cell in published if values[cell[0]][cell[1]] < 5]
    assert len(small) > 700
    for cell in small:
        low, high = reader.range(cell, 5)
        assert high - low >= 5, cell
    kept = [cell for cell, shown in published.items() if shown != ANYTHING]
    assert (len(values) - 1, len(values[0]) - 1) in kept, "the grand total is worth keeping"
    assert len(kept) >= 40


def test_a_role_of_one_person_is_widened_together_with_its_neighbour() -> None:
    sizes = dict.fromkeys(RECORDED_BANDS, 8) | {RoleBand.MANAGER: 1}
    printed = widened(sizes)
    assert printed[RoleBand.MANAGER] is printed[RoleBand.SUPERVISOR] is RoleBand.LEADERS
    assert printed[RoleBand.CONSTABLE] is RoleBand.CONSTABLE


def test_a_role_whose_size_is_not_known_is_taken_for_one_person() -> None:
    assert set(widened({}).values()) == {RoleBand.OFFICERS, RoleBand.LEADERS, RoleBand.STAFF_AND_OTHERS}


@given(st.dictionaries(st.sampled_from(RECORDED_BANDS), st.integers(0, 3)))
def test_no_printed_role_has_one_person_unless_the_whole_station_has(sizes: dict[RoleBand, int]) -> None:
    sizes = dict.fromkeys(RECORDED_BANDS, 0) | sizes
    printed = widened(sizes)
    assert set(printed) == set(RECORDED_BANDS)
    for shown in set(printed.values()):
        people = sum(sizes[role] for role, of in printed.items() if of is shown)
        assert people != 1 or sum(sizes.values()) == 1
