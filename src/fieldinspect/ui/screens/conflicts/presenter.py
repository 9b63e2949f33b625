"""Every field with two values, and the entry that settles it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.views import Changes, Conflict, TimelineItem
from fieldinspect.i18n import _
from fieldinspect.services import conflicts, reading
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from fieldinspect.services.ports import Vault


class Open(NamedTuple):
    """The conflicts there are, and what is needed to show them."""

    conflicts: Sequence[Conflict]
    names: Mapping[str, str]
    """Person's name by author id."""
    stations: Mapping[str, str]
    """Station by visit."""
    items: Mapping[str, TimelineItem]
    """The record's row by record."""
    may_settle: bool


class View(Protocol):
    """What the presenter says to the screen."""

    def show_open(self, found: Open) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class ConflictsPresenter:
    """Each decision is an entry at once; leaving loses nothing."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = False
        self._log = ConsultationLog()

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def settle(self, conflict: Conflict, value: str | None, reason: str) -> None:
        """Keep one of the values, or another; the others stay in the history."""
        if not reason.strip():
            self._view.show_problem(_("Enter why you decide so"))
            return
        self._view.show_problem("")
        now = self._context.clock()
        self._context.saving.saving()
        self._context.jobs.on_vault(
            lambda vault: conflicts.resolve(vault, conflict, value, reason=reason.strip(), happened=now),
            lambda _changes: self._context.saving.saved(),
            self._failed,
        )

    def _failed(self, problem: Problem) -> None:
        self._context.saving.failed(problem)
        self._view.show_problem(problem.sentence)

    def _read(self) -> None:
        log, now = self._log, self._context.clock()
        self._context.jobs.on_vault(lambda vault: _open(vault, log, now), self._view.show_open)


def _open(vault: Vault, log: ConsultationLog, now: datetime) -> Open:
    found, roster = conflicts.listed(vault, log, happened=now), vault.roster()
    authors = {version.author for conflict in found for version in conflict.versions}
    visits = {view.id: view.get("station") for view in vault.of_kind(Kind.VISIT)}
    items = {conflict.record: reading.timeline_item(vault, conflict.record) for conflict in found}
    roles = roster.roles_of(vault.identity.person) if roster else frozenset()
    return Open(
        found,
        {author: roster.name_of(author) if roster else author[:8] for author in authors},
        visits,
        {record: item for record, item in items.items() if item is not None},
        not roles.isdisjoint({Role.LEAD, Role.CENTRAL}),
    )
