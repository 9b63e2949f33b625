"""A case file read twice, each reader blind to the other, and how far the two readings agree.

1. A second reading is a review of its own, by somebody else; it takes over the number of the sample and nothing more.
2. Neither reader sees the other's answers until both have called their reading completed (blindness).
3. Agreement is counted on what each wrote blind, whatever is settled or typed afterwards (comparing).
4. What is settled is a correction of the first reading by a lead or the centre, with its reason.
5. Nobody reads a second time what they read first, have opened, found by a search or exported since (audit), nor a
   file of a force with which they have a conflict of interest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from fieldinspect.analysis.agreement import Agreement, agreement, percent
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import BLIND as BLIND
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import RecordView
from fieldinspect.forms import Session, load
from fieldinspect.i18n import _
from fieldinspect.services import writing
from fieldinspect.services.blindness import NUMBER, SECOND_OF
from fieldinspect.services.comparing import Laid, Unit, What, schema_of, shown
from fieldinspect.services.instruments import form_of
from fieldinspect.services.ports import Reader, Vault, Write
from fieldinspect.services.standing import leads
from fieldinspect.services.streams import COMPLETED, is_completed
from fieldinspect.services.writing import TRUE

_READER: Final = "/case_file_review/sample/reader"
_DEEPEST: Final = 8
"""A chain of parents longer than this is nobody's honest work."""


class Pair(NamedTuple):
    """Two readings of one file."""

    first: str
    second: str
    number: str
    """The file's number in the sample."""
    first_reader: str
    second_reader: str
    completed: bool
    """Both are, so that either may be seen by both."""
    own: str
    """The reading by this person, or the second when neither is."""


class Difference(NamedTuple):
    """What is not alike; answers as they are shown."""

    what: What
    path: str
    question: str
    first: str
    second: str
    settled: bool


class Comparison(NamedTuple):
    """How far two readings agree. `agreed` of the `both` questions that both answered."""

    first_reader: str
    second_reader: str
    both: int
    agreed: int
    differences: tuple[Difference, ...]
    number: str = ""
    rows: int = 0
    """Rows that one reader has and the other has not."""
    may_settle: bool = False

    @property
    def percent(self) -> int | None:
        """Agreement in whole per cent, rounded down so that 100 means all; None when there is nothing to compare."""
        return percent(self.agreed, self.both)


class Rate(NamedTuple):
    """Agreement on one question over all files read twice. The coefficients are for questions with one code alone."""

    path: str
    """Without rows."""
    question: str
    agreement: Agreement


def name() -> str:
    return _("Second reading of a case file")


def hidden_sentence() -> str:
    return _("You will see this reading when both of you have completed yours")


def begin(vault: Vault, review: str, *, happened: datetime, initiator: str = "") -> str:
    """Begin the second reading of somebody else's review; `BadInput` says why not. Return its id."""
    view = _view(vault, review)
    refusal = _refusal(vault, view, _readings_of_all(vault))
    if refusal:
        raise BadInput(refusal)
    taken_over = {name: value for name in ("force", NUMBER) if (value := view.get(name))}
    fields = {SECOND_OF: review, _READER: "second", **taken_over}
    return writing.begin(
        vault, Kind.CASE_FILE_REVIEW, view.parent, fields, happened=happened, initiator=initiator
    )


def may_be_read_again(vault: Reader) -> frozenset[str]:
    """Return the reviews that this person may read a second time."""
    views = _readings_of_all(vault)
    return frozenset(view.id for view in views if not _refusal(vault, view, views))


def _readings_of_all(vault: Reader) -> list[RecordView]:
    return vault.of_kind(Kind.CASE_FILE_REVIEW)


def _refusal(vault: Reader, view: RecordView, views: Sequence[RecordView]) -> str:
    """Return why this person may not read a file a second time, "" when they may."""
    again = [one for one in views if one.get(SECOND_OF) == view.id]
    person = vault.identity.person
    if view.author == person:
        return _("You read this file first. Somebody else reads it a second time")
    if view.withdrawn or view.get(SECOND_OF) or any(not one.withdrawn for one in again):
        return _("This review cannot be read a second time: it is withdrawn, or it was read twice already")
    if any(one.author == person for one in again):
        return _("You have read this file and withdrawn your reading. Somebody else reads it a second time")
    if any(one.author == person and view.id in one.fields for one in vault.of_kind(Kind.CONSULTATION)):
        return _("You have seen this review already. Somebody who has not reads it a second time")
    roster = vault.roster()
    known = roster.person(person) if roster else None
    if known is not None and known.conflicts and force_of(vault, view) in known.conflicts:
        return _("You have a conflict of interest with this force. Somebody else reads this file")
    return ""


def force_of(vault: Reader, view: RecordView) -> str:
    """Return the force a record is about: its own, or that of what it stands below; "" when none is named."""
    at: RecordView | None = view
    for _level in range(_DEEPEST):
        if at is None or at.get("force"):
            break
        at = vault.record(at.parent) if at.parent else None
    return at.get("force") if at is not None else ""


def pairs(vault: Reader) -> list[Pair]:
    """Return the files that are read twice by two people, latest second reading first."""
    views = {view.id: view for view in _readings_of_all(vault) if not view.withdrawn}
    seconds = [view for view in views.values() if view.get(SECOND_OF) in views]
    found = []
    for second in sorted(seconds, key=lambda view: (view.happened, view.id), reverse=True):
        first = views[second.get(SECOND_OF)]
        if first.author != second.author:
            found.append(_pair(vault, first, second))
    return found


def _pair(vault: Reader, first: RecordView, second: RecordView) -> Pair:
    return Pair(
        first.id,
        second.id,
        second.get(NUMBER),
        _reader(vault, first),
        _reader(vault, second),
        _are_open(first, second),
        first.id if first.author == vault.identity.person else second.id,
    )


