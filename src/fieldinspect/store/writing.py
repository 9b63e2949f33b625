"""From acts to entries: which heads a change replaces, whose scope and key a record has."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.ids import founded_by, new_id
from fieldinspect.domain.kinds import SCOPE_OF, Kind, Scope
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _
from fieldinspect.journal.acceptance import Gate
from fieldinspect.journal.entry import Body, Change, Entry
from fieldinspect.journal.fold import RecordState, extend, opening
from fieldinspect.services.ports import Write
from fieldinspect.store import entries, projection
from fieldinspect.store.keyring import load_keys, save_keys
from fieldinspect.store.pen import Pen

_TIMESPEC: Final = "milliseconds"


class NotEntitled(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("The team list does not allow you to record this. Ask your team lead for a new team list")
        )


class KeyNotHere(BadInput):
    def __init__(self) -> None:
        super().__init__(_("You may not see this record, so you cannot add to it"))


class Scribe:
    """Writes acts within one transaction; `pen` is the pen to keep once that has been committed."""

    def __init__(self, connection: sa.Connection, pen: Pen, roster: Roster, act: str = "") -> None:
        self._connection = connection
        self._roster = roster
        self._gate = Gate(roster)
        self._act = act or new_id()
        self.pen = pen

    def write(self, chains: entries.Chains, writes: Sequence[Write]) -> frozenset[str]:
        """Append one entry for each act that changes something; return the records touched."""
        names = list(dict.fromkeys(write.record for write in writes))
        parents = [write.parent for write in writes if write.parent]
        loaded = projection.load_states(self._connection, dict.fromkeys([*names, *parents]))
        before = {name: loaded[name] for name in names if name in loaded}
        keys = writing_keys(self._connection, names)
        states = dict(loaded)
        made = [entry for write in writes if (entry := self._entry(write, states, keys)) is not None]
        entries.append(self._connection, chains, made)
        touched = dict.fromkeys(entry.header.record for entry in made)
        projection.save_states(self._connection, before, [states[name] for name in touched])
        return frozenset(touched)

    def _entry(
        self, write: Write, states: dict[str, RecordState], keys: dict[str, RecordKey]
    ) -> Entry | None:
        state = states.get(write.record)
        _require_same_record(write, state, self.pen.device)
        changes = tuple(_changes(write, state))
        if state is not None and not changes:
            return None
        body = Body(
            str(write.kind),
            write.parent,
            write.inspection,
            self._act,
            write.happened.isoformat(timespec=_TIMESPEC),
            changes,
            write.reason,
            write.reconstructed,
        )
        scope = state.scope if state else self._scope(write, states.get(write.parent))
        entry, pen = self.pen.write(body, key=keys[write.record], record=write.record, scope=scope)
        if self._gate.writer(entry.header) or self._gate.body(entry.header, body):
            raise NotEntitled
        self.pen = pen
        states[write.record] = extend(state, entry, body) if state else opening(entry, body)
        return entry

    def _scope(self, write: Write, parent: RecordState | None) -> str:
        restricted = self._roster.scope_id(Scope.RESTRICTED)
        if parent is not None and parent.scope == restricted:
            return restricted
        return self._roster.scope_id(SCOPE_OF.get(Kind(write.kind), Scope.TEAM))


def writing_keys(connection: sa.Connection, records: Sequence[str]) -> dict[str, RecordKey]:
    """Return the key to write each record with, made now for a new one; raise `KeyNotHere`.

    Of several keys, the one that opens the founder's entry: nobody can talk us into a key of theirs.
    """
    held = load_keys(connection, records)
    keys = {record: found[0] for record in records if (found := held.of(record))}
    for record in [record for record in keys if len(held.of(record)) > 1]:
        stored = sorted(entries.of_records(connection, [record]), key=lambda e: (e.header.clock, e.id))
        founders = [entry for entry in stored if entry.sealed and founded_by(record, entry.header.device)]
        for entry in [*founders, *(entry for entry in stored if entry.sealed)][:1]:
            keys[record] = held.for_body(record, entry.sealed or b"") or keys[record]
    missing = [record for record in records if record not in keys]
    if entries.records_with_entries(connection, missing):
        raise KeyNotHere
    fresh = [(record, RecordKey.generate()) for record in missing]
    save_keys(connection, fresh)
    return keys | dict(fresh)


def _require_same_record(write: Write, state: RecordState | None, device: str) -> None:
    if state is None:
        if not founded_by(write.record, device):
            raise Bug(_("A record was begun under an id that is not this laptop's. Nothing was changed"))
    elif (state.kind, state.parent, state.inspection) != (write.kind, write.parent, write.inspection):
        raise Bug(_("A record was written as if it were another. Nothing was changed"))


def _changes(write: Write, state: RecordState | None) -> list[Change]:
    changes = []
    for field, value in write.changes.items():
        heads = state.heads.get(field, ()) if state else ()
        shown = heads[-1].value if heads else None
        if value == shown and not (write.resolves and len(heads) > 1):
            continue
        # What agrees with the displayed value is replaced with it, or a correction would call up a conflict.
        replaced = heads if write.resolves else [head for head in heads if head.value == shown]
        changes.append(Change(field, value, tuple(head.change for head in replaced)))
    return changes
