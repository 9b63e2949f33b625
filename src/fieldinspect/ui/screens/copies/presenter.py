"""The copies of visits here, why each stays or may go, and those that were removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.custody import WorkingCopy
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import working_copies
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

NAME = "copies"


class Gone(NamedTuple):
    """A copy that was removed."""

    visit: str
    records: str
    """How many, in digits."""
    when: datetime


class Copies(NamedTuple):
    """What the screen shows; `keeps_all` says that a lead's or the centre's vault gives nothing up."""

    here: Sequence[WorkingCopy] = ()
    gone: Sequence[Gone] = ()
    keeps_all: bool = False


class View(Protocol):
    """What the presenter says to the screen."""

    def show_copies(self, copies: Copies) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class CopiesPresenter:
    """One act at a time. `in_use` names the records that somebody has open."""

    def __init__(self, view: View, context: Context, in_use: Callable[[], Collection[str]]) -> None:
        self._view = view
        self._context = context
        self._in_use = in_use
        self._in_front = False
        self._acting = Acting(view, context.jobs, self._read)

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front and not self._acting.running:
            self._read()

    def remove(self, visit: str) -> None:
        """Remove the copy of one visit."""
        if not visit:
            self._view.show_problem(_("Choose a visit first"))
            return
        now, in_use = self._context.clock(), self._in_use()
        self._acting.act(
            lambda vault: working_copies.remove(vault, visit, now=now, in_use=in_use, initiator=NAME),
            self._tell_removed,
        )

    def remove_all(self) -> None:
        """Remove every copy that may go."""
        now, in_use = self._context.clock(), self._in_use()

        def work(vault: OpenVault) -> int:
            may_go = [one for one in working_copies.copies(vault, now=now, in_use=in_use) if one.removable]
            return sum(
                working_copies.remove(vault, one.visit, now=now, in_use=in_use, initiator=NAME)
                for one in may_go
            )

        self._acting.act(work, self._tell_removed)

    def bring_back(self, visit: str) -> None:
        """Let a removed copy come back with the next bundle of everything."""
        if not visit:
            self._view.show_problem(_("Choose a visit first"))
            return
        now = self._context.clock()
        self._acting.act(
            lambda vault: working_copies.bring_back(vault, visit, now=now, initiator=NAME),
            lambda _nothing: self._context.tell(
                _("Ask your team lead for a bundle with everything: the visit comes back with it.")
            ),
        )

    def _tell_removed(self, count: int) -> None:
        self._context.tell(
            ngettext(
                "{count} record was removed from this laptop. Others keep it",
                "{count} records were removed from this laptop. Others keep them",
                count,
            ).format(count=count)
        )

    def _read(self) -> None:
        now, in_use = self._context.clock(), self._in_use()
        self._context.jobs.on_vault(
            lambda vault: _copies(vault, now, in_use), self._view.show_copies, self._failed
        )

    def _failed(self, problem: Problem) -> None:
        self._view.show_problem(problem.sentence)


def _copies(vault: OpenVault, now: datetime, in_use: Collection[str]) -> Copies:
    if vault.roster() is None:
        return Copies()
    if working_copies.keeps_everything(vault):
        return Copies(keeps_all=True)
    gone = [
        Gone(said.get("visit"), said.get("count"), said.written) for said in working_copies.removed(vault)
    ]
    return Copies(working_copies.copies(vault, now=now, in_use=in_use), gone)
