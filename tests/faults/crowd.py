"""Many small trials on all processors, in processes forked from one that has imported everything."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

_MEMORY = Path("/dev/shm")
MEMORY_DISK = _MEMORY if os.access(_MEMORY, os.W_OK) else None
"""Where disks are made by the thousand; None where the system has no such place."""
WORKERS = max(1, min(int(os.environ.get("FAULT_WORKERS", "2")), os.cpu_count() or 1))

_T = TypeVar("_T")
_work: Callable[[Any], Any]


def share(work: Callable[[Any], _T], jobs: Iterable[Any]) -> Iterator[_T]:
    """Yield `work` of each job, in any order. One crowd at a time."""
    global _work  # forked, not pickled: what a trial holds is large
    _work = work
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        yield from pool.imap_unordered(_run, jobs, chunksize=1)


def _run(job: Any) -> Any:
    return _work(job)
