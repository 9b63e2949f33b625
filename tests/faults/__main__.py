"""Run the proofs and print a line for each: `python -m tests.faults [--sample] [--only WORD]`."""

import sys
from collections.abc import Callable, Iterator

from tests.faults import flips, full, kills
from tests.faults.mutants import MUTANTS, anchor_ignored
from tests.faults.power.scenarios import SCENARIOS
from tests.faults.power.trial import cut_power
from tests.faults.result import HEADING, Result

Proof = tuple[str, Callable[[], Result]]
KILLS = {"capture": 2000, "import": 300, "export": 300, "creation": 100}
"""How often each scenario is killed."""
DISKS = {"capture": 260, "import": 400, "export": 400, "creation": 300}
"""How many disks are looked at for each instant of a scenario."""


def proofs(*, sample: bool) -> Iterator[Proof]:
    for name in SCENARIOS:
        limit = 6 if sample else DISKS.get(name, 300)
        yield f"power cut: {name}", lambda name=name, limit=limit: cut_power(name, limit, brief=sample)
    for name in MUTANTS:
        yield f"mutant: {name}", lambda name=name: mutant(name)
    yield "mutant: anchor-ignored", mutant_anchor_ignored
    for name in SCENARIOS:
        count = 6 if sample else KILLS.get(name, 300)
        yield f"kill: {name}", lambda name=name, count=count: kills.kill(name, count)
    for name, step in {"export": 1, "import": 64, "capture": 64}.items():
        step = step if not sample else 1 << 15
        yield f"full disk: {name}", lambda name=name, step=step: full.limit_files(name, step)
        yield f"small disk: {name}", lambda name=name: full.small_disks(name, 40 if sample else 1)
    for kind in ("closed", "killed"):
        bits, step = (1, 97) if sample else (32, 1)
        yield f"damaged files: {kind}", lambda kind=kind, bits=bits, step=step: flips.damage(kind, bits, step)


def mutant(name: str) -> Result:
    """Play a program broken on purpose: a failure found is the success."""
    return _caught(name, cut_power(MUTANTS[name].scenario, 60, name, brief=True, stop_at=1))


def mutant_anchor_ignored() -> Result:
    with anchor_ignored():
        return _caught("anchor-ignored", flips.damage("killed", 1, only="-wal"))


def _caught(name: str, found: Result) -> Result:
    failures = [] if found.remark or found.failures else ["lost: a program broken on purpose was not caught"]
    remark = found.remark or ("" if failures else f"caught: {found.failures[0]}")
    return Result(f"mutant: {name}", found.trials, failures=failures, seconds=found.seconds, remark=remark)


def main(*, sample: bool, only: str) -> int:
    print(HEADING)
    failed = False
    for name, proof in proofs(sample=sample):
        if only in name:
            result = proof()
            print(result.line(), flush=True)
            if result.failures:
                failed = True
                print(result.account(), flush=True)
    return int(failed)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    word = arguments[arguments.index("--only") + 1] if "--only" in arguments else ""
    sys.exit(main(sample="--sample" in arguments, only=word))
