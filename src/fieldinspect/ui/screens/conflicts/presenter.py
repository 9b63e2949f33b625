"""Every field with two values or more, one in hand with all around it, and the entries that settle them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Kind
from fieldinspect.i18n import _
from fieldinspect.services import conflicts
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.conflict_context import ConflictContext, context
from fieldinspect.services.conflicts import Decision, Deferral, Merge

if TYPE_CHECKING:
    from datetime import datetime

    from fieldinspect.domain.views import Changes, Conflict
    from fieldinspect.services.ports import OpenVault
    from fieldinspect.ui.context import Context, Place
    from fieldinspect.ui.jobs.port import Problem


def key_of(conflict: Conflict) -> str:
    """Return by what a conflict is known in the list."""
    return f"{conflict.record} {conflict.field}"


class Open(NamedTuple):
    """The conflicts there are, and what is needed to list them."""

    conflicts: Mapping[str, Conflict]
    """By key, in the order of the journal."""
    later: Mapping[str, Deferral]
    """Those of them that were left for later."""
    names: Mapping[str, str]
    """Person's name by author id."""
    stations: Mapping[str, str]
    """Station by visit."""
    me: str
    may_settle: bool
    merged: Sequence[Merge] = ()
    """The bundles that came in; only read when there is no conflict."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_open(self, found: Open) -> None: ...

    def show_context(self, found: ConflictContext | None, *, may_settle: bool) -> None: ...

    def show_undo(self, count: int) -> None:
        """Offer to undo what was settled last, so many conflicts; 0 for nothing."""
        ...

    def show_problem(self, sentence: str, *, about_reason: bool = False) -> None: ...


class ConflictsPresenter:
    """Each decision is an entry at once; leaving loses nothing."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = self._busy = False
        self._log = ConsultationLog()
        self._open = Open({}, {}, {}, {}, "", False)
        self._current = ""
        self._undoable: list[Decision] = []

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._view.show_undo(len(self._undoable))
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front and not self._busy:
            self._read()

    def choose(self, key: str) -> None:
        """Bring one conflict with all around it."""
        self._current = key
        conflict = self._open.conflicts.get(key)
        if conflict is None:
            self._view.show_context(None, may_settle=False)
            return
        language = self._context.language

        def show(found: ConflictContext | None) -> None:
            if self._current == key:
                self._view.show_context(found, may_settle=self._open.may_settle)

        self._context.jobs.on_vault(lambda vault: context(vault, conflict, language=language), show)

    def settle(self, key: str, value: str | None, reason: str) -> None:
        """Keep one of the values, or another; the others stay in the history."""
        conflict = self._open.conflicts.get(key)
        if conflict is not None:
            self._settle([Decision(conflict, value)], reason)

    def settle_newest(self, keys: Sequence[str], reason: str) -> None:
        """Keep the newer value in all of these."""
        self._settle([Decision(one, conflicts.newest(one)) for one in self._chosen(keys)], reason)

    def settle_by(self, keys: Sequence[str], author: str, reason: str) -> None:
        """Keep what this person wrote in all of these; those without a word of theirs stay."""
        theirs = [(one, conflicts.by(one, author)) for one in self._chosen(keys)]
        decisions = [Decision(one, version.value) for one, version in theirs if version is not None]
        if decisions:
            self._settle(decisions, reason)
        else:
            self._view.show_problem(_("None of the selected values is theirs. Nothing was changed"))

    def defer(self, keys: Sequence[str], reason: str) -> None:
        """Leave these for later, saying why."""
        if not reason.strip():
            self._view.show_problem(_("Enter why this is left for later"), about_reason=True)
            return
        chosen, now = self._chosen(keys), self._context.clock()
        self._act(lambda vault: conflicts.defer(vault, chosen, reason=reason.strip(), happened=now))

    def take_up(self, keys: Sequence[str]) -> None:
        """Bring these back from those for later."""
        said = [self._open.later[key] for key in keys if key in self._open.later]
        now = self._context.clock()
        self._act(lambda vault: [conflicts.take_up(vault, one, happened=now) for one in said])

    def undo(self) -> None:
        """Put back all values of what was settled last."""
        if not self._undoable:
            return
        decisions, reason, now = self._undoable, _("Settlement undone"), self._context.clock()

        def undone() -> None:
            self._undoable = []
            self._view.show_undo(0)

        self._act(lambda vault: conflicts.undo(vault, decisions, reason=reason, happened=now), undone)

    def _chosen(self, keys: Sequence[str]) -> list[Conflict]:
        return [self._open.conflicts[key] for key in keys if key in self._open.conflicts]

    def _settle(self, decisions: list[Decision], reason: str) -> None:
        if not reason.strip():
            self._view.show_problem(_("Enter why you decide so"), about_reason=True)
            return
        now = self._context.clock()

        def settled() -> None:
            self._undoable = decisions
            self._view.show_undo(len(decisions))

        self._act(
            lambda vault: conflicts.settle(vault, decisions, reason=reason.strip(), happened=now), settled
        )

    def _act(self, work: Callable[[OpenVault], object], done: Callable[[], None] = lambda: None) -> None:
        """Write one act; a second click finds the first at work."""
        if self._busy:
            return
        self._busy = True
        self._view.show_problem("")
        self._context.saving.saving()

        def finished(_changes: object) -> None:
            self._busy = False
            self._context.saving.saved()
            done()
            self._read()

        def failed(problem: Problem) -> None:
            self._busy = False
            self._context.saving.failed(problem)
            self._view.show_problem(problem.sentence)
            self._read()

        self._context.jobs.on_vault(work, finished, failed)

    def _read(self) -> None:
        log, now = self._log, self._context.clock()

        def show(found: Open) -> None:
            self._open = found
            self._view.show_open(found)

        self._context.jobs.on_vault(lambda vault: _open(vault, log, now), show)


def _open(vault: OpenVault, log: ConsultationLog, now: datetime) -> Open:
    found, roster = conflicts.listed(vault, log, happened=now), vault.roster()
    authors = {version.author for conflict in found for version in conflict.versions}
    later = conflicts.deferred(vault, found)
    return Open(
        {key_of(one): one for one in found},
        {key_of(one): later[one.record, one.field] for one in found if (one.record, one.field) in later},
        {author: roster.name_of(author) if roster else author[:8] for author in authors},
        {view.id: view.get("station") for view in vault.of_kind(Kind.VISIT)},
        vault.identity.person,
        conflicts.may_settle(vault),
        () if found else conflicts.merged(vault),
    )
