"""A full disk: whatever was acknowledged is there, the person is told, and with space again work goes on.

Two kinds of fullness. A *limit* is RLIMIT_FSIZE: no file may grow beyond so many bytes, to the byte. A *small disk* is
a tmpfs with so many pages left for all files together; not every account may mount one.
"""

import os
import resource
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.faults import world
from tests.faults.crowd import MEMORY_DISK, share
from tests.faults.looking import REFUSALS, Lost
from tests.faults.play import Facts, Played, play
from tests.faults.power.scenario import Scenario
from tests.faults.power.scenarios import SCENARIOS
from tests.faults.result import Result
from tests.faults.small_disk import CannotMount, small_disk
from tests.faults.tree import Image, leave_only, read_tree, write_tree

PAGE, MOST_PAGES = 4096, 512
Outcome = tuple[int, str]


def limit_files(name: str, step: int) -> Result:
    """Play a scenario under every `step`-th file size up to the one that it needs; then without a limit."""
    proof = f"full disk, byte by byte: {name}" if step == 1 else f"full disk, every {step} bytes: {name}"
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        trial = _Trial(name, Path(folder))
        return Result.of(proof, share(trial.under_limit, range(0, trial.largest + step, step)))


def small_disks(name: str, step: int) -> Result:
    """Play a scenario on disks with every `step`-th number of pages left; then with space again."""
    proof = f"full disk, every {step} pages: {name}"
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder, ExitStack() as stack:
        trial = _Trial(name, Path(folder))
        try:
            disk = stack.enter_context(small_disk(Path(folder) / "small", trial.pages * 8 * PAGE // 1024))
        except CannotMount:
            return Result.not_run(proof, "this account may not mount a small disk")
        # One disk, one process: the filler is what makes it small.
        work = partial(trial.on_small_disk, disk)
        return Result.of(proof, map(work, range(0, trial.pages * 2, step)))


class _Trial:
    def __init__(self, name: str, folder: Path) -> None:
        world.make_haste()
        self._scenario: Scenario = SCENARIOS[name]
        self._folder = folder
        root = folder / "disk"
        self._facts: Facts = self._scenario.prepare(root, brief=True)
        leave_only(root / world.VAULTS, self._scenario.vault)
        self._image: Image = read_tree(root)
        self.largest = self._needed(root)
        self.pages = sum(len(content or b"") // PAGE + 1 for content in read_tree(root).values())

    def _needed(self, root: Path) -> int:
        """Return a file size, in whole pages, under which the scenario is just played to its end."""
        low, high = 0, MOST_PAGES
        while low < high:
            middle = (low + high) // 2
            write_tree(root, self._image)
            if self._limited(root, middle * PAGE).told:
                low = middle + 1
            else:
                high = middle
        return low * PAGE

    def _limited(self, root: Path, size: int) -> Played:
        return play(self._scenario, root, self._facts, around=partial(_under_limit, size))

    def under_limit(self, size: int) -> Outcome:
        root = self._folder / f"limited-{os.getpid()}"
        write_tree(root, self._image)
        return self._judge(root, self._limited(root, size), must_tell=size <= self.largest - PAGE)

    def on_small_disk(self, disk: Path, pages: int) -> Outcome:
        filler, root = disk / "filler", disk / "root"
        filler.unlink(missing_ok=True)
        write_tree(root, self._image)
        space = os.statvfs(disk)
        filler.write_bytes(bytes(max(0, space.f_bavail - pages) * space.f_frsize))
        played = play(self._scenario, root, self._facts, around=partial(_then_free, filler))
        return self._judge(root, played, must_tell=False)

    def _judge(self, root: Path, played: Played, *, must_tell: bool) -> Outcome:
        world.live_in(root)
        count = len(played.promises)
        try:
            if played.crashed:
                return count, "corrupt: the process ended in something else than a sentence"
            if must_tell and not played.told:
                return count, "lost: the full disk was not told"
            self._scenario.look(root, self._facts, played.promises, None)
        except Lost as error:
            return count, f"lost: {error}"
        except REFUSALS as error:
            return count, f"corrupt: {type(error).__name__}: {error}"
        return count, ""


def _under_limit(size: int, act: Callable[[], None]) -> None:
    """Act under the limit; where that was refused, the same process tries again without."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    act()
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    act()


def _then_free(filler: Path, act: Callable[[], None]) -> None:
    act()
    filler.unlink()
    act()
