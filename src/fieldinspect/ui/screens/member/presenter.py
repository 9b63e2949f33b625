"""One person of the team list; what changes here waits for the next version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import team_draft, team_edits, team_list
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault


class Laptop(NamedTuple):
    id: str
    status: str
    here: bool
    """Whether it is the one worked on."""


class Member(NamedTuple):
    """The person as the next version has them, with what waits for it."""

    id: str
    name: str
    roles: Sequence[str]
    conflicts: Sequence[str]
    """Slugs."""
    since: str
    until: str
    """Days as year-month-day, or ""."""
    laptops: Sequence[Laptop]
    may_change: bool


class View(Protocol):
    """What the presenter says to the screen."""

    def show_member(self, member: Member) -> None: ...

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, working: bool) -> None: ...


class MemberPresenter:
    """Saving collects each thing that differs; nothing is in force before the next version is."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._person = ""
        self._shown: Member | None = None
        self._acting = Acting(view, context.jobs, self._read)

    def enter(self, place: Place) -> None:
        self._person = place.record
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        """Nothing half done is kept: it is a matter of a minute."""

    def changed(self, _changes: Changes) -> None:
        """No entry changes a team list."""

    def back(self) -> None:
        self._context.go(Place("team"))

    def save(self, roles: Sequence[str], conflicts: Sequence[str], since: str, until: str) -> None:
        """Collect what differs from what is shown."""
        shown = self._shown
        if shown is None:
            return
        edits = _differing(shown, roles, conflicts, since, until)
        if not edits:
            self._view.show_problem(_("Nothing was changed"))
            return
        self._collect(edits)

    def depart(self) -> None:
        """Let the person leave the team now."""
        if self._shown is not None:
            now = self._context.clock()
            self._collect([lambda: team_edits.departure(self._person, now)])

    def revoke(self, device: str) -> None:
        self._context.go(Place("revoke", device))

    def reinstate(self, device: str) -> None:
        self._collect([lambda: team_edits.reinstatement(device)])

    def _collect(self, edits: Sequence[Callable[[], team_edits.Edit]]) -> None:
        now = self._context.clock()

        def work(vault: OpenVault) -> None:
            team_draft.collect(vault, *(make() for make in edits), now=now)

        self._acting.act(work, lambda _nothing: self._waits())

    def _waits(self) -> None:
        self._context.tell(_("This waits for the next version of the team list, which is not in force yet"))
        self._context.go(Place("team"))

    def _read(self) -> None:
        person = self._person
        self._context.jobs.on_vault(
            lambda vault: _member(vault, person),
            self._show,
            lambda problem: self._view.show_problem(problem.sentence),
        )

    def _show(self, member: Member) -> None:
        self._shown = member
        self._view.show_member(member)


def _differing(
    shown: Member, roles: Sequence[str], conflicts: Sequence[str], since: str, until: str
) -> list[Callable[[], team_edits.Edit]]:
    edits: list[Callable[[], team_edits.Edit]] = []
    begin = [role for role in roles if role not in shown.roles]
    end = [role for role in shown.roles if role not in roles and role != Role.ROOT]
    if begin or end:
        edits.append(lambda: team_edits.roles_changed(shown.id, begin=begin, end=end))
    if set(conflicts) != set(shown.conflicts):
        edits.append(lambda: team_edits.conflicts_set(shown.id, conflicts))
    if (since, until) != (shown.since, shown.until):
        edits.append(lambda: team_edits.validity_set(shown.id, _day(since), _day(until)))
    return edits


def _day(text: str) -> str:
    """Return a day as the team list has it; raise `BadInput`."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(_("Enter the day as year-month-day, such as 2031-05-17")) from None


def _member(vault: OpenVault, person: str) -> Member:
    roster = _next(vault)
    found = team_edits.find_person(roster, person)
    me = vault.identity
    return Member(
        found.id,
        found.name,
        found.roles,
        found.conflicts,
        found.valid_from[:10],
        found.valid_until[:10],
        [Laptop(one.id, one.status, one.id == me.device) for one in roster.devices if one.person == found.id],
        may_change=team_list.signs_alone(vault) or Role.LEAD in roster.roles_of(me.person),
    )


def _next(vault: OpenVault) -> Roster:
    """Return the roster with what waits for the next version."""
    waiting, roster = team_draft.pending(vault), vault.roster()
    if waiting is not None:
        return waiting.after
    if roster is None:
        raise BadInput(_("This vault has no inspection yet"))
    return roster
