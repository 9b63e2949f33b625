"""The axes of XPath 1.0: from one node to others, nearest first."""

from collections.abc import Callable

from fieldinspect.forms.xpath.tree import (
    ATTRIBUTE,
    COMMENT,
    ELEMENT,
    INSTRUCTION,
    ROOT,
    TEXT,
    Node,
)

Axis = Callable[[Node], list[Node]]
Test = Callable[[Node], bool]

REVERSE = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})


def _children(node: Node) -> list[Node]:
    if node.children or not node.value or node.kind is not ELEMENT:
        return node.children
    return [Node(TEXT, "", node.value, node)]  # the leaf keeps its text in itself


def _descendants(node: Node) -> list[Node]:
    found: list[Node] = []
    for child in _children(node):
        found.append(child)
        found += _descendants(child)
    return found


def _siblings(node: Node) -> tuple[list[Node], list[Node]]:
    if node.parent is None or node.kind is ATTRIBUTE:
        return [], []
    family = node.parent.children
    at = next(index for index, one in enumerate(family) if one is node)
    return family[:at][::-1], family[at + 1 :]


def _following(node: Node) -> list[Node]:
    found = _descendants(node.parent) if node.kind is ATTRIBUTE and node.parent else []
    for one in (node, *node.ancestors()):
        for sibling in _siblings(one)[1]:
            found += [sibling, *_descendants(sibling)]
    return found


def _preceding(node: Node) -> list[Node]:
    found: list[Node] = []
    for one in (node, *node.ancestors()):
        for sibling in _siblings(one)[0]:
            found += [*reversed(_descendants(sibling)), sibling]
    return found


AXES: dict[str, Axis] = {
    "self": lambda node: [node],
    "child": _children,
    "parent": lambda node: [node.parent] if node.parent is not None else [],
    "descendant": _descendants,
    "descendant-or-self": lambda node: [node, *_descendants(node)],
    "ancestor": lambda node: list(node.ancestors()),
    "ancestor-or-self": lambda node: [node, *node.ancestors()],
    "following-sibling": lambda node: _siblings(node)[1],
    "preceding-sibling": lambda node: _siblings(node)[0],
    "following": _following,
    "preceding": _preceding,
    "attribute": lambda node: node.attributes,
    "namespace": lambda _node: [],  # forms have no use for it; it is empty, as in most browsers
}


def node_test(test: str, axis: str, namespaces: dict[str, str]) -> Test | None:
    """Return the predicate of a node test, or None when every node passes."""
    principal = ATTRIBUTE if axis == "attribute" else ELEMENT
    match test:
        case "node()":
            return None
        case "text()":
            return lambda node: node.kind is TEXT
        case "comment()":
            return lambda node: node.kind is COMMENT
        case "processing-instruction()":
            return lambda node: node.kind is INSTRUCTION
        case "*":
            return lambda node: node.kind is principal
    if test.startswith("processing-instruction("):
        target = test.partition("(")[2][:-1]
        return lambda node: node.kind is INSTRUCTION and node.name == target
    name = expanded(test, namespaces)
    if name.endswith("*"):
        start = name[:-1]
        return lambda node: node.kind is principal and node.name.startswith(start)
    return lambda node: node.name == name and node.kind is principal


def expanded(name: str, namespaces: dict[str, str]) -> str:
    """Return a name as nodes have it, `{namespace}local` where its prefix is declared."""
    prefix, colon, local = name.partition(":")
    if not colon:
        return name
    uri = namespaces.get(prefix, prefix)
    return f"{{{uri}}}{local}" if uri else local


def is_root(node: Node) -> bool:
    """Tell whether a node is the top of its document."""
    return node.kind is ROOT
