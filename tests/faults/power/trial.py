"""Look at the disks that power cuts may have left: many of them, on all processors."""

import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults import world
from tests.faults.crowd import MEMORY_DISK, share
from tests.faults.looking import REFUSALS, Corrupt, Lost
from tests.faults.power.recording import Play, Recording, record
from tests.faults.power.states import State, digest, states
from tests.faults.power.trace import CannotTrace
from tests.faults.result import Result
from tests.faults.tree import Image, write_tree


def cut_power(plays: Sequence[Play], limit: int, *, brief: bool = False) -> Iterator[Result]:
    """Record the plays and look at up to `limit` disks for each instant; at mutants, until one of them fails."""
    world.make_haste()
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        try:
            recordings = record(plays, Path(folder), brief=brief)
        except CannotTrace as error:
            yield from (Result.not_run(f"power cut: {play.scenario}", str(error)) for play in plays)
            return
        for play, recording in zip(plays, recordings, strict=True):
            trial = _Trial(recording, Path(folder), limit)
            yield trial.run(f"power cut: {play.scenario}", stop_at=1 if play.mutant else 0)


@dataclass(frozen=True)
class _Trial:
    recording: Recording
    folder: Path
    limit: int

    def run(self, proof: str, *, stop_at: int) -> Result:
        """Look at all disks; `trials` are distinct ones."""
        begun, disks, failures = time.monotonic(), set[bytes](), list[str]()
        for seen, failed in share(self.look_at_instant, range(len(self.recording.instants))):
            disks |= seen
            failures += failed
            if stop_at and len(failures) >= stop_at:
                break
        promised = len(self.recording.promises)
        return Result(proof, len(disks), promised, failures, time.monotonic() - begun)

    def look_at_instant(self, number: int) -> tuple[set[bytes], list[str]]:
        """Return the digests of the disks that were looked at, and what was wrong with some."""
        chance = random.Random(f"{self.recording.scenario.name}/{number}")
        seen: set[bytes] = set()
        failures = []
        for state in states(self.recording.instants[number], chance, self.limit):
            image = state.image()
            name = digest(image)
            if name not in seen:
                seen.add(name)
                failure = self._look(state, image)
                failures += [failure] if failure else []
        return seen, failures

    def _look(self, state: State, image: Image) -> str:
        root, recording = self.folder / f"state-{os.getpid()}", self.recording
        write_tree(root, image)
        world.live_in(root)
        promises = recording.promises[: state.instant.promises]
        try:
            recording.scenario.look(root, recording.facts, promises, recording.final)
        except Lost as error:
            return f"lost ({state.model}): {error}"
        except Corrupt as error:
            return f"corrupt ({state.model}): {error}"
        except REFUSALS as error:
            return f"corrupt ({state.model}): {type(error).__name__}: {error}"
        return ""
