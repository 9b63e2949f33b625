"""Visit packs: an ordinary bundle that brings an assigned inspector all that the visits planned for them need.

That is the planned visits with the ids of the visits they become and the keys of those, forms, team list, contacts and
conflicts of interest. One pack a person: nobody's pack holds what another of the team must not see.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.purposes import Purpose
from fieldinspect.domain.views import Received, Sealed
from fieldinspect.i18n import _
from fieldinspect.services import exchange, planning, quarantine, standing
from fieldinspect.services.planning import Planned
from fieldinspect.services.ports import Envelope, Reader, Replica, SentBundle


class Packed(NamedTuple):
    """A pack made for one person, with how many visits it is for; `sealed` is None for who has all of it already."""

    person: str
    """The person's name."""
    visits: int
    sealed: Sealed | None


class Opened(NamedTuple):
    """What came in, and the visits that this person now finds on Today."""

    received: Received
    to_do: list[Planned]


def expected(vault: Reader, today: date) -> dict[str, int]:
    """Return the ids of everybody else who is assigned to visits still to come, with how many."""
    counts: dict[str, int] = {}
    for one in planning.planned(vault):
        if one.state is planning.State.PLANNED and one.details.last >= today:
            for person in one.details.assigned:
                counts[person] = counts.get(person, 0) + 1
    counts.pop(vault.identity.person, None)
    return counts


def make(
    vault: Replica,
    envelope: Envelope,
    folder: Path,
    *,
    now: datetime,
    people: Sequence[str] = (),
    everything: bool = False,
    keep: Callable[[SentBundle], None] | None = None,
) -> list[Packed]:
    """Make a pack for each of these people, or for all who are assigned; raise `BadInput` when there is nobody.

    With `everything` a pack holds also what they were sent before: for a laptop that an earlier one never reached.
    `keep` is as in `seal_bundle`.
    """
    roster = planning.leading(vault)
    counts = expected(vault, now.date())
    chosen = tuple(dict.fromkeys(people)) or tuple(sorted(counts, key=roster.name_of))
    idle = next((person for person in chosen if person not in counts), None)
    if idle is not None:
        raise BadInput(_("{name} is assigned to no visit still to come").format(name=roster.name_of(idle)))
    if not chosen:
        raise BadInput(_("Nobody else is assigned to a visit still to come"))
    standing.may_be_sent_to(roster, chosen, now)
    away = next((person for person in chosen if not roster.devices_of(person)), None)
    if away is not None:
        raise BadInput(_("{name} has no enrolled laptop. Admit one first").format(name=roster.name_of(away)))
    return [
        Packed(
            roster.name_of(person),
            counts[person],
            _seal(vault, envelope, person, folder, now=now, everything=everything, keep=keep),
        )
        for person in chosen
    ]


def _seal(
    vault: Replica,
    envelope: Envelope,
    person: str,
    folder: Path,
    *,
    now: datetime,
    everything: bool,
    keep: Callable[[SentBundle], None] | None,
) -> Sealed | None:
    try:
        return exchange.seal_bundle(
            vault,
            envelope,
            [person],
            folder,
            everything=everything,
            purpose=Purpose.VISIT_PACK,
            now=now,
            keep=keep,
        )
    except exchange.NothingToSend:
        return None


def open_pack(vault: Replica, envelope: Envelope, path: Path, *, now: datetime) -> Opened:
    """Take a pack in, as any bundle, and return the visits that are to be made."""
    received = quarantine.receive(vault, envelope, path, now=now)
    return Opened(received, planning.to_do(vault, now.date()))
