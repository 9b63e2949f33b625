"""A case file read twice, each reader blind to the other, and how far the two readings agree.

1. A second reading is a review of its own, by somebody else; it takes over the number of the sample and nothing more.
2. Neither reader sees the other's answers until both have called their reading completed.
3. Agreement is counted on what each wrote blind, whatever is settled afterwards: the first reader's own answer is
   kept beside the one that stands.
4. What is settled is a correction of the first reading, with its reason.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import RecordView
from fieldinspect.forms import Entry, Session, load
from fieldinspect.i18n import _
from fieldinspect.services.capture import add_record
from fieldinspect.services.instruments import form_of
from fieldinspect.services.ports import Reader, Vault, Write
from fieldinspect.services.streams import is_completed

SECOND_OF: Final = "second_of"
BLIND: Final = "blind:"
"""A field so begun keeps the first reader's own answer to a question that was settled."""
_NUMBER: Final = "/case_file_review/sample/review_number"
_SAMPLE: Final = "/case_file_review/sample/"
_READER: Final = "/case_file_review/sample/reader"
_CHOSEN: Final = frozenset({"select1", "select", "rank", "range"})
_COUNTED: Final = frozenset({"int", "decimal", "boolean", "date", "time", "dateTime"})


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
    """A question answered by both, and not alike; answers as they are shown."""

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

    @property
    def percent(self) -> int | None:
        """Agreement in whole per cent, rounded down so that 100 means all; None when there is nothing to compare."""
        return self.agreed * 100 // self.both if self.both else None


def name() -> str:
    return _("Second reading of a case file")


def hidden_sentence() -> str:
    return _("You will see this reading when both of you have completed yours")


def begin(vault: Vault, review: str, *, happened: datetime, initiator: str = "") -> str:
    """Begin the second reading of somebody else's review. Return its id."""
    if review not in may_be_read_again(vault):
        raise BadInput(
            _("This review cannot be read a second time: it is yours, or it was read twice already")
        )
    view = _view(vault, review)
    return add_record(
        vault,
        Kind.CASE_FILE_REVIEW,
        view.parent,
        happened=happened,
        fields={SECOND_OF: review},
        answers={_READER: "second"} | ({_NUMBER: number} if (number := view.get(_NUMBER)) else {}),
        initiator=initiator,
    )


def may_be_read_again(vault: Reader) -> frozenset[str]:
    """Return the reviews by others that have no second reading yet."""
    views = [view for view in vault.of_kind(Kind.CASE_FILE_REVIEW) if not view.withdrawn]
    taken = {view.get(SECOND_OF) for view in views}
    person = vault.identity.person
    return frozenset(
        view.id
        for view in views
        if view.author != person and not view.get(SECOND_OF) and view.id not in taken
    )


def pairs(vault: Reader) -> list[Pair]:
    """Return the files that are read twice, latest second reading first."""
    seconds = [
        view for view in vault.of_kind(Kind.CASE_FILE_REVIEW) if view.get(SECOND_OF) and not view.withdrawn
    ]
    found = []
    for second in sorted(seconds, key=lambda view: (view.happened, view.id), reverse=True):
        first = vault.record(second.get(SECOND_OF))
        if first is not None and not first.withdrawn:
            found.append(_pair(vault, first, second))
    return found


def _pair(vault: Reader, first: RecordView, second: RecordView) -> Pair:
    return Pair(
        first.id,
        second.id,
        second.get(_NUMBER),
        _reader(vault, first),
        _reader(vault, second),
        is_completed(first) and is_completed(second),
        first.id if first.author == vault.identity.person else second.id,
    )


def is_hidden(vault: Reader, view: RecordView) -> bool:
    """Tell whether a reading is not for this person's eyes yet, because they read the same file themselves."""
    if view.kind != Kind.CASE_FILE_REVIEW or view.author == vault.identity.person:
        return False
    person = vault.identity.person
    for pair in pairs(vault):
        if view.id in (pair.first, pair.second) and not pair.completed:
            other = vault.record(pair.second if view.id == pair.first else pair.first)
            return other is not None and other.author == person
    return False


def compare(vault: Reader, second: str, *, language: str = "en") -> Comparison:
    """Compare two readings; refused with a sentence until both are completed."""
    one, two = _readings(vault, second)
    form = load(form_of(vault, one))
    left = Session(form, _blind(one), language=language)
    right = Session(form, _answers(two), language=language)
    theirs = {entry.path for section in right.sections() for entry in section.entries}
    both = agreed = 0
    differences = []
    for section in left.sections():
        for entry in section.entries:
            if entry.path not in theirs or not _is_compared(entry, left):
                continue
            mine, other = left.state(entry.path).value, right.state(entry.path).value
            if not mine or not other:
                continue
            both += 1
            if _same(mine, other):
                agreed += 1
            else:
                settled = BLIND + entry.path in one.fields
                shown = (_shown(left, entry.path, mine), _shown(right, entry.path, other))
                differences.append(Difference(entry.path, entry.label, *shown, settled))
    return Comparison(_reader(vault, one), _reader(vault, two), both, agreed, tuple(differences))


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
    """Let one answer stand in the first reading, with its reason; what its reader wrote blind is kept beside it."""
    if not reason.strip():
        raise BadInput(_("Enter why this answer stands"))
    one, two = _readings(vault, second_id)
    own = one.get(BLIND + path) or one.get(path)
    values: dict[str, str | None] = {path: two.get(path) if second else own, BLIND + path: own}
    write = Write(one.id, one.kind, one.parent, one.inspection, values, happened, reason.strip())
    vault.write([write], initiator=initiator)


def _readings(vault: Reader, second: str) -> tuple[RecordView, RecordView]:
    two = _view(vault, second)
    one = _view(vault, two.get(SECOND_OF))
    if not (is_completed(one) and is_completed(two)):
        raise BadInput(_("The differences are shown when both readers have completed their reading"))
    return one, two


def _view(vault: Reader, record: str) -> RecordView:
    view = vault.record(record)
    if view is None or view.kind != Kind.CASE_FILE_REVIEW:
        raise BadInput(_("This record is not in the vault. Receive it first"))
    return view


def _reader(vault: Reader, view: RecordView) -> str:
    roster = vault.roster()
    return roster.name_of(view.author) if roster else ""


def _answers(view: RecordView) -> Mapping[str, str]:
    return {path: value for path, value in view.fields.items() if path.startswith("/")}


def _blind(view: RecordView) -> Mapping[str, str]:
    """Return the answers as the first reader gave them before anything was settled."""
    own = {path.removeprefix(BLIND): value for path, value in view.fields.items() if path.startswith(BLIND)}
    return {**_answers(view), **own}


def _is_compared(entry: Entry, session: Session) -> bool:
    """Compare what is chosen or counted: two people never use the same words, and the sample says who reads."""
    if entry.kind != "question" or entry.path.startswith(_SAMPLE):
        return False
    state = session.state(entry.path)
    counted = entry.element.control in _CHOSEN or entry.element.type in _COUNTED
    return counted and state.relevant and not state.readonly


def _same(mine: str, other: str) -> bool:
    return sorted(mine.split()) == sorted(other.split())


def _shown(session: Session, path: str, value: str) -> str:
    labels = {choice.value: choice.label for choice in session.state(path).choices}
    return ", ".join(labels.get(part, part) for part in value.split()) if labels else value
