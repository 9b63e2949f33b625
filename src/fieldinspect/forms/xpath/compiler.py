"""Syntax trees to closures.

Rules: names of functions, axes and types are settled here, once; a closure only computes. Evaluation has no
side effect but the count of work done.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial

from fieldinspect.forms.xpath import comparison, paths
from fieldinspect.forms.xpath.functions import Function, library
from fieldinspect.forms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    ExpressionError,
    Filter,
    Literal,
    Negate,
    Number,
    Path,
    Root,
)
from fieldinspect.forms.xpath.tree import Node, order_key, string_value
from fieldinspect.forms.xpath.values import NAN, Closure, Evaluation, Value, to_boolean, to_number
from fieldinspect.i18n import _, ngettext

DEFAULT_NAMESPACES = {
    "h": "http://www.w3.org/1999/xhtml",
    "jr": "http://openrosa.org/javarosa",
    "odk": "http://www.opendatakit.org/xforms",
    "orx": "http://openrosa.org/xforms",
    "xsd": "http://www.w3.org/2001/XMLSchema",
}


def compile_expression(expression: Expression, namespaces: Mapping[str, str] | None = None) -> Closure:
    """Compile a syntax tree; raises ExpressionError naming an unknown or misused function."""
    return _Compiler(dict(namespaces or DEFAULT_NAMESPACES)).closure(expression)


class _Compiler:
    def __init__(self, namespaces: dict[str, str]) -> None:
        self.namespaces = namespaces

    def closure(self, expression: Expression) -> Closure:
        match expression:
            case Number(value) | Literal(value):
                return partial(_constant, value)
            case Negate(operand):
                return _negate(self.closure(operand))
            case Binary(operator, left, right):
                return self.binary(operator, left, right)
            case Call(name, arguments):
                return self.call(name, arguments)
            case Root():
                return _root
            case Path() | Filter():
                return paths.build(expression, self.closure, self.namespaces)

    def binary(self, operator: str, left: Expression, right: Expression) -> Closure:
        if operator in ("=", "!=") and isinstance(right, Literal) and isinstance(left, Path):
            return _path_is(self.closure(left), right.value, operator == "=")
        return _BINARY[operator](self.closure(left), self.closure(right))

    def call(self, name: str, arguments: tuple[Expression, ...]) -> Closure:
        function = library().get(name)
        if function is None:
            raise ExpressionError(_("there is no function “{name}()”").format(name=name))
        _check_count(function, len(arguments))
        for check in function.checks:
            check(arguments)
        return function.build([self.closure(one) for one in arguments])


def _check_count(function: Function, count: int) -> None:
    if count < function.least or (function.most is not None and count > function.most):
        raise ExpressionError(_wrong_count(function, count))


def _wrong_count(function: Function, count: int) -> str:
    least, most = function.least, function.most
    if most is None:
        sentence = ngettext(
            "the function “{name}()” takes {least} argument or more, not {count}",
            "the function “{name}()” takes {least} arguments or more, not {count}",
            least,
        )
    elif least < most:
        sentence = _("the function “{name}()” takes {least} to {most} arguments, not {count}")
    elif most:
        sentence = ngettext(
            "the function “{name}()” takes {most} argument, not {count}",
            "the function “{name}()” takes {most} arguments, not {count}",
            most,
        )
    else:
        sentence = _("the function “{name}()” takes no argument")
    return sentence.format(name=function.name, least=least, most=most, count=count)


def _constant(value: Value, _node: Node, _position: int, _size: int, _evaluation: Evaluation) -> Value:
    return value


def _root(_node: Node, _position: int, _size: int, evaluation: Evaluation) -> Value:
    return [evaluation.root]


def _negate(operand: Closure) -> Closure:
    def negate(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        return -to_number(operand(node, position, size, evaluation), evaluation.zone)

    return negate


def _path_is(path: Closure, text: str, wanted: bool) -> Closure:
    """`path = 'text'`, the commonest expression of all."""

    def compare(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        nodes = path(node, position, size, evaluation)
        return isinstance(nodes, list) and any((string_value(one) == text) is wanted for one in nodes)

    return compare


def _or(left: Closure, right: Closure) -> Closure:
    return lambda node, position, size, evaluation: (
        to_boolean(left(node, position, size, evaluation))
        or to_boolean(right(node, position, size, evaluation))
    )


def _and(left: Closure, right: Closure) -> Closure:
    return lambda node, position, size, evaluation: (
        to_boolean(left(node, position, size, evaluation))
        and to_boolean(right(node, position, size, evaluation))
    )


def _comparing(compare: Callable[..., bool], left: Closure, right: Closure) -> Closure:
    return lambda node, position, size, evaluation: compare(
        left(node, position, size, evaluation), right(node, position, size, evaluation), evaluation.zone
    )


def _arithmetic(compute: Callable[[float, float], float], left: Closure, right: Closure) -> Closure:
    def operate(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        zone = evaluation.zone
        return compute(
            to_number(left(node, position, size, evaluation), zone),
            to_number(right(node, position, size, evaluation), zone),
        )

    return operate


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left) or math.isnan(right):
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _remainder(left: float, right: float) -> float:
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return NAN
    return math.fmod(left, right)


def _union(left: Closure, right: Closure) -> Closure:
    def union(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        both = [left(node, position, size, evaluation), right(node, position, size, evaluation)]
        found = {id(one): one for nodes in both if isinstance(nodes, list) for one in nodes}
        return sorted(found.values(), key=order_key)

    return union


def _add(left: float, right: float) -> float:
    return left + right


def _subtract(left: float, right: float) -> float:
    return left - right


def _multiply(left: float, right: float) -> float:
    return left * right


_BINARY: dict[str, Callable[[Closure, Closure], Closure]] = {
    "or": _or,
    "and": _and,
    "=": partial(_comparing, comparison.equal),
    "!=": partial(_comparing, comparison.unequal),
    "<": partial(_comparing, partial(comparison.ordered, "<")),
    "<=": partial(_comparing, partial(comparison.ordered, "<=")),
    ">": partial(_comparing, partial(comparison.ordered, ">")),
    ">=": partial(_comparing, partial(comparison.ordered, ">=")),
    "+": partial(_arithmetic, _add),
    "-": partial(_arithmetic, _subtract),
    "*": partial(_arithmetic, _multiply),
    "div": partial(_arithmetic, _divide),
    "mod": partial(_arithmetic, _remainder),
    "|": _union,
}
