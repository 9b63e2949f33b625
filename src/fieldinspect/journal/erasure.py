"""Which records are erased: a pure answer of all accepted requests and confirmations and the team list.

Rules held here (docs/formats/journal.md, section 6):
1. A confirmation names one entry of a request, and so its very text: what is written on the request before or after
   adds nothing and takes nothing away. Only what their founders wrote counts, of the request and of the confirmation.
2. Both count by the gate: a lead asked, the centre confirmed. One person may be both only where nobody else could be.
3. Nothing takes a confirmation back. A withdrawal that meets one came too late, whichever arrives first.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from fieldinspect.domain.ids import is_id
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Person, Roster
from fieldinspect.journal.clock import milliseconds
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
        if request is None or not may_confirm(
            roster, request[0].header.author, entry.header.author, entry.header.clock
        ):
            continue
        for record in named(request[1]):
            found.setdefault(record, Erasure(request[0].header.record, entry.id, entry.header.clock))
    return found


def may_confirm(roster: Roster, asker: str, confirmer: str, clock: int) -> bool:
    """Tell whether two people are enough, or one is because there was nobody else to ask or confirm."""
    if asker != confirmer:
        return True
    moment = datetime.fromtimestamp(milliseconds(clock) / 1000, UTC)
    return not any(
        person.id != asker
        and not _DECIDING.isdisjoint(roster.every_role_of(person.id))
        and _took_part(person, moment)
        for person in roster.people
    )


def _took_part(person: Person, moment: datetime) -> bool:
    """Tell whether somebody belonged to the team at a moment; whoever has no date has always belonged."""
    try:
        begun = datetime.fromisoformat(person.valid_from)
    except ValueError:
        return True
    return begun.tzinfo is None or begun <= moment


def named(body: Body) -> tuple[str, ...]:
    """Return the records that a request names, each once."""
    return tuple(dict.fromkeys(line for line in value(body, RECORDS).split("\n") if is_id(line)))


def value(body: Body, field: str) -> str:
    """Return what an entry says of a field, or ""."""
    return next((change.value or "" for change in body.changes if change.field == field), "")
