"""The nodes of one record while somebody answers it, and how rows come and go."""

import re
import uuid
from collections.abc import Iterator, Mapping

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.checks import canonical
from fieldinspect.forms.model import CALCULATE, COUNT, Definition
from fieldinspect.forms.states import Choice
from fieldinspect.forms.xml import TEMPLATE
from fieldinspect.forms.xpath.tree import ELEMENT, Node
from fieldinspect.i18n import _

MOST_ROWS = 1_000  # of one list; more is a slip of the finger in a count, or no work for a form
MOST_NODES = 100_000  # of one record: lists within lists multiply
_FIRST_ORDER = 1
_LAST = "999999"
_ORDER = re.compile(r"[0-9]{6,60}")  # anything else comes from elsewhere: such a row stands first


class Live(Node):
    """One node of one record; `value` is what expressions read, `stored` what is kept.

    The two differ while the node is not relevant, or while its choice is not offered. `key` is the path with row
    ids: the name of its field. `order` and `row` are set on the rows of a repeat.
    """

    __slots__ = (
        "broken",
        "choices",
        "definition",
        "key",
        "offered",
        "order",
        "own_readonly",
        "own_relevant",
        "readonly",
        "relevant",
        "required",
        "row",
        "source",
        "stored",
        "typed",
    )

    def __init__(self, definition: Definition, source: Node, parent: "Live | None", key: str) -> None:
        super().__init__(ELEMENT, definition.name, "", parent)
        self.prefix = source.prefix
        self.attributes = source.attributes
        self.definition = definition
        self.source = source
        self.key = key
        self.row = ""
        self.order = ""
        self.stored = ""
        self.typed = False  # answered by the person, not by a default or a calculation
        self.own_relevant = self.relevant = True
        self.own_readonly = self.readonly = False
        self.required = False
        self.broken = False
        self.offered: frozenset[str] | None = None
        self.choices: tuple[Choice, ...] | None = None  # as last asked for

    @property
    def live_children(self) -> Iterator["Live"]:
        """The nodes directly below."""
        return (one for one in self.children if isinstance(one, Live))

    def rows(self, definition: Definition) -> list["Live"]:
        """Return the rows of a repeat directly below, in order."""
        return [one for one in self.named(definition.name) if isinstance(one, Live)]

    def walk(self) -> Iterator["Live"]:
        """Yield this node and all below, in document order."""
        yield self
        for one in self.live_children:
            yield from one.walk()

    @property
    def leaf(self) -> bool:
        """Whether it can hold an answer."""
        return self.definition.leaf

    @property
    def place(self) -> tuple[int, str, str]:
        """What it is ordered by among its siblings."""
        return self.definition.rank, self.order, self.row


