"""One planned visit, new or changed; what was typed is checked when it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Role
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import interests, planning
from fieldinspect.services.planning import Details, Planned
from fieldinspect.services.reference import force_name, forces
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting
from fieldinspect.ui.reference import stations
from fieldinspect.ui.text import read_day

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault, Vault

NAME = "plan_visit"
_INSPECTING = frozenset({Role.INSPECTOR, Role.LEAD, Role.CENTRAL})
_LEADING = frozenset({Role.LEAD, Role.CENTRAL})


class Typed(NamedTuple):
    """What stands in the fields; days and forces as words."""

    first: str = ""
    last: str = ""
    force: str = ""
    station: str = ""
    streams: tuple[str, ...] = Details.streams
    unannounced: bool = True
    lead: str = ""
    assigned: tuple[str, ...] = ()
    contacts: str = ""
    briefing: str = ""


class Colleague(NamedTuple):
    """Somebody who may be assigned; `conflicts` are names of forces."""

    id: str
    name: str
    leads: bool
    conflicts: tuple[str, ...] = ()


class Offered(NamedTuple):
    """What the screen offers before anything is typed."""

    people: Sequence[Colleague]
    others: Sequence[Colleague]
    """Whom this person may permit to inspect in spite of a conflict of interest: nobody's own is set aside."""
    planned: Planned | None = None


class View(Protocol):
    """What the presenter says to the screen."""

    def show_names(self, stations: Sequence[str], forces: Sequence[str]) -> None: ...

    def show_plan(self, offered: Offered, typed: Typed) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str, about: str = "") -> None:
        """Say what is wrong; `about` is "first", "last", "cancel", "permit" or "" for the page."""
        ...


class PlanVisitPresenter:
    """Keeps nothing that was typed and not saved: a plan is made at a desk."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._acting = Acting(view, context.jobs, lambda: None)
        self._plan = ""

    def enter(self, place: Place) -> None:
        self._plan = place.record
        self._view.show_problem("")
        self._context.jobs.aside(_names, lambda found: self._view.show_names(*found))
        self._read()

    def leave(self) -> None:
        """Keep nothing: what was not saved is not planned."""

    def changed(self, _changes: Changes) -> None:
        """Leave alone what is being typed; two leads who differ see it in the list."""

    def save(self, typed: Typed) -> None:
        """Plan the visit, or keep what was changed."""
        first, last = read_day(typed.first), read_day(typed.last or typed.first)
        for day, about in ((first, "first"), (last, "last")):
            if day is None:
                self._view.show_problem(_("Enter the day as 2014-02-03 or 3/2/2014"), about)
                return
        assert first is not None and last is not None  # noqa: S101 PT018 - asked above
        details = Details(
            first,
            last,
            _slug(typed.force),
            typed.station,
            typed.streams,
            typed.unannounced,
            typed.lead,
            typed.assigned,
            typed.contacts,
            typed.briefing,
        )
        plan, now = self._plan, self._context.clock()

        def work(vault: Vault) -> None:
            if plan:
                planning.change(vault, plan, details, happened=now, initiator=NAME)
            else:
                planning.plan(vault, details, happened=now, initiator=NAME)

        self._acting.act(work, lambda _nothing: self._done(_("The planned visit is saved")))

    def cancel_visit(self, reason: str) -> None:
        if not reason:
            self._view.show_problem(_("Enter why the visit is cancelled"), "cancel")
            return
        plan, now = self._plan, self._context.clock()
        self._acting.act(
            lambda vault: planning.cancel(vault, plan, reason=reason, happened=now, initiator=NAME),
            lambda _changes: self._done(_("The planned visit is cancelled")),
        )

    def permit(self, person: str, force: str, reason: str) -> None:
        """Let somebody inspect a force in spite of a conflict of interest."""
        slug, now = _slug(force), self._context.clock()
        if not reason:
            self._view.show_problem(_("Enter why this person may inspect the force"), "permit")
            return
        self._acting.act(
            lambda vault: interests.permit(vault, person, slug, reason=reason, happened=now),
            lambda _record: self._context.tell(
                _("It is permitted, with your name and the reason. Save the visit now")
            ),
        )

    def back(self) -> None:
        self._context.go(Place("plan"))

    def _done(self, sentence: str) -> None:
        self._context.tell(sentence)
        self.back()

    def _read(self) -> None:
        plan = self._plan
        self._context.jobs.on_vault(lambda vault: _offered(vault, plan), self._show)

    def _show(self, offered: Offered) -> None:
        if offered.planned is None and self._plan:
            self._context.go(Place("plan"))
            return
        today = self._context.clock().date().isoformat()
        typed = _typed(offered.planned.details) if offered.planned else Typed(today)
        self._view.show_plan(offered, typed)


def _slug(words: str) -> str:
    wanted = words.strip()
    return next((one.slug for one in forces().values() if wanted in (one.title, one.name)), wanted)


def _names() -> tuple[list[str], list[str]]:
    return [one.name for one in stations()], [one.title for one in forces().values()]


def _typed(details: Details) -> Typed:
    return Typed(
        details.first.isoformat(),
        details.last.isoformat() if details.last != details.first else "",
        force_name(details.force),
        details.station,
        details.streams,
        details.unannounced,
        details.lead,
        details.assigned,
        details.contacts,
        details.briefing,
    )


def _offered(vault: OpenVault, plan: str) -> Offered:
    roster = vault.roster()
    me = vault.identity.person
    people = [
        Colleague(
            person.id,
            person.name,
            not _LEADING.isdisjoint(person.roles),
            tuple(force_name(force) for force in person.conflicts),
        )
        for person in (roster.people if roster else ())
        if not _INSPECTING.isdisjoint(person.roles)
    ]
    found = next((one for one in planning.planned(vault) if one.id == plan), None)
    people.sort(key=lambda one: one.name.casefold())
    leads = roster is not None and Role.LEAD in roster.roles_of(me)
    return Offered(people, [one for one in people if leads and one.id != me], found)
