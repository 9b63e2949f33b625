"""Evaluates one recorded expression and compares its result."""

import math
from collections.abc import Mapping
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from fieldinspect.forms.xml import document
from fieldinspect.forms.xpath.compiler import DEFAULT_NAMESPACES, compile_expression
from fieldinspect.forms.xpath.functions import library
from fieldinspect.forms.xpath.parser import parse
from fieldinspect.forms.xpath.syntax import Binary, Call, Expression, ExpressionError, Filter, Negate, Path
from fieldinspect.forms.xpath.tree import ATTRIBUTE, ELEMENT, Node
from fieldinspect.forms.xpath.values import Evaluation, Value, to_boolean, to_number, to_string
from tests.conformance.play import RECORDED, Score


def declared(case: Mapping[str, Any]) -> bool:
    """Tell whether an expression calls only functions of our library."""
    try:
        expression = parse(case["expr"])
    except ExpressionError:
        return True
    return _names(expression) <= library().keys()


def _names(expression: Expression) -> set[str]:
    match expression:
        case Call(name, arguments):
            return {name}.union(*(_names(one) for one in arguments))
        case Binary(_operator, left, right):
            return _names(left) | _names(right)
        case Negate(operand):
            return _names(operand)
        case Filter(subject, predicates):
            return _names(subject).union(*(_names(one) for one in predicates))
        case Path(start, steps):
            inner = [one for step in steps for one in step.predicates]
            return (_names(start) if start is not None else set()).union(*(_names(one) for one in inner))
    return set()


class _Documents(Evaluation):
    """An evaluation over one document that holds its own secondary instances and itext."""

    def __init__(self, origin: Node, root: Node, top: Node, zone: ZoneInfo) -> None:
        super().__init__(origin, lambda: RECORDED.replace(tzinfo=zone), root)
        self.top = top
        self.numbers = count(1)

    def instance(self, name: str) -> Node | None:
        return next((one for one in self._elements("instance") if _attribute(one, "id") == name), None)

    def text(self, key: str) -> str:
        for one in self._elements("text"):
            if _attribute(one, "id") == key:
                return to_string([below for below in one.children if below.kind is ELEMENT])
        return ""

    def _elements(self, name: str) -> list[Node]:
        return [
            one
            for one in self.top.descendants()
            if one.kind is ELEMENT and one.name.rpartition("}")[2] == name
        ]

    def new_id(self) -> str:
        return f"00000000-0000-4000-8000-{next(self.numbers):012d}"


def _attribute(node: Node, name: str) -> str:
    found = node.attribute(name)
    return found.value if found else ""


def check(case: Mapping[str, Any]) -> Score:
    """Evaluate one assertion."""
    score = Score()
    try:
        agrees, shown = _evaluated(case)
    except (ExpressionError, etree.XMLSyntaxError, IndexError, StopIteration) as error:
        agrees, shown = False, f"refused: {type(error).__name__} {error}"
    score.add(
        agrees, f"{case['expr'].strip()!r} at {case['context']}: expected {case['expected']!r}, found {shown}"
    )
    return score


def _evaluated(case: Mapping[str, Any]) -> tuple[bool, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
    top_element = etree.fromstring(case["xml"].strip().encode(), parser)
    top = document(top_element)
    if top_element.getroottree().docinfo.doctype:
        top.insert(0, Node("doctype"))  # the recorded places count it as a node
    prefixes = {
        prefix: uri
        for one in top_element.iter()
        for prefix, uri in getattr(one, "nsmap", {}).items()
        if prefix
    }
    if "xhtml" not in prefixes:
        prefixes["xhtml"] = "http://www.w3.org/1999/xhtml"
    context, root = _at(top, case["context"]), _at(top, case["root"])
    evaluation = _Documents(context, root, top, ZoneInfo(case["timezone"]))
    closure = compile_expression(parse(case["expr"]), {**DEFAULT_NAMESPACES, **prefixes})
    value = closure(context, 1, 1, evaluation)
    return _agrees(case, value, evaluation, top)


def _at(top: Node, path: str) -> Node:
    node = top
    for part in path.strip("/").split("/") if path != "/" else ():
        if part.startswith("@"):
            node = next(one for one in node.attributes if _shown_name(one) == part[1:])
        else:
            node = node.children[int(part[1:]) - 1]
    return node


def _shown_name(node: Node) -> str:
    local = node.name.rpartition("}")[2]
    return f"{node.prefix}:{local}" if node.prefix else local


def _where(node: Node, top: Node) -> str:
    if node is top:
        return "/"
    parts: list[str] = []
    while node.parent is not None:
        family = node.parent.attributes if node.kind is ATTRIBUTE else node.parent.children
        at = next(index for index, one in enumerate(family) if one is node)
        parts.append(f"@{_shown_name(node)}" if node.kind is ATTRIBUTE else f"n{at + 1}")
        node = node.parent
    return "/" + "/".join(reversed(parts))


def _agrees(case: Mapping[str, Any], value: Value, evaluation: Evaluation, top: Node) -> tuple[bool, str]:
    expected = case["expected"]
    match case["kind"]:
        case "bool":
            found: object = to_boolean(value)
        case "str":
            found = to_string(value)
        case "num":
            number = to_number(value, evaluation.zone)
            return _close(float(expected.replace("Infinity", "inf")), number, 1e-12), str(number)
        case "round":
            number = to_number(value, evaluation.zone)
            factor = case["factor"]
            return math.floor(number * factor + 0.5) / factor == float(expected), str(number)
        case "nodes" | "unodes":
            shown = [_where(one, top) for one in value] if isinstance(value, list) else [repr(value)]
            if case["kind"] == "unodes":
                return sorted(shown) == sorted(expected), str(shown)
            return shown == expected, str(shown)
        case other:
            raise ValueError(other)
    return found == expected, repr(found)


def _close(expected: float, found: float, tolerance: float) -> bool:
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    return expected == found or math.isclose(expected, found, rel_tol=tolerance)
