"""The process whose disk is watched: it plays one scenario and acknowledges, on standard output, what it may."""

import json
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.faults.mutants import MUTANTS
from tests.faults.power.scenarios import SCENARIOS


def say(what: str, which: Any) -> None:
    os.write(1, json.dumps([what, which]).encode() + b"\n")


def main(scenario: str, mutant: str, root: Path, facts: Path) -> None:
    known = json.loads(facts.read_text())
    with MUTANTS[mutant].broken() if mutant else nullcontext():
        SCENARIOS[scenario].act(root, known, say)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
