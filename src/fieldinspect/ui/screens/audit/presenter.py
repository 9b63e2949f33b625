"""The audit log, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.audit import Act, AuditLine, AuditQuery
from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write
from fieldinspect.i18n import ngettext
from fieldinspect.services import audit
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

PAGE = 100


class Log(NamedTuple):
    """What the screen shows."""

    lines: Sequence[AuditLine]
    more: bool
    people: Sequence[tuple[str, str]]
    """(id, name) of everybody in the team list."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_log(self, log: Log) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class AuditPresenter:
    """Asks again when a choice changes; an answer to an older question is dropped."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._act = ""
        self._person = ""
        self._record = ""
        self._limit = PAGE

    def enter(self, place: Place) -> None:
        """Show the log, or with a record what was done to it."""
        self._record = place.record
        self._limit = PAGE
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        """Nothing is typed here."""

    def changed(self, _changes: Changes) -> None:
        """Leave the page as it is while somebody reads it."""

    def choose_act(self, act: str) -> None:
        self._act = act
        self._limit = PAGE
        self._read()

    def choose_person(self, person: str) -> None:
        self._person = person
        self._limit = PAGE
        self._read()

    def show_more(self) -> None:
        self._limit += PAGE
        self._read()

    def export(self, path: Path) -> None:
        """Write what is chosen, all of it, into a CSV file."""
        query, now = self._query, self._context.clock()
        self._context.jobs.on_vault(
            lambda vault: audit.export(
                vault, query, lambda content: atomic_write(path, content), happened=now
            ),
            self._exported,
            self._failed,
        )

    @property
    def _query(self) -> AuditQuery:
        acts = frozenset({Act(self._act)}) if self._act else frozenset()
        return AuditQuery(person=self._person, record=self._record, acts=acts)

    def _read(self) -> None:
        query, limit = self._query, self._limit

        def show(log: Log) -> None:
            if (query, limit) == (self._query, self._limit):
                self._view.show_log(log)

        self._context.jobs.on_vault(lambda vault: _log(vault, query, limit), show, self._failed)

    def _exported(self, count: int) -> None:
        written = ngettext("{count} line was written", "{count} lines were written", count)
        self._context.tell(written.format(count=count))
        self._read()

    def _failed(self, problem: Problem) -> None:
        self._view.show_problem(problem.sentence)


def _log(vault: Vault, query: AuditQuery, limit: int) -> Log:
    roster = vault.roster()
    lines, more = audit.first(vault, query, limit)
    return Log(lines, more, [(person.id, person.name) for person in (roster.people if roster else ())])
