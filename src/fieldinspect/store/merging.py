"""Merge: the set union of their entries and ours, chunk by chunk, within the caller's transaction.

Order of steps, and why:
1. Keys first: a body that waited for its key counts from now on.
2. Entries that are not here: signature verified, then stored. Their place among ours does not matter.
3. Every touched record is folded anew from all its entries, so that arrival order cannot matter.
"""

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import sqlalchemy as sa

from fieldinspect.crypto.sealing import KEY_SIZE, RecordKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import ERASING, QUIET, Kind
from fieldinspect.i18n import _
from fieldinspect.journal.acceptance import Gate, Reason
from fieldinspect.journal.entry import Entry, Header, from_line
from fieldinspect.journal.fold import RecordState, fold
from fieldinspect.store import entries, erasing, lineage, projection, schema
from fieldinspect.store.keyring import NO_KEYS, Keyring, keep_named_keys, load_keys
from fieldinspect.store.lineage import VISIT
from fieldinspect.store.rows import among

CHUNK: Final = 4000
"""Entries held in memory at once."""

DESTROYING: Final = ERASING | {Kind.WORKING_COPY}
"""Kinds that say what is to be destroyed."""

Verifier = Callable[[Sequence[Entry]], None]


@dataclass
class Tally:
    """What a merge has done so far."""

    new: int = 0
    known: int = 0
    changed_records: int = 0
    conflicts: int = 0
    clock: int = 0
    new_records: Counter[str] = field(default_factory=Counter)
    set_aside: dict[str, Reason] = field(default_factory=dict)
    """By entry, why it does not count."""
    records: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    """Records that something came for, whether any of it counts or not."""
    chains: set[tuple[str, str]] = field(default_factory=set)
    followed: dict[tuple[str, str], int] = field(default_factory=dict)
    """Latest clock of each chain, as far as it is followed."""
    horizon: int = 0
    """Clocks beyond it are not followed: a clock far ahead of ours is wrong, or a trap."""
    talks: bool = False
    """More came than receipts and acknowledgements."""
    refused: bool = False
    """A body came that is not kept: its attachments may have come with it."""
    unsettled: set[str] = field(default_factory=set)
    """Records that say what is to be destroyed, and destroyed ones that somebody wrote to."""

    @property
    def quarantined(self) -> Mapping[str, int]:
        return Counter(str(reason) for reason in self.set_aside.values())

    def follow(self, header: Header) -> None:
        place = (header.device, header.incarnation)
        if self.followed.get(place, 0) < header.clock <= self.horizon:
            self.followed[place] = header.clock
            self.clock = max(self.clock, header.clock)


def merge(
    connection: sa.Connection,
    chains: entries.Chains,
    lines: Iterable[bytes],
    keys: Mapping[str, Sequence[bytes]],
    gate: Gate,
    verify: Verifier,
    horizon: int = 0,
) -> Tally:
    """Take in the entries; raise `BadInput` for a malformed or wrongly signed one (the caller rolls back)."""
    tally = Tally(horizon=horizon)
    with _no_collector():
        given = _read_keys(keys)
        gone = erasing.gone(connection)
        waiting = set(keep_named_keys(connection, given, entries.bodies_of(connection, given.records())))
        entries.move_to_end(connection, waiting)
        stream = iter(lines)
        while chunk := list(islice(stream, CHUNK)):
            read = [from_line(line) for line in chunk]
            came = [erasing.without_bodies(entry, gone, given) for entry in read]
            tally.refused = tally.refused or came != read
            touched = _take_in(connection, chains, came, verify, tally, given)
            waiting -= touched.keys()
            tally.unsettled |= touched.keys() & gone.erased
            _fold_touched(connection, gate, touched, tally, given)
            tally.talks = tally.talks or talks(connection, {entry.header.record for entry in came})
        _fold_touched(connection, gate, dict.fromkeys(waiting), tally)
        for (device, incarnation), clock in tally.followed.items():
            chains.advance(device, incarnation, clock)
    return tally


@contextmanager
def _no_collector() -> Iterator[None]:
    """Hold the cycle collector: a merge makes millions of values and no cycles; it took a quarter of the time."""
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


def refold(connection: sa.Connection, gate: Gate | None, records: Sequence[str]) -> Tally:
    """Fold stored records again, under a new roster or to check the projections."""
    tally = Tally()
    for start in range(0, len(records), CHUNK):
        _fold_touched(connection, gate, dict.fromkeys(records[start : start + CHUNK]), tally)
    return tally


def settle(
    connection: sa.Connection,
    gate: Gate,
    touched: Collection[str],
    device: str,
    *,
    anew: bool = False,
    said_now: bool = False,
) -> None:
    """Destroy what is to be destroyed now, and show again what is not erased any more."""
    lifted = erasing.settle(connection, gate, touched, device, anew=anew, said_now=said_now)
    refold(connection, gate, lifted)


def talks(connection: sa.Connection, records: Collection[str]) -> bool:
    """Tell whether any of these records is more than a receipt or an acknowledgement."""
    r = schema.record.c
    quiet = sa.select(sa.func.count()).where(among(r.id, records), r.kind.in_(sorted(QUIET)))
    return connection.execute(quiet).scalar_one() < len(records)


