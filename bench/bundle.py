"""Sealing and opening a bundle against the age command on the same bytes, and the memory of a 1 GiB attachment.

All in one run on one file of 256 MiB, the quickest of five rounds each. age does not hash; a bundle is hashed twice
on its way: each attachment against its name, and the whole for the receipt.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.exchange.making import World
from tests.peak import peak_kib

from bench.figure import Figure
from fieldinspect.crypto.age.file import begin, open_file
from fieldinspect.crypto.age.recipients import parse_identity, parse_recipient
from fieldinspect.crypto.blobs import seal_blob

MEBIBYTES = 256
PIECE = 1 << 20
ROUNDS = 5
FIGURES = (
    ("age_file_seal", "age"),
    ("age_file_open", "age -d"),
    ("bundle_seal", "age"),
    ("bundle_open", "age -d"),
)


def best(acts: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of the quickest of some rounds, each act in every round: the others met something else on the machine."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _round in range(ROUNDS):
        for name, act in acts.items():
            begun = time.perf_counter()
            act()
            times[name].append(time.perf_counter() - begun)
    return {name: min(each) for name, each in times.items()}


def against_age(name: str, seconds: float, reference: str, age_seconds: float) -> Figure:
    value, reference_value = MEBIBYTES / seconds, MEBIBYTES / age_seconds
    return Figure(name, value, "MiB/s", reference, reference_value, value / reference_value)


def world_with_attachment(folder: Path) -> World:
    world = World(folder, attachment=b"")
    path = folder / "sealed"
    with (folder / "plain").open("rb") as plain, path.open("wb") as sealed:
        blob = seal_blob(plain, sealed, bytes(32))
    assert blob.size == MEBIBYTES << 20
    world.blobs = {blob.digest: path}
    return world


def age(*arguments: str | Path) -> None:
    subprocess.run(["age", *map(str, arguments)], check=True, capture_output=True)


def seal_stream(world: World, plain: Path, out: Path) -> None:
    with plain.open("rb") as source, out.open("wb") as sink:
        _header, payload = begin(sink, [parse_recipient(world.recipient)])
        while piece := source.read(PIECE):
            payload.write(piece)
        payload.close()


def open_stream(world: World, file: Path, out: Path) -> None:
    buffer = bytearray(PIECE)
    with file.open("rb") as source, out.open("wb") as sink:
        payload = open_file(source, [parse_identity(world.identity)]).payload
        while taken := payload.readinto(buffer):
            sink.write(memoryview(buffer)[:taken])


def peak_growth_mib(folder: Path) -> float:
    """Growth of the peak memory while an attachment of 1 GiB is sealed, its bundle sealed, and that opened."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.bundle", "--memory", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def memory(folder: Path) -> None:
    class Zeros:
        left = 1 << 30

        def read(self, size: int) -> bytes:
            taken = min(size, self.left)
            self.left -= taken
            return bytes(taken)

    world = World(folder, attachment=b"")
    path = folder / "gibibyte"
    before = peak_kib()
    with path.open("wb") as sealed:
        world.blobs = {seal_blob(Zeros(), sealed, bytes(32)).digest: path}
    world.seal()
    with world.open() as opened:
        assert list(opened.blobs)
    print((peak_kib() - before) / 1024)


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        plain, sealed, opened = folder / "plain", folder / "plain.age", folder / "opened"
        with plain.open("wb") as file:
            for _piece in range(MEBIBYTES):
                file.write(os.urandom(PIECE))
        world = world_with_attachment(folder)
        (folder / "key").write_text(world.identity + "\n")
        seconds = best(
            {
                "age": lambda: age("-r", world.recipient, "-o", sealed, plain),
                "age_file_seal": lambda: seal_stream(world, plain, folder / "ours.age"),
                "bundle_seal": world.seal,
                "age -d": lambda: age("-d", "-i", folder / "key", "-o", opened, sealed),
                "age_file_open": lambda: open_stream(world, sealed, folder / "ours"),
                "bundle_open": lambda: world.open().close(),
            }
        )
        for name, reference in FIGURES:
            yield against_age(name, seconds[name], reference, seconds[reference])
    with tempfile.TemporaryDirectory() as place:
        grown = peak_growth_mib(Path(place))
        yield Figure("bundle_1_gib_memory", grown, "MiB", "bar", 32, grown / 32)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        memory(Path(sys.argv[2]))
    else:
        for figure in run():
            print(figure.line(), flush=True)
