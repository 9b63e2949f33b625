"""What may change in a team list: each a function from one roster to the next, signed by nobody yet.

Nobody is ever taken out: what they wrote goes on counting, and a reader refuses a list that leaves them out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fieldinspect.crypto.age.recipients import parse_recipient
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.crypto.slot_types import ESCROW_HOLDERS
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Device, Person, Policy, Revocation, Roster, Team, moment, release
from fieldinspect.i18n import _
from fieldinspect.journal.chain import ChainHead
from fieldinspect.services.reference import force_name, forces
from fieldinspect.services.team_words import role_name

Edit = Callable[[Roster], Roster]

ASKABLE: Final = (Role.INSPECTOR, Role.LEAD, Role.CENTRAL, Role.AUDITOR)
"""Roles that somebody may be given."""
ACTIVE: Final = "active"
REVOKED: Final = "revoked"
LEFT: Final = "left"
MOST_ROOTS: Final = 8
"""A version that changes all of them carries twice as many signatures, which is all that a document may have."""
_MOST_YEARS: Final = 3
MINIMA: Final = ("app", "format")


def find_person(roster: Roster, said: str) -> Person:
    """Return the person of this id, or of this name where only one has it; raise `BadInput`."""
    named = [one for one in roster.people if said in (one.id, one.name)]
    if len(named) == 1:
        return named[0]
    if named:
        raise BadInput(_("More than one person is called {name}. Give the id instead").format(name=said))
    raise BadInput(_("Nobody called {name} is in the team list").format(name=said))


def find_device(roster: Roster, said: str) -> Device:
    """Return the laptop of this id, or the one laptop of the person of this name; raise `BadInput`."""
    found = roster.device(said)
    if found is not None:
        return found
    person = find_person(roster, said)
    theirs = [one for one in roster.devices if one.person == person.id]
    active = [one for one in theirs if one.status == ACTIVE] or theirs
    if len(active) != 1:
        raise BadInput(
            _("{name} has {count} laptops. Say which one, by its id").format(
                name=person.name, count=len(active)
            )
        )
    return active[0]


def admission(request: Device, person: Person, *, another_laptop: bool) -> Edit:
    """Admit a person with their first laptop, or give somebody who takes part another one."""

    def edit(roster: Roster) -> Roster:
        known, laptop = known_as(roster, person), roster.device(request.id)
        if laptop is not None and laptop.person != person.id:
            raise BadInput(
                _("This laptop belongs to {name} already").format(name=roster.name_of(laptop.person))
            )
        if known is not None and not another_laptop:
            raise BadInput(
                _("{name} takes part already, as: {roles}. Say that this is another laptop").format(
                    name=known.name, roles=", ".join(map(role_name, known.roles))
                )
            )
        if known is None and (not person.roles or not set(ASKABLE).issuperset(person.roles)):
            raise BadInput(_("Choose a role: inspector, lead, central or auditor"))
        if laptop is not None and laptop.status != ACTIVE:
            raise BadInput(_("This laptop was revoked. Make a new vault on it, and ask again from there"))
        device = replace(request, receiving=allowed(roster.policy, request.receiving))
        people = (*(one for one in roster.people if one.id != person.id), known or person)
        devices = (*(one for one in roster.devices if one.id != device.id), device)
        return replace(roster, people=people, devices=devices)

    return edit


def known_as(roster: Roster, asking: Person) -> Person | None:
    """Return whom the team list knows by this person's id; raise `BadInput` where it calls them something else.

    Every id can be read in the team list: whoever asks as somebody else would get their roles.
    """
    known = roster.person(asking.id)
    if known is not None and known.name != asking.name:
        raise BadInput(
            _(
                "This request is of {asked}, but says that it is another laptop of {name}. Admit nobody, and ask "
                "both who made it"
            ).format(asked=asking.name, name=known.name)
        )
    return known


def allowed(policy: Policy, recipients: Sequence[str]) -> tuple[str, ...]:
    """Return one age recipient: hybrid, unless the policy asks for X25519 (rulings 15)."""
    hybrid = [recipient for recipient in recipients if recipient.startswith("age1pq1")]
    classic = [recipient for recipient in recipients if not recipient.startswith("age1pq1")]
    chosen = classic if policy.envelope == "x25519" else hybrid
    if not chosen:
        raise BadInput(_("This laptop has no key of the kind that the inspection's policy asks for"))
    return tuple(chosen[:1])


def revocation(device: str, places: Sequence[ChainHead], reason: str) -> Edit:
    """Revoke a laptop: each chain counts up to its place here, any other chain of it not at all.

    What a revocation in force undid stays undone, however much came since: only `reinstatement` takes it back.
    """

    def edit(roster: Roster) -> Roster:
        found = find_device(roster, device)
        after = [
            Revocation(found.id, place.incarnation, place.sequence, place.entry, reason)
            for place in never_later(roster, found.id, places)
        ]
        # Chains that nobody here ever saw: a thief begins one when nothing else is left to them.
        after.append(Revocation(found.id, "", 0, "", reason))
        others = tuple(one for one in roster.revocations if one.device != found.id)
        return replace(_with_device(roster, found, REVOKED), revocations=(*others, *after))

    return edit


def never_later(roster: Roster, device: str, places: Sequence[ChainHead]) -> list[ChainHead]:
    """Return these places of a laptop's chains, none later than where a revocation in force ends its chain."""
    ends = {one.incarnation: one for one in _latest_first(roster, device)}
    if not ends:
        return list(places)
    found = []
    for place in places:
        end = ends.pop(place.incarnation, ends.get(""))
        is_later = end is not None and end.sequence < place.sequence
        found.append(
            ChainHead(device, place.incarnation, end.sequence, end.head) if end and is_later else place
        )
    known_elsewhere = (end for incarnation, end in ends.items() if incarnation)
    return [*found, *(ChainHead(device, end.incarnation, end.sequence, end.head) for end in known_elsewhere)]


