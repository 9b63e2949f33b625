"""What a proof found, as one line of the table."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Result:
    """A proof, how many trials it made, how much had been acknowledged in them, and what went wrong.

    `failures` are sentences that begin with `lost` or `corrupt`.
    """

    proof: str
    trials: int = 0
    acknowledged: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    remark: str = ""

    @classmethod
    def of(cls, proof: str, outcomes: Iterable[tuple[int, str]]) -> "Result":
        """Count outcomes: how much was acknowledged in each, and what was wrong, or ""."""
        result, begun = cls(proof), time.monotonic()
        for acknowledged, failure in outcomes:
            result.trials += 1
            result.acknowledged += acknowledged
            result.failures += [failure] if failure else []
        result.seconds = time.monotonic() - begun
        return result

    @classmethod
    def not_run(cls, proof: str, why: str) -> "Result":
        return cls(proof, remark=f"not run: {why}")

    @property
    def lost(self) -> int:
        return sum(failure.startswith("lost") for failure in self.failures)

    @property
    def corrupt(self) -> int:
        return len(self.failures) - self.lost

    def line(self) -> str:
        """Return the line: proof, trials, acknowledged, lost, corrupt, seconds, remark."""
        numbers = (self.trials, self.acknowledged, self.lost, self.corrupt, f"{self.seconds:.1f}")
        return "\t".join((self.proof, *map(str, numbers), self.remark))

    def account(self) -> str:
        """Return what went wrong, each kind once."""
        return "\n".join(f"  {count} x {words}" for words, count in Counter(self.failures).most_common(20))


HEADING = "\t".join(("proof", "trials", "acknowledged", "lost", "corrupt", "seconds", "remark"))
