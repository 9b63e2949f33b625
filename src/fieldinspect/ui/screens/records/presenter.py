"""The records of the streams beside the visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes
from fieldinspect.services import review, second_reading, streams
from fieldinspect.services.review import Returned
from fieldinspect.services.second_reading import Pair
from fieldinspect.services.streams import StreamCard
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault


class Listed(NamedTuple):
    """What the screen shows."""

    cards: Sequence[StreamCard]
    pairs: Sequence[Pair]
    to_read: Sequence[StreamCard]
    """Reviews by others that this person may read a second time."""
    returned: Sequence[Returned] = ()
    """For whoever leads: what is with its author, and what came back."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_records(self, listed: Listed) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class RecordsPresenter:
    """Reads again whenever anything was committed while it is in front."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = False
        self._pairs: dict[str, Pair] = {}

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def open_record(self, record: str) -> None:
        self._context.go(Place("record", record))

    def open_returned(self, record: str) -> None:
        """Open a record of any kind where its form is."""
        self._context.jobs.on_vault(lambda vault: _place(vault, record), self._context.go)

    def begin(self, kind: str) -> None:
        """Begin a record of a stream and open its form."""
        now = self._context.clock()
        self._start(lambda vault: streams.begin(vault, kind, happened=now))

    def begin_under(self, kind: str, visit: str) -> None:
        """Begin a record of a stream under a visit and open its form."""
        now = self._context.clock()
        self._start(lambda vault: streams.begin(vault, kind, visit, happened=now))

    def read_again(self, review: str) -> None:
        """Begin the second reading of a review by somebody else."""
        now = self._context.clock()
        self._start(lambda vault: second_reading.begin(vault, review, happened=now))

    def open_pair(self, second: str) -> None:
        """Show where two readings differ; before both are completed, open this person's own."""
        pair = self._pairs.get(second)
        if pair is not None:
            self._context.go(Place("differences", second) if pair.completed else Place("record", pair.own))

    def _start(self, work: Callable[[Vault], str]) -> None:
        self._context.saving.saving()
        self._context.jobs.on_vault(work, self._started, self._failed)

    def _started(self, record: str) -> None:
        self._context.saving.saved()
        self.open_record(record)

    def _failed(self, problem: Problem) -> None:
        self._context.saving.failed(problem)
        self._view.show_problem(problem.sentence)
        self._context.tell(problem.sentence)

    def _read(self) -> None:
        self._context.jobs.on_vault(_listed, self._show)

    def _show(self, listed: Listed) -> None:
        self._pairs = {pair.second: pair for pair in listed.pairs}
        self._view.show_records(listed)


def _listed(vault: Vault) -> Listed:
    cards = streams.cards(vault)
    may = second_reading.may_be_read_again(vault)
    to_read = [card for card in cards if card.id in may]
    return Listed(cards, second_reading.pairs(vault), to_read, review.out(vault))


def _place(vault: Vault, record: str) -> Place:
    view = vault.record(record)
    if view is None:
        return Place("records")
    if view.kind in streams.STREAMS:
        return Place("record", record)
    if view.kind == Kind.INTERVIEW:
        return Place("interview", record)
    return Place("visit", record if view.kind == Kind.VISIT else view.parent)
