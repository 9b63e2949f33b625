"""A sample of the shared cases in every test run; `make conformance CASES=folder` plays all of any folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.__main__ import kind_of, main
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


def test_a_line_that_is_no_case_is_told_by_file_and_line_and_the_others_are_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps(
        {"expr": "1 + 1", "kind": "str", "expected": "2", "xml": "<r/>", "context": "/", "root": "/"}
        | {"timezone": "UTC", "test": "adds"}
    )
    lines = [good, "{bad", "", '["no object"]', '{"id": "neither"}', b"\xff".decode("latin-1"), good]
    (tmp_path / "mixed.jsonl").write_bytes("\n".join(lines).encode("latin-1"))
    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert [line.partition(" ")[0] for line in told.err.splitlines()] == [
        f"mixed.jsonl:{number}:" for number in (2, 4, 5, 6)
    ]
    assert "mixed.jsonl:2: this line is not JSON" in told.err
    assert "mixed.jsonl:5: this is no case" in told.err
    assert told.out.splitlines()[1].split("\t")[1:3] == ["2", "2"]
