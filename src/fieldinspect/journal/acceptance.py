"""Acceptance: which stored entries count, and why others do not (docs/formats/journal.md, section 5).

Every answer is a function of all entries and one roster. Clocks are what their writers' laptops said: EXPIRED keeps
honest laptops to the dates of the team list, and nobody from setting a clock back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from fieldinspect.domain.ids import founded_by
from fieldinspect.domain.kinds import HANDED_IN, LOGS, RETURNED, UNERASABLE, Kind, leads, may_say, may_write
from fieldinspect.domain.roster import Person, Roster, moment
from fieldinspect.journal.clock import at
from fieldinspect.journal.entry import LAST_CLOCK, Body, Change, Entry, Header, change_id
from fieldinspect.journal.fold import founding
from fieldinspect.journal.forces import FORCE

COUNTS_ANYWAY: Final = UNERASABLE | {Kind.SAFEGUARDING_CONCERN}
"""Kinds that no conflict of interest quarantines: logs, and that somebody may be at risk, whoever says so."""

PLANNED: Final = "planned"
"""Field of a visit: the planned visit it is of."""

Chain = tuple[str, str]
"""Device and incarnation."""

Assigned = Callable[[str, str, str], bool]
"""Answers whether a lead ever assigned to a planned visit, which is to become a visit, a person: in this order."""


class Reason(StrEnum):
    UNKNOWN_DEVICE = "unknown-device"
    WRONG_AUTHOR = "wrong-author"
    REVOKED = "revoked"
    FORK = "fork"
    ROLE = "role"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"
    KIND = "kind"
    CONFLICT = "conflict"
    ERASED = "erased"


class Gate:
    """Answers for one roster; who wrote it is answered once per device, not once per entry.

    `overrides` are the (person, force) whose conflict a lead set aside; `branches` says, for chains that were revoked
    at a head, which entry id stands at a sequence on the way to that head, wherever another stands there too.
    """

    def __init__(
        self,
        roster: Roster,
        overrides: frozenset[tuple[str, str]] = frozenset(),
        branches: Mapping[Chain, Mapping[int, str]] | None = None,
    ) -> None:
        self.roster = roster
        self.overrides = overrides
        self.branches = branches or {}
        self._limits: dict[Chain, int] = {}
        self.heads: dict[Chain, str] = {}
        for revoked in roster.revocations:
            place = (revoked.device, revoked.incarnation)
            if revoked.sequence <= self._limits.get(place, revoked.sequence):
                self._limits[place] = revoked.sequence
                self.heads[place] = revoked.head
        self.heads = {place: head for place, head in self.heads.items() if head}
        self.watched = frozenset(person.id for person in roster.people if person.conflicts)
        """People with any conflict of interest, set aside or not."""
        self.conflicts = {
            person.id: barred
            for person in roster.people
            if (barred := frozenset(f for f in person.conflicts if (person.id, f) not in overrides))
        }
        self._times = {person.id: time for person in roster.people if (time := _time(person))}
        self._roles: dict[str, frozenset[str]] = {}

    def writer(self, header: Header) -> Reason | None:
        """Judge the header alone: may this device speak for this author, here in its chain."""
        device = self.roster.device(header.device)
        if device is None:
            return Reason.UNKNOWN_DEVICE
        if device.person != header.author:
            return Reason.WRONG_AUTHOR
        limit = self._limits.get((header.device, header.incarnation), self._limits.get((header.device, "")))
        if limit is not None and header.sequence > limit:
            return Reason.REVOKED
        return None

    def place(self, entry: Entry) -> Reason | None:
        """Judge an entry by its header and id: its writer, and whether it stands on the way to a revocation's head."""
        reason = self.writer(entry.header)
        if reason is None and self.branches:
            known = self.branches.get((entry.header.device, entry.header.incarnation), {})
            if known.get(entry.header.sequence, entry.id) != entry.id:
                return Reason.FORK
        return reason

    def body(self, header: Header, body: Body) -> Reason | None:
        """Judge what was written, once the writer is accepted."""
        roles = self._roles_of(header.author)
        if not may_write(roles, body.kind):
            return Reason.ROLE
        for change in body.changes:
            if not may_say(roles, body.kind, change.field, change.value):
                return Reason.ROLE
        if self._times and body.kind not in LOGS and not self.takes_part(header):
            return Reason.EXPIRED
        return None

    def takes_part(self, header: Header) -> bool:
        """Tell whether the author took part at the time the entry says it was written."""
        since, until = self._times.get(header.author, (0, LAST_CLOCK))
        return since <= header.clock <= until

    def since(self, author: str) -> int:
        """Return the first clock at which an author takes part."""
        return self._times.get(author, (0, LAST_CLOCK))[0]

    def led(self, author: str) -> bool:
        """Tell whether the author is or ever was a lead or the centre."""
        return leads(self._roles_of(author))

    def bars(self, author: str, body: Body, forces: frozenset[str]) -> bool:
        """Tell whether a conflict of interest with one of these forces keeps an entry from counting."""
        conflicts = self.conflicts.get(author)
        return conflicts is not None and body.kind not in COUNTS_ANYWAY and not conflicts.isdisjoint(forces)

    def _roles_of(self, person: str) -> frozenset[str]:
        roles = self._roles.get(person)
        if roles is None:
            roles = self._roles[person] = self.roster.every_role_of(person)
        return roles


