"""Two readings of one case file: how far they agree, and what is to stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.services import second_reading
from fieldinspect.services.second_reading import Comparison, Rate
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

NAME = "differences"


class View(Protocol):
    """What the presenter says to the screen."""

    def show_comparison(self, comparison: Comparison) -> None: ...

    def show_rates(self, rates: Sequence[Rate]) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class DifferencesPresenter:
    """Each decision is an entry at once; leaving keeps what was decided."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._second = ""
        self._wording = False
        self._in_front = False

    def enter(self, place: Place) -> None:
        self._in_front = True
        self._second = place.record or self._second
        self._view.show_problem("")
        self._view.show_rates([])
        self._read()

    def leave(self) -> None:
        """Forget a reason half typed: nothing was decided."""
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front and self._second:
            self._read()

    def back(self) -> None:
        self._context.go(Place("records"))

    def count_wording(self, on: bool) -> None:
        """Count free text as agreement or not, or leave it out of the figure."""
        self._wording = on
        self._read()

    def ask_rates(self) -> None:
        """Show the agreement on each question over all files."""
        language = self._context.language
        self._context.jobs.on_vault(
            lambda vault: second_reading.rates(vault, language=language),
            self._view.show_rates,
            self._not_read,
        )

    def keep(self, path: str, second: bool, reason: str) -> None:
        """Let the first reader's answer stand, or the second's, and say why."""
        record, now = self._second, self._context.clock()
        self._context.saving.saving()

        def work(vault: Vault) -> None:
            second_reading.keep(
                vault, record, path, second=second, reason=reason, happened=now, initiator=NAME
            )

        self._context.jobs.on_vault(work, self._kept, self._failed)

    def _kept(self, _nothing: None) -> None:
        self._context.saving.saved()
        self._view.show_problem("")

    def _failed(self, problem: Problem) -> None:
        self._context.saving.failed(problem)
        self._view.show_problem(problem.sentence)

    def _not_read(self, problem: Problem) -> None:
        self._view.show_problem(problem.sentence)

    def _read(self) -> None:
        record, language, wording = self._second, self._context.language, self._wording
        self._context.jobs.on_vault(
            lambda vault: second_reading.compare(vault, record, language=language, wording=wording),
            self._view.show_comparison,
            self._not_read,
        )
