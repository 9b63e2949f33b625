"""Two readings of one case file: how far they agree, and what is to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.services import second_reading
from fieldinspect.services.second_reading import Comparison
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

NAME = "differences"


class View(Protocol):
    """What the presenter says to the screen."""

    def show_comparison(self, comparison: Comparison) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class DifferencesPresenter:
    """Each decision is an entry at once; leaving keeps what was decided."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._second = ""

    def enter(self, place: Place) -> None:
        self._second = place.record or self._second
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        """Forget a reason half typed: nothing was decided."""

    def changed(self, _changes: Changes) -> None:
        if self._second:
            self._read()

    def back(self) -> None:
        self._context.go(Place("records"))

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

    def _read(self) -> None:
        record, language = self._second, self._context.language
        self._context.jobs.on_vault(
            lambda vault: second_reading.compare(vault, record, language=language),
            self._view.show_comparison,
            lambda problem: self._view.show_problem(problem.sentence),
        )
