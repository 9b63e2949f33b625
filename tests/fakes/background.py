"""The background in memory: jobs wait until a test runs them, timers until it lets time pass.

time = FakeTime(NOW)
jobs = FakeJobs(FakeVault())
composer.typed("a")
time.pass_ms(400)     # the pause is over: the draft is asked for
jobs.run()            # ... and now it is written
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fieldinspect.domain.errors import FieldInspectError
from fieldinspect.ui.jobs.port import Failed, Problem
from fieldinspect.ui.jobs.problems import problem


@dataclass
class _Call:
    due: float
    call: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeTime:
    """Timers and a clock that move only when told."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self.ms = 0.0
        self._calls: list[_Call] = []

    def now(self) -> datetime:
        return self._begin + timedelta(milliseconds=self.ms)

    def seconds(self) -> float:
        return self.ms / 1000

    def after(self, milliseconds: int, call: Callable[[], None]) -> _Call:
        self._calls.append(_Call(self.ms + milliseconds, call))
        return self._calls[-1]

    def pass_ms(self, milliseconds: float) -> None:
        end = self.ms + milliseconds
        while due := [one for one in self._calls if not one.cancelled and one.due <= end]:
            first = min(due, key=lambda one: one.due)
            self.ms = max(self.ms, first.due)
            first.cancel()
            first.call()
        self.ms = end


@dataclass
class FakeJobs:
    """A lane whose jobs run when `run` is called; `fail_with` makes every vault job fail."""

    vault: Any
    fail_with: FieldInspectError | None = None
    waiting: list[tuple[Callable[[], Any], Callable[[Any], None], Failed | None]] = field(
        default_factory=list
    )
    problems: list[Problem] = field(default_factory=list)

    def on_vault(
        self, work: Callable[[Any], Any], done: Callable[[Any], None], failed: Failed | None = None
    ) -> None:
        def run() -> Any:
            if self.fail_with is not None:
                raise self.fail_with
            return work(self.vault)

        self.waiting.append((run, done, failed))

    def aside(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Failed | None = None
    ) -> None:
        self.waiting.append((work, done, failed))

    def open_vault(self, work: Callable[[], Any], done: Callable[[None], None], failed: Failed) -> None:
        def keep() -> None:
            self.vault = work()

        self.waiting.append((keep, done, failed))

    def close_vault(
        self, done: Callable[[None], None], failed: Callable[[Problem], None] | None = None
    ) -> None:
        self.waiting.append((lambda: None, done, None))

    def run(self) -> None:
        while self.waiting:
            work, done, failed = self.waiting.pop(0)
            try:
                value = work()
            except FieldInspectError as error:
                (failed or self.problems.append)(problem(error))
            else:
                done(value)


@dataclass
class FakeSaving:
    """Remembers what the save indicator was told."""

    told: list[str] = field(default_factory=list)

    def saving(self) -> None:
        self.told.append("saving")

    def saved(self) -> None:
        self.told.append("saved")

    def failed(self, problem: Problem) -> None:
        self.told.append(f"failed: {problem.sentence}")
