"""Mutate valid input at random, for some seconds a reader; print executions and what was neither read nor refused."""

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.exchange import sweep
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


def main(seconds: float) -> int:
    print("reader", "executions", "accepted", "refused", "crashes", sep="\t")
    crashed = 0
    with tempfile.TemporaryDirectory() as name:
        for target in targets(Path(name)):
            crashed += fuzz(target, seconds)
    crashed += sweep.main(1 if seconds >= DEFAULT_SECONDS else 331)
    return 1 if crashed else 0


def fuzz(target: Target, seconds: float, seed: int = 1) -> int:
    """Run one reader; return how often it raised what it should not."""
    chance = random.Random(seed)
    for valid in target.seeds:
        target.read(valid)
    done = accepted = refused = crashes = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        raw = mutated(chance, chance.choice(target.seeds))
        done += 1
        try:
            target.read(raw)
            accepted += 1
        except target.refusals:
            refused += 1
        except Exception as error:  # noqa: BLE001 - whatever else comes is the find
            crashes += 1
            print(f"{target.name}: {error!r} on {raw[:200]!r}", file=sys.stderr)
    print(target.name, done, accepted, refused, crashes, sep="\t", flush=True)
    return crashes


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
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_SECONDS))
