"""Look at the disks that power cuts may have left: many of them, on all processors."""

import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import world
from tests.faults.looking import REFUSALS, Corrupt, Lost
from tests.faults.power.recording import Recording, record, write_tree
from tests.faults.power.states import Image, State, digest, states

MEMORY_DISK = Path("/dev/shm")
WORKERS = max(1, min(2, os.cpu_count() or 1))


@dataclass(frozen=True)
class Failure:
    kind: str
    model: str
    instant: int
    words: str


@dataclass
class Tally:
    """What was found: distinct disks, and those on which something was lost or wrong, by model."""

    disks: set[bytes] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def lost(self) -> int:
        return sum(failure.kind == "lost" for failure in self.failures)

    @property
    def corrupt(self) -> int:
        return sum(failure.kind == "corrupt" for failure in self.failures)

    def account(self) -> str:
        """Return the kinds of failures with one example each."""
        kinds = Counter((failure.kind, failure.model, failure.words) for failure in self.failures)
        return "\n".join(
            f"{count} x {kind} ({model}): {words}" for (kind, model, words), count in kinds.most_common()
        )


_recording: Recording
_folder: Path
_seed: str


def run(
    name: str, limit: int, mutant: str = "", *, brief: bool = False, stop_at: int = 0, workers: int = WORKERS
) -> Tally:
    """Record a scenario and look at up to `limit` disks for each instant; with `stop_at`, until so many have failed."""
    global _recording, _folder, _seed  # the forked workers take them over
    begun, tally = time.monotonic(), Tally()
    place = MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None
    world.make_haste()
    with tempfile.TemporaryDirectory(dir=place) as folder:
        _folder, _seed = Path(folder), name
        _recording = record(name, _folder, mutant, brief=brief)
        jobs = [(number, limit) for number in range(len(_recording.instants))]
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            for disks, failures in pool.imap_unordered(_look_at_instant, jobs):
                tally.disks |= disks
                tally.failures += failures
                if stop_at and len(tally.failures) >= stop_at:
                    pool.terminate()
                    break
    tally.seconds = time.monotonic() - begun
    return tally


def _look_at_instant(job: tuple[int, int]) -> tuple[set[bytes], list[Failure]]:
    number, limit = job
    instant = _recording.instants[number]
    seen: set[bytes] = set()
    failures = []
    for state in states(instant, random.Random(f"{_seed}/{number}"), limit):
        image = state.image()
        name = digest(image)
        if name not in seen:
            seen.add(name)
            failures += _look(number, state, image)
    return seen, failures


def _look(number: int, state: State, image: Image) -> list[Failure]:
    root = _folder / f"state-{os.getpid()}"
    write_tree(root, image)
    world.live_in(root)
    promises = _recording.promises[: state.instant.promises]
    try:
        _recording.scenario.look(root, _recording.facts, promises, _recording.final)
    except Lost as error:
        return [Failure("lost", state.model, number, str(error))]
    except Corrupt as error:
        return [Failure("corrupt", state.model, number, str(error))]
    except REFUSALS as error:
        return [Failure("corrupt", state.model, number, f"{type(error).__name__}: {error}")]
    return []
