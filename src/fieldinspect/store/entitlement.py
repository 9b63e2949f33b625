"""Who may hold which bodies beside the scope rule (docs/formats/journal.md, 9).

1. Nobody holds what hangs under a record that names a force of a conflict of theirs, save by a lead's override.
2. Leads, the centre and the auditor hold all else.
3. An inspector holds visits, and all beneath them, of no force but those of their teams; and those they founded or are
   assigned to.
4. A planned visit, and the visit of one as long as it names no force, is for whoever is assigned.
5. For anybody whom 1 or 3 restricts: nothing that hangs under what is not here.

A rule names the highest records it concerns, the *roots*: what hangs beneath goes with them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import sqlalchemy as sa

from fieldinspect.domain.entitlement import HeldBack, Why
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.acceptance import PLANNED, Gate
from fieldinspect.journal.forces import NONE
from fieldinspect.store import lineage, schema
from fieldinspect.store.lineage import ASSIGNED

BEGUN: Final = "begun/"
_ALL_FORCES: Final = frozenset({Role.LEAD, Role.CENTRAL, Role.AUDITOR})
_VISITS: Final = frozenset({Kind.VISIT, Kind.PLANNED_VISIT})


class Root(NamedTuple):
    """A record that somebody may not hold, with all that hangs beneath it."""

    record: str
    kind: str
    force: str
    why: Why


@dataclass
class _Visit:
    kind: str = ""
    author: str = ""
    forces: set[str] = field(default_factory=set)
    plan: str = ""
    assigned: set[str] = field(default_factory=set)
    former: set[str] = field(default_factory=set)
    """Who was assigned and taken off again: a lead wrote both, so nobody names themselves."""
    begun: set[str] = field(default_factory=set)


class Entitlement:
    """Answers for one look at the journal."""

    def __init__(self, connection: sa.Connection, gate: Gate) -> None:
        self._connection = connection
        self._gate = gate

    def roots(self, person: str, *, own: bool = False) -> list[Root]:
        """Return what a person may not be sent; with `own`, what they may not see in their own vault.

        There, whoever was taken off a plan sees on what they began. That they began it is their word alone, so it
        brings them nothing: a lead assigns them again.
        """
        found = list(self._conflicted(person))
        if not self._has_all_forces(person) and (self._gate.roster.teams or self._anything_planned()):
            found.extend(self._of_others(person, own))
        return found

    def withheld(self, people: Iterable[str]) -> list[str]:
        """Return the roots that not every one of these people may hold."""
        found: set[str] = set()
        restricted = False
        for person in people:
            found.update(root.record for root in self.roots(person) if not self._was_planned(root, person))
            restricted = restricted or self._is_restricted(person)
        return sorted(found | self._dangling()) if restricted else sorted(found)

    def _was_planned(self, root: Root, person: str) -> bool:
        """Tell whether a plan still goes to somebody so that they learn that they were taken off: no more is shown."""
        planned = root.kind == Kind.PLANNED_VISIT and root.why is Why.PLAN
        return planned and person in self._named[root.record].former

    def _is_restricted(self, person: str) -> bool:
        return person in self._gate.conflicts or bool(
            self._gate.roster.teams and not self._has_all_forces(person)
        )

    def _has_all_forces(self, person: str) -> bool:
        return not _ALL_FORCES.isdisjoint(self._gate.roster.roles_of(person))

    def _conflicted(self, person: str) -> Iterable[Root]:
        barred = self._gate.conflicts.get(person, NONE)
        if not barred:
            return
        for record, visit in self._named.items():
            for force in sorted(visit.forces & barred):
                yield Root(record, visit.kind, force, Why.CONFLICT)

    def _anything_planned(self) -> bool:
        planned = sa.select(schema.record.c.id).where(schema.record.c.kind == Kind.PLANNED_VISIT).limit(1)
        return self._connection.execute(planned).first() is not None

    def _of_others(self, person: str, own: bool) -> Iterable[Root]:
        teams = self._gate.roster.teams
        mine = {force for team in teams if person in team.members for force in team.forces}
        for record, visit in self._named.items():
            if visit.kind == Kind.PLANNED_VISIT:
                if person not in visit.assigned:
                    yield Root(record, visit.kind, min(visit.forces, default=""), Why.PLAN)
            elif visit.kind == Kind.VISIT and person not in {visit.author, *self._assigned_to(visit, own)}:
                if not visit.forces and visit.plan:
                    yield Root(record, visit.kind, "", Why.PLAN)
                elif teams and (others := visit.forces - mine):
                    yield Root(record, visit.kind, min(others), Why.TEAM)

    def _assigned_to(self, visit: _Visit, own: bool) -> Collection[str]:
        plan = self._named.get(visit.plan)
        if plan is None:
            return ()
        return plan.assigned | (plan.former & visit.begun) if own else plan.assigned

    @cached_property
    def _named(self) -> dict[str, _Visit]:
        """Every record that names a force, and all that was planned."""
        r, n, h = schema.record.c, schema.named_force.c, schema.head.c
        found: dict[str, _Visit] = defaultdict(_Visit)
        execute = self._connection.execute
        naming = sa.select(n.record, n.force, r.kind, r.author).outerjoin_from(
            schema.named_force, schema.record, r.id == n.record
        )
        for record, force, kind, author in execute(naming):
            visit = found[record]
            visit.kind, visit.author = kind or "", author or ""
            visit.forces.add(force)
        for record in execute(sa.select(r.id).where(r.kind == Kind.PLANNED_VISIT)).scalars():
            found[record].kind = Kind.PLANNED_VISIT
        said = (
            sa.select(h.record, h.field, h.value, r.kind, r.author)
            .join_from(schema.record, schema.head, h.record == r.id)
            .where(
                sa.or_(
                    sa.and_(r.kind == Kind.PLANNED_VISIT, h.field.like(f"{ASSIGNED}%")),
                    sa.and_(r.kind == Kind.VISIT, h.field == PLANNED),
                    sa.and_(r.kind == Kind.VISIT, h.field.like(f"{BEGUN}%")),
                )
            )
            .order_by(h.clock, h.change)
        )
        for record, name, value, kind, author in execute(said):
            visit = found[record]
            visit.kind, visit.author = kind, author
            if name == PLANNED:
                visit.plan = value or ""
            elif name.startswith(BEGUN):
                visit.begun.add(name.removeprefix(BEGUN))
            else:
                _assign(visit, name.removeprefix(ASSIGNED), value)
        return found

    def _dangling(self) -> set[str]:
        """Return the records that hang under something that is not here."""
        r, above, beside = schema.record.c, schema.record.alias(), schema.hanging.c
        query = sa.select(r.id).where(
            r.parent != "",
            ~sa.exists().where(above.c.id == r.parent),
            ~sa.exists().where(beside.record == r.parent),
        )
        return set(self._connection.execute(query).scalars())


def _assign(plan: _Visit, person: str, value: str | None) -> None:
    """Note what a lead says of somebody; of what two leads say, the last."""
    assigned, former = value == "true", value == "false"
    (plan.assigned.add if assigned else plan.assigned.discard)(person)
    (plan.former.add if former else plan.former.discard)(person)


def may_be_barred(roster: Roster, person: str) -> bool:
    """Tell whether there may be anything here that a person must not see, by the team list alone."""
    found = roster.person(person)
    return bool(found and found.conflicts) or _ALL_FORCES.isdisjoint(roster.roles_of(person))


def barred_from(connection: sa.Connection, gate: Gate, person: str) -> frozenset[str]:
    """Return all records here that a person may not hold, save the concerns for somebody at risk that they raised."""
    roots = {root.record for root in Entitlement(connection, gate).roots(person, own=True)}
    if not roots:
        return frozenset()
    r = schema.record.c
    own = sa.select(r.id).where(r.kind == Kind.SAFEGUARDING_CONCERN, r.author == person)
    raised = set(connection.execute(own).scalars())
    return frozenset(connection.execute(lineage.below(connection, roots)).scalars()) - raised


def told(roots: Iterable[Root]) -> list[HeldBack]:
    """Return how many visits of each force are held back, and why; by force."""
    visits: dict[tuple[str, Why], int] = defaultdict(int)
    others: dict[tuple[str, Why], int] = defaultdict(int)
    for root in roots:
        (visits if root.kind in _VISITS else others)[root.force, root.why] += 1
    keys = sorted(visits.keys() | others.keys())
    return [HeldBack(force, why, visits[force, why], others[force, why]) for force, why in keys]
