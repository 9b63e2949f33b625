"""From acts to entries: which heads a change replaces, whose scope and key a record has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.ids import founded_by, new_id
from fieldinspect.domain.kinds import SCOPE_OF, Kind, Scope, leads
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _
from fieldinspect.journal.acceptance import PLANNED, Gate, Reason
from fieldinspect.journal.entry import Body, Change, Entry
from fieldinspect.journal.fold import Head, RecordState, extend, opening
from fieldinspect.journal.forces import FORCE, shown
from fieldinspect.services.ports import Write
from fieldinspect.store import entries, erasing, lineage, projection
from fieldinspect.store.gates import gate_for
from fieldinspect.store.keyring import Keyring, load_keys, save_keys
from fieldinspect.store.pen import Pen

_TIMESPEC: Final = "milliseconds"
MAX_KEYS: Final = 16
"""Keys of one record in a bundle (docs/formats/bundle.md, 5)."""


class NotEntitled(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("The team list does not allow you to record this. Ask your team lead for a new team list")
        )


class TimeIsOver(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _(
                "By the clock of this laptop your time on this team is over. If the clock is wrong, set it; "
                "if not, ask your team lead for a new team list. What was typed is kept as a draft"
            )
        )


class NotTheirForce(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Only whoever began this, is assigned to it, or leads can say of which force it is. "
                "Ask one of them to correct it"
            )
        )


class Conflicted(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("You have a conflict of interest with this force. Ask your team lead to write this instead")
        )


def _grown(state: RecordState | None, entry: Entry, body: Body) -> RecordState:
    """Return the state with our own entry: facts from the founder's first, as a fold would have them."""
    if state is None:
        return opening(entry, body)
    grown = extend(state, entry, body)
    record = entry.header.record
    if founded_by(record, entry.header.device) and not founded_by(record, state.device):
        return msgspec.structs.replace(opening(entry, body), heads=grown.heads)
    return grown


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
        # The team list is younger than a clock that says otherwise.
        self.pen = pen.not_before(self._gate.since(pen.author))

    def write(self, chains: entries.Chains, writes: Sequence[Write]) -> frozenset[str]:
        """Append one entry for each act that changes something; return the records touched."""
        names = list(dict.fromkeys(write.record for write in writes))
        parents = [write.parent for write in writes if write.parent]
        loaded = projection.load_states(self._connection, dict.fromkeys([*names, *parents]))
        before = {name: loaded[name] for name in names if name in loaded}
        begun_under = [write.parent for write in writes if write.parent and write.record not in before]
        erasing.require_writable(self._connection, [*names, *begun_under])
        keys = writing_keys(self._connection, names, before)
        states = dict(loaded)
        said = [pair for write in writes if (pair := self._entry(write, states, keys)) is not None]
        made = [entry for entry, _body in said]
        entries.append(self._connection, chains, made)
        entries.note_scopes(self._connection, made, before.keys())
        chains.advance(self.pen.device, self.pen.incarnation, self.pen.clock)
        touched = dict.fromkeys(entry.header.record for entry in made)
        projection.save_states(self._connection, before, [states[name] for name in touched])
        about = {entry.header.record for entry, body in said if _says(FORCE, body)}
        naming = {name: states[name] for name in about}
        lineage.keep(self._connection, naming, {}, {}, naming.keys() & before.keys())
        return frozenset(touched)

    def _is_decided(self, head: Head) -> bool:
        """Tell whether a lead, other than whoever writes here, gave this value with a reason."""
        roles = self._roster.every_role_of(head.author)
        return bool(head.reason) and head.author != self.pen.author and leads(roles)

    def _entry(
        self, write: Write, states: dict[str, RecordState], keys: dict[str, RecordKey]
    ) -> tuple[Entry, Body] | None:
        state = states.get(write.record)
        _require_same_record(write, state, self.pen.device)
        changes = tuple(_changes(write, state, self._is_decided))
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
        reason = self._gate.writer(entry.header) or self._gate.body(entry.header, body)
        if reason is not None:
            raise TimeIsOver if reason is Reason.EXPIRED else NotEntitled
        self._refuse_out_of_turn(body, state)
        self._refuse_conflicted(body, state)
        self.pen = pen
        states[write.record] = _grown(state, entry, body)
        return entry, body

    def _refuse_out_of_turn(self, body: Body, state: RecordState | None) -> None:
        """Refuse a force that would not count as ours to say (journal.acceptance.out_of_turn)."""
        me = self.pen.author
        if state is None or not _says(FORCE, body) or self._gate.led(me) or state.author == me:
            return
        over = lineage.Lineage(self._connection)
        if founded_by(state.id, state.device) and not over.is_assigned(
            state.value(PLANNED) or "", state.id, me
        ):
            raise NotTheirForce

    def _refuse_conflicted(self, body: Body, state: RecordState | None) -> None:
        """Refuse what would not count for a conflict of interest of our own."""
        if self.pen.author not in self._gate.watched:
            return
        gate = gate_for(self._connection, self._roster)
        named = frozenset(change.value or "" for change in body.changes if change.field == FORCE)
        about = named | shown(state) | lineage.Lineage(self._connection)(body.parent)
        if gate.bars(self.pen.author, body, about):
            raise Conflicted

    def _scope(self, write: Write, parent: RecordState | None) -> str:
        restricted = self._roster.scope_id(Scope.RESTRICTED)
        if parent is not None and parent.scope == restricted:
            return restricted
        return self._roster.scope_id(SCOPE_OF.get(Kind(write.kind), Scope.TEAM))


