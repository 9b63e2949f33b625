"""Team lists in words: what a version changes, for whoever is asked to sign it or reads of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final

from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Device, Person, Policy, Roster, Team, moment
from fieldinspect.i18n import _, ngettext
from fieldinspect.journal.roster import root_fingerprint, spoken_digits
from fieldinspect.services.dates import day
from fieldinspect.services.proposals import Proposal
from fieldinspect.services.reference import force_name

_ROLES: Final[Mapping[str, Callable[[], str]]] = {
    Role.INSPECTOR: lambda: _("Inspector"),
    Role.LEAD: lambda: _("Team lead"),
    Role.CENTRAL: lambda: _("Central team"),
    Role.AUDITOR: lambda: _("Auditor"),
    Role.ROOT: lambda: _("Keeper of the team list"),
}
_STATUS: Final[Mapping[str, Callable[[], str]]] = {
    "active": lambda: _("in use"),
    "revoked": lambda: _("revoked"),
    "left": lambda: _("its person left"),
}
_POLICY: Final[Mapping[str, Callable[[], str]]] = {
    "envelope": lambda: _("keys that bundles are sealed with"),
    "lock_minutes": lambda: _("idle minutes until a vault locks"),
    "marking": lambda: _("marking"),
    "handling": lambda: _("handling instructions"),
    "keep_days": lambda: _("days that a laptop keeps its copy of a visit"),
    "remove_copies": lambda: _("how working copies are removed"),
    "grace_days": lambda: _("days of grace after the team list expired"),
}


def role_name(role: str) -> str:
    """Return the name of a role; one this program does not know keeps its own."""
    name = _ROLES.get(role)
    return name() if name else role


def status_name(status: str) -> str:
    """Return what a laptop's status is called."""
    name = _STATUS.get(status)
    return name() if name else status


def policy_name(field: str) -> str:
    """Return what a field of the policy is called."""
    name = _POLICY.get(field)
    return name() if name else field


def serving(roster: Roster, now: datetime) -> str:
    """Say which version is in force and until when it serves."""
    left, until = roster.days_left(now), moment(roster.expires)
    if left is None or until is None:
        return _("Version {version} of the team list").format(version=roster.version)
    if roster.has_lapsed(now):
        return _(
            "Version {version} of the team list expired on {day}. Nothing is sent or received by it: ask for a new one"
        ).format(version=roster.version, day=day(until))
    if roster.is_expired(now):
        last = day(until + timedelta(days=roster.policy.grace_days))
        return _(
            "Version {version} of the team list expired on {day}, and still serves until {last}: ask for a new one"
        ).format(version=roster.version, day=day(until), last=last)
    return _("Version {version} of the team list serves until {day}").format(
        version=roster.version, day=day(until)
    )


def proposal_sentences(proposal: Proposal) -> list[str]:
    """Say what a proposal changes, one sentence for each change; never an empty list."""
    if proposal.before is None:
        return [*_founding(proposal.after)]
    said = list(differences(proposal.before, proposal.after))
    return said or [_("Nothing but the number of the version and its dates")]


def differences(before: Roster, after: Roster) -> Iterator[str]:
    """Yield what one version changes against another, in words, one sentence for each change."""
    for person in after.people:
        yield from _person(before.person(person.id), person)
    for device in after.devices:
        yield from _device(before.device(device.id), device, after)
    if before.people_with(Role.LEAD) and not after.people_with(Role.LEAD):
        yield _("Nobody leads the team any more: nobody can settle, return or revoke")
    yield from _revocations(before, after)
    yield from _teams(before, after)
    yield from _roots(before, after)
    yield from _policy(before, after)
    yield from _rest(before, after)


def _founding(roster: Roster) -> Iterator[str]:
    """Yield all that a first version says, as its difference from a team list that says nothing."""
    yield _("Starts an inspection. Its digits: {digits}").format(digits=root_fingerprint(roster))
    yield _signers(roster)
    nothing = Roster(
        roster.format, roster.inspection, 0, "", "", "", roster.threshold, roster.roots, (), (), ()
    )
    yield from differences(nothing, roster)


def _person(before: Person | None, after: Person) -> Iterator[str]:
    name = after.name
    if before is None:
        yield _("{name} takes part, as: {roles}").format(
            name=name, roles=_listed(map(role_name, after.roles))
        )
        before = Person(after.id, name, after.roles, valid_from=after.valid_from)
    if before.name != name:
        yield _("{old} is called {new}").format(old=before.name, new=name)
    for role in (role for role in after.roles if role not in before.roles):
        yield _("{name} gets the role {role}").format(name=name, role=role_name(role))
    for role in (role for role in before.roles if role not in after.roles):
        yield _("{name} no longer has the role {role}").format(name=name, role=role_name(role))
    for role in set(after.former_roles) - {*before.roles, *before.former_roles}:
        yield _("What {name} writes counts as that of somebody with the role {role}").format(
            name=name, role=role_name(role)
        )
    if set(before.conflicts) != set(after.conflicts):
        yield _("{name} may not inspect: {forces}").format(name=name, forces=_forces(after.conflicts))
    if (before.valid_from, before.valid_until) != (after.valid_from, after.valid_until):
        yield _("{name} takes part from {since} until {until}").format(
            name=name, since=_day(after.valid_from), until=_day(after.valid_until)
        )


