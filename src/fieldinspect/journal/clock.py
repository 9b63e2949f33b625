"""Hybrid logical clock (Kulkarni and others, 2014) in one integer: milliseconds << 16, plus a counter.

It never goes back, whatever the wall clock does; after a jump forward the counter carries on from there.
"""

from datetime import datetime
from typing import Final

_COUNTER_BITS: Final = 16


def tick(last: int, now_ms: int) -> int:
    """Return the time of a new event, later than `last` and no earlier than the wall clock."""
    return max(last + 1, now_ms << _COUNTER_BITS)


def milliseconds(clock: int) -> int:
    """Return the wall-clock part, milliseconds since 1970 UTC."""
    return clock >> _COUNTER_BITS


def at(moment: datetime) -> int:
    """Return the earliest clock of a moment."""
    return int(moment.timestamp() * 1000) << _COUNTER_BITS
