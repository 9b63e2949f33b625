"""A disk that is soon full: a small tmpfs, for whoever may mount one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotMount(Exception):  # noqa: N818 - says what happened
    """This account may not mount a disk; the trial was not run."""


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[Path]:
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(["mount", *options], capture_output=True, check=False)
    except FileNotFoundError:
        raise CannotMount from None
    if done.returncode != 0:
        raise CannotMount
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
