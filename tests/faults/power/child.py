"""The process whose disk is watched: it plays scenarios and acknowledges, on standard output, what it may."""

import json
import os
import sys
import traceback
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults import world
from tests.faults.mutants import MUTANTS
from tests.faults.power.scenarios import SCENARIOS

NEXT = b"next play\n"


@dataclass(frozen=True)
class Todo:
    scenario: str
    mutant: str
    root: str
    facts: dict[str, Any]


def say(what: str, which: Any) -> None:
    os.write(1, json.dumps([what, which]).encode() + b"\n")


def main(todo: Path) -> int:
    """Play everything, each in a fork of its own; return how many failed."""
    failed = 0
    for one in json.loads(todo.read_text()):
        os.write(1, NEXT)
        process = os.fork()
        if process == 0:
            _live(Todo(**one))
        failed += os.waitpid(process, 0)[1] != 0
    return failed


def _live(todo: Todo) -> None:
    """A fork's whole life: it never returns."""
    try:
        world.live_in(Path(todo.root))
        with MUTANTS[todo.mutant].broken() if todo.mutant else nullcontext():
            SCENARIOS[todo.scenario].act(Path(todo.root), todo.facts, say)
    except BaseException:  # noqa: BLE001 - the child's last word, whatever it was
        traceback.print_exc()
        os._exit(3)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
