"""The lines of a section as a screen shows them: of a repeat the list of its rows, and the one row that is open."""

from collections.abc import Container, Mapping, Sequence

from fieldinspect.forms import Entry, Session
from fieldinspect.i18n import _
from fieldinspect.ui.forms.lexical import to_words
from fieldinspect.ui.forms.questions import GROUP, ROWS, Question, is_asked, question

_TOLD = 3
"""So many answers tell one row from another."""


def lines(
    session: Session,
    entries: Sequence[Entry],
    opened: Mapping[str, str],
    only: Container[str] | None = None,
) -> list[Question]:
    """Return what to show, or of it only what is at some paths.

    `opened` has, by repeat, the row that is open, "" for none; a single row opens itself.
    """
    shown: list[Question] = []
    closed_at: int | None = None  # the depth of a row that is closed: all that is deeper belongs to it
    for place, entry in enumerate(entries):
        if closed_at is not None and entry.depth > closed_at:
            continue
        closed_at = None
        if entry.kind == "row":
            repeat = repeat_of(entry.path)
            if entry.path != open_row(session, repeat, opened):
                closed_at = entry.depth
            elif only is None or entry.path in only:
                shown.append(_heading(session, entry))
        elif only is not None and entry.path not in only:
            continue
        elif entry.kind == "repeat":
            shown.append(_rows(session, entries, place, opened))
        else:
            shown.append(line(session, entry))
    return shown


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
