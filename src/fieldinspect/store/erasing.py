"""Destroying bodies and keys: of erased records everywhere, of removed working copies here.

Rules held here (docs/formats/journal.md, section 6):
1. What is erased is computed from all entries and the team list; no order of arrival changes it.
2. Destroying is part of the transaction in which the last missing entry comes. Files, and old pages in the
   write-ahead log, go right after it; whatever a crash leaves of them goes when the vault is opened again.
3. Headers and signatures stay: every chain verifies as before.
4. A working copy is destroyed only in the transaction that says so. After a restore the same act may come back in a
   bundle, and find work on those records that nobody else holds.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import ERASING, UNERASABLE, Kind
from fieldinspect.domain.views import Draft
from fieldinspect.i18n import _
from fieldinspect.journal import erasure
from fieldinspect.journal.acceptance import Gate, Reason
from fieldinspect.journal.entry import Entry, MalformedEntry, open_body, read_entry
from fieldinspect.journal.erasure import Erasure
from fieldinspect.store import custody, drafts, entries, lineage, projection, schema
from fieldinspect.store.blobs import is_digest
from fieldinspect.store.keyring import Keyring, load_keys
from fieldinspect.store.rows import among, insert_rows, is_central

CHECKPOINT: Final = ""
"""The doomed name that asks for an empty write-ahead log."""
BROUGHT_BACK: Final = "brought_back"
_ID: Final = re.compile(r"[0-9a-f]{32}")


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


def is_at_erased(connection: sa.Connection, draft: Draft) -> bool:
    """Tell whether a draft says that somebody was at an erased record: such a place is not kept."""
    if draft.kind != drafts.PLACE:
        return False
    x = schema.erased.c
    named = sa.select(x.record).where(among(x.record, _ID.findall(draft.value)))
    return connection.execute(named.limit(1)).first() is not None


def drafts_of_erased(connection: sa.Connection) -> int:
    """Return how many drafts there are of erased records, or of what would hang beneath; there should be none."""
    d, erased = schema.draft.c, sa.select(schema.erased.c.record)
    stray = d.record.in_(erased) | d.about.in_(erased)
    counted = sa.select(sa.func.count()).select_from(schema.draft).where(stray)
    return connection.execute(counted).scalar_one()


def without_bodies(entry: Entry, gone: Gone, given: Keyring) -> Entry:
    """Return an incoming entry as it may be stored: without its body where that must not come back."""
    record = entry.header.record
    if entry.sealed is None or (record not in gone.erased and record not in gone.removed):
        return entry
    if record in gone.erased and _is_unerasable(entry, given):
        return entry
    return msgspec.structs.replace(entry, sealed=None)


def _is_unerasable(entry: Entry, given: Keyring) -> bool:
    key = given.for_body(entry.header.record, entry.sealed) if entry.sealed else None
    try:
        return key is not None and open_body(entry, key).kind in UNERASABLE
    except MalformedEntry:
        return False


def settle(
    connection: sa.Connection,
    gate: Gate,
    touched: Collection[str],
    device: str,
    *,
    anew: bool = False,
    said_now: bool = False,
) -> Sequence[str]:
    """Erase what is to be erased after these records changed; return the records that are erased no longer.

    With `anew` everything is judged again: the team list changed, or the projections were cleared. `said_now` says
    that this device writes these records in this very transaction.
    """
    _settle_copies(connection, gate, touched, device, anew=anew, said_now=said_now)
    before = load(connection)
    after = before
    if anew or _concern(connection, touched):
        after = _compute(connection, gate)
    due = [record for record in after if anew or record in touched or after[record] != before.get(record)]
    spared = _unerasable(connection, gate, due)
    after = {record: found for record, found in after.items() if record not in spared}
    _replace(connection, before, after)
    due = [record for record in due if record in after]
    destroy(connection, due)
    _quarantine(connection, gate, {record: after[record] for record in due})
    return [record for record in before if record not in after]


def computed(connection: sa.Connection, gate: Gate) -> dict[str, Erasure]:
    """Return what is erased by all that is stored, whatever was written down about it."""
    found = _compute(connection, gate)
    spared = _unerasable(connection, gate, list(found))
    return {record: why for record, why in found.items() if record not in spared}


def _settle_copies(
    connection: sa.Connection,
    gate: Gate,
    touched: Collection[str],
    device: str,
    *,
    anew: bool,
    said_now: bool,
) -> None:
    """Keep in mind which working copies this device said it removed; only its own word counts."""
    r = schema.record.c
    own = sa.select(r.id).where(r.kind == Kind.WORKING_COPY, r.device == device)
    acts = list(connection.execute(own).scalars())
    if not anew and touched.isdisjoint(acts):  # type: ignore[attr-defined]  # a set or the keys of a mapping
        return
    standing: dict[str, Sequence[str]] = {}
    for said in custody.accepted_of(connection, gate, acts):
        mine = [body for entry, body in said if entry.header.device == device]
        if mine and not any(erasure.value(body, BROUGHT_BACK) for body in mine):
            standing[said[0][0].header.record] = erasure.named(mine[0])
    before = {row.record: row.act for row in connection.execute(sa.select(schema.removed))}
    after = {record: act for record, act in before.items() if act in standing}
    if said_now:
        for act in standing.keys() & set(touched):
            after.update(dict.fromkeys(standing[act], act))
    if before == after:
        return
    connection.execute(sa.delete(schema.removed))
    insert_rows(connection, schema.removed, sorted(after.items()))
    destroy(connection, sorted(after.keys() - before.keys()))


def load(connection: sa.Connection) -> dict[str, Erasure]:
    """Return the erasure of each record that is erased, as it was written down."""
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


def _unerasable(connection: sa.Connection, gate: Gate, records: Sequence[str]) -> set[str]:
    """Return those of the records whose founder began them as something that is never erased.

    What anybody else says of the kind, or the founder says later, spares nothing: bodies of such records are taken in
    to be looked at, and destroyed with the rest.
    """
    keys = load_keys(connection, records)
    stored: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries.of_records(connection, records):
        if gate.place(entry) is None:
            stored[entry.header.record].append(entry)
    begun = {record: erasure.begun_by_founder(found) for record, found in stored.items()}
    return {record for record, entry in begun.items() if entry is not None and _is_unerasable(entry, keys)}


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
    lineage.forget(connection, records)
    e, k, d = schema.entry.c, schema.record_key.c, schema.draft.c
    connection.execute(
        sa.update(schema.entry).where(among(e.record, records), e.sealed.is_not(None)).values(sealed=None)
    )
    connection.execute(sa.delete(schema.record_key).where(among(k.record, records)))
    connection.execute(sa.delete(schema.draft).where(among(d.record, records) | among(d.about, records)))
    drafts.forget_places(connection, records)
    doom(connection, {CHECKPOINT, *attached})


def doom(connection: sa.Connection, digests: Collection[str]) -> None:
    """Have these attachments swept, unless a record names them: it may be somebody else's that was named here too."""
    h, x = schema.head.c, schema.doomed.c
    query = sa.select(h.value).where(h.field == "blob")
    if not is_central(connection):  # there they are sealed: only who opens them can compare
        query = query.where(among(h.value, digests))
    named = set(connection.execute(query).scalars())
    here = set(connection.execute(sa.select(x.digest)).scalars())
    insert_rows(connection, schema.doomed, [(digest,) for digest in sorted(set(digests) - named - here)])


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
        reason = gate.place(entry) or (Reason.ERASED if late else None)
        if reason is not None:
            reasons[entry.id] = reason
    entries.save_quarantine(connection, judged, reasons)


def doomed(connection: sa.Connection) -> list[str]:
    """Return what is still to be swept: digests of attachments, and `CHECKPOINT`."""
    return list(connection.execute(sa.select(schema.doomed.c.digest)).scalars())


def swept(connection: sa.Connection, digests: Sequence[str]) -> None:
    connection.execute(sa.delete(schema.doomed).where(among(schema.doomed.c.digest, digests)))
