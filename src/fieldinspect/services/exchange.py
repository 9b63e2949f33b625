"""Sealing work for others, and taking in theirs."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.purposes import Purpose
from fieldinspect.domain.views import Received, Recipient, Sealed
from fieldinspect.i18n import _
from fieldinspect.services import audit, held_back, receipts, standing
from fieldinspect.services.ports import Envelope, Parcel, Receipt, Replica, SentBundle
from fieldinspect.services.standing import roster_of


class NothingToSend(BadInput):
    def __init__(self) -> None:
        super().__init__(_("Nothing waits to be sent: they have all of it"))


def recipients(vault: Replica, now: datetime | None = None) -> list[Recipient]:
    """Return everybody else on the team now who has a device that can receive, and what they may not hold."""
    roster = roster_of(vault)
    when = now or datetime.now().astimezone()
    found = {
        person: devices
        for person in roster.people
        if person.id != vault.identity.person
        and not person.has_left(when)
        and (devices := roster.devices_of(person.id))
    }
    held = vault.held_back([person.id for person in found])
    return [
        Recipient(person.id, person.name, person.roles, len(devices), tuple(held.get(person.id, ())))
        for person, devices in found.items()
    ]


def seal_bundle(
    vault: Replica,
    envelope: Envelope,
    people: Sequence[str],
    folder: Path,
    *,
    everything: bool = False,
    purpose: str = Purpose.ENTRIES,
    now: datetime | None = None,
    keep: Callable[[SentBundle], None] | None = None,
) -> Sealed:
    """Seal what these people's devices lack (or everything they may hold) into one file in the folder.

    Receipts and acknowledgements that this laptop owes, and the line of the log that says for whom this was sealed,
    are written first and go with it: a bundle that then cannot be written was logged once too often, never too little.
    `keep` is asked in place of the vault to remember what was sealed: it may remember more in the same act.
    """
    roster = roster_of(vault)
    when = now or datetime.now().astimezone()
    standing.may_send(roster, vault.identity, when)
    chosen = tuple(dict.fromkeys(people))
    standing.may_be_sent_to(roster, chosen, when)
    devices = [device.id for person in chosen for device in roster.devices_of(person)]
    if not devices:
        raise BadInput(_("Choose at least one person with an enrolled laptop"))
    scopes = roster.scopes_for(frozenset(chosen))
    receipts.write_due(vault)
    sent_before = {} if everything else vault.sent_to(devices)
    if not vault.waits(scopes, sent_before, chosen):
        raise NothingToSend
    given = {"issued_to": " ".join(chosen)}
    audit.disclosed(vault, audit.BUNDLE, roster.inspection, given, happened=when)
    outgoing = vault.outgoing(scopes, sent_before, chosen)
    sent = replace(
        envelope.seal(vault, outgoing, chosen, folder, purpose),
        withheld=outgoing.withheld,
        regained=outgoing.regained,
    )
    (keep or vault.record_sent)(sent)
    names = tuple(roster.name_of(person) for person in chosen)
    held = held_back.named(roster, vault.held_back(chosen)) if outgoing.withheld else ()
    return Sealed(
        sent.path, sent.bundle, sent.entries, len(outgoing.blobs), sent.size, names, outgoing.missing, held
    )


def receive_bundle(vault: Replica, envelope: Envelope, path: Path, *, now: datetime) -> Received:
    """Verify, open and merge a bundle; merging it again changes nothing. Refusals are `BadInput`."""
    roster_of(vault)  # the first team list comes with its digits compared, never with a bundle
    with envelope.open(vault, path) as parcel:
        if vault.receipt(parcel.digest) is not None:
            return _known_already(vault, parcel)
        vault.install_roster(parcel.roster)
        # By the newest team list here: the bundle may have brought the one that was waited for.
        standing.may_receive(roster_of(vault), vault.identity, now)
        receipt = Receipt(
            parcel.bundle,
            parcel.device,
            parcel.sequence,
            parcel.previous,
            parcel.created,
            now.isoformat(),
            parcel.digest,
        )
        merged = vault.merge(parcel.lines(), parcel.keys, parcel.blobs, receipt)
        return Received(
            parcel.bundle,
            _sender(vault, parcel),
            datetime.fromisoformat(parcel.created),
            merged.new,
            merged.known,
            merged.new_records,
            merged.changed_records,
            merged.conflicts,
            merged.quarantined,
            len(parcel.blobs),
            gaps=merged.gaps,
            forks=merged.forks,
            purpose=parcel.purpose,
        )


def _known_already(vault: Replica, parcel: Parcel) -> Received:
    created = datetime.fromisoformat(parcel.created)
    return Received(
        parcel.bundle, _sender(vault, parcel), created, 0, 0, already_received=True, purpose=parcel.purpose
    )


def _sender(vault: Replica, parcel: Parcel) -> str:
    roster = roster_of(vault)
    device = roster.device(parcel.device)
    return roster.name_of(device.person) if device else parcel.device
