"""What a process really asked of the disk: its system calls as strace saw them, in order.

The recorder stands below Python, SQLCipher and the C library: what it sees is what the kernel was asked. Two checks
keep it honest. A call that changes files in a way we do not know stops the recording (power.replay), and the files that
the calls add up to must be, byte for byte, the files that the process left (power.recording).
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CALLS = """
open openat creat close lseek fcntl dup dup2 dup3 write pwrite64 writev pwritev pwritev2 ftruncate truncate fallocate
fsync fdatasync sync_file_range rename renameat renameat2 unlink unlinkat rmdir mkdir mkdirat link linkat symlink
symlinkat mmap copy_file_range sendfile splice
"""
_LINE = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+|0x[0-9a-f]+|\?)")
_UNFINISHED, _RESUMED = " <unfinished ...>", re.compile(r"<\.\.\. \w+ resumed>(?P<rest>.*)")


class CannotTrace(Exception):  # noqa: N818 - says what happened
    """This account or this machine cannot trace a process; nothing was recorded."""


class UnknownCall(AssertionError):  # noqa: N818 - says what happened
    """A file was changed in a way the recorder does not know: teach it before believing it."""


@dataclass(frozen=True)
class Call:
    """One system call that succeeded; paths are absolute, bytes are bytes."""

    name: str
    arguments: Sequence[str]
    result: int

    def number(self, place: int) -> int:
        return int(self.arguments[place], 0)

    def content(self, place: int) -> bytes:
        return _bytes(self.arguments[place])

    def path(self, place: int) -> str:
        return os.fsdecode(self.content(place))


def record(command: Sequence[str], log: Path, cwd: Path, environment: dict[str, str]) -> list[str]:
    """Run the command under strace; return its standard output's lines. Raise `CannotTrace`."""
    strace = shutil.which("strace")
    if strace is None:
        raise CannotTrace("strace is not installed (Debian: apt-get install strace)")
    # A missing call is no fault (?): which ones exist depends on the processor.
    wanted = "trace=" + ",".join(f"?{name}" for name in CALLS.split())
    traced = [
        strace,
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-xx",
        "-s",
        "100000000",
        "-e",
        wanted,
        "-e",
        "signal=none",
    ]
    done = subprocess.run(
        [*traced, "-o", str(log), "--", *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in done.stderr and not done.stdout:
        raise CannotTrace("this account may not trace processes")
    if done.returncode != 0:
        raise AssertionError(f"the recorded process failed: {done.stderr[-4000:]}")
    return done.stdout.splitlines()


def read(log: Path) -> Iterator[Call]:
    """Yield the calls that succeeded, in the order in which they ended."""
    begun: dict[str, str] = {}
    with log.open("r", encoding="ascii") as lines:
        for line in lines:
            thread, _space, text = line.rstrip("\n").partition(" ")
            text = text.lstrip()
            if text.endswith(_UNFINISHED):
                begun[thread] = text.removesuffix(_UNFINISHED)
                continue
            if resumed := _RESUMED.match(text):
                text = begun.pop(thread) + resumed["rest"]
            found = _LINE.match(text)
            if found and found["result"] != "?" and not found["result"].startswith("-"):
                yield Call(found["name"], found["arguments"].split(", "), int(found["result"], 0))


def _bytes(quoted: str) -> bytes:
    if not (quoted.startswith('"') and quoted.endswith('"')):
        raise UnknownCall(f"cut short: {quoted[:80]}")
    return bytes.fromhex(quoted[1:-1].replace("\\x", ""))
