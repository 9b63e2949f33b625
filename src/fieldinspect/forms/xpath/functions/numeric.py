"""Numbers and the sums over node sets."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from fieldinspect.forms.xpath.functions.registry import here
from fieldinspect.forms.xpath.tree import Node, string_value
from fieldinspect.forms.xpath.values import NAN, Evaluation, Value, numbers, to_number

_Unary = Callable[[float], float]


@here("number", 0, 1)
def number(evaluation: Evaluation, node: Node, *value: Value) -> float:
    return to_number(value[0] if value else [node], evaluation.zone)


@here("int", 1, 1)
def integer(evaluation: Evaluation, _node: Node, value: Value) -> float:
    found = to_number(value, evaluation.zone)
    return float(math.trunc(found)) if math.isfinite(found) else found


@here("round", 1, 2)
def rounded(evaluation: Evaluation, _node: Node, value: Value, *places: Value) -> float:
    """Round half up; to a number of decimal places, which may be negative, halves go away from zero."""
    found = to_number(value, evaluation.zone)
    digits = to_number(places[0], evaluation.zone) if places else 0.0
    if not math.isfinite(found):
        return found
    if not math.isfinite(digits):
        return NAN
    if not places:
        return float(math.floor(found + 0.5))
    try:
        unit = Decimal(1).scaleb(-max(-300, min(300, int(digits))))
        return float(
            Decimal(repr(found)).quantize(unit, ROUND_HALF_UP) if unit <= 1 else _coarse(found, unit)
        )
    except InvalidOperation:
        return found  # finer than a float holds


def _coarse(found: float, unit: Decimal) -> Decimal:
    return (Decimal(repr(found)) / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def _unary(name: str, compute: _Unary) -> None:
    @here(name, 1, 1)
    def function(evaluation: Evaluation, _node: Node, value: Value) -> float:
        found = to_number(value, evaluation.zone)
        if math.isnan(found):
            return NAN
        try:
            return float(compute(found))
        except (ValueError, OverflowError):
            return NAN


def _log(base: _Unary) -> _Unary:
    return lambda value: -math.inf if value == 0 else base(value)


def _whole(step: Callable[[float], int]) -> _Unary:
    return lambda value: float(step(value)) if math.isfinite(value) else value


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return NAN


_FUNCTIONS: dict[str, _Unary] = {
    "floor": _whole(math.floor),
    "ceiling": _whole(math.ceil),
    "abs": abs,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "log": _log(math.log),
    "log10": _log(math.log10),
    "exp": lambda value: (
        _power(math.e, value) if value > 700 else math.exp(value)
    ),  # exp() raises, pow is inf
    "exp10": lambda value: _power(10.0, value),
}
for _name, _compute in _FUNCTIONS.items():
    _unary(_name, _compute)


@here("pow", 2, 2)
def power(evaluation: Evaluation, _node: Node, base: Value, exponent: Value) -> float:
    return _power(to_number(base, evaluation.zone), to_number(exponent, evaluation.zone))


@here("atan2", 2, 2)
def atan2(evaluation: Evaluation, _node: Node, first: Value, second: Value) -> float:
    return math.atan2(to_number(first, evaluation.zone), to_number(second, evaluation.zone))


@here("pi", 0, 0)
def pi(_evaluation: Evaluation, _node: Node) -> float:
    return math.pi


@here("random", 0, 0)
def random(evaluation: Evaluation, _node: Node) -> float:
    return evaluation.random()


@here("min", 1, None)
def minimum(evaluation: Evaluation, _node: Node, *values: Value) -> float:
    return _extreme(evaluation, values, min)


@here("max", 1, None)
def maximum(evaluation: Evaluation, _node: Node, *values: Value) -> float:
    return _extreme(evaluation, values, max)


def _extreme(
    evaluation: Evaluation, values: tuple[Value, ...], pick: Callable[[list[float]], float]
) -> float:
    found = numbers(values, evaluation.zone)
    return NAN if not found or any(math.isnan(one) for one in found) else pick(found)


@here("sum", 1, 1)
def total(evaluation: Evaluation, _node: Node, values: Value) -> float:
    """Return the sum; 0 for no nodes. A node with no answer yet is not a number, as XPath has it."""
    return float(sum(numbers([values], evaluation.zone)))


@here("count", 1, 1)
def count(_evaluation: Evaluation, _node: Node, nodes: Value) -> float:
    return float(len(nodes)) if isinstance(nodes, list) else 0.0


@here("count-non-empty", 1, 1)
def count_non_empty(_evaluation: Evaluation, _node: Node, nodes: Value) -> float:
    return float(sum(1 for one in nodes if string_value(one))) if isinstance(nodes, list) else 0.0
