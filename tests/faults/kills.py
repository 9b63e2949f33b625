"""kill -9 at random instants: what was acknowledged is there."""

import os
import random
import tempfile
from pathlib import Path

from tests.faults import world
from tests.faults.crowd import MEMORY_DISK, share
from tests.faults.looking import REFUSALS, Lost
from tests.faults.play import play
from tests.faults.power.scenarios import SCENARIOS
from tests.faults.result import Result
from tests.faults.tree import leave_only, read_tree, write_tree


def kill(name: str, count: int) -> Result:
    """Kill a process `count` times while it plays a scenario; each time on a fresh copy of the same disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        trial = _Trial(name, Path(folder))
        return Result.of(f"kill: {name}", share(trial.kill_once, range(count)))


class _Trial:
    def __init__(self, name: str, folder: Path) -> None:
        world.make_haste()
        self._scenario, self._folder = SCENARIOS[name], folder
        root = folder / "disk"
        self._facts = self._scenario.prepare(root, brief=True)
        leave_only(root / world.VAULTS, self._scenario.vault)
        self._image = read_tree(root)
        self._seconds = play(self._scenario, root, self._facts).seconds

    def kill_once(self, number: int) -> tuple[int, str]:
        """Return how much had been acknowledged, and what went wrong, or ""."""
        root = self._folder / f"killed-{os.getpid()}"
        write_tree(root, self._image)
        world.live_in(root)
        after = random.Random(number).uniform(0.0, self._seconds * 1.1)
        # Four in five once there is something to lose; the others from the start, for what comes before.
        played = play(self._scenario, root, self._facts, kill_after=after, spoken=number % 5 > 0)
        try:
            if played.crashed:
                return len(played.promises), "corrupt: the process failed before it was killed"
            self._scenario.look(root, self._facts, played.promises, None)
        except Lost as error:
            return len(played.promises), f"lost: {error}"
        except REFUSALS as error:
            return len(played.promises), f"corrupt: {type(error).__name__}: {error}"
        return len(played.promises), ""
