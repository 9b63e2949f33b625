"""Putting and getting 64 MiB over loopback, against the stock tool of each kind of depot, on the same server.

The quickest of three rounds. rclone sends the parts of an S3 upload several at a time, and we one after the other:
memory is one part.
"""

import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.exchange.depots.servers import RCLONE, SECRET, SERVERS, USER, Place, empty, place, running

from bench.figure import Figure
from fieldinspect.domain.depots import DepotKind
from fieldinspect.exchange.depots.opening import KnownDepots

MEBIBYTES = 64
ROUNDS = 3
NAME = "00112233445566778899aabbccddeeff.fib"


def best(act: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Return MiB/s of the quickest of some rounds."""
    times = []
    for _round in range(ROUNDS):
        before()
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return MEBIBYTES / min(times)


def call(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)


def copied(source: Path, target: Path) -> None:
    """Copy as a depot must: down to the medium, and looked at again."""
    call("cp", source, target)
    call("sync", target)
    call("sha256sum", target)


def stock(there: Place, folder: Path) -> tuple[str, Callable[[Path, str], None], Callable[[str, Path], None]]:
    """Return the stock tool of a kind, how it puts and how it gets."""
    kind = there.destination.kind
    if kind is DepotKind.FOLDER:
        return (
            "cp, sync, sha256sum",
            lambda source, name: copied(source, there.folder / name),
            lambda name, target: copied(there.folder / name, target),
        )
    if kind is DepotKind.SFTP:
        return _sftp(there, folder)
    port = there.server.port if there.server else 0
    at = f"http://127.0.0.1:{port}"
    if kind is DepotKind.S3:
        options = (
            f":s3,provider=Rclone,endpoint='{at}',access_key_id={USER},secret_access_key={SECRET}:bucket/"
        )
    else:
        hidden = subprocess.run(
            [RCLONE, "obscure", SECRET], check=True, capture_output=True, text=True
        ).stdout.strip()
        options = f":webdav,url='{at}',vendor=rclone,user={USER},pass={hidden}:"
    plain = ("--config", "/dev/null", "--ignore-times")
    return (
        "rclone",
        lambda source, name: call(RCLONE, *plain, "copyto", source, options + name),
        lambda name, target: call(RCLONE, *plain, "copyto", options + name, target),
    )


def _sftp(there: Place, folder: Path) -> tuple[str, Callable[[Path, str], None], Callable[[str, Path], None]]:
    assert there.server is not None
    keys = there.server.folder.parent / "keys"
    known = folder / "known"
    known.write_text(f"[127.0.0.1]:{there.server.port} {there.destination.pinned}\n")
    (keys / "user").chmod(0o600)

    def batch(line: str) -> None:
        (folder / "batch").write_text(line + "\n")
        call(
            "sftp", "-q", "-P", str(there.server.port if there.server else 0), "-i", keys / "user",
            "-o", f"UserKnownHostsFile={known}", "-b", folder / "batch", f"{there.credentials.user}@127.0.0.1",
        )  # fmt: skip

    return (
        "sftp",
        lambda source, name: batch(f"put {source} {there.folder / name}"),
        lambda name, target: batch(f"get {there.folder / name} {target}"),
    )


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="fieldinspect-bench-") as made:
        folder = Path(made)
        source = folder / "source"
        source.write_bytes(os.urandom(MEBIBYTES << 20))
        for kind in DepotKind:
            with ExitStack() as stack:
                if kind in SERVERS:
                    there = place(
                        kind, folder, stack.enter_context(running(SERVERS[kind](folder / kind))), None
                    )
                else:
                    (folder / kind).mkdir()
                    there = place(kind, folder / kind, None, None)
                yield from both_ways(there, source, folder)


def both_ways(there: Place, source: Path, folder: Path) -> Iterator[Figure]:
    """Yield how fast a depot puts and gets, and how fast its stock tool does."""
    kind, digest, target = (
        there.destination.kind,
        hashlib.sha256(source.read_bytes()).hexdigest(),
        folder / "target",
    )
    tool, put, get = stock(there, folder)
    with KnownDepots().open(there.destination, there.credentials) as depot:
        depot.check()
        ours = best(lambda: depot.put(source, digest, name=NAME), lambda: empty(there.folder))
        theirs = best(lambda: put(source, NAME), lambda: empty(there.folder))
        yield Figure(f"depot_{kind}_put", ours, "MiB/s", tool, theirs, ours / theirs)
        ours = best(lambda: depot.get(NAME, target))
        theirs = best(lambda: get(NAME, target))
        yield Figure(f"depot_{kind}_get", ours, "MiB/s", tool, theirs, ours / theirs)


if __name__ == "__main__":
    for figure in run():
        print(figure.line(), flush=True)
