"""A sample of the shared cases in every test run; `make conformance CASES=folder` plays all of any folder."""

import json
from typing import Any

import pytest

from tests.conformance.__main__ import kind_of
from tests.shared import shared_data

# File, how many of its cases are played, and the share of states that must agree.
SAMPLE = (
    ("deep.public.jsonl", 1, 1.0),
    ("scenario.public.jsonl", 69, 0.995),
    ("walks.public.jsonl", 24, 0.995),
    ("xpath.public.jsonl", 483, 0.97),
)


def cases(name: str) -> list[dict[str, Any]]:
    with shared_data("forms", name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize(("name", "count", "share"), SAMPLE)
def test_states_agree_with_the_two_public_engines(name: str, count: int, share: float) -> None:
    agreed = total = 0
    differences: list[str] = []
    for case in cases(name)[:count]:
        runner = kind_of(case)
        if runner is None:
            continue
        score = runner(case)
        agreed += score.agreed
        total += score.total
        differences += score.differences
    assert total > 0
    assert agreed / total >= share, "\n".join(differences[:20])
