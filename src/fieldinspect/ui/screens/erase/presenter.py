"""What a request to erase would name, and the reasons it needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.custody import EraseReason, Member
from fieldinspect.domain.kinds import UNERASABLE, Kind, Role
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import erasure
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

NAME = "erase"


class Named(NamedTuple):
    """One record that the request names."""

    record: str
    kind: str
    happened: datetime
    author: str
    """The person's name."""


class Subject(NamedTuple):
    """What the screen shows; `refusal` instead of everything when nothing can be asked here."""

    named: Sequence[Named] = ()
    station: str = ""
    visit: str = ""
    """The visit this hangs beneath, if it does: all of it can be asked for instead."""
    refusal: str = ""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_subject(self, subject: Subject) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def forget(self) -> None: ...

    def show_problems(self, why: str, basis: str, other: str = "") -> None: ...


class ErasePresenter:
    """One request at a time; a second click finds the first at work."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._record = ""
        self._subject = Subject()
        self._working = False

    def enter(self, place: Place) -> None:
        self._record = place.record or self._record
        self._view.show_problems("", "")
        record = self._record
        self._context.jobs.on_vault(lambda vault: _subject(vault, record), self._show)

    def leave(self) -> None:
        """Keep nothing: what was typed here asks for nothing yet."""

    def changed(self, changes: Changes) -> None:
        """Read again: what is listed must be what is asked for."""
        if self._record and not self._working and changes.records:
            record = self._record
            self._context.jobs.on_vault(lambda vault: _subject(vault, record), self._show)

    def ask(self, reason: EraseReason, why: str, basis: str) -> None:
        """Ask for exactly what is listed."""
        if self._working or not self._subject.named:
            return
        no_why = "" if why else _("Enter why this is to be erased")
        no_basis = "" if basis else _("Enter the legal basis in one line, such as the article or the order")
        self._view.show_problems(no_why, no_basis)
        if no_why or no_basis:
            return
        self._working = True
        self._view.show_working(True)
        named, now = [one.record for one in self._subject.named], self._context.clock()
        self._context.jobs.on_vault(
            lambda vault: erasure.request(
                vault, named, reason=reason, why=why, basis=basis, happened=now, initiator=NAME
            ),
            self._asked,
            self._refused,
        )

    def whole_visit(self) -> None:
        if self._subject.visit:
            self._context.go(Place("erase", self._subject.visit))

    def cancel(self) -> None:
        self._context.go(Place("erasures"))

    def _show(self, found: tuple[str, Subject]) -> None:
        record, subject = found
        if record == self._record:
            self._subject = subject
            self._view.show_subject(subject)

    def _asked(self, _request: str) -> None:
        self._done()
        self._record, self._subject = "", Subject()
        self._view.forget()
        self._context.tell(_("Asked for. The centre has to confirm it before anything is erased"))
        self._context.go(Place("erasures"))

    def _refused(self, problem: Problem) -> None:
        self._done()
        self._view.show_problems("", "", problem.sentence)

    def _done(self) -> None:
        self._working = False
        self._view.show_working(False)


def _subject(vault: OpenVault, record: str) -> tuple[str, Subject]:
    roster, view = vault.roster(), vault.record(record)
    if roster is None or Role.LEAD not in roster.roles_of(vault.identity.person):
        return record, Subject(refusal=_("Only a team lead asks for an erasure"))
    if view is None:
        return record, Subject(refusal=_("Open the record or the visit first"))
    if view.kind in UNERASABLE:
        return record, Subject(
            refusal=_("A log, a form set, the inspection or an erasure itself cannot be erased")
        )
    parent = vault.record(view.parent) if view.parent else None
    visit = parent if parent is not None and parent.kind == Kind.VISIT else None
    station = (visit or view).get("station")

    def named(member: Member) -> Named:
        return Named(member.id, member.kind, member.happened, roster.name_of(member.author))

    found = [named(member) for member in erasure.beneath(vault, record)]
    return record, Subject(found, station, visit.id if visit else "")
