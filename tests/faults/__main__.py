"""Run the proofs and print a line for each: `python -m tests.faults [--sample] [WORD ...]` (words of their names)."""

import sys
from collections.abc import Callable, Iterator
from functools import partial

from tests.faults import damage, full, kills
from tests.faults.mutants import MUTANTS, anchor_ignored
from tests.faults.power.recording import Play
from tests.faults.power.scenarios import SCENARIOS
from tests.faults.power.trial import cut_power
from tests.faults.result import HEADING, Result

Proof = Callable[[], Iterator[Result]]

DISKS = {"slots": 600, "migration": 500, "rotation": 300, "restore": 600, "backup": 450}
"""How many disks are looked at for each instant of a scenario, where 600 would take too long."""
KILLS = {"capture": 2000}
"""How often each scenario is killed, where it is not 200 times."""
BYTES = {"export": 1, "import": 64, "capture": 64, "backup": 512}
"""Which file sizes are tried at each scenario: every one, every 64th ..."""


def whole() -> Iterator[tuple[str, Proof]]:
    """Yield every proof by its name."""
    for name in SCENARIOS:
        yield f"power cut: {name}", partial(cut_power, [Play(name)], DISKS.get(name, 600))
    yield "mutants", partial(mutants, 60)
    yield "mutant: anchor-ignored", lambda: iter([mutant_anchor_ignored(1)])
    for name in SCENARIOS:
        yield f"kill: {name}", lambda name=name: iter([kills.kill(name, KILLS.get(name, 200))])
    for name, step in BYTES.items():
        yield f"full disk: {name}", lambda name=name, step=step: iter([full.limit_files(name, step)])
        yield f"small disk: {name}", lambda name=name: iter([full.small_disks(name, 1)])
    for kind in ("closed", "killed"):
        yield f"damaged files: {kind}", lambda kind=kind: iter([damage.damage(kind, 32)])


def sample() -> Iterator[tuple[str, Proof]]:
    """Yield a little of every kind, less than a minute of it."""
    few = ("capture", "erasure", "slots")
    yield "power cut", partial(cut_power, [Play(name) for name in few], 2, brief=True)
    yield "mutants", partial(mutants, 5)
    yield "mutant: anchor-ignored", lambda: iter([mutant_anchor_ignored(19)])
    for name in ("capture", "erasure"):
        yield f"kill: {name}", lambda name=name: iter([kills.kill(name, 4)])
    yield "full disk: export", lambda: iter([full.limit_files("export", 1 << 17)])
    yield "small disk: import", lambda: iter([full.small_disks("import", 60)])
    yield "damaged files: closed", lambda: iter([damage.damage("closed", 1, 997)])


def mutants(limit: int) -> Iterator[Result]:
    """Play programs that are broken on purpose: a failure found is the success."""
    plays = [Play(mutant.scenario, name) for name, mutant in MUTANTS.items()]
    for play, found in zip(plays, cut_power(plays, limit, brief=True), strict=True):
        yield _caught(play.mutant, found)


def mutant_anchor_ignored(step: int) -> Result:
    with anchor_ignored():
        return _caught("anchor-ignored", damage.damage("killed", 1, step, only="-wal"))


def _caught(name: str, found: Result) -> Result:
    failures = [] if found.remark or found.failures else ["lost: a program broken on purpose was not caught"]
    remark = found.remark or ("" if failures else f"caught: {found.failures[0]}")
    return Result(f"mutant: {name}", found.trials, failures=failures, seconds=found.seconds, remark=remark)


def main(proofs: Iterator[tuple[str, Proof]], words: list[str]) -> int:
    """Print the table; return 1 when something was lost, corrupt, or not caught."""
    print(HEADING)
    results: list[Result] = []
    for name, proof in proofs:
        if words and not any(word in name for word in words):
            continue
        for result in proof():
            print(result.line(), flush=True)
            if result.failures:
                print(result.account(), flush=True)
            results.append(result)
    disks = sum(result.trials for result in results if result.proof.startswith("power cut"))
    print(f"{disks} disks after power cuts, {sum(bool(result.failures) for result in results)} proofs failed")
    return int(any(result.failures for result in results))


if __name__ == "__main__":
    arguments = sys.argv[1:]
    chosen = [word for word in arguments if not word.startswith("--")]
    sys.exit(main(sample() if "--sample" in arguments else whole(), chosen))
