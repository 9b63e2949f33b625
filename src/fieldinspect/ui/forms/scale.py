"""The steps of a range: which numbers there are between its ends, as a slider counts them; plain Python."""

from decimal import Decimal
from typing import NamedTuple

from fieldinspect.ui.forms.questions import Limits

MOST_STEPS = 100_000
"""A finer range is answered by typing alone."""


class Scale(NamedTuple):
    """Numbers from the first of the form to the last, which may be the smaller one; `step` goes that way."""

    first: Decimal
    step: Decimal
    steps: int

    def value(self, place: int) -> str:
        """Return the number at a place, written as the form would write it."""
        return format((self.first + self.step * min(self.steps, max(0, place))).normalize(), "f")

    def place(self, value: str) -> int | None:
        """Return the place nearest to a number, None for what is no number or outside the range."""
        try:
            place = (Decimal(value.strip()) - self.first) / self.step
        except ArithmeticError:
            return None
        return round(place) if place.is_finite() and 0 <= place <= self.steps else None


def scale(limits: Limits) -> Scale | None:
    """Return the scale of a range, None when its limits make none that a slider could have."""
    try:
        first, last = Decimal(limits.least), Decimal(limits.most)
        step = abs(Decimal(limits.step or "1"))
        if not (first.is_finite() and last.is_finite() and step.is_finite()) or step == 0:
            return None
        steps = int(abs(last - first) / step)
    except ArithmeticError:
        return None
    if not 0 < steps <= MOST_STEPS:
        return None
    return Scale(first, step if last > first else -step, steps)
