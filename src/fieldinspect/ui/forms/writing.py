"""Answers on their way to the vault. What it refuses goes with the next answer, or again in five seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fieldinspect.domain.views import DraftKey
from fieldinspect.services import capture
from fieldinspect.ui.context import Context
from fieldinspect.ui.jobs.debounce import Debounce
from fieldinspect.ui.jobs.port import Problem

AGAIN_MS = 5_000


class Writer:
    """Writes the answers of whichever record is given."""

    def __init__(self, context: Context, initiator: str) -> None:
        self._context = context
        self._initiator = initiator
        self._refused: dict[str, dict[str, str | None]] = {}
        """Answers by field that the vault has not taken, by record."""
        self._again = Debounce(context.timers, AGAIN_MS, self._write_again)

    def write(self, record: str, fields: Mapping[str, str | None], promote: Sequence[DraftKey]) -> None:
        values = self._refused.pop(record, {}) | dict(fields)
        now, who, keys = self._context.clock(), self._initiator, list(promote)

        def failed(problem: Problem) -> None:
            self._refused[record] = values | self._refused.get(record, {})
            self._again.ask()
            self._context.saving.failed(problem)

        self._context.saving.saving()
        self._context.jobs.on_vault(
            lambda vault: capture.answer(vault, record, values, happened=now, promote=keys, initiator=who),
            lambda _changes: self._context.saving.saved(),
            failed,
        )

    def flush(self) -> None:
        """Try at once what the vault refused."""
        self._again.flush()

    def _write_again(self) -> None:
        for record in list(self._refused):
            self.write(record, {}, [])
