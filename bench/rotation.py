"""A new master key for a vault: everything encrypted anew, compared row by row and proved, beside the bare copying.

Each measurement is a process of its own. BIG_VAULT=folder adds a folder of vaults that bench.big_vault made; it is
copied first, so that the vault stays as it is.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench import big_vault
from bench.figure import Figure
from fieldinspect.crypto.argon import FLOOR_COST

SIZE: Final = 40_000
_PROGRAM: Final = """
import json, sys, time
from pathlib import Path
from bench.big_vault import PASSPHRASE
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.store import rotation
from fieldinspect.store.door import Door
from tests.peak import peak_kib

folder, copied, told = Path(sys.argv[1]), [], []
export = rotation._export

def timed(*given):
    begun = time.perf_counter()
    export(*given)
    copied.append(time.perf_counter() - begun)

rotation._export = timed
door = Door(folder, FLOOR_COST)
place, = door.known()
size = (Path(place.folder) / "vault.db").stat().st_size
begun = time.perf_counter()
door.rotate(place, PASSPHRASE, "velvet-anchor-pickle-harbour-moth", lambda done, every: told.append(done))
took = time.perf_counter() - begun
print(json.dumps({"took": took, "copied": copied[0], "kib": peak_kib(), "size": size, "told": len(told)}))
"""


def run() -> Iterator[Figure]:
    """Yield, by size: the whole change beside the bare copying; and the most memory beside the database's size."""
    with tempfile.TemporaryDirectory() as home:
        small = Path(home) / "small"
        big_vault.make(small, SIZE, FLOOR_COST)
        yield from _measure(SIZE, small)
        given = os.environ.get("BIG_VAULT")
        if given:
            copy = Path(home) / "big"
            shutil.copytree(given, copy)
            yield from _measure(int((copy / "entries").read_text()), copy)


def _measure(count: int, folder: Path) -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder)], capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout.splitlines()[-1])
    took, copied = said["took"], said["copied"]
    yield Figure(f"new master key ({count} entries)", took, "s", "bare copy", copied, took / copied)
    peak, size = said["kib"] / 1024, said["size"] / 1024 / 1024
    yield Figure(f"most memory of it ({count} entries)", peak, "MiB", "database", size, peak / size)
    yield Figure(f"times told how far ({count} entries)", said["told"], "", "aim", 20, said["told"] / 20)


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