class Tree:
    """Builds and finds live nodes.

    `kept` holds the answers that no node has taken up; `recorded` what is known of the rows of each repeat:
    their order, None for a row that was removed.
    """

    def __init__(self, form_id: str, fields: Mapping[str, str | None]) -> None:
        self.form_id = form_id
        self.kept: dict[str, str] = {}
        self.recorded: dict[str, dict[str, str | None]] = {}
        self.nodes: dict[str, Live] = {}
        for key, value in fields.items():
            if key.endswith("]"):
                self.record_row(key, value)
            else:
                self.kept[key] = value or ""

    def record_row(self, key: str, order: str | None) -> None:
        """Note the order of a row, named by its field, or that it was removed."""
        base, _bracket, row = key[:-1].rpartition("[")
        trusted = order is None or _ORDER.fullmatch(order)
        self.recorded.setdefault(base, {})[row] = order if trusted else ""

    def build(self, definition: Definition, source: Node, parent: Live | None, key: str) -> Live:
        """Return a node and everything below it, with the rows the form and the fields give it."""
        node = Live(definition, source, parent, key)
        self.nodes[key] = node
        if len(self.nodes) > MOST_NODES:
            raise BadInput(
                _("This record has more than {most} answers. Divide it into several.").format(most=MOST_NODES)
            )
        if definition.leaf:
            self._fill(node)
            return node
        for name, below in definition.children.items():
            sources = plain_rows(source, name)
            path = f"{key}/{below.segment}"
            if below.repeat:
                for one in self._rows(node, below, sources, path):
                    node.append(one)
            else:
                node.append(self.build(below, sources[0] if sources else Node(ELEMENT, name), node, path))
        return node

    def _fill(self, node: Live) -> None:
        definition = node.definition
        kept = None if definition.computed else self.kept.pop(node.key, None)
        if not kept and CALCULATE in definition.rules:
            kept = None  # cleared, or replaced by the calculation: either way it is calculated
        node.typed = kept is not None
        node.stored = canonical(definition.type, node.source.value) if kept is None else kept
        node.offered = definition.fixed_choices
        node.value = offered_part(node.stored, node.offered)

    def _rows(self, parent: Live, definition: Definition, sources: list[Node], base: str) -> list[Live]:
        wanted: dict[str, tuple[str, Node]] = {}
        for place, source in enumerate(sources):
            wanted[self.row_id(base, place)] = (order_text(place + _FIRST_ORDER), source)
        recorded = {} if COUNT in definition.rules else self.recorded.get(base, {})
        for row, order in recorded.items():
            if order is None:
                wanted.pop(row, None)
            else:
                wanted[row] = (order, wanted[row][1] if row in wanted else _template(definition))
        made = [
            self._row(parent, definition, source, base, row, order) for row, (order, source) in wanted.items()
        ]
        return sorted(made, key=lambda one: (one.order, one.row))

    def _row(
        self, parent: Live, definition: Definition, source: Node, base: str, row: str, order: str
    ) -> Live:
        node = self.build(definition, source, parent, f"{base}[{row}]")
        node.row, node.order = row, order
        return node

    def add_row(
        self, parent: Live, definition: Definition, row: str, order: str, source: Node | None = None
    ) -> Live:
        """Add a row below `parent`, at its place among its fellows."""
        base = f"{parent.key}/{definition.segment}"
        try:
            made = self._row(parent, definition, source or _template(definition), base, row, order)
        except BadInput:  # too many nodes: those that were made belong to nothing
            self._forget(f"{base}[{row}]")
            raise
        self.record_row(made.key, order)
        if not parent.children or made.place > _last(parent).place:
            parent.append(made)
        else:
            parent.insert(
                next(at for at, one in enumerate(parent.live_children) if one.place > made.place), made
            )
        return made

    def remove(self, node: Live, *, known: bool = True) -> None:
        """Take a row out; what was typed into it is kept, should it come back. One not `known` never was there."""
        self.record_row(node.key, None)
        if not known:
            base, _bracket, row = node.key[:-1].rpartition("[")
            del self.recorded[base][row]
        for one in node.walk():
            self._drop(one.key)
        if node.parent is not None:
            node.parent.remove(node)

    def _forget(self, key: str) -> None:
        for one in [one for one in self.nodes if one == key or one.startswith(f"{key}/")]:
            self._drop(one)

    def _drop(self, key: str) -> None:
        node = self.nodes.pop(key)
        if node.leaf and node.typed:
            self.kept[key] = node.stored

    def row_gone(self, key: str) -> str:
        """Return the outermost row that an answer lies in and that is not there though it could be, "" for none."""
        for place in (place for place, letter in enumerate(key, 1) if letter == "]"):
            row = key[:place]
            if row not in self.nodes:
                above, _slash, segment = row.rpartition("[")[0].rpartition("/")
                below = self.nodes[above].definition.children if above in self.nodes else {}
                fits = (
                    one.repeat and COUNT not in one.rules for one in below.values() if one.segment == segment
                )
                return row if any(fits) else ""
        return ""

    def row_id(self, base: str, place: int) -> str:
        """Return the id of a row that the form itself makes: the same on every laptop."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.form_id}{base}#{place}"))

    def nearest(self, definition: Definition, context: Live) -> Live | None:
        """Return the node of a definition that shares the most of its path with a context."""
        at = context
        while not f"{definition.path}/".startswith(f"{at.definition.path}/") and isinstance(at.parent, Live):
            at = at.parent
        found = self.instances(definition, at)
        return found[0] if found else None

    def instances(self, definition: Definition, under: Live) -> list[Live]:
        """Return the live nodes of a definition at or below a node."""
        names: list[str] = []
        at = definition
        while at.depth > under.definition.depth:
            names.append(at.name)
            at = at.parent  # type: ignore[assignment]  # its depth is positive, so it has a parent
        if at is not under.definition:
            return []
        found: list[Node] = [under]
        for name in reversed(names):
            found = [one for node in found for one in node.named(name)]
        return found  # type: ignore[return-value]  # below a live node are live nodes


def plain_rows(source: Node, name: str) -> list[Node]:
    """Return the children of a name that stand for themselves, not as the template of new rows."""
    return [one for one in source.named(name) if one.attribute(TEMPLATE) is None]


def offered_part(value: str, offered: frozenset[str] | None) -> str:
    """Return what of a select's value is offered; None stands for no limit."""
    if offered is None or not value or value in offered:
        return value
    return " ".join(one for one in value.split() if one in offered)


def _last(parent: Live) -> Live:
    return parent.children[-1]  # type: ignore[return-value]  # below a live node are live nodes


def order_text(place: int) -> str:
    """Return an order key; keys compare as text, and one may be put between two others by adding digits."""
    return f"{place:06d}"


def next_order(rows: list[Live]) -> str:
    """Return the order key of a row to come after all others."""
    return _after(max((one.order for one in rows), default=""))


def _after(order: str) -> str:
    head, rest = order[:6].ljust(6, "0"), order[6:]
    return f"{head}{_after(rest)}" if head == _LAST else order_text(int(head) + 1)


def _template(definition: Definition) -> Node:
    if definition.template is None:  # a repeat always has one: the loader sees to it
        return Node(ELEMENT, definition.name)
    return definition.template