def _latest_first(roster: Roster, device: str) -> list[Revocation]:
    of_it = [one for one in roster.revocations if one.device == device]
    return sorted(of_it, key=lambda one: -one.sequence)


def reinstatement(device: str) -> Edit:
    """Take back the revocation of a laptop: all that it wrote counts again.

    One of somebody who left takes back the end of their time, too; their roles are given anew.
    """

    def edit(roster: Roster) -> Roster:
        found = find_device(roster, device)
        if found.status == ACTIVE:
            raise BadInput(_("This laptop is not revoked"))
        others = tuple(one for one in roster.revocations if one.device != found.id)
        back = replace(_with_device(roster, found, ACTIVE), revocations=others)
        owner = roster.person(found.person)
        if found.status == LEFT and owner is not None:
            back = _with_person(back, replace(owner, valid_until=""))
        return back

    return edit


def roles_changed(person: str, *, begin: Sequence[str] = (), end: Sequence[str] = ()) -> Edit:
    """Give somebody roles and end others; what was written in a role that ended goes on counting."""

    def edit(roster: Roster) -> Roster:
        found = find_person(roster, person)
        if not set(ASKABLE).issuperset(begin):
            raise BadInput(_("Choose a role: inspector, lead, central or auditor"))
        if absent := [role for role in end if role not in found.roles]:
            raise BadInput(_("{name} does not have the role {role}").format(name=found.name, role=absent[0]))
        roles = (*(role for role in found.roles if role not in end), *begin)
        former = tuple(role for role in (*found.former_roles, *end) if role not in roles)
        return _with_person(
            roster,
            replace(found, roles=tuple(dict.fromkeys(roles)), former_roles=tuple(dict.fromkeys(former))),
        )

    return edit


