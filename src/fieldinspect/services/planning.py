"""Planning visits: leads say where, when and who; whoever is assigned finds it on their laptop and begins it there.

Rules held here (docs/formats/journal.md, section 8):
1. Leads and the centre plan; the schedule goes to whoever is assigned and to nobody else (store/entitlement).
2. The record of the visit is founded with the plan, empty. So everybody who begins it, offline, writes to one visit.
3. Nobody is assigned to a force that they have a conflict of interest with, save by a lead's permission.
4. A planned visit is cancelled with a reason, never deleted. Once one was begun only who is assigned may change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Changes, RecordView
from fieldinspect.i18n import _
from fieldinspect.services import interests, visits, writing
from fieldinspect.services.instruments import form_name
from fieldinspect.services.ports import Reader, Vault, Write
from fieldinspect.services.standing import leads, roster_of
from fieldinspect.services.writing import FALSE, TRUE

ASSIGNED: Final = "assigned/"
STREAM: Final = "stream/"
PLANNABLE: Final = (
    *(Kind.VISIT, Kind.INTERVIEW, Kind.STAFF_FOCUS_GROUP, Kind.PARTNER_FOCUS_GROUP),
    *(Kind.VICTIM_FOCUS_GROUP, Kind.VICTIM_INTERVIEW, Kind.CASE_FILE_REVIEW),
)
MOST_DAYS: Final = 92
"""A window longer than a quarter is no plan."""
MOST_LETTERS: Final = 4000
OVERDUE: Final = timedelta(days=7)
"""So long after its last day a visit is still offered to whoever has not begun it: nights end after midnight."""


@dataclass(frozen=True)
class Details:
    """What is planned; people are ids, a force is its short name, `last` is the last day of the window."""

    first: date
    last: date
    force: str = ""
    station: str = ""
    streams: tuple[str, ...] = (Kind.VISIT,)
    unannounced: bool = True
    lead: str = ""
    assigned: tuple[str, ...] = ()
    contacts: str = ""
    briefing: str = ""


class State(StrEnum):
    PLANNED = "planned"
    BEGUN = "begun"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Planned(NamedTuple):
    """A planned visit, and what became of it."""

    id: str
    visit: str
    details: Details
    state: State
    conflicts: tuple[str, ...]
    """Fields about which two leads disagree."""


class Clash(StrEnum):
    """What is wrong with two plans, or with one."""

    SAME_PERSON = "same-person"
    SAME_PLACE = "same-place"
    CONFLICT = "conflict"
    NOBODY = "nobody"


class Notice(NamedTuple):
    """Something to look at before the day: `other` is the second plan of a clash, `person` whom it is about."""

    clash: Clash
    plan: str
    other: str = ""
    person: str = ""


class PlanBegun(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This visit was begun already: only who is assigned to it may change"))


def plan(vault: Vault, details: Details, *, happened: datetime, initiator: str = "") -> str:
    """Plan a visit and found its record; return the id of the planned visit. Raises `BadInput`."""
    return plan_all(vault, [details], happened=happened, initiator=initiator)[0]


def plan_all(
    vault: Vault, wanted: Sequence[Details], *, happened: datetime, initiator: str = ""
) -> list[str]:
    """Plan visits in one act: all of them, or none when something is wrong with one."""
    roster = leading(vault)
    agreed = [checked(vault, roster, details) for details in wanted]
    writes, made = [], []
    for details in agreed:
        record, visit = (new_record_id(vault.identity.device) for _both in range(2))
        inspection = roster.inspection
        fields = {**_fields(details), "visit": visit}
        writes += [
            Write(record, Kind.PLANNED_VISIT, inspection, inspection, fields, happened),
            Write(visit, Kind.VISIT, inspection, inspection, {visits.PLANNED: record}, happened),
        ]
        made.append(record)
    vault.write(writes, initiator=initiator)
    return made


def change(
    vault: Vault, record: str, details: Details, *, happened: datetime, reason: str = "", initiator: str = ""
) -> Changes:
    """Write what is planned anew; only what differs is written, so two leads disagree about that alone.

    Once the visit was begun, who is assigned may change, and nothing else.
    """
    roster = leading(vault)
    view, state = _plan_and_state(vault, record)
    before, after = _fields(_details(view)), _fields(checked(vault, roster, details))
    if state is not State.PLANNED and _frozen(before) != _frozen(after):
        raise PlanBegun
    values: dict[str, str | None] = {name: after.get(name, _without(name)) for name in {*before, *after}}
    return writing.change(vault, record, values, happened=happened, reason=reason, initiator=initiator)


def assign(
    vault: Vault, record: str, person: str, *, happened: datetime, away: bool = False, initiator: str = ""
) -> Changes:
    """Assign somebody to a planned visit, or take them off it; also while the visit is under way."""
    roster = leading(vault)
    view, _state = _plan_and_state(vault, record)
    if not away:
        _require_assignable(vault, roster, person, view.get("force"))
    values: dict[str, str | None] = {f"{ASSIGNED}{person}": FALSE if away else TRUE}
    return writing.change(vault, record, values, happened=happened, initiator=initiator)


def cancel(vault: Vault, record: str, *, reason: str, happened: datetime, initiator: str = "") -> Changes:
    """Cancel a planned visit, with a reason."""
    leading(vault)
    _view, state = _plan_and_state(vault, record)
    if state is not State.PLANNED:
        raise PlanBegun
    if not reason.strip():
        raise BadInput(_("Enter why the visit is cancelled"))
    values = {"cancelled": TRUE}
    return writing.change(vault, record, values, happened=happened, reason=reason, initiator=initiator)


def begin(vault: Vault, record: str, *, station: str = "", happened: datetime, initiator: str = "") -> str:
    """Begin a planned visit, for this person; return the visit's id.

    Whoever begins it too, before or after and on whatever laptop, writes to the same visit.
    """
    view = _plan_view(vault, record)
    if view.get("cancelled") == TRUE:
        raise BadInput(_("This visit was cancelled. Ask your team lead before you go in"))
    me, details = vault.identity.person, _details(view)
    if interests.conflicted(vault, me, details.force):
        raise BadInput(
            _("You have a conflict of interest with this force. Ask your team lead to visit instead")
        )
    where = station.strip() or details.station
    if not where:
        raise BadInput(_("Enter the station you are visiting"))
    visit = writing.view_of(vault, view.get("visit"))
    begun = f"{visits.BEGUN}{me}"
    if visit.get(begun):
        return visit.id  # the first time stands
    fields: dict[str, str | None] = {begun: happened.isoformat()}
    if not visit.get("station"):
        form = form_name(vault, visit.inspection, Kind.VISIT)
        fields |= {"station": where, "force": details.force, "form": form}
    write = Write(visit.id, visit.kind, visit.parent, visit.inspection, fields, happened)
    vault.write([write], initiator=initiator)
    return visit.id


def planned(vault: Reader) -> list[Planned]:
    """Return every planned visit that this vault may hold, by day, force and station."""
    visits_here = {view.id: view for view in vault.of_kind(Kind.VISIT)}
    found = [
        _planned(view, visits_here.get(view.get("visit")))
        for view in vault.of_kind(Kind.PLANNED_VISIT)
        if not view.withdrawn
    ]
    return _in_order(found)


def _in_order(found: Iterable[Planned]) -> list[Planned]:
    return sorted(found, key=lambda one: (one.details.first, one.details.force, one.details.station, one.id))


def one(vault: Reader, record: str) -> Planned:
    """Return one planned visit; raise `BadInput` when it is not here."""
    view = _plan_view(vault, record)
    return _planned(view, vault.record(view.get("visit")))


def to_do(vault: Reader, today: date) -> list[Planned]:
    """Return the planned visits that this person is assigned to and has not begun; also those overdue for some days."""
    me, since = vault.identity.person, today - OVERDUE
    found = []
    for view in vault.of_kind(Kind.PLANNED_VISIT):
        if view.get(f"{ASSIGNED}{me}") != TRUE or view.withdrawn or _details(view).last < since:
            continue
        visit = vault.record(view.get("visit"))
        each = _planned(view, visit)
        if (
            visit is not None
            and each.state in (State.PLANNED, State.BEGUN)
            and me not in visits.starters(visit)
        ):
            found.append(each)
    return _in_order(found)


def may_plan(vault: Reader) -> bool:
    roster = vault.roster()
    return roster is not None and leads(roster, vault.identity.person)


def warnings(vault: Reader, found: Iterable[Planned]) -> list[Notice]:
    """Return what clashes among the planned visits that are still to come, in their order."""
    open_ones = [one for one in found if one.state is State.PLANNED]
    told = []
    for one in open_ones:
        if not one.details.assigned:
            told.append(Notice(Clash.NOBODY, one.id))
        told += [
            Notice(Clash.CONFLICT, one.id, person=person)
            for person in one.details.assigned
            if interests.conflicted(vault, person, one.details.force)
        ]
    for one, other in _overlapping(open_ones):
        both = [person for person in one.details.assigned if person in other.details.assigned]
        told += [
            Notice(Clash.SAME_PERSON, one.id, other.id, person) for person in both if _one_day(one, other)
        ]
        place = (one.details.force, one.details.station.casefold())
        if one.details.station and place == (other.details.force, other.details.station.casefold()):
            told.append(Notice(Clash.SAME_PLACE, one.id, other.id))
    return told


def _overlapping(found: Sequence[Planned]) -> Iterator[tuple[Planned, Planned]]:
    ordered = sorted(found, key=lambda one: one.details.first)
    for place, one in enumerate(ordered):
        for other in islice(ordered, place + 1, None):
            if other.details.first > one.details.last:
                break
            yield one, other


def _one_day(one: Planned, other: Planned) -> bool:
    """Tell whether two plans that overlap cannot both be kept: a window leaves room, a day does not."""
    return one.details.first == one.details.last and other.details.first == other.details.last


def _planned(view: RecordView, visit: RecordView | None) -> Planned:
    state = State.PLANNED
    if visit is not None and not visits.is_waiting(visit):
        state = State.CLOSED if visit.get("closed") == TRUE else State.BEGUN
    elif view.get("cancelled") == TRUE:
        state = State.CANCELLED
    return Planned(view.id, view.get("visit"), _details(view), state, view.conflicts)


def _details(view: RecordView) -> Details:
    first, last = read_window(view.get("when")) or (view.happened.date(), view.happened.date())
    return Details(
        first,
        last,
        view.get("force"),
        view.get("station"),
        _named(view, STREAM),
        view.get("unannounced") != FALSE,
        view.get("lead"),
        _named(view, ASSIGNED),
        view.get("contacts"),
        view.get("briefing"),
    )


def _without(field: str) -> str | None:
    """Return what a field says when it no longer holds: who is taken off keeps a visit that they have begun."""
    return FALSE if field.startswith(ASSIGNED) else None


def _named(view: RecordView, prefix: str) -> tuple[str, ...]:
    on = (name for name, value in view.fields.items() if name.startswith(prefix) and value == TRUE)
    return tuple(sorted(name.removeprefix(prefix) for name in on))


def read_window(text: str) -> tuple[date, date] | None:
    """Return the first and the last day of `2014-02-03` or `2014-02-03/2014-02-05`, None for anything else."""
    first, slash, last = text.partition("/")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last if slash else first)
    except ValueError:
        return None
    sound = visits.YEARS[0] <= days[0].year and days[0] <= days[1] and days[1].year < visits.YEARS[1]
    return days if sound else None


def _fields(details: Details) -> dict[str, str | None]:
    when = details.first.isoformat()
    if details.last != details.first:
        when += f"/{details.last.isoformat()}"
    fields: dict[str, str | None] = {
        "when": when,
        "force": details.force or None,
        "station": details.station or None,
        "unannounced": TRUE if details.unannounced else FALSE,
        "lead": details.lead or None,
        "contacts": details.contacts or None,
        "briefing": details.briefing or None,
    }
    fields |= {f"{STREAM}{kind}": TRUE for kind in details.streams}
    fields |= {f"{ASSIGNED}{person}": TRUE for person in details.assigned}
    return {name: value for name, value in fields.items() if value is not None}


def checked(vault: Reader, roster: Roster, details: Details) -> Details:
    """Return the details as they are kept; raise `BadInput` for the first that is wrong."""
    station, force = details.station.strip(), details.force.strip()
    if not station and not force:
        raise BadInput(_("Enter where the visit is to be: a force, a station, or both"))
    if read_window(f"{details.first}/{details.last}") is None:
        raise BadInput(_("The last day is before the first. Enter the days again"))
    if (details.last - details.first).days > MOST_DAYS:
        raise BadInput(_("A visit is planned for a day, or for days within three months"))
    if not details.streams or not set(details.streams) <= set(PLANNABLE):
        raise BadInput(_("Choose what is to be done there"))
    if max(map(len, (details.contacts, details.briefing, station, force))) > MOST_LETTERS:
        raise BadInput(_("A briefing may have 4,000 characters. Attach a document to the visit instead"))
    if details.lead and not leads(roster, details.lead):
        raise BadInput(_("{name} is no lead").format(name=roster.name_of(details.lead)))
    for person in details.assigned:
        _require_assignable(vault, roster, person, force)
    return Details(
        details.first,
        details.last,
        force,
        station,
        tuple(sorted(set(details.streams))),
        details.unannounced,
        details.lead,
        tuple(sorted(set(details.assigned))),
        details.contacts.strip(),
        details.briefing.strip(),
    )


def _require_assignable(vault: Reader, roster: Roster, person: str, force: str) -> None:
    known = roster.person(person)
    if known is None or not set(known.roles) & {Role.INSPECTOR, Role.LEAD, Role.CENTRAL}:
        raise BadInput(_("{name} takes no part as an inspector").format(name=roster.name_of(person)))
    if interests.conflicted(vault, person, force):
        raise BadInput(
            _(
                "{name} has a conflict of interest with this force. "
                "Assign somebody else, or let a lead permit it with a reason"
            ).format(name=known.name)
        )


def leading(vault: Reader) -> Roster:
    """Return the team list; raise `BadInput` unless this person leads or is the centre."""
    roster = roster_of(vault)
    if not leads(roster, vault.identity.person):
        raise BadInput(_("Only a lead or the centre plans visits"))
    return roster


def _plan_view(vault: Reader, record: str) -> RecordView:
    view = vault.record(record)
    if view is None or view.kind != Kind.PLANNED_VISIT:
        raise BadInput(_("There is no such planned visit in this vault"))
    return view


def _plan_and_state(vault: Reader, record: str) -> tuple[RecordView, State]:
    """Return a plan that may still change, PLANNED or BEGUN."""
    view = _plan_view(vault, record)
    state = _planned(view, vault.record(view.get("visit"))).state
    if state is State.CANCELLED:
        raise BadInput(_("This planned visit was cancelled. Plan another one"))
    if state is State.CLOSED:
        raise BadInput(_("This visit is closed, so its plan stays as it is"))
    return view, state


def _frozen(fields: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return what stays as it was once the visit was begun."""
    return {name: value for name, value in fields.items() if not name.startswith(ASSIGNED)}