def _read_keys(keys: Mapping[str, Sequence[bytes]]) -> Keyring:
    if any(len(secret) != KEY_SIZE for secrets in keys.values() for secret in secrets):
        raise BadInput(_("This bundle holds a key of the wrong length. It was not merged"))
    return Keyring((record, RecordKey(secret)) for record, secrets in keys.items() for secret in secrets)


def _take_in(
    connection: sa.Connection,
    chains: entries.Chains,
    chunk: Sequence[Entry],
    verify: Verifier,
    tally: Tally,
    given: Keyring,
) -> dict[str, list[Entry] | None]:
    """Store what is new; return, by touched record, its entries, or None where there are older ones."""
    unique: dict[str, Entry] = {}
    for entry in chunk:
        if entry.sealed is not None or entry.id not in unique:
            unique[entry.id] = entry
    here = entries.which_are_here(connection, list(unique))
    new = [entry for entry in unique.values() if entry.id not in here]
    late = [entry for entry in unique.values() if entry.sealed is not None and here.get(entry.id) is False]
    verify(new)
    touched: dict[str, list[Entry] | None] = {}
    for entry in new:
        touched.setdefault(entry.header.record, []).append(entry)  # type: ignore[union-attr]  # lists until below
        tally.chains.add((entry.header.device, entry.header.incarnation))
    for record in entries.records_with_entries(connection, list(touched)):
        touched[record] = None
    touched.update((entry.header.record, None) for entry in late)
    entries.append(connection, chains, new)
    for entry in late:
        entries.add_body(connection, entry)
    entries.note_scopes(connection, new, [record for record, own in touched.items() if own is None])
    bodies = [(entry.header.record, entry.sealed) for entry in (*new, *late) if entry.sealed is not None]
    keep_named_keys(connection, given, bodies)
    tally.new += len(new)
    tally.known += len(chunk) - len(new)
    return touched


def _fold_touched(
    connection: sa.Connection,
    gate: Gate | None,
    touched: Mapping[str, list[Entry] | None],
    tally: Tally,
    given: Keyring = NO_KEYS,
) -> None:
    if not touched:
        return
    older = [record for record, found in touched.items() if found is None]
    before = projection.load_states(connection, older)
    opener = entries.Opener(gate, load_keys(connection, touched, given), lineage.Lineage(connection))
    states: list[RecordState] = []
    rejudged: list[str] = []
    for _record, found in _with_older(connection, touched, older, rejudged):
        accepted = opener.accepted(found)
        for entry, _body in accepted:
            tally.follow(entry.header)
        state = fold(accepted)
        if state is not None:
            states.append(state)
    entries.save_quarantine(connection, rejudged, opener.quarantined)
    _save(connection, before, states)
    lineage.keep(connection, {state.id: state for state in states}, opener.named, opener.hanging, older)
    _send_again_what_moved(connection, before, states)
    tally.touched.update(touched)
    tally.unsettled.update(state.id for state in (*before.values(), *states) if state.kind in DESTROYING)
    _count(before, states, tally)
    for entry_id in rejudged:
        tally.set_aside.pop(entry_id, None)
    tally.set_aside.update(opener.quarantined)
    _fold_touched(connection, gate, dict.fromkeys(_planned(before, states)), tally, given)


def _planned(before: Mapping[str, RecordState], states: Sequence[RecordState]) -> set[str]:
    """Return the visits of plans that changed: what whoever is assigned says of their force counts by the plan."""
    after = {state.id: state for state in states}
    changed = [one for one in (*before.values(), *states) if before.get(one.id) != after.get(one.id)]
    plans = [one for one in changed if one.kind == Kind.PLANNED_VISIT]
    return {head.value for plan in plans for head in plan.heads.get(VISIT, ()) if head.value}


def _with_older(
    connection: sa.Connection,
    touched: Mapping[str, list[Entry] | None],
    older: Sequence[str],
    rejudged: list[str],
) -> Iterator[tuple[str, list[Entry]]]:
    stored: dict[str, list[Entry]] = {record: [] for record in older}
    for entry in entries.of_records(connection, older):
        stored[entry.header.record].append(entry)
        rejudged.append(entry.id)
    for record, found in touched.items():
        yield record, stored[record] if found is None else found


def _save(connection: sa.Connection, before: dict[str, RecordState], states: Sequence[RecordState]) -> None:
    kept = {state.id for state in states}
    projection.forget(connection, [state for record, state in before.items() if record not in kept])
    changed = [state for state in states if before.get(state.id) != state]
    projection.save_states(connection, before, changed)


def _send_again_what_moved(
    connection: sa.Connection, before: Mapping[str, RecordState], states: Sequence[RecordState]
) -> None:
    """Treat what turns out to hang elsewhere as new: who may hold it depends on what it hangs under."""
    moved = [state.id for state in states if state.id in before and before[state.id].parent != state.parent]
    if moved:
        entries.move_to_end(connection, connection.execute(lineage.below(connection, moved)).scalars().all())


def _count(before: Mapping[str, RecordState], states: Sequence[RecordState], tally: Tally) -> None:
    for state in states:
        old = before.get(state.id)
        if old is None:
            tally.new_records[state.kind] += 1
        elif old != state and state.id not in tally.records:
            tally.changed_records += 1
        conflicts = state.conflicts()
        if conflicts:
            tally.conflicts += len(set(conflicts) - set(old.conflicts() if old else ()))
        tally.records.add(state.id)
