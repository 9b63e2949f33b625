"""A laptop in place of a lost one: its owner's visits come back from whoever leads, and the lost one is revoked.

What is lost is what never left the lost laptop: its drafts, and what it had not sent. Everything else goes on: the new
laptop is the same person's, so contacts keep their letter and their numbers.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.purposes import Purpose
from fieldinspect.domain.roster import Device, Roster
from fieldinspect.domain.views import Received, Sealed, VisitCard
from fieldinspect.i18n import _
from fieldinspect.services import exchange, programme, quarantine, reading, team_edits, team_list
from fieldinspect.services.ports import Envelope, Replica, SentBundle
from fieldinspect.services.team_edits import Edit
from fieldinspect.services.team_list import Loss, Outcome, TeamVault

TEAM_LIST: Final = "team.txt"
PROPOSAL: Final = "team-proposal.txt"
"""Names of the file that a replacement makes, in force or to be signed first."""


class Replaced(NamedTuple):
    """What came of it: the next team list or its proposal, what of the lost laptop counts, and the bundle.

    There is no bundle while the team list is a proposal: root keys have to sign it first (`send`).
    """

    person: str
    """The person's name."""
    outcome: Outcome
    loss: Loss
    sealed: Sealed | None


class Recovered(NamedTuple):
    """What a new laptop got back."""

    received: Received
    visits: list[VisitCard]


def replace_laptop(
    vault: TeamVault,
    envelope: Envelope,
    request: bytes,
    lost: str,
    folder: Path,
    *,
    reason: str,
    now: datetime,
    since: datetime | None = None,
) -> Replaced:
    """Give the owner of a lost laptop the one that asks, revoke the lost one, and seal all they may hold for the new.

    `lost` is the lost laptop's id, or its owner's name; `since` is when it was lost: what it wrote from then on does
    not count. The digits of the request were compared before. Raises `BadInput`.
    """
    roster = team_list.need_roster(vault)
    device = team_edits.find_device(roster, lost)
    if device.id == vault.identity.device:
        raise BadInput(_("This is the laptop you are working on. Replace it from another one"))
    if not reason.strip():
        raise BadInput(_("Enter what happened to the laptop"))
    loss = team_list.loss_of(vault, device.id, since)
    edits: list[Edit] = [_admission(request, device), *_revocation(device, loss, reason.strip())]
    outcome = team_list.change(vault, edits, now=now)
    sealed = send(vault, envelope, device.person, folder, now=now) if outcome.in_force else None
    return Replaced(roster.name_of(device.person), outcome, loss, sealed)


def send(
    vault: Replica,
    envelope: Envelope,
    person: str,
    folder: Path,
    *,
    now: datetime,
    keep: Callable[[SentBundle], None] | None = None,
) -> Sealed:
    """Seal all that somebody may hold for the laptop they have now; raise `BadInput`. `keep` as in `seal_bundle`."""
    return exchange.seal_bundle(
        vault, envelope, [person], folder, everything=True, purpose=Purpose.RECOVERY, now=now, keep=keep
    )


def recover(vault: Replica, envelope: Envelope, path: Path, *, now: datetime) -> Recovered:
    """Take the bundle in on the new laptop, as any; return what is here now."""
    received = quarantine.receive(vault, envelope, path, now=now)
    return Recovered(received, reading.visits(vault, counted=False))


def laptops(vault: Replica) -> list[tuple[Device, str]]:
    """Return the laptops that may be replaced, each with its owner's name: active ones, save this one."""
    roster = team_list.need_roster(vault)
    found = [
        (one, roster.name_of(one.person))
        for one in roster.devices
        if one.status == team_edits.ACTIVE and one.id != vault.identity.device
    ]
    return sorted(found, key=lambda pair: (pair[1].casefold(), pair[0].id))


def told(loss: Loss) -> Sequence[str]:
    """Say what of a lost laptop counts, and what is gone with it."""
    return [
        *team_list.loss_sentences(loss),
        gone(),
    ]


def gone() -> str:
    """Say what no bundle brings back."""
    return _("Drafts that were only on the lost laptop are gone, and so is what it never sent.")


def _admission(request: bytes, lost: Device) -> Edit:
    asked = programme.read_request(request)

    def edit(roster: Roster) -> Roster:
        owner = roster.person(lost.person)
        if owner is None:
            raise BadInput(_("Nobody called {name} is in the team list").format(name=lost.person[:8]))
        if roster.device(asked.device) is not None:
            raise BadInput(_("This laptop is in the team list already. Ask for a request from the new one"))
        new = Device(asked.device, owner.id, asked.signing, asked.receiving)
        return team_edits.admission(new, owner, another_laptop=True)(roster)

    return edit


def _revocation(lost: Device, loss: Loss, reason: str) -> list[Edit]:
    """Return the revocation of the lost laptop, none where somebody revoked it already."""
    if lost.status != team_edits.ACTIVE:
        return []
    return [team_edits.revocation(lost.id, loss.places, reason)]
