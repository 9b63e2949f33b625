"""Scenarios, played by real processes under the recorder."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.faults import world
from tests.faults.power import child, trace
from tests.faults.power.disk import Disk, Instant
from tests.faults.power.replay import Replay
from tests.faults.power.scenario import Facts, Scenario, read_promises
from tests.faults.power.scenarios import SCENARIOS
from tests.faults.tree import Image, leave_only, read_tree
from tests.shared import ROOT


@dataclass(frozen=True)
class Recording:
    """When the power may have failed, what had been acknowledged, and what the disk held in the end."""

    scenario: Scenario
    facts: Facts
    instants: Sequence[Instant]
    promises: Sequence[tuple[str, Any]]
    final: Image


@dataclass(frozen=True)
class Play:
    """A scenario to be played, perhaps by a program broken on purpose."""

    scenario: str
    mutant: str = ""


def record(plays: Sequence[Play], work: Path, *, brief: bool) -> list[Recording]:
    """Play each in a process of its own; raise `CannotTrace` where that is not possible.

    All of them are forked from one that is traced, one after the other: programs take longer to start than to play.
    """
    roots = [work / f"disk-{number}" for number in range(len(plays))]
    facts = [_prepare(play, root, brief=brief) for play, root in zip(plays, roots, strict=True)]
    before = [read_tree(root) for root in roots]
    todo = [
        child.Todo(p.scenario, p.mutant, str(root), f) for p, root, f in zip(plays, roots, facts, strict=True)
    ]
    (work / "todo.json").write_text(json.dumps([vars(one) for one in todo]))
    command = [sys.executable, "-m", "tests.faults.power.child", str(work / "todo.json")]
    path = ":".join(filter(None, sys.path))
    environment = {**world.environment(work), "PATH": "/usr/bin:/bin", "PYTHONPATH": path}
    trace.record(command, work / "calls", ROOT, environment)
    recordings = []
    for (number, calls), play in zip(_by_play(trace.read(work / "calls")), plays, strict=True):
        recordings.append(
            _replayed(SCENARIOS[play.scenario], facts[number], roots[number], before[number], calls)
        )
    return recordings


def _prepare(play: Play, root: Path, *, brief: bool) -> Facts:
    scenario = SCENARIOS[play.scenario]
    facts = scenario.prepare(root, brief=brief)
    leave_only(root / world.VAULTS, scenario.vault)
    return facts


def _by_play(calls: Iterable[trace.Call]) -> Iterator[tuple[int, Iterator[trace.Call]]]:
    """Split what was recorded where the next play is announced; what came before the first is starting up."""
    number = -1

    def play(call: trace.Call) -> int:
        nonlocal number
        number += call.name == "write" and call.content(1).startswith(child.NEXT)
        return number

    return (group for group in groupby(calls, play) if group[0] >= 0)


def _replayed(
    scenario: Scenario, facts: Facts, root: Path, before: Image, calls: Iterator[trace.Call]
) -> Recording:
    disk = Disk()
    for path, content in before.items():
        disk.seed(path, content)
    replay = Replay(str(root.resolve()), disk)
    next(calls)  # the announcement
    replay.run(calls)
    final = read_tree(root)
    if disk.files() != final:
        raise AssertionError("the recorded calls do not add up to the files that are there")
    return Recording(scenario, facts, replay.instants, read_promises(replay.promises), final)
