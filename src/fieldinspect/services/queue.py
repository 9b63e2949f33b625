"""The queue: sealed bundles that wait for a destination, and how far each has come."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from fieldinspect.domain.custody import SentState
from fieldinspect.domain.depots import QueuedBundle, QueueState
from fieldinspect.domain.errors import BadInput, FieldInspectError
from fieldinspect.domain.views import Sealed
from fieldinspect.i18n import _
from fieldinspect.services import exchange, receipts
from fieldinspect.services.depot_ports import SyncVault
from fieldinspect.services.destinations import named
from fieldinspect.services.ports import Envelope, SentBundle

Keep = Callable[[SentBundle], None]

WAITS: Final = (1, 5, 15, 60)
"""Minutes until the next try, after the first failure, the second, ...; then as after the last."""
_JITTER: Final = 0.2
_AT_MOST: Final = timedelta(minutes=WAITS[-1] * 2)


@dataclass(frozen=True, slots=True)
class QueueOutlook:
    """What the window says about the queue at all times."""

    waiting: int
    """Bundles that have not gone yet."""
    oldest: datetime | None
    next_try: datetime | None
    """When something may be tried next; None when nothing waits, or when somebody has to act first."""
    reason: str
    """Why the latest of them did not arrive; "" while none has failed."""
    last_sent: datetime | None


def seal_for(
    vault: SyncVault,
    envelope: Envelope,
    people: Sequence[str],
    destination: str,
    *,
    everything: bool = False,
    now: datetime,
) -> Sealed:
    """Seal what these people lack, and let it wait for a destination (its name or id).

    Sealing and queueing are one act: after a crash the bundle waits, or the work is unsent. A second click finds
    nothing to send and raises `NothingToSend`.
    """
    folder, keep = bound_for(vault, destination)
    return exchange.seal_bundle(vault, envelope, people, folder, everything=everything, now=now, keep=keep)


def bound_for(vault: SyncVault, destination: str) -> tuple[Path, Keep]:
    """Return where to seal what goes to a destination (its name or id), and how it is kept so that it waits."""
    chosen = named(vault, destination)

    def keep(sent: SentBundle) -> None:
        vault.record_queued(sent, chosen.id)

    return vault.outgoing_folder, keep


def waiting(vault: SyncVault) -> list[QueuedBundle]:
    """Return the queue as it is told: oldest first, with DELIVERED where everybody's receipt has come."""
    said = {one.bundle: one for one in receipts.deliveries(vault)}
    mine = vault.identity.device
    return [
        replace(one, state=QueueState.DELIVERED)
        if one.state is QueueState.SENT and _delivered(said.get(one.bundle), mine)
        else one
        for one in vault.queue()
    ]


def outlook(vault: SyncVault) -> QueueOutlook:
    """Return what the window says about the queue."""
    queued = vault.queue()
    left = [one for one in queued if one.sent is None]
    failed = [one for one in left if one.reason]
    tries = [one.next_try or one.queued for one in left if one.next_try or not one.reason]
    return QueueOutlook(
        len(left),
        min((one.queued for one in left), default=None),
        min(tries, default=None),
        failed[-1].reason if failed else "",
        max((one.sent for one in queued if one.sent), default=None),
    )


def cancel(vault: SyncVault, bundle: str) -> None:
    """Take a bundle that has not gone yet out of the queue: what was in it waits to be sealed again."""
    one = next((one for one in vault.queue() if one.bundle == bundle), None)
    if one is None or one.sent is not None:
        raise BadInput(_("This bundle does not wait any more"))
    vault.drop_queued(bundle)


def failed(
    one: QueuedBundle,
    error: FieldInspectError,
    now: datetime,
    *,
    lasting: bool,
    chance: Callable[[], float] = random.random,
) -> QueuedBundle:
    """Return the bundle with why it did not go, and when it is tried again: never by itself when it is lasting."""
    minutes = WAITS[min(one.attempts, len(WAITS) - 1)]
    later = timedelta(minutes=minutes * (1 + _JITTER * (2 * chance() - 1)))
    return replace(
        one,
        state=QueueState.FAILED,
        attempts=one.attempts + 1,
        next_try=None if lasting else now + later,
        reason=str(error),
    )


def is_due(one: QueuedBundle, now: datetime) -> bool:
    """Whether a bundle should be tried now without anybody asking."""
    if one.sent is not None or (one.state is QueueState.FAILED and one.next_try is None):
        return False
    if one.next_try is None or one.next_try <= now:
        return True
    return one.next_try > now + _AT_MOST  # the clock was wrong when it was set


def _delivered(said: SentState | None, mine: str) -> bool:
    if said is None:
        return False
    return not any(laptop.device != mine and not laptop.revoked for laptop in said.outstanding)
