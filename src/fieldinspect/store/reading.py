"""Answers to what screens and commands ask: projections to plain frozen values."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Conflict, RecordView, SearchHit, Version, VisitTally
from fieldinspect.i18n import _
from fieldinspect.journal.clock import milliseconds
from fieldinspect.journal.entry import change_id, entry_of
from fieldinspect.services.blindness import COMPLETED, SECOND_OF, SHOWN, Reading, Veil
from fieldinspect.store import entries, schema
from fieldinspect.store.blobs import is_digest
from fieldinspect.store.rows import among, is_central

MATCH_BEGIN: Final = "\u2402"
MATCH_END: Final = "\u2403"
_SNIPPET_WORDS: Final = 24
_DEEPEST: Final = 8
"""Parents above each other: a longer chain is nobody's honest work."""
_SEARCH: Final = """
SELECT head.record, record.kind, head.field, record.happened, snippet(search, 0, ?, ?, '…', ?) AS snippet
FROM search JOIN head ON head.id = search.rowid JOIN record ON record.id = head.record
WHERE search MATCH ? AND record.withdrawn = 0
AND head.record NOT IN (SELECT value FROM json_each(?))
AND (head.field IN (SELECT value FROM json_each(?)) OR head.record NOT IN (SELECT value FROM json_each(?)))
ORDER BY search.rank, head.clock, head.change LIMIT ?
"""
_PHRASES: Final = re.compile(r'"([^"]*)"|(\S+)')


def when(clock: int) -> datetime:
    """Return the wall-clock part of a journal clock."""
    return datetime.fromtimestamp(milliseconds(clock) / 1000, UTC)


class _Shown:
    """What a record shows, gathered head by head in the order of the journal."""

    __slots__ = ("conflicts", "latest", "values")

    def __init__(self) -> None:
        self.values: dict[str, str | None] = {}
        self.conflicts: set[str] = set()
        self.latest = 0

    def add(self, field: str, value: str | None, clock: int) -> None:
        if field in self.values and self.values[field] != value:
            self.conflicts.add(field)
        self.values[field] = value
        self.latest = clock

    def view(self, row: Any) -> RecordView:
        return RecordView(
            row.id, row.kind, row.parent, row.inspection, row.author, row.device,
            datetime.fromisoformat(row.happened), when(row.created), bool(row.reconstructed),
            {name: value for name, value in self.values.items() if value is not None},
            tuple(sorted(self.conflicts)), self.latest > row.created,
        )  # fmt: skip


