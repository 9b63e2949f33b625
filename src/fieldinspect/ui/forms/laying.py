"""The lines of a section as a screen shows them: of a repeat the list of its rows, and the one row that is open."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fieldinspect.forms import Entry, Session
from fieldinspect.i18n import _
from fieldinspect.ui.forms.lexical import to_words
from fieldinspect.ui.forms.questions import GROUP, ROWS, Question, is_asked, question

_TOLD = 3
"""So many answers tell one row from another."""


class Lines:
    """The lines of a section, told from the session as it stands whenever they are asked for.

    `opened` has, by repeat, the row that is open, "" for none; a single row opens itself. What changes which lines
    there are, rows and which of them is open, calls for a new one.
    """

    def __init__(self, session: Session, entries: Sequence[Entry], opened: Mapping[str, str]) -> None:
        self._session, self._entries, self._opened = session, entries, opened
        self._shown = list(_shown(session, entries, opened))
        self.paths = [entries[place].path for place in self._shown]
        self._places = {path: place for place, path in enumerate(self.paths) if path}

    @property
    def offers_choices(self) -> bool:
        """Whether any line is a question with buttons to choose from."""
        chosen = (self._entries[place] for place in self._shown)
        return any(one.element.control in ("select1", "select") and is_asked(one) for one in chosen)

    def line(self, place: int) -> Question:
        """Return a line by its place among those shown."""
        entry = self._entries[self._shown[place]]
        if entry.kind == "row":
            return _heading(self._session, entry)
        if entry.kind == "repeat":
            return _rows(self._session, self._entries, self._shown[place], self._opened)
        return line(self._session, entry)

    def at(self, paths: Iterable[str]) -> list[Question]:
        """Return of these paths what is shown, in order."""
        return [
            self.line(place) for place in sorted({self._places[one] for one in paths if one in self._places})
        ]


def _shown(session: Session, entries: Sequence[Entry], opened: Mapping[str, str]) -> Iterator[int]:
    closed_at: int | None = None  # the depth of a row that is closed: all that is deeper belongs to it
    for place, entry in enumerate(entries):
        if closed_at is not None and entry.depth > closed_at:
            continue
        closed_at = None
        if entry.kind == "row" and entry.path != open_row(session, repeat_of(entry.path), opened):
            closed_at = entry.depth
        else:
            yield place


def line(session: Session, entry: Entry) -> Question:
    """Return a question, or the heading of a group."""
    if entry.kind != "question":
        relevant = session.state(entry.path).relevant if entry.path else True
        return Question(entry.path, GROUP, entry.label, relevant=relevant, depth=entry.depth)
    asked = question(entry, session.state(entry.path))
    return asked._replace(value=to_words(asked.kind, asked.value))


def repeat_of(row: str) -> str:
    """Return the path of a row's repeat."""
    return row.rpartition("[")[0]


def rows_above(path: str) -> list[str]:
    """Return the rows a path lies in, outermost first; a row lies in itself."""
    return [path[: place + 1] for place, letter in enumerate(path) if letter == "]"]


def open_row(session: Session, repeat: str, opened: Mapping[str, str]) -> str:
    """Return the row of a repeat that is open, "" for none."""
    rows = session.rows(repeat)
    wanted = opened.get(repeat)
    if wanted is None:
        return rows[0] if len(rows) == 1 else ""
    return wanted if wanted in rows else ""


def row_name(session: Session, row: str, label: str) -> str:
    """Return a row's number among the others and what it is called."""
    number = session.rows(repeat_of(row)).index(row) + 1
    return _("{number}. {label}").format(number=number, label=label or _("Row"))


def _heading(session: Session, entry: Entry) -> Question:
    return Question(entry.path, GROUP, row_name(session, entry.path, entry.label), depth=entry.depth)


def _rows(session: Session, entries: Sequence[Entry], place: int, opened: Mapping[str, str]) -> Question:
    repeat = entries[place]
    told: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for entry in entries[place + 1 :]:
        if entry.depth <= repeat.depth:
            break
        if entry.kind == "row" and repeat_of(entry.path) == repeat.path:
            names[entry.path] = row_name(session, entry.path, entry.label)
            told[entry.path] = []
        elif is_asked(entry) and names and len(told[list(names)[-1]]) < _TOLD:
            told[list(names)[-1]] += _answer(session, entry)
    return Question(
        repeat.path,
        ROWS,
        repeat.label,
        value=open_row(session, repeat.path, opened),
        choices=tuple((row, name) for row, name in names.items()),
        details=tuple(", ".join(answers) for answers in told.values()),
        readonly=repeat.element.fixed,
        depth=repeat.depth,
    )


def _answer(session: Session, entry: Entry) -> list[str]:
    state = session.state(entry.path)
    if not state.value or entry.element.control == "secret":
        return []
    labels = {choice.value: choice.label for choice in state.choices}
    if labels:
        return [", ".join(labels.get(one, one) for one in state.value.split())]
    return [to_words(entry.element.type, state.value)]
