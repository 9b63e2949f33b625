"""A little of every proof, and each program broken on purpose caught. All of it: `make faults`."""

import subprocess
import sys

import pytest

from tests.shared import ROOT

Table = dict[str, dict[str, str]]


def run(*words: str) -> Table:
    """Run a part of the sample in a process of its own, which forks; return its table by proof."""
    command = [sys.executable, "-m", "tests.faults", "--sample", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    heading, *lines, _sum = (line.split("\t") for line in done.stdout.splitlines())
    table = {cells[0]: dict(zip(heading, cells, strict=True)) for cells in lines}
    left_out = [f"{proof}: {row['remark']}" for proof, row in table.items() if "not run" in row["remark"]]
    if left_out:
        pytest.skip("; ".join(left_out))
    return table


def test_power_cuts_lose_nothing() -> None:
    table = run("power cut")
    assert len(table) == 3
    for row in table.values():
        assert (row["lost"], row["corrupt"]) == ("0", "0")
        assert int(row["trials"]) > 5
        assert int(row["acknowledged"]) > 0


def test_each_program_that_is_broken_on_purpose_is_caught() -> None:
    table = run("mutant")
    assert len(table) >= 11
    assert [proof for proof, row in table.items() if not row["remark"].startswith("caught: ")] == []


@pytest.mark.parametrize("proof", ["kill", "full disk", "small disk", "damaged files"])
def test_kills_full_disks_and_damage_lose_nothing(proof: str) -> None:
    rows = run(proof).values()
    assert {(row["lost"], row["corrupt"]) for row in rows} == {("0", "0")}
    assert sum(int(row["acknowledged"]) for row in rows) > 0
