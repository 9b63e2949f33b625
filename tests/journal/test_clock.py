import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.journal.clock import milliseconds, tick

TEN_YEARS_MS = 10 * 365 * 86_400_000
NOW = 1_391_463_060_000


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (0, 5, 5 << 16),
        (5 << 16, 5, (5 << 16) + 1),
        (9 << 16, 5, (9 << 16) + 1),
        ((5 << 16) + 0xFFFF, 5, 6 << 16),
    ],
)
def test_ticks(last: int, now: int, expected: int) -> None:
    assert tick(last, now) == expected


@given(st.lists(st.integers(NOW - TEN_YEARS_MS, NOW + TEN_YEARS_MS), min_size=2))
def test_order_holds_whatever_the_wall_clock_does(walls: list[int]) -> None:
    clocks = []
    last = 0
    for wall in walls:
        last = tick(last, wall)
        clocks.append(last)
    assert clocks == sorted(set(clocks))
    assert all(milliseconds(clock) >= wall for clock, wall in zip(clocks, walls, strict=True))
