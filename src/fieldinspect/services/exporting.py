"""Records for other programs: flat tables with labels beside codes, and one XForm submission a record.

What is exported is what is displayed: withdrawn records and answers that do not apply are left out; of a field in
conflict the displayed value is given, and the record says so. Restricted records stay out unless asked for, and
readings that this person must not see yet stay out always.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import FORM_OF, SCOPE_OF, Kind, Scope
from fieldinspect.domain.views import Changes, RecordView
from fieldinspect.forms import Form, Session, load
from fieldinspect.forms.codebook import every_choice, plain_words
from fieldinspect.forms.model import QUESTION, Definition
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.instruments import FormsNotTrusted, form_of
from fieldinspect.services.ports import Reader, Vault, Write
from fieldinspect.services.visits import BEGUN, PLANNED, all_visits, began, is_waiting

PRODUCT: Final = "records_export"
EXPORTED: Final = (
    *(Kind.VISIT, Kind.CONTACT, Kind.OBSERVATION, Kind.DOCUMENT, Kind.TEST, Kind.NOTE, Kind.MATTER),
    *(Kind.INTERVIEW, Kind.STAFF_FOCUS_GROUP, Kind.PARTNER_FOCUS_GROUP, Kind.VICTIM_FOCUS_GROUP),
    *(Kind.VICTIM_INTERVIEW, Kind.CASE_FILE_REVIEW, Kind.SAFEGUARDING_CONCERN, Kind.CONDUCT_MATTER),
    Kind.ATTACHMENT,
)
NUMBERS: Final = frozenset({"int", "integer", "decimal", "long", "double"})
_RECORD: Final = ("record", "parent", "visit", "happened", "written", "author", "reconstructed", "conflicts")
_ROW: Final = ("row", "parent_row", "record", "position")


@dataclass(frozen=True)
class Column:
    """A column: its name, the question it answers, and its XForms type ("label" for the words of a code)."""

    name: str
    label: str = ""
    type: str = "string"


@dataclass(frozen=True)
class Table:
    """One kind of record, or one repeat of its form; every row has a cell for every column."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Code:
    """One choice of one column, for the code book."""

    table: str
    column: str
    code: str
    label: str


@dataclass(frozen=True)
class Export:
    tables: tuple[Table, ...]
    codes: tuple[Code, ...]
    left_out: int
    """Restricted records that were not asked for."""
    blind: int = 0
    """Readings of case files that are kept from this person until their own is completed."""


class LeftOut(NamedTuple):
    """What an export of submissions leaves out."""

    restricted: int
    """Restricted records that were not asked for."""
    blind: int
    """Readings of case files that are kept from this person until their own is completed."""
    formless: tuple[str, ...]
    """The ids of records whose form is not here, or is not signed by the team list."""


@dataclass(frozen=True)
class Answered:
    """A record with its form: what a submission is written from."""

    view: RecordView
    session: Session


class Records:
    """The records of a vault that an export is made of."""

    def __init__(self, vault: Reader, kinds: Sequence[str], *, restricted: bool, language: str) -> None:
        self._vault = vault
        self._kinds = kinds or EXPORTED
        self._restricted = restricted
        self._language = language
        self._forms: dict[str, Form | None] = {}
        self._parents: dict[str, bool] = {}
        self._visits: dict[str, str] = {}
        self.left_out = 0
        self.blind = 0

    def of_kind(self, kind: str) -> list[RecordView]:
        """Return the records to export, in the order in which they happened; count those left out."""
        chosen = []
        for view in self._vault.of_kind(kind):
            if view.withdrawn or (kind == Kind.VISIT and is_waiting(view)):
                continue
            if view.blind:
                self.blind += 1
                continue
            if not self._restricted and self._is_restricted(view.kind, view.parent):
                self.left_out += 1
                continue
            chosen.append(view)
        return chosen

    def visit_of(self, view: RecordView) -> str:
        """Return the visit a record belongs to, the first of those linked to it, or ""."""
        at, passed = view.id, []
        while at and at not in self._visits:
            passed.append(at)
            self._visits[at] = self._wholes.get(at, "")  # parents may stand in a circle, which then ends here
            if self._visits[at]:
                break
            above = view if at == view.id else self._vault.record(at)
            at = above.parent if above is not None else ""
        found = self._visits.get(at, "")
        self._visits.update(dict.fromkeys(passed, found))
        return found

    @cached_property
    def _wholes(self) -> dict[str, str]:
        return {view.id: group[0].id for group in all_visits(self._vault) for view in group}

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind in EXPORTED if kind in self._kinds)

    def _is_restricted(self, kind: str, parent: str) -> bool:
        """Tell whether a record or anything it stands under is of a restricted kind: scopes go down with records."""
        restricted, passed = _restricted_alone(kind), []
        while parent and not restricted and parent not in self._parents:
            passed.append(parent)
            self._parents[parent] = False  # parents may stand in a circle, which then ends here
            above = self._vault.record(parent)
            restricted = above is not None and _restricted_alone(above.kind)
            parent = above.parent if above is not None else ""
        restricted = restricted or self._parents.get(parent, False)
        self._parents.update(dict.fromkeys(passed, restricted))
        return restricted

    def answered(self, view: RecordView) -> Session | None:
        """Return the record's form as it was answered, None when it has none here."""
        form = self.form(view)
        if form is None:
            return None
        fields = {field: value for field, value in view.fields.items() if field.startswith("/")}
        return Session(form, fields, language=self._language, fresh=False)

    def form(self, view: RecordView) -> Form | None:
        """Return the form a record was captured with, None when it is not here or nobody trusted signed it."""
        name = view.get("form")
        if name not in self._forms:
            self._forms[name] = self._form(view)
        return self._forms[name]

    def _form(self, view: RecordView) -> Form | None:
        try:
            return load(form_of(self._vault, view)) if view.get("form") else None
        except FormsNotTrusted:
            return None  # its answers are exported as they were stored, without labels

    def author(self, view: RecordView) -> str:
        roster = self._vault.roster()
        return roster.name_of(view.author) if roster else view.author


