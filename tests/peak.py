"""Peak memory of this process alone, for tests and benches that run a program in a process of its own.

`ru_maxrss` will not do: on Linux a new process begins with the peak of the one that started it.
"""

import re
from pathlib import Path


def peak_kib() -> int:
    """Return the peak resident memory since this program was started, in KiB (Linux)."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        raise OSError("no VmHWM in /proc/self/status")
    return int(found[1])


def now_kib() -> int:
    """Return the resident memory at this moment, in KiB (Linux)."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        raise OSError("no VmRSS in /proc/self/status")
    return int(found[1])
