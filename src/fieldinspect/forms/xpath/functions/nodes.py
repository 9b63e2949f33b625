"""Node sets: where they are, how many, and what they are called."""

import hashlib
import math
from collections.abc import Sequence

from fieldinspect.forms.xpath.functions.registry import here, lazy
from fieldinspect.forms.xpath.syntax import Expression, ExpressionError, Path
from fieldinspect.forms.xpath.tree import ATTRIBUTE, ELEMENT, ROOT, Node, order_key, string_value
from fieldinspect.forms.xpath.values import (
    Closure,
    Evaluation,
    Value,
    strings,
    to_boolean,
    to_number,
    to_string,
)
from fieldinspect.i18n import _


@lazy("position", 0, 1)
def position(arguments: Sequence[Closure]) -> Closure:
    """Return the context position, or with a node its place among siblings of its name."""
    if not arguments:
        return lambda _node, place, _size, _evaluation: float(place)

    def place_of(node: Node, place: int, size: int, evaluation: Evaluation) -> Value:
        found = arguments[0](node, place, size, evaluation)
        if not isinstance(found, list) or not found or found[0].parent is None:
            return 0.0 if not found else 1.0
        family = found[0].parent.named(found[0].name)
        return float(next((at for at, one in enumerate(family, 1) if one is found[0]), 0))

    return place_of


@lazy("last", 0, 0)
def last(_arguments: Sequence[Closure]) -> Closure:
    return lambda _node, _position, size, _evaluation: float(size)


@here("current", 0, 0)
def current(evaluation: Evaluation, _node: Node) -> list[Node]:
    return [evaluation.origin]


@here("instance", 1, 1)
def instance(evaluation: Evaluation, _node: Node, name: Value) -> list[Node]:
    found = evaluation.instance(to_string(name))
    return [] if found is None else [found]


def _paths_first(arguments: tuple[Expression, ...]) -> None:
    if len(arguments) % 2 == 0 or not all(isinstance(one, Path) for one in (arguments[0], *arguments[1::2])):
        raise ExpressionError(
            _("the function “indexed-repeat()” takes a path, then pairs of a repeat and a number")
        )


@here("indexed-repeat", 3, None, _paths_first)
def indexed_repeat(evaluation: Evaluation, _node: Node, targets: Value, *pairs: Value) -> list[Node]:
    """Return the nodes of `targets` in the given row of each repeat, counted from 1."""
    found = targets if isinstance(targets, list) else []
    for rows, place in zip(pairs[::2], pairs[1::2], strict=True):
        index = to_number(place, evaluation.zone)
        names = {one.name for one in rows} if isinstance(rows, list) else set()
        found = [one for one in found if not math.isnan(index) and _row(one, names) == int(index)]
    return found


def _row(node: Node, names: set[str]) -> int:
    for one in (node, *node.ancestors()):
        if one.name in names and one.parent is not None:
            return next((at for at, row in enumerate(one.parent.named(one.name), 1) if row is one), 0)
    return 0


@here("randomize", 1, 2)
def randomize(evaluation: Evaluation, _node: Node, nodes: Value, *seed: Value) -> list[Node]:
    """Return the nodes shuffled; with a seed, by the specification's Park-Miller generator."""
    if not isinstance(nodes, list):
        return []
    if seed:
        return _shuffled(nodes, _seed(seed[0], evaluation))
    return sorted(nodes, key=lambda _one: evaluation.random())


def _seed(value: Value, evaluation: Evaluation) -> int:
    """Return a number as it is, and other text by the first eight bytes of its SHA-256, as the ODK tools do."""
    number = to_number(value, evaluation.zone)
    if math.isfinite(number):
        return int(number)
    return int.from_bytes(hashlib.sha256(to_string(value).encode()).digest()[:8], signed=True)