def departure(person: str, when: datetime) -> Edit:
    """Let somebody leave: what they wrote until then counts, nothing is sealed for their laptops any more."""

    def edit(roster: Roster) -> Roster:
        found = find_person(roster, person)
        former = tuple(dict.fromkeys((*found.former_roles, *found.roles)))
        left = replace(found, roles=(), former_roles=former, valid_until=when.isoformat())
        changed = _with_person(roster, left)
        for device in roster.devices_of(found.id):
            changed = _with_device(changed, device, LEFT)
        teams = tuple(
            replace(team, members=tuple(one for one in team.members if one != found.id))
            for team in roster.teams
        )
        return replace(changed, teams=teams)

    return edit


def conflicts_set(person: str, slugs: Sequence[str]) -> Edit:
    """Name the forces that somebody may not inspect, in place of those named before."""

    def edit(roster: Roster) -> Roster:
        found = find_person(roster, person)
        return _with_person(roster, replace(found, conflicts=_known_forces(slugs)))

    return edit


def validity_set(person: str, since: str, until: str) -> Edit:
    """Say from when until when somebody takes part, a last day to its end; "" sets no limit."""
    until = end_of_day(until)

    def edit(roster: Roster) -> Roster:
        found = find_person(roster, person)
        first, last = _moment(since), _moment(until)
        if first is not None and last is not None and last < first:
            raise BadInput(_("The last day is before the first. Enter both again"))
        return _with_person(roster, replace(found, valid_from=since, valid_until=until))

    return edit


def end_of_day(text: str) -> str:
    """Return the last second of a day, which has no time; a time, or "", as it is."""
    return f"{text}T23:59:59+00:00" if len(text) == len("2031-05-17") else text


def team_set(name: str, slugs: Sequence[str], members: Sequence[str]) -> Edit:
    """Make a team, or change the one of this name: its forces and its people."""

    def edit(roster: Roster) -> Roster:
        called = name.strip()
        if not called:
            raise BadInput(_("Enter a name for the team"))
        people = tuple(dict.fromkeys(find_person(roster, one).id for one in members))
        known = next((team.id for team in roster.teams if team.name == called), new_id())
        team = Team(known, called, _known_forces(slugs), people)
        return replace(roster, teams=(*(one for one in roster.teams if one.id != known), team))

    return edit


def team_removed(name: str) -> Edit:
    """Take a team out. Without any team, everybody is on one team with all forces."""

    def edit(roster: Roster) -> Roster:
        kept = tuple(team for team in roster.teams if team.name != name)
        if len(kept) == len(roster.teams):
            raise BadInput(_("There is no team called {name}").format(name=name))
        return replace(roster, teams=kept)

    return edit


def minimum_set(minimum: Mapping[str, str]) -> Edit:
    """Ask for a later program or bundle format: older ones go on capturing, and receive nothing."""
    for name, version in minimum.items():
        try:
            known = name in MINIMA and bool(release(version) or version)
        except ValueError:
            known = False
        if not known:
            raise BadInput(
                _("Write a version in numbers, such as 1.2: not {version}").format(version=version)
            )
    return lambda roster: replace(roster, minimum={**roster.minimum, **minimum})


def policy_set(**changes: str | int) -> Edit:
    """Change fields of the policy; raise `BadInput` for a value that it cannot have."""
    for name, (low, high) in _WHOLE.items():
        if name in changes and not low <= int(changes[name]) <= high:
            raise BadInput(_("{name} is a number from {low} to {high}").format(name=name, low=low, high=high))
    for name, choices in _CHOICES.items():
        if name in changes and changes[name] not in choices:
            raise BadInput(_("{name} is one of: {choices}").format(name=name, choices=", ".join(choices)))
    if "envelope" in changes:  # laptops of both kinds could not be named in one bundle
        raise BadInput(_("The kind of keys that bundles are sealed with is chosen when an inspection starts"))
    return lambda roster: replace(roster, policy=replace(roster.policy, **changes))  # type: ignore[arg-type]  # names are those of Policy