def _time(person: Person) -> tuple[int, int] | None:
    """Return the first and last clock at which a person takes part, None for always."""
    since, until = moment(person.valid_from), moment(person.valid_until)
    if since is None and until is None:
        return None
    return at(since) if since else 0, (at(until) | 0xFFFF) if until else LAST_CLOCK


def out_of_turn(entries: Sequence[tuple[Entry, Body]], gate: Gate, is_assigned: Assigned) -> Iterator[Entry]:
    """Yield the entries of one record that do what only who leads, or only its author, does.

    One change that replaces heads of different values settles a disagreement: no typing ever does, it replaces what is
    displayed and what agrees with that. Taking a return back and handing in again is the author's. The force, by which
    teams and conflicts of interest are judged, is also for whoever was assigned; the plan is the founder's first word.
    """
    ordered = sorted(entries, key=lambda pair: (pair[0].header.clock, pair[0].id))
    began, opening = founding(ordered)
    first = began.header
    author = first.author if founded_by(first.record, first.device) else None
    plan = next((change.value or "" for change in opening.changes if change.field == PLANNED), "")
    values: dict[str, str | None] = {}
    for entry, body in ordered:
        values.update((change_id(entry.id, n), change.value) for n, change in enumerate(body.changes))
    for entry, body in ordered:
        writer = entry.header.author
        fields = {change.field for change in body.changes}
        if author is not None and entry is not began and PLANNED in fields:
            yield entry
        elif gate.led(writer):
            continue
        elif any(_is_settled(change, values) for change in body.changes) or (
            author not in (None, writer)
            and (
                not fields.isdisjoint((RETURNED, HANDED_IN))
                or (FORCE in fields and not is_assigned(plan, first.record, writer))
            )
        ):
            yield entry


def _is_settled(change: Change, values: Mapping[str, str | None]) -> bool:
    if len(change.replaces) < 2:
        return False
    return len({values[replaced] for replaced in change.replaces if replaced in values}) > 1


def of_another_kind(entries: Sequence[tuple[Entry, Body]]) -> Iterator[Entry]:
    """Yield the entries of one record that contradict its founder about kind, parent or inspection."""
    ordered = sorted(entries, key=lambda pair: (pair[0].header.clock, pair[0].id))
    founder, said = founding(ordered)
    if not founded_by(founder.header.record, founder.header.device):
        return
    for entry, body in ordered:
        if (body.kind, body.parent, body.inspection) != (said.kind, said.parent, said.inspection):
            yield entry


def rejudged(before: Roster | None, after: Roster) -> Callable[[str], bool]:
    """Return the question whether a device's entries must be judged again under a new roster."""

    def standing(roster: Roster | None, device: str) -> object:
        if roster is None:
            return None
        found = roster.device(device)
        revocations = [one for one in roster.revocations if one.device == device]
        person = found and roster.person(found.person)
        times = person and (person.valid_from, person.valid_until, frozenset(person.conflicts))
        return found and (found.person, roster.every_role_of(found.person), times, revocations)

    return lambda device: standing(before, device) != standing(after, device)
