"""The outbox as people see it: each sealed bundle, where it goes or went, and who has it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from fieldinspect.domain.custody import SentState
from fieldinspect.domain.depots import QueuedBundle
from fieldinspect.domain.errors import BadInput
from fieldinspect.files import atomic_writer, world_failures
from fieldinspect.i18n import _
from fieldinspect.services import queue, receipts
from fieldinspect.services.depot_ports import SyncVault

_PIECE: Final = 1 << 20


class Item(NamedTuple):
    """A sealed bundle; `queued` is None for one that was sealed to a folder or stick."""

    said: SentState
    queued: QueuedBundle | None
    destination: str
    """Name; "" for a folder or stick, or one that is forgotten."""


def items(vault: SyncVault) -> list[Item]:
    """Return every bundle that was sealed here, newest first. What was sealed for ourselves needs no receipt."""
    me = vault.identity.device
    names = {one.id: one.name for one in vault.destinations()}
    waiting = {one.bundle: one for one in queue.waiting(vault)}
    found = []
    for said in receipts.deliveries(vault):
        queued = waiting.get(said.bundle)
        others = tuple(laptop for laptop in said.outstanding if laptop.device != me)
        name = names.get(queued.destination, "") if queued else ""
        found.append(Item(replace(said, outstanding=others), queued, name))
    return found


def last_contact(vault: SyncVault) -> Mapping[str, datetime]:
    """Return when something last went to each destination, by its id."""
    found: dict[str, datetime] = {}
    for one in vault.queue():
        if one.sent is not None:
            found[one.destination] = max(one.sent, found.get(one.destination, one.sent))
    return found


def save_copy(vault: SyncVault, bundle: str, folder: Path) -> Path:
    """Copy a bundle that still waits into a folder or onto a stick; it goes on waiting: coming twice does no harm."""
    one = next((one for one in vault.queue() if one.bundle == bundle), None)
    source = vault.outgoing_folder / one.name if one is not None else None
    if one is None or source is None or not source.is_file():
        raise BadInput(_("This bundle does not wait any more"))
    target = folder / one.name
    with world_failures(), source.open("rb") as content, atomic_writer(target) as out:
        while piece := content.read(_PIECE):
            out.write(piece)
    return target
