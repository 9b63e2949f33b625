"""What a process writes, byte for byte, whatever becomes of the file afterwards: strace's account of it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_CALLS = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendmmsg"
_TARGET = re.compile(rb"^\S*\s*(?:\w+)\((\d+)(?:<([^>]*)>)?")
_STRING = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')


def strace() -> str | None:
    """Return the tool, None where it is not there or may not watch: our process protects itself from its account."""
    found = shutil.which("strace")
    if found is None or os.geteuid() != 0:
        return None
    tried = subprocess.run([found, "-qq", "-e", "trace=none", "true"], capture_output=True, check=False)
    return found if tried.returncode == 0 else None


def watched(tool: str, record: Path, command: list[str]) -> list[str]:
    """Return a command that runs another and records every write of it and its children."""
    options = ["-f", "-qq", "-y", "-xx", "-s", "16777216", "--seccomp-bpf", "-e", f"trace={_CALLS}"]
    return [tool, *options, "-e", "signal=none", "-o", str(record), *command]


def writes(record: Path) -> Iterator[tuple[str, bytes]]:
    """Yield where each write went and what it was."""
    with record.open("rb") as lines:
        for line in lines:
            target = _TARGET.match(line)
            if target is None:
                continue
            path = _plain(target[2] or b"").decode("utf-8", "replace")  # with -xx paths are spelled out too
            content = b"".join(_plain(found[1]) for found in _STRING.finditer(line))
            yield f"{target[1].decode()} {path}", content


def _plain(spelled: bytes) -> bytes:
    return bytes.fromhex(spelled.replace(b"\\x", b"").decode())
