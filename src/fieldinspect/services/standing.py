"""Whether this laptop may send and receive by the team list it holds. Writing is never refused here.

1. A laptop that was revoked neither sends nor receives.
2. Once the team list has expired and its days of grace are over, nothing is sent or received until a newer one is here.
3. A program older than the team list asks for receives nothing.
4. Whoever's time on the team is over is sealed for no more and receives nothing; what they wrote they may still send.
"""

from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import version
from typing import Final

from fieldinspect.domain import kinds
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Roster, moment
from fieldinspect.domain.views import Identity
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.ports import Reader

BUNDLE_FORMAT: Final = "1"
WARN_DAYS: Final = 30
"""So many days before it expires a team list is told about."""


class NoInspection(BadInput):
    """The vault holds no team list."""

    def __init__(self) -> None:
        super().__init__(
            _("This vault has no inspection yet. Start one, or open the team list you were given")
        )


def roster_of(vault: Reader) -> Roster:
    """Return the team list of a vault; raise `NoInspection`."""
    roster = vault.roster()
    if roster is None:
        raise NoInspection
    return roster


def leads(roster: Roster, person: str) -> bool:
    """Tell whether somebody is a lead or the centre by the team list of now."""
    return kinds.leads(roster.roles_of(person))


class NotNow(BadInput):
    """Nothing is wrong with what came: this laptop may not take it in now, and may once something has changed."""


class LaptopRevoked(NotNow):
    def __init__(self, leads: str) -> None:
        super().__init__(
            _(
                "The team list does not count this laptop any more, so it neither sends nor receives. "
                "What you wrote is kept here. Call {leads}"
            ).format(leads=leads)
        )


class TeamListLapsed(NotNow):
    def __init__(self, day: str, leads: str) -> None:
        super().__init__(
            _(
                "The team list expired on {day} and its days of grace are over. You can go on writing; "
                "to send and receive, ask {leads} for a new team list"
            ).format(day=day, leads=leads)
        )


class ProgramTooOld(NotNow):
    def __init__(self) -> None:
        super().__init__(
            _(
                "The team list asks for a newer version of this app. Update it, then receive again. "
                "You can go on writing"
            )
        )


class YourTimeIsOver(NotNow):
    def __init__(self, leads: str) -> None:
        super().__init__(
            _(
                "Your time on the team is over by the team list, so this laptop receives nothing more. "
                "You can still send what you wrote. If that is a mistake, call {leads}"
            ).format(leads=leads)
        )


class TheirTimeIsOver(BadInput):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "The time of {name} on the team is over, so nothing is sealed for them. "
                "Leave them out, or let a lead make it longer in the team list"
            ).format(name=name)
        )


def may_send(roster: Roster, identity: Identity, now: datetime) -> None:
    """Raise `LaptopRevoked` or `TeamListLapsed`."""
    whom = _whom_to_ask(roster)
    if not is_on_the_list(roster, identity):
        raise LaptopRevoked(whom)
    if roster.has_lapsed(now):
        raise TeamListLapsed(_day(roster), whom)


def may_receive(roster: Roster, identity: Identity, now: datetime) -> None:
    """Raise what `may_send` does, `YourTimeIsOver` and `ProgramTooOld`."""
    may_send(roster, identity, now)
    me = roster.person(identity.person)
    if me is not None and me.has_left(now):
        raise YourTimeIsOver(_whom_to_ask(roster))
    if roster.needs_newer(version("fieldinspect"), BUNDLE_FORMAT):
        raise ProgramTooOld


def may_be_sent_to(roster: Roster, people: Iterable[str], now: datetime) -> None:
    """Raise `TheirTimeIsOver` for the first of these people whose time on the team is over."""
    for each in map(roster.person, people):
        if each is not None and each.has_left(now):
            raise TheirTimeIsOver(each.name)


def is_on_the_list(roster: Roster, identity: Identity) -> bool:
    """Tell whether the team list counts what this laptop writes now."""
    device = roster.device(identity.device)
    return (
        device is not None
        and device.status == "active"
        and not any(
            one.device == identity.device and one.incarnation in ("", identity.incarnation)
            for one in roster.revocations
        )
    )


def warnings(roster: Roster, identity: Identity, now: datetime) -> list[str]:
    """Return what a person should be told about the team list: revoked, lapsed, expired, soon to expire."""
    try:
        may_receive(roster, identity, now)
    except BadInput as error:
        return [str(error)]
    left = roster.days_left(now)
    if left is None or left > WARN_DAYS:
        return []
    if left < 0:
        ends = moment(roster.expires)
        grace = roster.policy.grace_days - (now - ends).days if ends else 0
        return [
            ngettext(
                "The team list expired on {day}. It serves for {count} more day: ask {leads} for a new one",
                "The team list expired on {day}. It serves for {count} more days: ask {leads} for a new one",
                grace,
            ).format(day=_day(roster), count=grace, leads=_whom_to_ask(roster))
        ]
    return [
        ngettext(
            "The team list expires in {count} day. Ask {leads} for a new one",
            "The team list expires in {count} days. Ask {leads} for a new one",
            left,
        ).format(count=left, leads=_whom_to_ask(roster))
    ]


def _whom_to_ask(roster: Roster) -> str:
    names = [person.name for person in roster.people_with(Role.LEAD)]
    return ", ".join(names) if names else _("your team lead")


def _day(roster: Roster) -> str:
    return roster.expires[:10]
