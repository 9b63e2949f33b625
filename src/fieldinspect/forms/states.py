"""What a session tells about its nodes: plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldinspect.forms.model import Element


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a select; `media` maps image, audio, video, big-image to a file name."""

    value: str
    label: str
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands against calling an answer complete; `kind` is required, type or constraint."""

    path: str
    kind: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class NodeState:
    """One node as it stands.

    `value` is the XForms lexical string, "" when there is no answer or the node is not relevant; `kept` is what
    is stored even so. `choices` is empty for anything but a select or a rank.
    """

    path: str
    relevant: bool
    value: str
    kept: str
    readonly: bool
    required: bool
    problem: Problem | None
    label: str
    hint: str
    choices: tuple[Choice, ...]
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """What one act did.

    `nodes`: paths whose state is no longer what it was, in no order; ask `state` again. `rows`: rows came or
    went, ask `sections` again. `fields`: what is to be stored, field name to value, None for cleared or removed.
    """

    nodes: frozenset[str]
    rows: bool
    fields: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a page: a question, a group, a repeat, or a row of it, `depth` levels in.

    `path` is what `answer`, `state`, `add_row` and `remove_row` take. A group of the page alone has the path "".
    """

    path: str
    kind: str
    depth: int
    element: Element
    label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One page: a group at the top of the form, or the questions between two groups (path "").

    Questions before the first group stand under the form's title.
    """

    path: str
    label: str
    entries: tuple[Entry, ...]
    relevant: bool = True
