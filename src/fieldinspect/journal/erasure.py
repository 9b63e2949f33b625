"""Which records are erased: a pure answer of all accepted requests and confirmations and the team list.

Rules held here (docs/formats/journal.md, section 6):
1. A confirmation names one entry of a request, and so its very text: what is written on the request before or after
   adds nothing and takes nothing away. Only what their founders wrote counts, of the request and of the confirmation.
2. Both count by the gate: a lead asked, the centre confirmed. One person may be both only where the team list names
   nobody else who could be, then or now: a date would be taken from the clock of whoever confirms.
3. Nothing takes a confirmation back. A withdrawal that meets one came too late, whichever arrives first.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from fieldinspect.domain.ids import founded_by, is_id
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.entry import Body, Entry

RECORDS: Final = "records"
REQUEST: Final = "request"
ENTRY: Final = "entry"
_DECIDING: Final = frozenset({Role.LEAD, Role.CENTRAL})

Said = tuple[Entry, Body]


class Erasure(NamedTuple):
    """Why a record is erased: by which request (record id) and which confirmation (entry id and clock)."""

    request: str
    confirmation: str
    clock: int

    @property
    def place(self) -> tuple[int, str]:
        return self.clock, self.confirmation


def erased(requests: Iterable[Said], confirmations: Iterable[Said], roster: Roster) -> dict[str, Erasure]:
    """Return the erasure of each record that has one; of several, the earliest. All pairs are founders'."""
    asked = {entry.id: (entry, body) for entry, body in requests}
    found: dict[str, Erasure] = {}
    for entry, body in sorted(confirmations, key=lambda said: (said[0].header.clock, said[0].id)):
        request = asked.get(value(body, ENTRY))
        if request is None or not may_confirm(roster, request[0].header.author, entry.header.author):
            continue
        for record in named(request[1]):
            found.setdefault(record, Erasure(request[0].header.record, entry.id, entry.header.clock))
    return found


def may_confirm(roster: Roster, asker: str, confirmer: str) -> bool:
    """Tell whether there are two people, or one is enough because the team has and had nobody else to do it."""
    return asker != confirmer or not any(
        person.id != asker and not _DECIDING.isdisjoint(roster.every_role_of(person.id))
        for person in roster.people
    )


def begun_by_founder(entries: Iterable[Entry]) -> Entry | None:
    """Return the entry with which the founder began a record: the lowest in its chain, whatever its clock says.

    If the founder wrote to it in several chains, that of the chain which did so first.
    """
    lowest: dict[str, Entry] = {}
    for entry in entries:
        header = entry.header
        if not founded_by(header.record, header.device):
            continue
        known = lowest.get(header.incarnation)
        if known is None or _place_in_chain(entry) < _place_in_chain(known):
            lowest[header.incarnation] = entry
    return min(lowest.values(), key=lambda entry: (entry.header.clock, entry.id), default=None)


def _place_in_chain(entry: Entry) -> tuple[int, int, str]:
    return entry.header.sequence, entry.header.clock, entry.id


def named(body: Body) -> tuple[str, ...]:
    """Return the records that a request names, each once."""
    return tuple(dict.fromkeys(line for line in value(body, RECORDS).split("\n") if is_id(line)))


def value(body: Body, field: str) -> str:
    """Return what an entry says of a field, or ""."""
    return next((change.value or "" for change in body.changes if change.field == field), "")
