"""The light tree that expressions walk: form instances, choice lists, any XML document."""

from collections.abc import Iterator

ELEMENT = "element"
TEXT = "text"
COMMENT = "comment"
INSTRUCTION = "processing-instruction"
ATTRIBUTE = "attribute"
ROOT = "root"


class Node:
    """One node; `name` is the local name, or `{namespace}local` outside the form's own namespace.

    A leaf element may keep its text in `value` instead of in a text child: answers do.
    """

    __slots__ = ("_named", "attributes", "children", "kind", "name", "parent", "prefix", "value")

    def __init__(self, kind: str, name: str = "", value: str = "", parent: "Node | None" = None) -> None:
        self.kind = kind
        self.name = name
        self.value = value
        self.parent = parent
        self.prefix = ""
        self.children: list[Node] = []
        self.attributes: list[Node] = []
        self._named: dict[str, list[Node]] | None = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.value!r}>"

    def append(self, child: "Node") -> None:
        """Add a last child."""
        child.parent = self
        self.children.append(child)
        self._named = None

    def insert(self, index: int, child: "Node") -> None:
        """Add a child at an index among all children."""
        child.parent = self
        self.children.insert(index, child)
        self._named = None

    def remove(self, child: "Node") -> None:
        """Take a child out; it keeps its parent, so that what it held can still be asked for."""
        self.children.remove(child)
        self._named = None

    def named(self, name: str) -> list["Node"]:
        """Return the child elements of that name, in document order."""
        index = self._named
        if index is None:
            index = {}
            for child in self.children:
                if child.kind is ELEMENT:
                    index.setdefault(child.name, []).append(child)
            self._named = index
        return index.get(name, [])

    def attribute(self, name: str) -> "Node | None":
        """Return the attribute of that name."""
        return next((one for one in self.attributes if one.name == name), None)

    def descendants(self) -> Iterator["Node"]:
        """Yield every node below, in document order."""
        for child in self.children:
            yield child
            if child.children:
                yield from child.descendants()

    def ancestors(self) -> Iterator["Node"]:
        """Yield the parent, its parent and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def root(self) -> "Node":
        """The topmost node of this tree."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node


def string_value(node: Node) -> str:
    """Return the XPath string-value: the node's own text, or that of its descendants joined."""
    children = node.children
    if not children:
        return node.value
    return "".join([string_value(one) for one in children if one.kind is ELEMENT or one.kind is TEXT])


def order_key(node: Node) -> tuple[int, ...]:
    """Return a key that sorts nodes of one tree in document order (attributes after their element)."""
    key: list[int] = []
    while node.parent is not None:
        parent = node.parent
        if node.kind is ATTRIBUTE:
            key += [_index(parent.attributes, node), -1]
        elif any(one is node for one in parent.children):
            key.append(_index(parent.children, node))
        else:
            key.append(0)  # a text node made on demand is its parent's only one
        node = parent
    key.append(id(node))
    key.reverse()
    return tuple(key)


def _index(nodes: list[Node], node: Node) -> int:
    return next(index for index, one in enumerate(nodes) if one is node)
