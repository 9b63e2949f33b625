"""A question as a screen needs it; plain values."""

from typing import NamedTuple

from fieldinspect.forms import Entry, NodeState, Session

LINE, LONG, ONE, MANY, NOTE, ROW, ADD, GROUP, OTHER = (
    "line",
    "long",
    "one",
    "many",
    "note",
    "row",
    "add",
    "group",
    "other",
)
_CHOOSING = {"select1": ONE, "select": MANY}
_TYPED = frozenset({"input", "secret", "range"})


class Question(NamedTuple):
    """One line of a section. `control` is one of the constants of this module; `kind` is the XForms type."""

    path: str
    control: str
    label: str
    kind: str = "string"
    hint: str = ""
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    readonly: bool = False
    required: bool = False
    relevant: bool = True
    depth: int = 0


class Part(NamedTuple):
    """One section in the jump list."""

    path: str
    label: str
    answered: int
    asked: int
    completed: bool
    relevant: bool


def question(entry: Entry, state: NodeState) -> Question:
    """Return a question of the form as it stands; `kept` is shown, so that nothing typed ever vanishes."""
    asked = control(entry)
    return Question(
        entry.path,
        NOTE if asked == LINE and state.readonly and not state.value else asked,
        state.label,
        entry.element.type,
        state.hint,
        state.kept if state.relevant else state.value,
        tuple((choice.value, choice.label) for choice in state.choices),
        state.readonly,
        state.required,
        state.relevant,
        entry.depth,
    )


def control(entry: Entry) -> str:
    """Return how a line is asked."""
    element = entry.element
    if element.control in _CHOOSING:
        return _CHOOSING[element.control]
    if element.control == "note":
        return NOTE
    if element.control in _TYPED:
        return LONG if "multiline" in element.appearance else LINE
    return OTHER


def part(session: Session, place: int, completed: frozenset[str]) -> Part:
    """Return how far a section has come."""
    section = session.sections()[place]
    states = [session.state(entry.path) for entry in section.entries if is_asked(entry)]
    open_ones = [state for state in states if state.relevant and not state.readonly]
    answered = sum(1 for state in open_ones if state.value)
    name = section_name(section.path, place)
    return Part(name, section.label, answered, len(open_ones), name in completed, section.relevant)


def section_name(path: str, place: int) -> str:
    """Return what a section is called in the journal: its path, or its place when it has none."""
    return path or f"#{place + 1}"


def is_asked(entry: Entry) -> bool:
    """Tell whether a line is a question that takes an answer."""
    return entry.kind == "question" and control(entry) not in (NOTE, OTHER)
