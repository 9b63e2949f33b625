"""Look at the disks that power cuts may have left: many of them, on all processors."""

import os
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import world
from tests.faults.crowd import MEMORY_DISK, share
from tests.faults.looking import REFUSALS, Corrupt, Lost
from tests.faults.power.recording import Recording, record, write_tree
from tests.faults.power.states import Image, State, digest, states
from tests.faults.power.trace import CannotTrace
from tests.faults.result import Result


@dataclass
class Tally:
    """The distinct disks that were looked at, and what was wrong, by model."""

    disks: set[bytes] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)


_recording: Recording
_folder: Path
_seed: str


def cut_power(name: str, limit: int, mutant: str = "", *, brief: bool = False, stop_at: int = 0) -> Result:
    """Record a scenario and look at up to `limit` disks for each instant; with `stop_at`, until so many have failed."""
    global _recording, _folder, _seed  # the forked workers take them over
    begun = time.monotonic()
    tally = Tally()
    world.make_haste()
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        _folder, _seed = Path(folder), name
        try:
            _recording = record(name, _folder, mutant, brief=brief)
        except CannotTrace as error:
            return Result.not_run(f"power cut: {name}", str(error))
        jobs = [(number, limit) for number in range(len(_recording.instants))]
        for disks, failures in share(_look_at_instant, jobs):
            tally.disks |= disks
            tally.failures += failures
            if stop_at and len(tally.failures) >= stop_at:
                break
    acknowledged = len(_recording.promises)
    seconds = time.monotonic() - begun
    return Result(f"power cut: {name}", len(tally.disks), acknowledged, tally.failures, seconds)


def _look_at_instant(job: tuple[int, int]) -> tuple[set[bytes], list[str]]:
    number, limit = job
    instant = _recording.instants[number]
    seen: set[bytes] = set()
    failures = []
    for state in states(instant, random.Random(f"{_seed}/{number}"), limit):
        image = state.image()
        name = digest(image)
        if name not in seen:
            seen.add(name)
            failure = _look(state, image)
            failures += [failure] if failure else []
    return seen, failures


def _look(state: State, image: Image) -> str:
    root = _folder / f"state-{os.getpid()}"
    write_tree(root, image)
    world.live_in(root)
    promises = _recording.promises[: state.instant.promises]
    try:
        _recording.scenario.look(root, _recording.facts, promises, _recording.final)
    except Lost as error:
        return f"lost ({state.model}): {error}"
    except Corrupt as error:
        return f"corrupt ({state.model}): {error}"
    except REFUSALS as error:
        return f"corrupt ({state.model}): {type(error).__name__}: {error}"
    return ""