def _shuffled(nodes: list[Node], seed: int) -> list[Node]:
    modulus = 2_147_483_647
    state = int(math.copysign(abs(seed) % modulus, seed))  # the remainder keeps its sign there
    if state <= 0:
        state += modulus - 1
    shuffled: list[Node] = []
    for node in nodes:  # Fisher and Yates, inside out: the order other ODK tools give for the same seed
        state = state * 16807 % modulus
        place = int((state - 1) / (modulus - 1) * (len(shuffled) + 1))
        shuffled.append(node)
        shuffled[-1], shuffled[place] = shuffled[place], node
    return shuffled


@here("uuid", 0, 1)
def uuid(evaluation: Evaluation, _node: Node, *length: Value) -> str:
    """Return a fresh UUID, or that many random letters and digits."""
    found = evaluation.new_id()
    if not length:
        return found
    count = to_number(length[0], evaluation.zone)
    wanted = min(int(count), 1000) if math.isfinite(count) else 0
    while len(found) < wanted:
        found += evaluation.new_id()
    return found.replace("-", "")[: max(wanted, 0)]


@lazy("pulldata", 4, 4)
def pulldata(arguments: Sequence[Closure]) -> Closure:
    """Return column `wanted` of the first row of a list whose column `key` has the value."""

    def call(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        name, wanted, key, value = (to_string(one(node, position, size, evaluation)) for one in arguments)
        top = evaluation.instance(name)
        rows = [] if top is None else [row for document in top.children for row in document.children]
        evaluation.spend(len(rows))
        return next((_column(row, wanted) for row in rows if _column(row, key) == value), "")

    return call


def _column(row: Node, name: str) -> str:
    if name.startswith("@"):
        found = row.attribute(name[1:])
        return found.value if found else ""
    return next((string_value(one) for one in row.named(name)), "")


@here("id", 1, 1)
def by_id(evaluation: Evaluation, node: Node, names: Value) -> list[Node]:
    wanted = {word for text in strings(names) for word in text.split()}
    found = []
    for one in node.root.descendants():
        evaluation.spend(1)
        mark = one.attribute("id") if one.kind is ELEMENT else None
        if mark is not None and mark.value in wanted:
            found.append(one)
    return sorted(found, key=order_key)


def _first(nodes: tuple[Value, ...], node: Node) -> Node | None:
    if not nodes:
        return node
    return nodes[0][0] if isinstance(nodes[0], list) and nodes[0] else None


@here("local-name", 0, 1)
def local_name(_evaluation: Evaluation, node: Node, *nodes: Value) -> str:
    found = _first(nodes, node)
    return "" if found is None else found.name.rpartition("}")[2]


@here("name", 0, 1)
def name(_evaluation: Evaluation, node: Node, *nodes: Value) -> str:
    found = _first(nodes, node)
    if found is None:
        return ""
    local = found.name.rpartition("}")[2]
    return f"{found.prefix}:{local}" if found.prefix else local


@here("namespace-uri", 0, 1)
def namespace_uri(_evaluation: Evaluation, node: Node, *nodes: Value) -> str:
    found = _first(nodes, node)
    if found is None or found.kind not in (ELEMENT, ATTRIBUTE) or not found.name.startswith("{"):
        return ""
    return found.name[1:].partition("}")[0]


@here("lang", 1, 1)
def lang(_evaluation: Evaluation, node: Node, language: Value) -> bool:
    wanted = to_string(language).lower()
    for one in (node, *node.ancestors()):
        mark = one.attribute("{http://www.w3.org/XML/1998/namespace}lang") if one.kind is not ROOT else None
        if mark is not None:
            spoken = mark.value.lower()
            return spoken == wanted or spoken.startswith(f"{wanted}-")
    return False


@here("depend", 1, None)
def depend(_evaluation: Evaluation, _node: Node, value: Value, *_others: Value) -> bool:
    """Return the truth of the first value; the others only make the expression depend on them."""
    return to_boolean(value)
