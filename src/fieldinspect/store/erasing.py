"""Destroying bodies and keys: of erased records everywhere, of removed working copies here.

Rules held here (docs/formats/journal.md, section 6):
1. What is erased is computed from all entries and the team list; no order of arrival changes it.
2. Destroying is part of the transaction in which the last missing entry comes. Files, and old pages in the
   write-ahead log, go right after it; whatever a crash leaves of them goes when the vault is opened again.
3. Headers and signatures stay: every chain verifies as before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import ERASING, UNERASABLE, Kind
from fieldinspect.i18n import _
from fieldinspect.journal import erasure
from fieldinspect.journal.acceptance import Gate, Reason
from fieldinspect.journal.entry import Entry, MalformedEntry, open_body, read_entry
from fieldinspect.journal.erasure import Erasure
from fieldinspect.store import custody, entries, projection, schema
from fieldinspect.store.blobs import is_digest
from fieldinspect.store.keyring import Keyring, load_keys
from fieldinspect.store.rows import among, insert_rows

CHECKPOINT: Final = ""
"""The doomed name that asks for an empty write-ahead log."""
BROUGHT_BACK: Final = "brought_back"


class RecordErased(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This record was erased. Nothing can be written to it, or under it, any more"))


class CopyRemoved(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("The working copy of this record was removed from this laptop. Bring it back to go on with it")
        )


class Gone(NamedTuple):
    """Records whose bodies are not taken in."""

    erased: frozenset[str]
    removed: frozenset[str]


def gone(connection: sa.Connection) -> Gone:
    names = (
        connection.execute(sa.select(table.c.record)).scalars() for table in (schema.erased, schema.removed)
    )
    return Gone(*(frozenset(found) for found in names))


def require_writable(connection: sa.Connection, records: Iterable[str]) -> None:
    """Raise `RecordErased` or `CopyRemoved` when one of these is gone."""
    wanted = list(records)
    for table, refusal in ((schema.erased, RecordErased), (schema.removed, CopyRemoved)):
        if connection.execute(
            sa.select(table.c.record).where(among(table.c.record, wanted)).limit(1)
        ).first():
            raise refusal


def without_bodies(entry: Entry, gone: Gone, given: Keyring) -> Entry:
    """Return an incoming entry as it may be stored: without its body where that must not come back."""
    record = entry.header.record
    if entry.sealed is None or (record not in gone.erased and record not in gone.removed):
        return entry
    if record in gone.erased and _is_unerasable(entry, given):
        return entry
    return msgspec.structs.replace(entry, sealed=None)


def _is_unerasable(entry: Entry, given: Keyring) -> bool:
    key = given.for_body(entry.header.record, entry.sealed or b"")
    try:
        return key is not None and open_body(entry, key).kind in UNERASABLE
    except MalformedEntry:
        return False


def settle(
    connection: sa.Connection, gate: Gate, touched: Collection[str], device: str, *, anew: bool = False
) -> Sequence[str]:
    """Erase what is to be erased after these records changed; return the records that are erased no longer.

    With `anew` everything is judged again: the team list changed, or the projections were cleared.
    """
    _settle_copies(connection, gate, touched, device, anew=anew)
    before = _load(connection)
    after = before
    if anew or _concern(connection, touched):
        after = _compute(connection, gate)
    due = [record for record in after if anew or record in touched or after[record] != before.get(record)]
    spared = _unerasable(connection, due)
    after = {record: found for record, found in after.items() if record not in spared}
    _replace(connection, before, after)
    due = [record for record in due if record in after]
    destroy(connection, due)
    _quarantine(connection, gate, {record: after[record] for record in due})
    return [record for record in before if record not in after]


def _settle_copies(
    connection: sa.Connection, gate: Gate, touched: Collection[str], device: str, *, anew: bool
) -> None:
    """Keep in mind which working copies this device said it removed; only its own word counts."""
    r = schema.record.c
    own = sa.select(r.id).where(r.kind == Kind.WORKING_COPY, r.device == device)
    acts = list(connection.execute(own).scalars())
    if not anew and touched.isdisjoint(acts):  # type: ignore[attr-defined]  # a set or the keys of a mapping
        return
    after: dict[str, str] = {}
    for said in custody.accepted_of(connection, gate, acts):
        mine = [body for entry, body in said if entry.header.device == device]
        if mine and not any(erasure.value(body, BROUGHT_BACK) for body in mine):
            after.update(dict.fromkeys(erasure.named(mine[0]), said[0][0].header.record))
    before = {row.record: row.act for row in connection.execute(sa.select(schema.removed))}
    if before == after:
        return
    connection.execute(sa.delete(schema.removed))
    insert_rows(connection, schema.removed, sorted(after.items()))
    destroy(connection, sorted(after.keys() - before.keys()))


def _load(connection: sa.Connection) -> dict[str, Erasure]:
    return {row.record: Erasure(*row[1:]) for row in connection.execute(sa.select(schema.erased))}


def _concern(connection: sa.Connection, touched: Collection[str]) -> bool:
    """Tell whether a request or confirmation is among these records, or was while it counted."""
    r, x = schema.record.c, schema.erased.c
    now = sa.select(r.id).where(among(r.id, touched), r.kind.in_(sorted(ERASING)))
    were = sa.select(x.record).where(among(x.request, touched))
    return any(connection.execute(query.limit(1)).first() is not None for query in (now, were))


def _compute(connection: sa.Connection, gate: Gate) -> dict[str, Erasure]:
    requests, confirmations = (
        [said for own in custody.by_founders(connection, gate, kind) for said in own]
        for kind in (Kind.ERASURE_REQUEST, Kind.ERASURE)
    )
    return erasure.erased(requests, confirmations, gate.roster)


def _unerasable(connection: sa.Connection, records: Sequence[str]) -> set[str]:
    r = schema.record.c
    query = sa.select(r.id).where(among(r.id, records), r.kind.in_(sorted(UNERASABLE)))
    return set(connection.execute(query).scalars())


def _replace(connection: sa.Connection, before: Mapping[str, Erasure], after: Mapping[str, Erasure]) -> None:
    changed = [record for record in before.keys() | after.keys() if before.get(record) != after.get(record)]
    connection.execute(sa.delete(schema.erased).where(among(schema.erased.c.record, changed)))
    rows = [(record, *after[record]) for record in sorted(changed) if record in after]
    insert_rows(connection, schema.erased, rows)


def destroy(connection: sa.Connection, records: Sequence[str]) -> None:
    """Destroy keys, bodies, projections, search rows and drafts of these records, and doom their attachments."""
    if not records:
        return
    attached = _attached(connection, records)
    projection.destroy(connection, records)
    e, k, d = schema.entry.c, schema.record_key.c, schema.draft.c
    connection.execute(
        sa.update(schema.entry).where(among(e.record, records), e.sealed.is_not(None)).values(sealed=None)
    )
    connection.execute(sa.delete(schema.record_key).where(among(k.record, records)))
    connection.execute(sa.delete(schema.draft).where(among(d.record, records) | among(d.about, records)))
    h, x = schema.head.c, schema.doomed.c
    # A record may name an attachment of somebody else's: only what nothing names any more goes.
    named = set(
        connection.execute(sa.select(h.value).where(h.field == "blob", among(h.value, attached))).scalars()
    )
    wanted = {CHECKPOINT, *attached} - named
    here = set(connection.execute(sa.select(x.digest)).scalars())
    insert_rows(connection, schema.doomed, [(digest,) for digest in sorted(wanted - here)])


def _attached(connection: sa.Connection, records: Sequence[str]) -> set[str]:
    """Return every attachment that these records ever named, whatever they show now."""
    keys = load_keys(connection, records)
    found: set[str] = set()
    for entry in entries.of_records(connection, records):
        key = keys.for_body(entry.header.record, entry.sealed) if entry.sealed else None
        if key is None:
            continue
        try:
            body = open_body(entry, key)
        except MalformedEntry:
            continue
        found.update(c.value for c in body.changes if c.field == "blob" and c.value and is_digest(c.value))
    return found


def _quarantine(connection: sa.Connection, gate: Gate, erased: Mapping[str, Erasure]) -> None:
    """Judge the entries of erased records by their headers alone, so that every replica judges alike."""
    judged: list[str] = []
    reasons: dict[str, Reason] = {}
    e = schema.entry.c
    query = sa.select(e.header, e.signature).where(among(e.record, erased))
    for row in connection.execute(query):
        entry = read_entry(row.header, row.signature, None)
        judged.append(entry.id)
        late = (entry.header.clock, entry.id) > erased[entry.header.record].place
        reason = gate.writer(entry.header) or (Reason.ERASED if late else None)
        if reason is not None:
            reasons[entry.id] = reason
    entries.save_quarantine(connection, judged, reasons)


def doomed(connection: sa.Connection) -> list[str]:
    """Return what is still to be swept: digests of attachments, and `CHECKPOINT`."""
    return list(connection.execute(sa.select(schema.doomed.c.digest)).scalars())


def swept(connection: sa.Connection, digests: Sequence[str]) -> None:
    connection.execute(sa.delete(schema.doomed).where(among(schema.doomed.c.digest, digests)))