def _are_open(first: RecordView, second: RecordView) -> bool:
    return is_completed(first) and is_completed(second) and not (first.blind or second.blind)


def compare(vault: Reader, second: str, *, language: str = "en", wording: bool = False) -> Comparison:
    """Compare two readings, with `wording` free text too; refused with a sentence until both are completed."""
    one, two = _readings(vault, second)
    left, right, units = _laid(vault, one, two, language)
    counted = [unit for unit in units if _is_counted(unit, wording=wording)]
    differences = tuple(
        Difference(
            unit.what,
            unit.path,
            unit.question,
            _shown(left, unit.path, unit.first, unit),
            _shown(right, unit.theirs, unit.second, unit),
            BLIND + unit.path in one.fields,
        )
        for unit in units
        if not unit.alike
    )
    return Comparison(
        _reader(vault, one),
        _reader(vault, two),
        len(counted),
        sum(unit.alike for unit in counted),
        differences,
        two.get(NUMBER),
        sum(unit.what == What.ROW for unit in units),
        may_settle(vault),
    )


def rates(vault: Reader, *, language: str = "en") -> list[Rate]:
    """Return the agreement on each question over all files of which both readings are completed, worst first."""
    codes: dict[str, list[Unit]] = {}
    for pair in pairs(vault):
        if pair.completed:
            one, two = _readings(vault, pair.second)
            for unit in _laid(vault, one, two, language)[2]:
                if unit.what == What.ANSWER:
                    codes.setdefault(schema_of(unit.path), []).append(unit)
    found = [Rate(path, units[-1].question, _agreement(units)) for path, units in codes.items()]
    return sorted(found, key=lambda rate: (rate.agreement.percent or 0, rate.path))


def _agreement(units: Sequence[Unit]) -> Agreement:
    found = agreement([(unit.first, unit.first if unit.alike else unit.second) for unit in units])
    return found if all(unit.one_code for unit in units) else found._replace(kappa=None, alpha=None)


def may_settle(vault: Reader) -> bool:
    """Tell whether this person settles differences: a lead or the centre."""
    roster = vault.roster()
    return roster is not None and leads(roster, vault.identity.person)


def keep(
    vault: Vault,
    second_id: str,
    path: str,
    *,
    second: bool,
    reason: str,
    happened: datetime,
    initiator: str = "",
) -> None:
    """Let one answer, or one reader's row, stand in the first reading, with its reason.

    What the first reader wrote blind is kept beside it. Only a lead or the centre may.
    """
    if not may_settle(vault):
        raise BadInput(_("Only a team lead settles a difference. Both answers are kept until then"))
    if not reason.strip():
        raise BadInput(_("Enter why this answer stands"))
    one, two = _readings(vault, second_id)
    units = {unit.path: unit for unit in _laid(vault, one, two, "en")[2] if not unit.alike}
    unit = units.get(path)
    if unit is None:
        raise BadInput(_("The two readings do not differ there"))
    moment = _opened(vault, one, two)
    mine, theirs = (vault.as_it_stood(view.id, moment) for view in (one, two))
    source, place = (theirs, unit.theirs) if second else (mine, unit.path)
    values: dict[str, str | None] = {path: source.get(place) if place else None}
    if unit.what == What.ROW and place:
        values |= {
            path + field[len(place) :]: value
            for field, value in source.items()
            if field.startswith(f"{place}/")
        }
    values[BLIND + path] = mine.get(path, "")
    write = Write(one.id, one.kind, one.parent, one.inspection, values, happened, reason.strip())
    vault.write([write], initiator=initiator)


def _readings(vault: Reader, second: str) -> tuple[RecordView, RecordView]:
    two = _view(vault, second)
    one = _view(vault, two.get(SECOND_OF))
    if not _are_open(one, two):
        raise BadInput(_("The differences are shown when both readers have completed their reading"))
    return one, two


def _laid(
    vault: Reader, one: RecordView, two: RecordView, language: str
) -> tuple[Session, Session, list[Unit]]:
    form = load(form_of(vault, one))
    moment = _opened(vault, one, two)
    left, right = (
        Session(form, _answers(vault.as_it_stood(view.id, moment)), language=language, fresh=False)
        for view in (one, two)
    )
    return left, right, list(Laid(left, right).units())


def _opened(vault: Reader, one: RecordView, two: RecordView) -> datetime:
    """Return when each reader had first called their own reading completed: what came later was not written blind."""
    said = sorted(
        (version.written, view.id, version.value == TRUE)
        for view in (one, two)
        for version in vault.history(view.id, COMPLETED)
        if version.author == view.author
    )
    done: set[str] = set()
    for written, reading, completed in said:
        (done.add if completed else done.discard)(reading)
        if len(done) == len({one.id, two.id}):
            return written
    raise BadInput(_("The differences are shown when both readers have completed their reading"))


def _view(vault: Reader, record: str) -> RecordView:
    view = writing.view_of(vault, record)
    if view.kind != Kind.CASE_FILE_REVIEW:
        raise BadInput(_("This record is no reading of a case file"))
    return view


def _reader(vault: Reader, view: RecordView) -> str:
    roster = vault.roster()
    return roster.name_of(view.author) if roster else ""


def _answers(fields: Mapping[str, str]) -> dict[str, str]:
    return {path: value for path, value in fields.items() if path.startswith("/")}


def _is_counted(unit: Unit, *, wording: bool) -> bool:
    return unit.what == What.ANSWER or (wording and unit.what == What.WORDING)


def _shown(session: Session, path: str, value: str, unit: Unit) -> str:
    return value if unit.what == What.ROW else shown(session, path, value)
