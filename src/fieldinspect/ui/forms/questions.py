"""A question as a screen needs it; plain values."""

from decimal import Decimal
from typing import NamedTuple

from fieldinspect.forms import Entry, NodeState, Session
from fieldinspect.forms.media import picture_name
from fieldinspect.i18n import _

LINE, LONG, SECRET, RANGE, ONE, MANY, FIND_ONE, FIND_MANY, RANK, TICK, FILE, NOTE, ROWS, GROUP = (
    "line",
    "long",
    "secret",
    "range",
    "one",
    "many",
    "find one",
    "find many",
    "rank",
    "tick",
    "file",
    "note",
    "rows",
    "group",
)
MOST_BUTTONS = 12
"""A list of more choices is searched by typing."""
MOST_PICTURED = 24
"""So many choices are shown with their pictures."""
_DIRECT = {"rank": RANK, "range": RANGE, "trigger": TICK, "upload": FILE, "secret": SECRET, "note": NOTE}
MOST_LETTERS = 1_000_000
"""An answer of so many letters still fits into one entry of the journal, however they are encoded."""
TICKED = "OK"
"""What the standard stores for an acknowledgement."""


class Limits(NamedTuple):
    """Least, most and step of a range, as the form writes them; "" where it does not."""

    least: str = ""
    most: str = ""
    step: str = ""

    def in_words(self) -> str:
        """Tell a person what may be entered."""
        if not (self.least and self.most):
            return ""
        if not self.step:
            return _("A number from {least} to {most}").format(least=self.least, most=self.most)
        return _("A number from {least} to {most}, in steps of {step}").format(
            least=self.least, most=self.most, step=self.step
        )

    def problem(self, value: str) -> str:
        """Return what is wrong with an answer in a sentence, "" when nothing is."""
        try:
            number = Decimal(value)
            least, most = Decimal(self.least), Decimal(self.most)
            steps = (number - least) % abs(Decimal(self.step)) if self.step else Decimal(0)
        except ArithmeticError:
            return ""  # no number, or no limits: whether it is one at all is said elsewhere
        if not min(least, most) <= number <= max(least, most):
            return _("Enter a number from {least} to {most}").format(least=self.least, most=self.most)
        if steps:
            return _("Enter a number in steps of {step}, from {least}").format(
                step=self.step, least=self.least
            )
        return ""


class Question(NamedTuple):
    """One line of a section. `control` is one of the constants of this module; `kind` is the XForms type.

    Of a repeat, `choices` are its rows by path, `details` a line about each, and `value` the row that is open.
    """

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
    limits: Limits = Limits()
    details: tuple[str, ...] = ()
    appearance: tuple[str, ...] = ()
    picture: str = ""
    big_picture: str = ""
    pictures: tuple[str, ...] = ()
    """Names of the pictures of the choices, "" for one without; none when no choice has any."""


def takes_focus(asked: Question) -> bool:
    """Tell whether a person can go to a line to answer or read it."""
    if asked.control in (ONE, MANY, TICK, FILE) and asked.readonly:
        return False  # its buttons are disabled
    empty = asked.control in (GROUP, NOTE) or (asked.control in (ONE, MANY) and not asked.choices)
    return asked.relevant and not empty


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
    pictures = _pictures(state)
    asked = control(entry, len(state.choices), pictured=any(pictures))
    limits = Limits(*(entry.element.parameters.get(name, "") for name in ("start", "end", "step")))
    return Question(
        entry.path,
        NOTE if asked == LINE and state.readonly and not state.value else asked,
        state.label,
        entry.element.type,
        _hint(entry, state, limits if asked == RANGE else Limits()),
        state.kept if state.relevant else state.value,
        tuple(
            (choice.value, choice.label or (choice.value if choice.media else "")) for choice in state.choices
        ),
        state.readonly,
        state.required,
        state.relevant,
        entry.depth,
        limits,
        appearance=entry.element.appearance,
        picture=picture_name(state.media.get("image", "")),
        big_picture=picture_name(state.media.get("big-image", "")),
        pictures=pictures,
    )


def _pictures(state: NodeState) -> tuple[str, ...]:
    if not any(choice.media for choice in state.choices):
        return ()
    return tuple(picture_name(choice.media.get("image", "")) for choice in state.choices)


def control(entry: Entry, choices: int = 0, *, pictured: bool = False) -> str:
    """Return how a line is asked, when it offers so many choices: what has pictures is looked at, not searched."""
    element = entry.element
    if pictured and choices <= MOST_PICTURED and element.control in ("select1", "select"):
        return ONE if element.control == "select1" else MANY
    if element.control == "select1":
        return FIND_ONE if choices > MOST_BUTTONS else ONE
    if element.control == "select":
        return FIND_MANY if choices > MOST_BUTTONS else MANY
    if element.control in _DIRECT:
        return _DIRECT[element.control]
    return LONG if "multiline" in element.appearance else LINE


def _hint(entry: Entry, state: NodeState, limits: Limits) -> str:
    if entry.element.type == "geopoint" and not state.hint:
        return _("Latitude and longitude, such as 51.48 -3.18")
    return ". ".join(filter(None, (state.hint, limits.in_words())))


def section_name(path: str, place: int) -> str:
    """Return what a section is called in the journal: its path, or its place when it has none."""
    return path or f"#{place + 1}"


def is_asked(entry: Entry) -> bool:
    """Tell whether a line is a question that takes an answer."""
    return entry.kind == "question" and control(entry) != NOTE


def choose_sentence() -> str:
    """Return what is said of text in a long list that is none of its choices."""
    return _("Choose one from the list")


def too_long() -> str:
    """Return what is said of more text than an answer holds."""
    return _("This is more text than an answer can hold. Shorten it, or attach it as a file")


def out_of_range(session: Session, entry: Entry | None) -> str:
    """Return what is wrong with a number out of its range, "" when nothing is."""
    if entry is None or entry.element.control != "range":
        return ""
    state = session.state(entry.path)
    return question(entry, state).limits.problem(state.value)
