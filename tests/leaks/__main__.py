"""`make leaks`: the whole hunt with every write recorded, the commands, and each planted leak alone.

Prints one line each: name, findings, what was searched. Ends with 1 when something leaked or a plant was missed.
"""

import sys
import tempfile
from pathlib import Path

from tests.leaks.canaries import Canaries
from tests.leaks.hunt import Findings, Home, hunt, hunt_commands
from tests.leaks.test_leaks import PLANTS


def main() -> int:
    wrong = 0
    with _Homes() as homes:
        found = hunt(homes.fresh())
        wrong += _tell("a day of work", found, wanted=False)
        wrong += _tell("commands", hunt_commands(homes.fresh()), wanted=False)
        for plant in PLANTS:
            wrong += _tell(f"planted: {plant}", hunt(homes.fresh(), full=False, plants=[plant]), wanted=True)
        wrong += _tell("planted: process kept", hunt(homes.fresh(), full=False, replace=False), wanted=True)
    return int(bool(wrong))


def _tell(name: str, found: Findings, *, wanted: bool) -> bool:
    scanned = found.after_lock.searched if found.after_lock else 0
    figures = [f"{key}: {value}" for key, value in {**found.figures, "bytes of memory": scanned}.items()]
    print(name, f"leaks: {len(found.leaks)}", *figures, sep="\t")
    for line in found.leaks[:8]:
        print("", line, sep="\t")
    for line in found.not_run:
        print("", f"not run: {line}", sep="\t")
    return bool(found.leaks) != wanted


class _Homes(tempfile.TemporaryDirectory[str]):
    """Homes under one temporary folder."""

    count = 0

    def __enter__(self) -> "_Homes":  # type: ignore[override]  # the folder's name is nobody's affair
        super().__enter__()
        return self

    def fresh(self) -> Home:
        self.count += 1
        return Home(Path(self.name) / str(self.count), Canaries.fresh())


if __name__ == "__main__":
    sys.exit(main())