def records(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[RecordView]:
    """Return the records that match, in the order in which they happened."""
    r, h = schema.record.c, schema.head.c
    found = connection.execute(sa.select(schema.record).where(*where).order_by(r.created, r.id)).all()
    shown = {row.id: _Shown() for row in found}
    heads = sa.select(h.record, h.field, h.value, h.clock).join(schema.record, r.id == h.record).where(*where)
    for record, field, value, clock in connection.execute(heads.order_by(h.clock, h.change)):
        shown[record].add(field, value, clock)
    return sorted((shown[row.id].view(row) for row in found), key=lambda view: view.happened)


def history(connection: sa.Connection, opener: entries.Opener, record: str, field: str) -> list[Version]:
    """Return every accepted value of the field, oldest first, from the journal itself."""
    found = sorted(
        opener.accepted(entries.of_records(connection, [record])), key=lambda p: (p[0].header.clock, p[0].id)
    )
    return [
        Version(
            change_id(entry.id, index), change.value, entry.header.author, when(entry.header.clock),
            datetime.fromisoformat(body.happened), body.reason,
        )
        for entry, body in found
        for index, change in enumerate(body.changes)
        if change.field == field
    ]  # fmt: skip


def as_it_stood(
    connection: sa.Connection, opener: entries.Opener, record: str, moment: datetime
) -> dict[str, str]:
    """Return the fields of a record after the last accepted entry written at a moment or before."""
    accepted = opener.accepted(entries.of_records(connection, [record]))
    found = sorted(
        (pair for pair in accepted if when(pair[0].header.clock) <= moment),
        key=lambda pair: (pair[0].header.clock, pair[0].id),
    )
    values = {change.field: change.value for _entry, body in found for change in body.changes}
    return {field: value for field, value in values.items() if value is not None}


def readings(connection: sa.Connection) -> list[Reading]:
    """Return every reading of a case file, for the rule of blindness."""
    r, h = schema.record.c, schema.head.c
    said = sa.and_(h.record == r.id, h.field.in_((SECOND_OF, COMPLETED)))
    query = (
        sa.select(r.id, r.author, h.field, h.value, h.author.label("sayer"))
        .outerjoin_from(schema.record, schema.head, said)
        .where(r.kind == Kind.CASE_FILE_REVIEW)
        .order_by(h.clock, h.change)
    )
    found: dict[str, Reading] = {}
    for row in connection.execute(query):
        one = found.get(row.id, Reading(row.id, row.author, "", completed=False))
        if row.field == SECOND_OF:
            one = one._replace(of=row.value or "")
        elif row.field == COMPLETED:
            one = one._replace(completed=row.value == "true" and row.sayer == row.author)
        found[row.id] = one
    return list(found.values())


def conflicts(connection: sa.Connection) -> list[Conflict]:
    """Return every field in conflict, by (record, field)."""
    rows = connection.execute(sa.select(schema.record).where(schema.record.c.conflicts > 0)).all()
    kinds = {row.id: row for row in rows}
    grouped: dict[tuple[str, str], list[Version]] = defaultdict(list)
    h = schema.head.c
    query = sa.select(schema.head).where(among(h.record, kinds)).order_by(h.clock, h.change)
    for row in connection.execute(query):
        moment = datetime.fromisoformat(row.happened)
        version = Version(row.change, row.value, row.author, when(row.clock), moment, row.reason)
        grouped[row.record, row.field].append(version)
    visits = _visits_of(connection, kinds)
    return [
        Conflict(record, kinds[record].kind, field, visits.get(record, ""), tuple(versions))
        for (record, field), versions in sorted(grouped.items())
        if len({version.value for version in versions}) > 1
    ]


def visit_of(connection: sa.Connection, record: str) -> str:
    """Return the visit that a record is or belongs to, or ""."""
    r = schema.record.c
    for _depth in range(_DEEPEST):
        row = connection.execute(sa.select(r.kind, r.parent).where(r.id == record)).first()
        if row is None:
            return ""
        if row.kind == Kind.VISIT:
            return record
        record = row.parent
    return ""


def search(connection: sa.Connection, words: str, limit: int, veil: Veil) -> list[SearchHit]:
    """Return the best matches for all the words; "words in quotes" match as a phrase, a last word as a beginning.

    What the veil hides takes no place among the `limit`.
    """
    query = search_expression(words)
    if not query:
        return []
    if is_central(connection):
        raise BadInput(_("The centre cannot search for words. Search in the vault of a lead or an analyst"))
    hidden = [msgspec.json.encode(sorted(one)).decode() for one in (veil.below, SHOWN, veil.readings)]
    marks = (MATCH_BEGIN, MATCH_END, _SNIPPET_WORDS)
    rows = connection.exec_driver_sql(_SEARCH, (*marks, query, *hidden, limit)).all()
    return [
        SearchHit(
            row.record, row.kind, visit_of(connection, row.record), row.field, row.snippet,
            datetime.fromisoformat(row.happened),
        )
        for row in rows
    ]  # fmt: skip


def below(connection: sa.Connection, records: frozenset[str], person: str) -> frozenset[str]:
    """Return all that others than this person wrote below these records, however far below."""
    r = schema.record.c
    down = sa.select(r.id, r.author).where(among(r.parent, sorted(records))).cte("down", recursive=True)
    down = down.union(sa.select(r.id, r.author).join(down, r.parent == down.c.id))
    return frozenset(connection.execute(sa.select(down.c.id).where(down.c.author != person)).scalars())


def readings_over(connection: sa.Connection, records: Sequence[str]) -> frozenset[str]:
    """Return the readings of case files that these records are, or stand below."""
    r = schema.record.c
    up = sa.select(r.id, r.kind, r.parent).where(among(r.id, records)).cte("up", recursive=True)
    up = up.union(sa.select(r.id, r.kind, r.parent).join(up, r.id == up.c.parent))
    query = sa.select(up.c.id).where(up.c.kind == Kind.CASE_FILE_REVIEW)
    return frozenset(connection.execute(query).scalars())


def search_expression(words: str) -> str:
    """Return the FTS5 query for what a person typed: nothing they type is an operator."""
    parts = [(phrase or word).replace('"', " ").strip() for phrase, word in _PHRASES.findall(words)]
    parts = [part for part in parts if any(letter.isalnum() for letter in part)]
    if not parts:
        return ""
    open_ended = "" if words.rstrip().endswith('"') else "*"
    return " ".join(f'"{part}"' for part in parts) + open_ended


def counts(connection: sa.Connection, parent: str, barred: frozenset[str]) -> dict[str, int]:
    r = schema.record.c
    if barred:
        kinds = sa.select(r.kind, r.id).where(r.parent == parent, r.withdrawn == 0)
        return dict(Counter(row.kind for row in connection.execute(kinds) if row.id not in barred))
    query = sa.select(r.kind, sa.func.count()).where(r.parent == parent, r.withdrawn == 0).group_by(r.kind)
    return {row.kind: row[1] for row in connection.execute(query)}


def tallies(connection: sa.Connection, unsent: sa.ColumnElement[bool]) -> dict[str, VisitTally]:
    """Return notes, conflicts and unsent entries by visit."""
    r, e = schema.record.c, schema.entry.c
    # Grouped by parent the index alone answers: what is read grows with the journal, so it must be little.
    notes = (
        sa.select(r.parent, sa.func.count()).where(r.kind == Kind.NOTE, r.withdrawn == 0).group_by(r.parent)
    )
    disputed = sa.select(r.id, r.conflicts).where(r.conflicts > 0)
    waiting = sa.select(e.record, sa.func.count()).where(unsent).group_by(e.record)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, query in (("notes", notes), ("conflicts", disputed), ("unsent", waiting)):
        counted = {row[0]: row[1] for row in connection.execute(query)}
        for record, visit in _visits_of(connection, counted).items():
            found[visit][name] += counted[record]
    return {visit: VisitTally(**counts) for visit, counts in found.items()}


def _visits_of(connection: sa.Connection, records: Iterable[str]) -> dict[str, str]:
    """Return the visit that each record is or belongs to; those that belong to none are left out."""
    r = schema.record.c
    visits: dict[str, str] = {}
    above = {record: record for record in records}
    for _depth in range(_DEEPEST):
        rows = connection.execute(sa.select(r.id, r.kind, r.parent).where(among(r.id, set(above.values()))))
        facts = {row.id: row for row in rows}
        visits |= {one: at for one, at in above.items() if at in facts and facts[at].kind == Kind.VISIT}
        above = {
            one: facts[at].parent for one, at in above.items() if at in facts and facts[at].kind != Kind.VISIT
        }
        if not above:
            break
    return visits


def blobs_of(connection: sa.Connection, records: Sequence[str], whole: sa.ColumnElement[bool]) -> list[str]:
    """Return the attachments that heads of these records name, also those in conflict, by entries that are `whole`."""
    h, e = schema.head.c, schema.entry.c
    named: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(
        sa.select(h.change, h.value).where(h.field == "blob", among(h.record, records))
    ):
        if row.value is not None and is_digest(row.value):
            named[entry_of(row.change)].add(row.value)
    said = connection.execute(sa.select(e.id).where(among(e.id, named), whole)).scalars()
    return sorted(set().union(*(named[entry] for entry in said)))