_WHOLE: Final = {"lock_minutes": (1, 15), "keep_days": (0, 3650), "grace_days": (0, 366)}
_CHOICES: Final = {"remove_copies": ("ask", "auto")}


def roots_set(
    lines: Sequence[str], threshold: int, *, form_signers: Sequence[str] = (), keeper_stays: bool = False
) -> Edit:
    """Put other root keys in place, and how many of them sign; both the old and the new sign this version.

    `keeper_stays` when whoever keeps the team list goes on keeping it: only their key is another one.
    """
    roots = check_roots(lines, threshold)

    def edit(roster: Roster) -> Roster:
        signers = tuple(dict.fromkeys((*roster.form_signers, *form_signers)))
        changed = replace(roster, roots=roots, threshold=threshold, form_signers=signers)
        if keeper_stays:
            return changed
        for person in roster.people:
            if Role.ROOT in person.roles:
                changed = roles_changed(person.id, end=[Role.ROOT])(changed)
        return changed

    return edit


def check_roots(lines: Sequence[str], threshold: int) -> tuple[str, ...]:
    """Return the public parts of root keys, each once; raise `BadInput`."""
    roots = tuple(line.strip() for line in lines)
    if len(set(roots)) != len(roots) or not 1 <= len(roots) <= MOST_ROOTS:
        raise BadInput(_("Name each root key once: one to {most} of them").format(most=MOST_ROOTS))
    if not 1 <= threshold <= len(roots):
        raise BadInput(
            _("{count} root keys are named: between 1 and {count} of them can be asked to sign").format(
                count=len(roots)
            )
        )
    for root in roots:
        try:
            PublicKey.from_line(root)
        except ValueError:
            raise BadInput(
                _("This is not the public part of a root key: it begins with ssh-ed25519")
            ) from None
    return roots


def form_signers_set(devices: Sequence[str]) -> Edit:
    """Name the laptops that may sign forms beside the root keys, in place of those named before."""

    def edit(roster: Roster) -> Roster:
        found = [find_device(roster, one) for one in devices]
        return replace(roster, form_signers=tuple(dict.fromkeys(one.signing for one in found)))

    return edit


def escrow_set(recipients: Sequence[str]) -> Edit:
    """Name the three keys any two of which open every vault of the inspection, or none."""
    chosen = tuple(recipient.strip() for recipient in recipients)
    if chosen and len(set(chosen)) != ESCROW_HOLDERS:
        raise BadInput(_("Name three different keys, or none"))
    try:
        for recipient in chosen:
            parse_recipient(recipient)
    except ValueError:
        raise BadInput(
            _("This is not a public key of age: it begins with age1 and is one long word")
        ) from None
    return lambda roster: replace(roster, escrow=chosen)


def expiry_set(until: datetime, now: datetime) -> Edit:
    """Say until when the next version serves: at most three years from now."""
    if not now < until <= now + timedelta(days=366 * _MOST_YEARS):
        raise BadInput(_("A team list serves for a day up to three years. Choose another date"))
    return lambda roster: replace(roster, expires=until.isoformat())


def _known_forces(slugs: Sequence[str]) -> tuple[str, ...]:
    unknown = [slug for slug in slugs if slug not in forces()]
    if unknown:
        raise BadInput(_("There is no force called {name}").format(name=force_name(unknown[0])))
    return tuple(slug for slug in forces() if slug in slugs)


def _moment(text: str) -> datetime | None:
    try:
        return moment(text)
    except ValueError:
        raise BadInput(_("Write a date as 2026-11-30, not {text}").format(text=text)) from None


def _with_person(roster: Roster, person: Person) -> Roster:
    return replace(roster, people=tuple(person if one.id == person.id else one for one in roster.people))


def _with_device(roster: Roster, device: Device, status: str) -> Roster:
    changed = replace(device, status=status)
    return replace(roster, devices=tuple(changed if one.id == device.id else one for one in roster.devices))
