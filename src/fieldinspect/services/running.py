"""Running: one round after another until somebody asks for the end, patient with a database or depot that is away."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fieldinspect.domain.errors import WorldFailed

LONGEST: Final = 300.0
"""Seconds between two tries at the most, however often they failed."""
_FIRST: Final = 1.0
_JITTER: Final = 0.2


@dataclass
class Runner:
    """Does rounds. `wait` sleeps for seconds or less, and returns at once when the end was asked for."""

    round: Callable[[], bool]
    """Do one round; tell whether there was anything to do. Raises `WorldFailed` for what may be over later."""
    wait: Callable[[float], object]
    asked_to_end: Callable[[], bool]
    failed: Callable[[WorldFailed], None]
    """Told of every failure, before the next try."""
    every: float = 5.0
    """Seconds to wait when there was nothing to do."""
    chance: Callable[[], float] = random.random

    def run(self, *, once: bool = False) -> int:
        """Return how many rounds were done; with `once`, after the first that succeeds with nothing left to do."""
        rounds = failures = 0
        while not self.asked_to_end():
            try:
                busy = self.round()
            except WorldFailed as error:
                self.failed(error)
                failures += 1
                self.wait(self._patience(failures))
                continue
            rounds, failures = rounds + 1, 0
            if busy:
                continue
            if once:
                break
            self.wait(self.every)
        return rounds

    def _patience(self, failures: int) -> float:
        longest: float = min(_FIRST * 2 ** (failures - 1), LONGEST)
        return longest * (1 + _JITTER * (2 * self.chance() - 1))
