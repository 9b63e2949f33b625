"""Signed receipts: what was merged here is said to have come, and what was sent is known to have arrived."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from fieldinspect.domain.custody import Delivery, EntryPlace, PostedBundle, SentState
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.services.erasure import acknowledge, laptop
from fieldinspect.services.ports import Replica, Write
from fieldinspect.services.standing import leads

_ALWAYS: Final = datetime.fromtimestamp(0, UTC)


def write_due(vault: Replica) -> int:
    """Write the receipts and acknowledgements this laptop owes, to go with the next bundle; return how many."""
    roster = vault.roster()
    if roster is None:
        return 0
    # What an earlier incarnation receipted may have come before what is here was restored: it is said again.
    mine = vault.identity.incarnation
    given = {said.get("bundle") for said in vault.founded(Kind.RECEIPT) if said.incarnation == mine}
    writes = [
        Write(
            new_record_id(vault.identity.device),
            Kind.RECEIPT,
            roster.inspection,
            roster.inspection,
            {
                "bundle": merged.bundle,
                "digest": merged.digest,
                "sender": merged.device,
                "count": str(merged.entries),
            },
            merged.received,
        )
        for merged in vault.merged_bundles()
        if merged.talks and merged.bundle not in given
    ]
    if writes:
        vault.write(writes)
    return len(writes) + acknowledge(vault)


def deliveries(vault: Replica) -> list[SentState]:
    """Return every bundle that was sealed here, newest first: who receipted it, and who has not."""
    roster = vault.roster()
    if roster is None:
        return []
    posted = vault.posted_bundles()
    came = _arrivals(vault, roster, posted)
    return [
        SentState(
            one.bundle,
            one.created,
            one.entries,
            tuple(came[one.bundle].values()),
            tuple(laptop(roster, device) for device in one.devices if device not in came[one.bundle]),
        )
        for one in reversed(posted)
    ]


def receipted(vault: Replica, places: Iterable[EntryPlace]) -> Mapping[EntryPlace, datetime | None]:
    """Return since when a lead or the centre is known to hold each entry; None while nobody said so.

    What one of them wrote, they hold. A laptop that began anew may have lost what it held or wrote before: nothing of
    an earlier incarnation counts, until it is receipted again.
    """
    roster = vault.roster()
    if roster is None:
        return dict.fromkeys(places)
    posted = vault.posted_bundles()
    came = _arrivals(vault, roster, posted)
    arrived = [
        (one, min(delivery.when for delivery in by_leads))
        for one in posted
        if (by_leads := [delivery for delivery in came[one.bundle].values() if delivery.leads])
    ]
    leading = {device.id for device in roster.devices if leads(roster, device.person)}
    current = {device: newest for device, newest in _incarnations(vault).items() if device in leading}
    found: dict[EntryPlace, datetime | None] = {}
    for place in places:
        times = [when for one, when in arrived if one.carried(place)]
        held = current.get(place.device) == place.incarnation
        found[place] = _ALWAYS if held else min(times, default=None)
    return found


def _arrivals(
    vault: Replica, roster: Roster, posted: Sequence[PostedBundle]
) -> dict[str, dict[str, Delivery]]:
    """Return the receipts of what was sent here, by bundle and device.

    One for another file, or of an earlier incarnation, counts for nothing.
    """
    current = _incarnations(vault)
    sent = {(one.bundle, one.digest): one for one in posted}
    found: dict[str, dict[str, Delivery]] = {one.bundle: {} for one in posted}
    for said in vault.founded(Kind.RECEIPT):
        one = sent.get((said.get("bundle"), said.get("digest")))
        if one is None or said.device not in one.devices or current.get(said.device) != said.incarnation:
            continue
        delivery = Delivery(laptop(roster, said.device), said.written, leads(roster, said.author))
        found[one.bundle].setdefault(said.device, delivery)
    return found


def _incarnations(vault: Replica) -> dict[str, str]:
    """Return the newest incarnation of each device: a chain is begun later than all that its device still held."""
    return {said.device: said.incarnation for said in vault.founded(Kind.CHAIN)}
