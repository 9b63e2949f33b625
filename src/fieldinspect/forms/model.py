"""What a compiled form is made of. Everything here is settled at load and never changes afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fieldinspect.forms.xpath.syntax import Expression
from fieldinspect.forms.xpath.tree import Node
from fieldinspect.forms.xpath.values import Closure

GROUP = "group"
REPEAT = "repeat"
QUESTION = "question"

# What a rule computes, and for the scheduler: RELEVANT, CALCULATE and CHOICES decide what other rules read.
RELEVANT = "relevant"
READONLY = "readonly"
REQUIRED = "required"
CALCULATE = "calculate"
CONSTRAINT = "constraint"
COUNT = "count"
CHOICES = "choices"
WORDS = "words"


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a form: an itext key, or parts of which the closures are `<output>` values."""

    key: str = ""
    parts: tuple[str | Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class Translated:
    """One itext entry in one language; `media` maps image, audio, video, big-image to a file name."""

    parts: tuple[str | Closure, ...] = ()
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """A choice written out in the form."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices computed from a list: `value` and `label` are evaluated on each of its items."""

    items: Closure
    value: Closure
    label: Closure
    of_item: bool = False  # value and label rest on the item alone, and may be remembered with it
    whole: tuple[str, tuple[str, ...], str] | None = None  # every item of a list, see forms.choices


@dataclass(frozen=True, slots=True)
class Element:
    """A group, repeat or question, as the form lays it out.

    `kind` is group, repeat or question; `path` is the node's path without rows, or "" for a group of the page
    alone; `control` is input, note, select1, select, rank, range, upload, trigger or secret; `type` is an XForms
    type without prefix (string, int, decimal, date, time, dateTime, geopoint, boolean, binary ...).
    """

    kind: str
    path: str
    control: str = ""
    type: str = "string"
    appearance: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    label: Text | None = None
    row_label: Text | None = None  # of a repeat: what one row is called, when that differs
    hint: Text | None = None
    choices: tuple[Item, ...] | Itemset | None = None
    children: tuple["Element", ...] = ()
    fixed: bool = False  # a repeat to which the person adds no rows: the form counts them

    def walk(self) -> Iterator["Element"]:
        """Yield this element and all below, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Reference:
    """A node that a rule reads.

    `anchor` is the depth of the deepest node that holds both: a change re-evaluates what lies below it.
    `positional` references also notice rows that come and go beside them.
    """

    path: str
    anchor: int
    positional: bool = False


@dataclass(slots=True, eq=False)
class Rule:
    """One expression at one node of the form; `order` is its place in the evaluation."""

    kind: str
    definition: "Definition"
    expression: Expression
    closure: Closure
    of_items: tuple[Expression, ...] = ()  # what is read of each node the expression gives: of choices
    references: frozenset[Reference] = frozenset()
    order: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """A `setvalue`: when one of `events` happens at `source`, the node at `target` takes the value."""

    events: frozenset[str]
    source: str
    target: Closure
    value: Closure | None
    literal: str = ""


@dataclass(slots=True, eq=False)
class Definition:
    """A node of the primary instance, without rows: what every live node of that path has in common."""

    path: str
    name: str
    parent: "Definition | None"
    depth: int
    rank: int = 0  # its place among the children of its parent
    children: dict[str, "Definition"] = field(default_factory=dict)
    type: str = "string"
    repeat: bool = False
    rules: dict[str, Rule] = field(default_factory=dict)
    element: Element | None = None
    preload: tuple[str, str] | None = None
    template: Node | None = None
    fixed_choices: frozenset[str] | None = None  # the values offered, where no answer can change them
    required_message: Text | None = None
    constraint_message: Text | None = None
    actions: list[Action] = field(default_factory=list)
    words: list[Rule] = field(default_factory=list)
    # For the scheduler: rules that read this node, and for a repeat those that notice its rows.
    readers: list[tuple[Rule, int]] = field(default_factory=list)
    row_readers: list[tuple[Rule, int]] = field(default_factory=list)

    def walk(self) -> Iterator["Definition"]:
        """Yield this definition and all below, in document order."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    @property
    def segment(self) -> str:
        """The last part of its path: its name with the prefix it is written with."""
        return self.path.rpartition("/")[2]

    def own_rules(self) -> Iterator[Rule]:
        """Yield the rules computed at this node."""
        yield from self.rules.values()
        yield from self.words

    @property
    def leaf(self) -> bool:
        """Whether it can hold an answer."""
        return not self.children and not self.repeat

    @property
    def computed(self) -> bool:
        """Whether its value is the form's alone: calculated, and nobody can type over it."""
        return CALCULATE in self.rules and (self.element is None or READONLY in self.rules)


@dataclass(slots=True, eq=False)
class Form:
    """A form ready to be answered; make one with `load`.

    `digest` is the SHA-256 of the XML in hex; `languages` are the names the form gives them, the default first.
    """

    id: str
    version: str
    digest: str
    languages: tuple[str, ...]
    root: Definition
    definitions: dict[str, Definition]
    body: tuple[Element, ...]
    rules: tuple[Rule, ...]
    actions: tuple[Action, ...]
    instances: Mapping[str, Node]
    blueprint: Node
    translations: Mapping[str, Mapping[str, Translated]]
    main_title: str
    indexes: dict[tuple[str, tuple[str, ...], str], dict[str, list[Node]]] = field(default_factory=dict)

    def title(self, language: str | None = None) -> str:
        """Return the form's title: the label of its `form_title` note in that language, if it has one."""
        wanted = self.language(language)
        entry = self.translations.get(wanted, {}).get(f"/{self.root.name}/form_title:label")
        if entry is None or not all(isinstance(one, str) for one in entry.parts):
            return self.main_title
        return "".join(str(one) for one in entry.parts)

    def language(self, wanted: str | None) -> str:
        """Return the form's own name of a language given by name or by code; its default for any other."""
        if wanted:
            for name in self.languages:
                if wanted == name or f"({wanted})" in name:
                    return name
        return self.languages[0] if self.languages else ""

    def elements(self) -> Iterator[Element]:
        """Yield every group, repeat and question, in order."""
        for one in self.body:
            yield from one.walk()
