"""How far two readers agree on one question over many files: per cent, Cohen's kappa, Krippendorff's alpha.

Exact: counts in, fractions out; rounding is for the window. Both coefficients are for two readers and codes without
an order, with nothing missing. Neither exists when nothing was read or when chance alone would agree always.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Agreement(NamedTuple):
    """`agreed` of `n` files; `kappa` and `alpha` are None where they do not exist."""

    n: int
    agreed: int
    kappa: Fraction | None
    alpha: Fraction | None

    @property
    def percent(self) -> int | None:
        """Agreement in whole per cent, rounded down so that 100 means all; None when there is nothing to compare."""
        return percent(self.agreed, self.n)


def percent(agreed: int, n: int) -> int | None:
    """Return a share in whole per cent, rounded down; None of nothing."""
    return agreed * 100 // n if n else None


def agreement(codes: Sequence[tuple[str, str]]) -> Agreement:
    """Compare pairs of codes, (first reader's, second reader's), one a file."""
    agreed = sum(one == other for one, other in codes)
    return Agreement(len(codes), agreed, _kappa(codes, agreed), _alpha(codes, agreed))


def _kappa(codes: Sequence[tuple[str, str]], agreed: int) -> Fraction | None:
    """Cohen (1960): chance is each reader's own habit, multiplied code by code and summed."""
    n = len(codes)
    first, second = Counter(one for one, _other in codes), Counter(other for _one, other in codes)
    by_chance = sum(first[code] * second[code] for code in first)
    if by_chance == n * n:
        return None
    return Fraction(n * agreed - by_chance, n * n - by_chance)


def _alpha(codes: Sequence[tuple[str, str]], agreed: int) -> Fraction | None:
    """Krippendorff (2011), nominal: chance is drawing two of all codes given, without putting the first back."""
    n, counts = len(codes), Counter(code for pair in codes for code in pair)
    apart_by_chance = (2 * n) ** 2 - sum(count**2 for count in counts.values())
    if not apart_by_chance:
        return None
    return 1 - Fraction(2 * (n - agreed) * (2 * n - 1), apart_by_chance)