def _device(before: Device | None, after: Device, roster: Roster) -> Iterator[str]:
    name = roster.name_of(after.person)
    if before is None:
        yield _("A laptop of {name} is admitted: {device}").format(name=name, device=after.id)
        return
    if before.status != after.status:
        yield _("A laptop of {name} is now: {status} ({device})").format(
            name=name, status=status_name(after.status), device=after.id
        )
    if before.receiving != after.receiving:
        yield _("A laptop of {name} receives with another key: {device}").format(name=name, device=after.id)


def _revocations(before: Roster, after: Roster) -> Iterator[str]:
    changed = {one.device for one in {*before.revocations} ^ {*after.revocations}}
    for device in sorted(changed):
        found = after.device(device)
        name = after.name_of(found.person) if found else device
        now = [one for one in after.revocations if one.device == device]
        was = {one.incarnation: one.sequence for one in before.revocations if one.device == device}
        if not now:
            yield _("All that the laptop of {name} wrote counts again").format(name=name)
            continue
        for one in now:
            yield _revoked(name, one.sequence, one.reason, whole=not one.incarnation)
            if one.sequence > was.get(one.incarnation, was.get("", one.sequence)):
                yield _("That is more than counted before: look closely at what came since")


def _revoked(name: str, sequence: int, reason: str, *, whole: bool) -> str:
    because = reason or _("no reason given")
    if not whole and not sequence:
        return _("Nothing of a chain of the laptop of {name} counts: {reason}").format(
            name=name, reason=because
        )
    if whole:
        return _("What the laptop of {name} wrote in chains not named here does not count: {reason}").format(
            name=name, reason=because
        )
    return ngettext(
        "Of a chain of the laptop of {name} the first {count} entry counts, nothing after it: {reason}",
        "Of a chain of the laptop of {name} the first {count} entries count, nothing after them: {reason}",
        sequence,
    ).format(name=name, count=sequence, reason=because)


def _teams(before: Roster, after: Roster) -> Iterator[str]:
    known = {team.id: team for team in before.teams}
    for team in after.teams:
        if known.pop(team.id, None) != team:
            yield _team(team, after)
    for team in known.values():
        yield _("There is no team {team} any more").format(team=team.name)
    if before.teams and not after.teams:
        yield _("Without teams, everybody is on one team with all forces")


def _team(team: Team, roster: Roster) -> str:
    return _("Team {team} inspects {forces}. On it: {people}").format(
        team=team.name,
        forces=_forces(team.forces),
        people=_listed(roster.name_of(member) for member in team.members),
    )


def _roots(before: Roster, after: Roster) -> Iterator[str]:
    if (set(before.roots), before.threshold) != (set(after.roots), after.threshold):
        yield _signers(after)
        yield _("The digits of the team list become: {digits}").format(digits=root_fingerprint(after))
    if set(before.form_signers) != set(after.form_signers):
        owners = [
            after.name_of(device.person) for device in after.devices if device.signing in after.form_signers
        ]
        yield _("Laptops that may sign forms, beside the root keys: {people}").format(people=_listed(owners))
    if before.escrow != after.escrow:
        yield (
            _("Three keys are named, any two of which open every vault: {keys}").format(
                keys=_listed(key[:16] + "…" for key in after.escrow)
            )
            if after.escrow
            else _("No keys are named that open vaults in an emergency")
        )


def _signers(roster: Roster) -> str:
    return _("{threshold} of {count} root keys sign the next version. Keys: {keys}").format(
        threshold=roster.threshold, count=len(roster.roots), keys=_listed(map(key_digits, roster.roots))
    )


def key_digits(line: str) -> str:
    """Return the 20 digits of one root key's public part, to be compared with its holder's."""
    return spoken_digits(b"fieldinspect root key v1\n" + line.encode())


def _policy(before: Roster, after: Roster) -> Iterator[str]:
    for one in fields(Policy):
        old, new = getattr(before.policy, one.name), getattr(after.policy, one.name)
        if old != new:
            yield _("The policy changes: {what}, from {old} to {new}").format(
                what=policy_name(one.name), old=old or "-", new=new or "-"
            )


def _rest(before: Roster, after: Roster) -> Iterator[str]:
    for name in sorted({*before.minimum, *after.minimum}):
        if before.minimum.get(name) != after.minimum.get(name):
            yield _("Least version asked for ({what}): {version}").format(
                what=name, version=after.minimum.get(name, "-")
            )
    if before.scopes != after.scopes:
        yield _("Which roles may hold which records changes: {scopes}").format(
            scopes=_listed(f"{one.name}: {_listed(map(role_name, one.roles))}" for one in after.scopes)
        )
    if _day(before.expires) != _day(after.expires):
        yield _("The team list serves until {day}").format(day=_day(after.expires))


def _forces(slugs: Sequence[str]) -> str:
    return _listed(map(force_name, slugs))


def _listed(names: "Iterator[str] | Sequence[str] | map[str]") -> str:
    return ", ".join(names) or _("none")


def _day(text: str) -> str:
    return text[:10] or _("no limit")
