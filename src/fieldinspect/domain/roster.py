"""The roster: who takes part, with which devices, and what each may hold. Format: docs/formats/roster.md."""

from dataclasses import dataclass, field
from functools import cached_property

from fieldinspect.domain.kinds import Role


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

    def devices_of(self, person_id: str) -> tuple[Device, ...]:
        return tuple(d for d in self.devices if d.person == person_id and d.status == "active")

    def people_with(self, role: Role) -> tuple[Person, ...]:
        return tuple(person for person in self.people if role in person.roles)
