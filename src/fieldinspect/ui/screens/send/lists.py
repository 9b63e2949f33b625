"""Destinations, outbox and inbox as rows."""

from datetime import datetime

from fieldinspect.domain.custody import Laptop
from fieldinspect.domain.depots import Destination, QueuedBundle, QueueState
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.conflicts import Merge
from fieldinspect.services.outbox import Item
from fieldinspect.ui.courier import SyncState
from fieldinspect.ui.text import day_and_time, depot_kind_name, size
from fieldinspect.ui.widgets.rows import Row


def destination_row(one: Destination, contact: datetime | None) -> Row:
    said = _("Last reached {when}").format(when=day_and_time(contact)) if contact else _("Not reached yet")
    return Row(one.id, one.name, f"{depot_kind_name(one.kind)} · {one.address}", said)


def inbox_row(place: int, one: Merge) -> Row:
    entries = ngettext("{count} entry", "{count} entries", one.entries).format(count=one.entries)
    return Row(
        str(place), one.name or _("somebody who is not in the team list"), day_and_time(one.came), entries
    )


def outbox_row(item: Item, sync: SyncState) -> Row:
    said, queued = item.said, item.queued
    title = day_and_time(said.sent)
    if item.destination:
        title = _("{when}, to {destination}").format(when=title, destination=item.destination)
    detail = [ngettext("{count} entry", "{count} entries", said.entries).format(count=said.entries)]
    if queued is not None:
        detail.insert(0, size(queued.size))
        detail += _trouble(queued)
    for delivery in said.delivered:
        words = _("{name} has it since {when}")
        detail.append(words.format(name=_owner(delivery.laptop), when=day_and_time(delivery.when)))
    detail += [_missing(laptop) for laptop in said.outstanding]
    return Row(said.bundle, title, " · ".join(detail), _status(item, sync))


def is_waiting(item: Item) -> bool:
    return item.queued is not None and item.queued.sent is None


def _trouble(queued: QueuedBundle) -> list[str]:
    if queued.sent is not None or not queued.reason:
        return []
    again = (
        _("next try {when}").format(when=day_and_time(queued.next_try))
        if queued.next_try
        else _("not tried again until you ask for it")
    )
    return [queued.reason, again]


def _status(item: Item, sync: SyncState) -> str:
    queued = item.queued
    if queued is not None and queued.sent is None:
        step = sync.step
        if sync.running and step and step.sending and step.destination == item.destination:
            percent = step.done * 100 // step.size if step.size else 0
            if step.size == queued.size:
                return _("Sending {percent} %").format(percent=percent)
        return _("Failed") if queued.state is QueueState.FAILED else _("Ready")
    waiting = [laptop for laptop in item.said.outstanding if not laptop.revoked]
    if item.said.delivered and not waiting:
        return _("Delivered")
    outstanding = _("Outstanding: {count}").format(count=len(waiting))
    return _("Sent. {outstanding}").format(outstanding=outstanding) if queued is not None else outstanding


def _missing(laptop: Laptop) -> str:
    if laptop.revoked:
        return _("{name}: taken off the team").format(name=_owner(laptop))
    return _("{name}: no receipt yet").format(name=_owner(laptop))


def _owner(laptop: Laptop) -> str:
    return laptop.person or _("somebody who is not in the team list")


def sync_words(state: SyncState) -> str:
    """Say what the last run did, or what the present one does."""
    step = state.step
    if state.running:
        if step is None:
            return _("Reaching the destinations…")
        words = (
            _("{name}: sending {index} of {count}")
            if step.sending
            else _("{name}: fetching {index} of {count}")
        )
        return words.format(name=step.destination, index=step.index, count=step.count)
    if state.report is None or state.ended is None:
        return ""
    lines = [_("Last run {when}").format(when=day_and_time(state.ended))]
    if state.report.stopped:
        lines.append(_("Stopped. What went has gone, the rest waits"))
    for one in state.report.destinations:
        words = _("{name}: sent {sent}, still waiting {waiting}, received {received}")
        said = words.format(name=one.destination, sent=one.sent, waiting=one.waiting, received=one.received)
        if one.refused:
            said += ". " + _("Refused: {count}").format(count=one.refused)
        lines.append(f"{said}. {one.trouble}" if one.trouble else said)
    return "\n".join(lines)
