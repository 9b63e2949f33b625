"""The roster: who takes part, with which devices, and what each may hold. Format: docs/formats/roster.md."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from fieldinspect.domain.kinds import Role


def moment(text: str) -> datetime | None:
    """Return a time of the roster, in UTC where it names no zone; None for "", no limit. Raises `ValueError`."""
    if not text:
        return None
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def release(text: str) -> tuple[int, ...]:
    """Return a version in numbers, so that 1.10 comes after 1.9 and 1.0 is 1; `ValueError` for what is none."""
    numbers = [int(part) for part in text.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    roles: tuple[str, ...]
    conflicts: tuple[str, ...] = ()
    """Slugs of the forces this person may not inspect."""
    valid_from: str = ""
    valid_until: str = ""
    former_roles: tuple[str, ...] = ()
    """Roles that ended: what was written in them goes on counting; nothing new is held because of them."""

    def takes_part_at(self, when: datetime) -> bool:
        """Tell whether `when` lies in `valid_from` .. `valid_until`, both included."""
        since, until = moment(self.valid_from), moment(self.valid_until)
        return (since is None or since <= when) and (until is None or when <= until)

    def has_left(self, when: datetime) -> bool:
        """Tell whether their time was over before `when`: they may be briefed before it begins, not after it ends."""
        until = moment(self.valid_until)
        return until is not None and when > until


@dataclass(frozen=True)
class Device:
    id: str
    """OpenSSH fingerprint of the signing key."""
    person: str
    signing: str
    """OpenSSH public key line."""
    receiving: tuple[str, ...]
    """age recipients: hybrid first, then X25519 where the policy allows it."""
    status: str = "active"
    """`active`; `revoked` when it was lost; `left` when its person left. Nothing is sealed for the last two."""


@dataclass(frozen=True)
class Revocation:
    device: str
    incarnation: str
    sequence: int
    """Last sequence that still counts; 0 revokes the whole chain."""
    head: str = ""
    """Entry id at that sequence: tells the honest branch from one that a thief grew with the same key."""
    reason: str = ""


@dataclass(frozen=True)
class SyncScope:
    id: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Team:
    """Who inspects which forces. Where a roster has no teams, everybody is on one team with all forces."""

    id: str
    name: str
    forces: tuple[str, ...] = ()
    """Slugs of the forces this team inspects."""
    members: tuple[str, ...] = ()
    """Ids of the people on it."""


@dataclass(frozen=True)
class Policy:
    envelope: str = "hybrid"
    """`hybrid`, or `x25519` so that an age without ML-KEM opens bundles (rulings 15)."""
    lock_minutes: int = 5
    marking: str = "OFFICIAL-SENSITIVE"
    handling: str = ""
    keep_days: int = 30
    """Days that a laptop keeps its copy of a visit after a lead or the centre receipted all of it."""
    remove_copies: str = "ask"
    """`ask` the person before a working copy is removed, or `auto`: at start, when its days are over."""
    grace_days: int = 14
    """Days after `expires` during which an old roster still serves for sealing and receiving."""


@dataclass(frozen=True)
class Roster:
    format: str
    inspection: str
    version: int
    previous: str
    issued: str
    expires: str
    threshold: int
    roots: tuple[str, ...]
    people: tuple[Person, ...]
    devices: tuple[Device, ...]
    scopes: tuple[SyncScope, ...]
    revocations: tuple[Revocation, ...] = ()
    escrow: tuple[str, ...] = ()
    minimum: dict[str, str] = field(default_factory=dict)
    policy: Policy = Policy()
    teams: tuple[Team, ...] = ()
    form_signers: tuple[str, ...] = ()
    """OpenSSH public key lines that may sign form sets beside the roots, which are kept off every laptop."""

    @cached_property
    def _people(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def _devices(self) -> dict[str, Device]:
        return {device.id: device for device in self.devices}

    def person(self, person_id: str) -> Person | None:
        return self._people.get(person_id)

    def device(self, device_id: str) -> Device | None:
        return self._devices.get(device_id)

    def roles_of(self, person_id: str) -> frozenset[str]:
        person = self.person(person_id)
        return frozenset(person.roles) if person else frozenset()

    def every_role_of(self, person_id: str) -> frozenset[str]:
        """Return the roles a person has or had: in any of them what they wrote counts."""
        person = self.person(person_id)
        return frozenset((*person.roles, *person.former_roles)) if person else frozenset()

    def name_of(self, person_id: str) -> str:
        """Return the person's name, or the start of the id when the roster does not know them."""
        person = self.person(person_id)
        return person.name if person else person_id[:8]

    def scope_id(self, name: str) -> str:
        return next(scope.id for scope in self.scopes if scope.name == name)

    def scopes_for(self, people: frozenset[str]) -> frozenset[str]:
        """Return the ids of the scopes that every one of these people may hold (rulings 5)."""
        roles = [self.roles_of(person) for person in people]
        return frozenset(
            scope.id
            for scope in self.scopes
            if roles and all(not held.isdisjoint(scope.roles) for held in roles)
        )

    def is_expired(self, now: datetime) -> bool:
        expires = moment(self.expires)
        return expires is not None and now > expires

    def in_grace(self, now: datetime) -> bool:
        """Tell whether it expired so lately that it still serves for sealing and receiving."""
        expires = moment(self.expires)
        return expires is not None and expires < now <= expires + timedelta(days=self.policy.grace_days)

    def has_lapsed(self, now: datetime) -> bool:
        """Tell whether it expired and its days of grace are over: nothing is sealed or received by it."""
        return self.is_expired(now) and not self.in_grace(now)

    def days_left(self, now: datetime) -> int | None:
        """Return the whole days until it expires, below 0 when it did; None when it never does."""
        expires = moment(self.expires)
        return None if expires is None else (expires - now).days

    def needs_newer(self, app: str, bundle_format: str) -> bool:
        """Tell whether `minimum` asks for a later program (`1.2.0`) or bundle format (`1`) than these."""
        have = {"app": app, "format": bundle_format}
        return any(
            release(self.minimum[name]) > release(version)
            for name, version in have.items()
            if name in self.minimum
        )

    def devices_of(self, person_id: str) -> tuple[Device, ...]:
        return tuple(d for d in self.devices if d.person == person_id and d.status == "active")

    def people_with(self, role: Role) -> tuple[Person, ...]:
        return tuple(person for person in self.people if role in person.roles)
