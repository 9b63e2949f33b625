"""Give each reader broken input for some seconds; print executions and what was neither read nor refused."""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.crypto.age import differential
from tests.exchange import sweep
from tests.fuzz import guided
from tests.fuzz.tally import Tally
from tests.fuzz.targets import Target, targets

DEFAULT_SECONDS = 30.0
SPLICES = (
    b'"',
    b"[" * 2000,
    b"{",
    b"\\ud800",
    b"\0" * 64,
    b"\xff",
    b"-1",
    b"1e999",
    b"null",
    b"<!ENTITY x 'y'>",
    b"\n",
)


def main(seconds: float, only: str = "") -> int:
    print(
        "led by coverage (atheris)" if guided.IS_HERE else "at random: atheris is not here", file=sys.stderr
    )
    print("reader", "executions", "accepted", "refused", "crashes", sep="\t", flush=True)
    crashed = 0
    with tempfile.TemporaryDirectory() as name:
        for target in targets(Path(name)):
            if only in ("", target.name):
                crashed += fuzz_guided(target.name, seconds) if guided.IS_HERE else fuzz(target, seconds)
    if not only:
        crashed += _differ(seconds)
        crashed += sweep.main(1 if seconds >= DEFAULT_SECONDS else 331)
    return 1 if crashed else 0


def _differ(seconds: float) -> int:
    """Exchange age files with other programs; return the number of disagreements."""
    played, wrong = differential.run(seconds)
    print("age files", f"{played} exchanged", *wrong, sep="\t", flush=True)
    return len(wrong)


def fuzz_guided(name: str, seconds: float) -> int:
    """Run one reader under atheris, in a process of its own; return 1 when it raised what it should not, or hung."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.fuzz.guided", name, str(seconds), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout, end="", flush=True)
    if done.returncode:
        print(name, done.stderr[-4000:], sep="\n", file=sys.stderr)
    return min(done.returncode, 1) if done.returncode >= 0 else 1


def fuzz(target: Target, seconds: float, seed: int = 1) -> int:
    """Run one reader; return how often it raised what it should not."""
    chance, tally = random.Random(seed), Tally(target.name)
    for valid in target.seeds:
        target.read(valid)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        tally.give(target, mutated(chance, chance.choice(target.seeds)))
    print(tally.line(), flush=True)
    return tally.crashes


def mutated(chance: random.Random, valid: bytes) -> bytes:
    raw = bytearray(valid)
    for _time in range(chance.randint(1, 4)):
        place = chance.randrange(len(raw) + 1)
        match chance.randrange(5):
            case 0 if place < len(raw):
                raw[place] ^= 1 << chance.randrange(8)
            case 1:
                raw[place:place] = chance.choice(SPLICES)
            case 2:
                del raw[place : place + chance.randint(1, 40)]
            case 3:
                raw[place:place] = raw[place // 2 : place // 2 + chance.randint(1, 60)]
            case _:
                del raw[place:]
    return bytes(raw)


if __name__ == "__main__":
    asked = [*sys.argv[1:], "", ""]
    sys.exit(main(float(asked[0] or DEFAULT_SECONDS), asked[1]))
