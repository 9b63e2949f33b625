"""The nodes of one record while somebody answers it, and how rows come and go."""

import uuid
from collections.abc import Iterator

from fieldinspect.forms.checks import canonical
from fieldinspect.forms.model import Definition
from fieldinspect.forms.xml import TEMPLATE
from fieldinspect.forms.xpath.tree import ELEMENT, Node

MOST_ROWS = 10_000
_FIRST_ORDER = 1


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
        self.choices: object = None

    @property
    def live_children(self) -> Iterator["Live"]:
        """The nodes directly below."""
        return (one for one in self.children if isinstance(one, Live))

    def walk(self) -> Iterator["Live"]:
        """Yield this node and all below, in document order."""
        yield self
        for one in self.live_children:
            yield from one.walk()

    @property
    def leaf(self) -> bool:
        """Whether it can hold an answer."""
        return self.definition.leaf


class Tree:
    """Builds and finds live nodes; `kept` holds the answers that no node has taken up."""

    def __init__(self, form_id: str, kept: dict[str, str]) -> None:
        self.form_id = form_id
        self.kept = kept
        self.nodes: dict[str, Live] = {}
        self.orders: dict[str, str | None] = {}  # what is recorded of rows: their order, None when removed

    def build(self, definition: Definition, source: Node, parent: Live | None, key: str) -> Live:
        """Return a node and everything below it, with the rows the form and the fields give it."""
        node = Live(definition, source, parent, key)
        self.nodes[key] = node
        if definition.leaf:
            kept = self.kept.pop(key, None)
            node.typed = kept is not None
            node.stored = canonical(definition.type, source.value) if kept is None else kept
            node.offered = definition.fixed_choices
            node.value = node.stored
            if node.offered is not None and node.value:
                node.value = " ".join(one for one in node.value.split() if one in node.offered)
            return node
        for name, below in definition.children.items():
            sources = plain_rows(source, name)
            segment = below.path.rpartition("/")[2]
            if below.repeat:
                for one in self._rows(node, below, sources, f"{key}/{segment}"):
                    node.append(one)
            else:
                node.append(
                    self.build(
                        below, sources[0] if sources else Node(ELEMENT, name), node, f"{key}/{segment}"
                    )
                )
        return node

    def _rows(self, parent: Live, definition: Definition, sources: list[Node], base: str) -> list[Live]:
        wanted: dict[str, tuple[str, Node]] = {}
        for place, source in enumerate(sources):
            wanted[self.row_id(base, place)] = (order_text(place + _FIRST_ORDER), source)
        recorded = self._recorded.get(base, {}) if self.orders else {}
        for row, order in recorded.items():
            if order is None:
                wanted.pop(row, None)
            else:
                wanted[row] = (order, wanted[row][1] if row in wanted else _template(definition))
        made = [
            self._row(parent, definition, source, base, row, order) for row, (order, source) in wanted.items()
        ]
        return sorted(made, key=lambda one: (one.order, one.row))

    @property
    def _recorded(self) -> dict[str, dict[str, str | None]]:
        found: dict[str, dict[str, str | None]] = {}
        for key, order in self.orders.items():
            base, _bracket, row = key[:-1].rpartition("[")
            found.setdefault(base, {})[row] = order
        return found

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
        base = f"{parent.key}/{definition.path.rpartition('/')[2]}"
        made = self._row(parent, definition, source or _template(definition), base, row, order)
        names = {name: rank for rank, name in enumerate(parent.definition.children)}
        place = (names[definition.name], order, row)
        after = (
            at for at, one in enumerate(parent.live_children) if (names[one.name], one.order, one.row) > place
        )
        parent.insert(next(after, len(parent.children)), made)
        return made

    def remove(self, node: Live) -> None:
        """Take a row out; what was typed into it is kept, should it come back."""
        for one in node.walk():
            del self.nodes[one.key]
            if one.leaf and one.typed:
                self.kept[one.key] = one.stored
        if node.parent is not None:
            node.parent.remove(node)

    def row_id(self, base: str, place: int) -> str:
        """Return the id of a row that the form itself makes: the same on every laptop."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.form_id}{base}#{place}"))

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


def order_text(place: int) -> str:
    """Return an order key; keys compare as text, and one may be put between two others by adding digits."""
    return f"{place:06d}"


def next_order(rows: list[Live]) -> str:
    """Return the order key of a row to come after all others."""
    last = max((one.order for one in rows), default="")
    return order_text(int(last[:6] or "0") + 1)


def _template(definition: Definition) -> Node:
    if definition.template is None:  # a repeat always has one: the loader sees to it
        return Node(ELEMENT, definition.name)
    return definition.template