def record_tables(
    vault: Reader, kinds: Sequence[str] = (), *, language: str = "en", restricted: bool = False
) -> Export:
    """Return the records of these kinds (all evidence when none is named) as tables with a code book."""
    records = Records(vault, kinds, restricted=restricted, language=language)
    tables: list[Table] = []
    codes: dict[Code, None] = {}
    for kind in records.kinds:
        builder = _Builder(kind, records)
        for view in records.of_kind(kind):
            builder.add(view)
        tables += builder.tables()
        codes.update(dict.fromkeys(builder.codes))
    return Export(tuple(tables), tuple(codes), records.left_out, records.blind)


def submissions(vault: Reader, kinds: Sequence[str] = (), *, restricted: bool = False) -> Iterator[Answered]:
    """Yield every record that has a form, answered; `count_left_out` tells of the others."""
    records = Records(vault, kinds, restricted=restricted, language="en")
    for kind in records.kinds:
        if kind not in FORM_OF:
            continue
        for view in records.of_kind(kind):
            session = records.answered(view)
            if session is not None:
                yield Answered(view, session)


def count_left_out(vault: Reader, kinds: Sequence[str] = (), *, restricted: bool = False) -> LeftOut:
    """Return what an export of these kinds as submissions leaves out."""
    records = Records(vault, kinds, restricted=restricted, language="en")
    chosen = [view for kind in records.kinds for view in records.of_kind(kind)]
    formless = tuple(view.id for view in chosen if view.kind in FORM_OF and records.form(view) is None)
    return LeftOut(records.left_out, records.blind, formless)


def log_readings(
    vault: Vault,
    kinds: Sequence[str],
    log: ConsultationLog,
    *,
    happened: datetime,
    restricted: bool = False,
) -> None:
    """Log that the readings of case files in an export, or above what is in it, were read. Call it before writing."""
    records = Records(vault, kinds, restricted=restricted, language="en")
    log.met(vault, [view.id for kind in records.kinds for view in records.of_kind(kind)], happened=happened)


def log_export(
    vault: Vault, inspection: str, digest: str, form: str, recipient: str, *, happened: datetime
) -> Changes:
    """Keep that records left the vault: what the files' digest is, in which form, and for whom."""
    fields: dict[str, str | None] = {
        "product": PRODUCT,
        "digest": digest,
        "copy": form,
        "issued_to": recipient,
    }
    return vault.write(
        [
            Write(
                new_record_id(vault.identity.device), Kind.PRINT_LOG, inspection, inspection, fields, happened
            )
        ]
    )