def writing_keys(
    connection: sa.Connection, records: Sequence[str], states: Mapping[str, RecordState] | None = None
) -> dict[str, RecordKey]:
    """Return the key to write each record with, made now for a new one; raise `KeyNotHere`.

    It is the key that the founder's first entry names: nobody can talk us into a key of theirs.
    """
    held = load_keys(connection, records)
    keys = {record: _writing_key(connection, record, held, (states or {}).get(record)) for record in records}
    fresh = [(record, RecordKey.generate()) for record, key in keys.items() if key is None]
    save_keys(connection, fresh)
    return {record: key for record, key in keys.items() if key is not None} | dict(fresh)


def outgoing_keys(connection: sa.Connection, records: Sequence[str]) -> dict[str, tuple[bytes, ...]]:
    """Return the keys of records as a bundle carries them: at most 16 each, the founder's among them."""
    held = load_keys(connection, records)
    keys = held.secrets()
    for record in [record for record, secrets in keys.items() if len(secrets) > MAX_KEYS]:
        _here, sealed = entries.founding_body(connection, record)
        founder = held.for_body(record, sealed) if sealed else None
        first = [founder.secret] if founder else []
        keys[record] = tuple([*first, *(one for one in keys[record] if one not in first)][:MAX_KEYS])
    return keys


def _writing_key(
    connection: sa.Connection, record: str, held: Keyring, state: RecordState | None
) -> RecordKey | None:
    known = held.of(record)
    if len(known) == 1 and state is not None and founded_by(record, state.device):
        return known[0]  # what is shown is what the founder wrote, and this key opened it
    founder_is_here, sealed = entries.founding_body(connection, record)
    if founder_is_here:
        key = held.for_body(record, sealed) if sealed else None
        if key is None:
            raise KeyNotHere
        return key
    if known:
        return known[0]
    if entries.records_with_entries(connection, [record]):
        raise KeyNotHere
    return None


def _says(field: str, body: Body) -> bool:
    return any(change.field == field for change in body.changes)


def _require_same_record(write: Write, state: RecordState | None, device: str) -> None:
    if state is None:
        if not founded_by(write.record, device):
            raise Bug(_("A record was begun under an id that is not this laptop's. Nothing was changed"))
    elif (state.kind, state.parent, state.inspection) != (write.kind, write.parent, write.inspection):
        raise Bug(_("A record was written as if it were another. Nothing was changed"))


def _changes(write: Write, state: RecordState | None, is_decided: Callable[[Head], bool]) -> list[Change]:
    changes = []
    for field, value in write.changes.items():
        heads = state.heads.get(field, ()) if state else ()
        shown = heads[-1].value if heads else None
        if write.instead_of:
            changes.append(Change(field, value, (write.instead_of,)))
            continue
        if value == shown and not (write.resolves and len(heads) > 1):
            continue
        # What agrees with the displayed value is replaced with it, or a correction would call up a conflict.
        replaced = heads if write.resolves else [head for head in heads if head.value == shown]
        if write.typed:
            replaced = [head for head in replaced if not is_decided(head)]
        changes.append(Change(field, value, tuple(head.change for head in replaced)))
    return changes
