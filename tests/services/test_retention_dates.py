"""When something is due to be destroyed, whatever dates others wrote."""

from datetime import date

import pytest

from fieldinspect.domain.custody import RetentionRule
from fieldinspect.services.retention import _due


@pytest.mark.parametrize(
    ("begins", "months", "due"),
    [
        (date(2014, 1, 31), 1, date(2014, 2, 28)),
        (date(2014, 2, 3), 24, date(2016, 2, 3)),
        (date(9998, 2, 3), 1200, date.max),
        (date.max, 1, date.max),
    ],
)
def test_due(begins: date, months: int, due: date) -> None:
    assert _due(begins, RetentionRule(months), None) == due
    assert _due(date(2014, 1, 1), RetentionRule(months, from_publication=True), begins) == due
