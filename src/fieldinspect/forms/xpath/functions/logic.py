"""Truth, choice between values, and checklists."""

from collections.abc import Sequence

from fieldinspect.forms.xpath.functions.registry import here, lazy, plain
from fieldinspect.forms.xpath.tree import Node, string_value
from fieldinspect.forms.xpath.values import (
    Closure,
    Evaluation,
    Value,
    numbers,
    to_boolean,
    to_number,
    to_string,
)


@plain("true", 0, 0)
def true() -> bool:
    return True


@plain("false", 0, 0)
def false() -> bool:
    return False


@plain("boolean", 1, 1)
def boolean(value: Value) -> bool:
    return to_boolean(value)


@plain("not", 1, 1)
def negation(value: Value) -> bool:
    return not to_boolean(value)


@plain("boolean-from-string", 1, 1)
def boolean_from_string(value: Value) -> bool:
    return to_string(value) in ("1", "true")


@lazy("if", 3, 3)
def choose(arguments: Sequence[Closure]) -> Closure:
    condition, then, otherwise = arguments

    def call(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        taken = then if to_boolean(condition(node, position, size, evaluation)) else otherwise
        return taken(node, position, size, evaluation)

    return call


@lazy("coalesce", 2, 2)
def coalesce(arguments: Sequence[Closure]) -> Closure:
    first, second = arguments

    def call(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        text = to_string(first(node, position, size, evaluation))
        return text if text not in ("", "NaN") else to_string(second(node, position, size, evaluation))

    return call


@lazy("once", 1, 1)
def once(arguments: Sequence[Closure]) -> Closure:
    """Keep the value the context node has; evaluate only while it has none."""

    def call(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        return string_value(node) or arguments[0](node, position, size, evaluation)

    return call


def _truths(values: Sequence[Value]) -> list[bool]:
    found: list[bool] = []
    for value in values:
        if isinstance(value, list):
            found += [string_value(one) in ("1", "true") for one in value]
        else:
            found.append(to_boolean(value))
    return found


def _within(count: float, least: float, most: float) -> bool:
    return (least == -1 or count >= least) and (most == -1 or count <= most)


@here("checklist", 2, None)
def checklist(evaluation: Evaluation, _node: Node, least: Value, most: Value, *values: Value) -> bool:
    """Tell whether the count of true values lies between; -1 is no limit."""
    zone = evaluation.zone
    return _within(sum(_truths(values)), to_number(least, zone), to_number(most, zone))


@here("weighted-checklist", 2, None)
def weighted_checklist(evaluation: Evaluation, _node: Node, least: Value, most: Value, *pairs: Value) -> bool:
    """Tell whether the sum of the weights of true values lies between; -1 is no limit."""
    zone = evaluation.zone
    truths = _truths(pairs[::2])
    weights = numbers(pairs[1::2], zone)
    total = sum(weight for held, weight in zip(truths, weights, strict=False) if held)
    return _within(total, to_number(least, zone), to_number(most, zone))
