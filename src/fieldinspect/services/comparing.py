"""Two readings of a file laid side by side: questions, words and rows.

1. Compared is what each reader had written when the later of the two called theirs completed, whatever came after.
2. What is chosen or counted is agreement or it is not. Free text is shown where its words differ; it counts only when
   asked for, and then as alike when only spaces and capitals differ.
3. Rows are matched by their first answer; those left are matched in their order, unless the first answer is a choice:
   then they are rows that only one reader has. Such rows are differences, and told beside the figure.
4. A question that one reader did not answer is not compared.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from fieldinspect.forms import Entry, Session
from fieldinspect.i18n import _

_SAMPLE: Final = "/case_file_review/sample/"
_CHOSEN: Final = frozenset({"select1", "select", "rank", "range"})
_COUNTED: Final = frozenset({"int", "decimal", "boolean", "date", "time", "dateTime"})


class What(StrEnum):
    """What differs."""

    ANSWER = "answer"
    WORDING = "wording"
    ROW = "row"


class Unit(NamedTuple):
    """One thing that was compared. Paths differ where rows do; "" where a reader has no such row."""

    what: What
    path: str
    """Where it is in the first reading, or would be."""
    theirs: str
    """Where it is in the second reading."""
    question: str
    first: str
    second: str
    alike: bool
    one_code: bool
    """The answer is one of a list of codes."""


def is_words(entry: Entry) -> bool:
    element = entry.element
    return element.control not in _CHOSEN and element.type not in _COUNTED


def schema_of(path: str) -> str:
    """Return a path without its rows."""
    return "/".join(step.partition("[")[0] for step in path.split("/"))


def shown(session: Session, path: str, value: str) -> str:
    """Return an answer as a person reads it."""
    if not value:
        return _("No answer")
    labels = {choice.value: choice.label for choice in session.state(path).choices}
    return ", ".join(labels.get(part, part) for part in value.split()) if labels else value


class Laid:
    """Two sessions of one form, row by row beside each other."""

    def __init__(self, left: Session, right: Session) -> None:
        self._left, self._right = left, right
        self._twins: dict[str, str] = {"": ""}
        """Row of the second reading by row of the first."""
        self._theirs = {entry.path for section in right.sections() for entry in section.entries}

    def units(self) -> Iterator[Unit]:
        """Yield everything that both have, or only one has and the other could, in the order of the form."""
        for section in self._left.sections():
            for entry in section.entries:
                if entry.kind == "repeat":
                    yield from self._rows(entry)
                elif entry.kind == "question":
                    yield from self._answer(entry)

    def _twin(self, path: str) -> str | None:
        row = _row_of(path)
        twin = self._twins.get(row)
        return None if twin is None else twin + path[len(row) :]

    def _answer(self, entry: Entry) -> Iterator[Unit]:
        theirs = self._twin(entry.path)
        if entry.path.startswith(_SAMPLE) or theirs is None or theirs not in self._theirs:
            return
        mine, other = self._left.state(entry.path), self._right.state(theirs)
        if not (mine.relevant and other.relevant and mine.value and other.value) or mine.readonly:
            return
        if entry.element.control in ("note", "upload", "trigger"):
            return
        words = is_words(entry)
        key = _plain if words else _sorted
        yield Unit(
            What.WORDING if words else What.ANSWER,
            entry.path,
            theirs,
            entry.label,
            mine.value,
            other.value,
            key(mine.value) == key(other.value),
            entry.element.control == "select1",
        )

    def _rows(self, entry: Entry) -> Iterator[Unit]:
        theirs = self._twin(entry.path)
        if theirs is None:
            return
        left, right = _Rows(self._left, entry, entry.path), _Rows(self._right, entry, theirs)
        matched = _matched(left, right)
        self._twins.update(matched)
        for row in (one for one in left.keys if one not in matched):
            yield Unit(What.ROW, row, "", entry.label, left.told(row), _no_row(), alike=False, one_code=False)
        for row in (one for one in right.keys if one not in matched.values()):
            path = entry.path + row[len(theirs) :]
            yield Unit(
                What.ROW, path, row, entry.label, _no_row(), right.told(row), alike=False, one_code=False
            )


class _Rows:
    """The rows of a repeat in one reading, and the first answer of each: what it is known by."""

    def __init__(self, session: Session, entry: Entry, repeat: str) -> None:
        self._session = session
        self._known = set(session.paths())
        self.key = next((one for one in entry.element.walk() if one.kind == "question"), None)
        self.keys = {
            row: self._first_answer(row) for row in session.rows(repeat) if session.state(row).relevant
        }

    def _path(self, row: str) -> str:
        path = row + self.key.path[len(schema_of(row)) :] if self.key is not None else ""
        return path if path in self._known else ""

    def _first_answer(self, row: str) -> str:
        path = self._path(row)
        return self._session.state(path).value if path else ""

    def told(self, row: str) -> str:
        """Return what a row is known by, as a person reads it."""
        value = self.keys[row]
        return shown(self._session, self._path(row), value) if value else _("A row without an answer")


def _no_row() -> str:
    return _("No such row")


def _matched(left: _Rows, right: _Rows) -> dict[str, str]:
    """Return by row of the first reading its row of the second: the same first answer, then the order."""
    found: dict[str, str] = {}
    rest = dict(right.keys)
    for row, key in left.keys.items():
        twin = next((other for other, theirs in rest.items() if key and theirs == key), "")
        if twin:
            found[row] = twin
            del rest[twin]
    by_choice = left.key is not None and left.key.control in _CHOSEN
    mine = [row for row, key in left.keys.items() if row not in found and not (by_choice and key)]
    others = [row for row, key in rest.items() if not (by_choice and key)]
    return found | dict(zip(mine, others, strict=False))


def _row_of(path: str) -> str:
    return path[: path.rfind("]") + 1]


def _sorted(value: str) -> str:
    return " ".join(sorted(value.split()))


def _plain(value: str) -> str:
    return " ".join(value.casefold().split())
