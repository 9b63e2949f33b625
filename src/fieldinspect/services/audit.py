"""Logging what is read and given away, and listing all that was done (Data Protection Act 2018, section 62).

What was collected, altered and erased is in the journal already. Reading and disclosing leave entries of their own.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from fieldinspect.domain.audit import Act, AuditLine, AuditQuery, Trace
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import ERASING, LOGS, UPKEEP, Kind, Scope
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.clock import at
from fieldinspect.services.ports import Reader, Vault, Write
from fieldinspect.services.visits import parts

PAGE: Final = 500
READ: Final = "read"
AUDIT: Final = "audit"
BUNDLE: Final = "bundle"
BACKUP: Final = "backup"
COLUMNS: Final = (
    *("written", "act", "person", "device", "kind", "records", "fields", "details", "reason", "standing"),
    "entry",
)
_NAMED: Final = frozenset({"record", "records", "why"})
"""Of an erasure: told as the line's records; or words that a person typed, which stay in the vault."""
_DISCLOSING: Final = frozenset({Kind.PRINT_LOG, Kind.DISCLOSURE})


class ConsultationLog:
    """Writes down, once a session for each record, that somebody opened what is not theirs or is restricted."""

    def __init__(self) -> None:
        self._logs: dict[str, str] = {}
        self._seen: set[str] = set()

    def opened(self, vault: Vault, records: Sequence[str], *, happened: datetime) -> int:
        """Log the reading of these records; return how many lines that took."""
        roster = vault.roster()
        if roster is None:
            return 0
        shown = (part for record in records if record not in self._seen for part in parts(vault, record))
        found = [vault.record(record) for record in dict.fromkeys(shown) if record not in self._seen]
        views = [view for view in found if view is not None]
        restricted = roster.scope_id(Scope.RESTRICTED)
        logged = [
            view
            for view in views
            if view.kind not in LOGS
            and (view.author != vault.identity.person or vault.scope_of(view.id) == restricted)
        ]
        writes = []
        for inspection in dict.fromkeys(view.inspection for view in logged):
            log = self._logs.setdefault(inspection, new_record_id(vault.identity.device))
            changes: dict[str, str | None] = {
                view.id: READ for view in logged if view.inspection == inspection
            }
            writes.append(Write(log, Kind.CONSULTATION, "", inspection, changes, happened))
        if writes:
            vault.write(writes)
        self._seen.update(view.id for view in views)
        return len(logged)

    def met(self, vault: Vault, records: Sequence[str], *, happened: datetime) -> int:
        """Log the reading of those readings of case files that these records are or stand below, and no other.

        For what shows much at once: a search, an export. Who has met a reading does not read its file again.
        """
        readings = vault.readings_over(records) - self._seen if records else ()
        return self.opened(vault, sorted(readings), happened=happened) if readings else 0


def disclosed(
    vault: Vault, product: str, inspection: str, facts: Mapping[str, str], *, happened: datetime
) -> None:
    """Log that something left the vault: what, for whom, under which digest; nothing of what it says."""
    fields: dict[str, str | None] = {"product": product, **facts}
    log = new_record_id(vault.identity.device)
    vault.write([Write(log, Kind.DISCLOSURE, "", inspection, fields, happened)])


def backed_up(vault: Vault, *, happened: datetime) -> None:
    """Log that all of the vault left it, sealed, as a backup."""
    for view in vault.of_kind(Kind.INSPECTION):
        disclosed(vault, BACKUP, view.id, {}, happened=happened)


def export(vault: Vault, query: AuditQuery, deliver: Callable[[bytes], None], *, happened: datetime) -> int:
    """Hand the log over as CSV, and log that; return the number of lines."""
    rows = list(to_csv(lines(vault, query)))
    content = "".join(rows).encode()
    deliver(content)
    facts = {"digest": hashlib.sha256(content).hexdigest()}
    for view in vault.of_kind(Kind.INSPECTION)[:1]:
        disclosed(vault, AUDIT, view.id, facts, happened=happened)
    return len(rows) - 1


def lines(vault: Reader, query: AuditQuery) -> Iterator[AuditLine]:
    """Yield the log, newest first, in pages: nothing is read that nobody asks for."""
    roster = vault.roster()
    devices = [device.id for device in (roster.devices if roster else ()) if device.person == query.person]
    if query.person and not devices:
        return
    before = at(query.until) if query.until else None
    place = (before, "") if before is not None else None
    while True:
        found = vault.traces(
            before=place,
            since=at(query.since) if query.since else 0,
            devices=devices,
            record=query.record,
            limit=PAGE,
        )
        for trace in found:
            line = _line(trace, roster)
            if not query.acts or line.act in query.acts:
                yield line
        if len(found) < PAGE:
            return
        place = (found[-1].clock, found[-1].entry)


def first(vault: Reader, query: AuditQuery, limit: int) -> tuple[list[AuditLine], bool]:
    """Return the newest lines, and whether there are more."""
    found = list(islice(lines(vault, query), limit + 1))
    return found[:limit], len(found) > limit


def to_csv(found: Iterator[AuditLine]) -> Iterator[str]:
    """Yield the log as lines of CSV (RFC 4180), the names of the columns first."""
    yield _row(COLUMNS)
    for line in found:
        cells = {
            "written": line.written.isoformat(),
            "act": str(line.act),
            "records": " ".join(line.records),
            "fields": " ".join(line.fields),
            "details": " ".join(f"{name}={value}" for name, value in line.details.items()),
        }
        yield _row([cells[name] if name in cells else getattr(line, name) for name in COLUMNS])


def _row(cells: Sequence[str]) -> str:
    made = io.StringIO()
    # A cell that begins like a formula is one, to a spreadsheet: what a person typed as a reason must not run.
    csv.writer(made).writerow(
        [f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell for cell in cells]
    )
    return made.getvalue()


def _line(trace: Trace, roster: Roster | None) -> AuditLine:
    act = _act(trace)
    records: tuple[str, ...] = (trace.record,)
    if act is Act.CONSULTATION:
        records = trace.fields
    elif named := trace.values.get("record") or trace.values.get("records"):
        records = tuple(named.split("\n"))
    return AuditLine(
        trace.entry,
        act,
        trace.written,
        roster.name_of(trace.author) if roster else trace.author[:8],
        trace.device,
        trace.kind,
        records,
        () if trace.kind in LOGS else trace.fields,
        {} if act is Act.CONSULTATION else {k: v for k, v in trace.values.items() if k not in _NAMED},
        trace.reason,
        trace.standing,
    )


def _act(trace: Trace) -> Act:
    if not trace.kind:
        return Act.SEALED
    if trace.kind == Kind.CONSULTATION:
        return Act.CONSULTATION
    if trace.kind in _DISCLOSING:
        return Act.DISCLOSURE
    if trace.kind in ERASING:
        return Act.ERASURE
    if trace.kind in UPKEEP:
        return Act.UPKEEP
    return Act.COLLECTION if trace.founding else Act.ALTERATION
