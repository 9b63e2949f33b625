"""One scenario, played by a real process under the recorder."""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults import world
from tests.faults.power import trace
from tests.faults.power.disk import Disk, Instant
from tests.faults.power.replay import Replay
from tests.faults.power.scenario import Scenario, read_promises
from tests.faults.power.scenarios import SCENARIOS
from tests.faults.power.states import Image
from tests.shared import ROOT


@dataclass(frozen=True)
class Recording:
    """When the power may have failed, what had been acknowledged, and what the disk held in the end."""

    scenario: Scenario
    facts: dict[str, Any]
    instants: Sequence[Instant]
    promises: Sequence[tuple[str, Any]]
    final: Image


def record(name: str, work: Path, mutant: str = "", *, brief: bool = False) -> Recording:
    """Play a scenario, perhaps by a program broken on purpose; raise `CannotTrace` where that is not possible."""
    scenario, root, notes = SCENARIOS[name], work / "disk", work / "facts.json"
    facts = scenario.prepare(root, brief=brief)
    leave_only(root / world.VAULTS, scenario.vault)
    notes.write_text(json.dumps(facts))
    disk = Disk()
    for path, content in read_tree(root).items():
        disk.seed(path, content)
    command = [sys.executable, "-m", "tests.faults.power.child", name, mutant, str(root), str(notes)]
    environment = {
        **world.environment(root),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": ":".join(filter(None, sys.path)),
    }
    trace.record(command, work / "calls", ROOT, environment)
    replay = Replay(str(root.resolve()), disk)
    replay.run(trace.read(work / "calls"))
    final = read_tree(root)
    if disk.files() != final:
        raise AssertionError("the recorded calls do not add up to the files that are there")
    return Recording(scenario, facts, replay.instants, read_promises(replay.promises), final)


def leave_only(vaults: Path, name: str) -> None:
    """Remove every vault but one: nobody needs to write the others down again for every disk."""
    for folder in vaults.iterdir() if vaults.is_dir() else ():
        if folder.name != name:
            shutil.rmtree(folder)


def read_tree(root: Path) -> Image:
    """Return every file and folder below a root, folders before what is in them."""
    return {
        path.relative_to(root).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in sorted(root.rglob("*"))
    }


def write_tree(root: Path, image: Image) -> None:
    """Make the folder hold this image and nothing else."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for path, content in sorted(image.items()):
        if content is None:
            (root / path).mkdir(mode=0o700)
        else:
            (root / path).write_bytes(content)
