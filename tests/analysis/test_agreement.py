"""Agreement against worked examples and against the formulas written out the long way."""

from fractions import Fraction
from itertools import product

import pytest

from fieldinspect.analysis.agreement import agreement

YES, NO = "yes", "no"


def test_cohens_worked_example() -> None:
    """Twenty and fifteen of fifty agreed; 0.70 observed, 0.50 by chance, kappa 0.40."""
    codes = [(YES, YES)] * 20 + [(YES, NO)] * 5 + [(NO, YES)] * 10 + [(NO, NO)] * 15
    found = agreement(codes)
    assert (found.n, found.agreed, found.percent) == (50, 35, 70)
    assert found.kappa == Fraction(2, 5)


def test_krippendorffs_worked_example_of_two_observers_and_two_values() -> None:
    """The ten binary units of Krippendorff (2011), part A: alpha 0.095."""
    one, two = "0100000010", "1110010000"
    found = agreement(list(zip(one, two, strict=True)))
    assert found.alpha is not None
    assert round(float(found.alpha), 3) == 0.095


@pytest.mark.parametrize("size", [1, 2, 3])
def test_both_coefficients_agree_with_their_definitions(size: int) -> None:
    for codes in product(product("abc", repeat=2), repeat=size):
        found = agreement(codes)
        kappa, alpha = long_kappa(codes), long_alpha(codes)
        assert (found.kappa, found.alpha) == (kappa, alpha)


def long_kappa(codes: tuple[tuple[str, str], ...]) -> Fraction | None:
    n = len(codes)
    chance = sum(
        Fraction(sum(a == code for a, _b in codes), n) * Fraction(sum(b == code for _a, b in codes), n)
        for code in "abc"
    )
    observed = Fraction(sum(a == b for a, b in codes), n)
    return None if chance == 1 else (observed - chance) / (1 - chance)


def long_alpha(codes: tuple[tuple[str, str], ...]) -> Fraction | None:
    values = [code for pair in codes for code in pair]
    places = range(len(values))
    drawn = [values[i] != values[j] for i in places for j in places if i != j]
    expected = Fraction(sum(drawn), len(drawn))
    observed = Fraction(sum(a != b for a, b in codes), len(codes))
    return None if expected == 0 else 1 - observed / expected


def test_nothing_and_always_the_same_have_no_coefficient() -> None:
    assert agreement([]) == (0, 0, None, None)
    assert agreement([]).percent is None
    assert agreement([(YES, YES)] * 4) == (4, 4, None, None)
    assert agreement([(YES, YES)] * 4).percent == 100
