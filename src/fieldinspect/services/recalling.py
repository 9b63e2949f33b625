"""Bundles that wait in the queue, looked at once more before they go: the team list may have changed since."""

from datetime import datetime

from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _
from fieldinspect.services.depot_ports import SyncVault


def recalled(vault: SyncVault, bundle: str, *, now: datetime) -> str:
    """Take a bundle out of the queue when somebody it is sealed for may not have it any more; say so, else "".

    What was in it waits to be sealed again, for those who still may.
    """
    roster = vault.roster()
    posted = next((one for one in vault.posted_bundles() if one.bundle == bundle), None)
    if roster is None or posted is None:
        return ""
    gone = _gone(roster, posted.devices, now)
    if gone:
        why = _(
            "A bundle that waited was not sent: the laptop of {names} is not on the team any more. "
            "What was in it waits to be sealed again"
        ).format(names=gone)
    elif not posted.scopes <= roster.scopes_for(_people(roster, posted.devices)) or vault.holds_barred(
        posted
    ):
        why = _(
            "A bundle that waited was not sent: it holds what somebody it is sealed for may not see any more. "
            "What was in it waits to be sealed again"
        )
    else:
        return ""
    vault.drop_queued(bundle)
    return why


def _people(roster: Roster, devices: tuple[str, ...]) -> frozenset[str]:
    return frozenset(found.person for device in devices if (found := roster.device(device)))


def _gone(roster: Roster, devices: tuple[str, ...], now: datetime) -> str:
    """Return who of those whose laptops these are has left, or lost theirs: by name, "" for nobody."""
    names = set()
    for device in map(roster.device, devices):
        owner = roster.person(device.person) if device else None
        if device is None or owner is None:
            names.add(_("somebody"))
        elif device.status != "active" or owner.has_left(now):
            names.add(owner.name)
    return ", ".join(sorted(names))