class _Builder:
    """Gathers the rows of one kind; columns grow with the forms and versions that are met."""

    def __init__(self, kind: str, records: Records) -> None:
        self._kind = str(kind)
        self._records = records
        self._columns: dict[str, dict[str, Column]] = {}
        self._rows: dict[str, list[dict[str, str]]] = {}
        self._seen: set[str] = set()
        self.codes: list[Code] = []
        self._labels: dict[tuple[str, str], Mapping[str, str]] = {}

    def add(self, view: RecordView) -> None:
        row = {
            "record": view.id,
            "parent": view.parent,
            "visit": self._records.visit_of(view),
            "happened": began(view).isoformat(),
            "written": view.written.isoformat(),
            "author": self._records.author(view),
            "reconstructed": "yes" if view.reconstructed else "no",
            "conflicts": " ".join(view.conflicts),
        }
        self._begin("", _RECORD)
        session = self._records.answered(view)
        for name, value in sorted(view.fields.items()):
            if (session is None or not name.startswith("/")) and not name.startswith((PLANNED, BEGUN)):
                self._columns[""].setdefault(name, Column(name))
                row[name] = value
        self._rows[""].append(row)
        if session is not None:
            self._declare(session.form)
            self._answers(view, session, row)

    def _begin(self, table: str, columns: Sequence[str]) -> None:
        self._columns.setdefault(table, {name: Column(name) for name in columns})
        self._rows.setdefault(table, [])

    def _declare(self, form: Form) -> None:
        """Make the columns of a form's questions and calculations, once a version."""
        if form.digest in self._seen:
            return
        self._seen.add(form.digest)
        language = form.language(self._records._language)
        for definition in form.definitions.values():
            if definition.repeat:
                self._begin(_table(definition), _ROW)
            if _exported(definition):
                self._column(form, definition, language)

    def _column(self, form: Form, definition: Definition, language: str) -> None:
        table, name = _table(definition), _name(definition)
        columns = self._columns[table]
        words = plain_words(form, definition.element.label if definition.element else None, language)
        columns.setdefault(name, Column(name, words, definition.type))
        choices = every_choice(form, definition, language)
        element = definition.element
        if element is not None and element.choices is not None:
            columns.setdefault(f"{name} (label)", Column(f"{name} (label)", words, "label"))
        self._labels[form.digest, definition.path] = {one.value: one.label for one in choices}
        shown = self._title(table)
        self.codes += [Code(shown, name, one.value, one.label) for one in choices]

    def _answers(self, view: RecordView, session: Session, record_row: dict[str, str]) -> None:
        rows: dict[str, dict[str, str]] = {"": record_row}
        counts: dict[str, int] = {}
        for path in session.paths():
            schema = _schema(path)
            definition = session.form.definitions[schema]
            if definition.repeat:
                if session.state(path).relevant:
                    rows[path] = self._row(path, definition, view, counts)
                continue
            if not _exported(definition):
                continue
            row = rows.get(_row_of(path))
            value = view.fields.get(path, "") if definition.computed else ""
            value = value or session.state(path).value
            if row is None or not value:
                continue
            name = _name(definition)
            row[name] = value
            if definition.element is not None and definition.element.choices is not None:
                row[f"{name} (label)"] = self._label(session, path, definition, value)

    def _row(
        self, path: str, definition: Definition, view: RecordView, counts: dict[str, int]
    ) -> dict[str, str]:
        above = _row_of(path.rpartition("/")[0])
        place = f"{above}:{definition.path}"
        counts[place] = counts.get(place, 0) + 1
        row = {
            "row": _row_id(path),
            "parent_row": _row_id(above) if above else view.id,
            "record": view.id,
            "position": str(counts[place]),
        }
        self._rows[_table(definition)].append(row)
        return row

    def _label(self, session: Session, path: str, definition: Definition, value: str) -> str:
        labels = self._labels[session.form.digest, definition.path]
        if not labels:
            labels = {one.value: one.label for one in session.state(path).choices}
        one_only = definition.element is not None and definition.element.control == "select1"
        parts = [value] if one_only else value.split(" ")
        return "; ".join(labels.get(part, part) for part in parts)

    def _title(self, table: str) -> str:
        return f"{self._kind}.{table}" if table else self._kind

    def tables(self) -> list[Table]:
        return [
            Table(
                self._title(name),
                tuple(columns.values()),
                tuple(tuple(row.get(column, "") for column in columns) for row in self._rows[name]),
            )
            for name, columns in self._columns.items()
        ]


def _exported(definition: Definition) -> bool:
    if not definition.leaf or "/meta/" in definition.path:
        return False
    element = definition.element
    if element is None:
        return definition.computed
    told = definition.type == "string" and "readonly" in definition.rules and not definition.computed
    return element.kind == QUESTION and not told


def _table(definition: Definition) -> str:
    """Return the name of the table a node belongs to: the path of the nearest repeat, "" for the record's own."""
    at: Definition | None = definition
    while at is not None and not at.repeat:
        at = at.parent
    return at.path.split("/", 2)[2].replace("/", ".") if at is not None else ""


def _name(definition: Definition) -> str:
    """Return the name of a column: the path below its table."""
    at = definition.parent
    steps = [definition.segment]
    while at is not None and not at.repeat and at.parent is not None:
        steps.append(at.segment)
        at = at.parent
    return "/".join(reversed(steps))


def _schema(path: str) -> str:
    return "/".join(step.partition("[")[0] for step in path.split("/"))


def _row_of(path: str) -> str:
    """Return the path of the row that a path is in or is, "" for none."""
    end = path.rfind("]")
    return path[: end + 1]


def _row_id(path: str) -> str:
    return path.rpartition("[")[2].removesuffix("]")


def _restricted_alone(kind: str) -> bool:
    return any(one == kind and scope == Scope.RESTRICTED for one, scope in SCOPE_OF.items())
