"""How a function joins the library: by decorator, with its name and how many arguments it takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fieldinspect.forms.xpath.syntax import Expression
from fieldinspect.forms.xpath.tree import Node
from fieldinspect.forms.xpath.values import Closure, Evaluation, Value

Build = Callable[[Sequence[Closure]], Closure]
Check = Callable[[tuple[Expression, ...]], None]
Register = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Function:
    """`checks` look at the arguments as written and raise ExpressionError; `most` None is any number."""

    name: str
    least: int
    most: int | None
    build: Build
    checks: tuple[Check, ...] = ()


_LIBRARY: dict[str, Function] = {}


def registered() -> dict[str, Function]:
    """Return the functions registered so far."""
    return _LIBRARY


def plain(name: str, least: int, most: int | None, *checks: Check) -> Register:
    """Register f(*values): the values alone decide."""
    return _register(name, least, most, _plain, checks)


def here(name: str, least: int, most: int | None, *checks: Check) -> Register:
    """Register f(evaluation, node, *values): the evaluation or the context node matter too."""
    return _register(name, least, most, _here, checks)


def lazy(name: str, least: int, most: int | None, *checks: Check) -> Register:
    """Register f(closures) -> closure: it evaluates its arguments itself, or not at all."""
    return _register(name, least, most, lambda function: function, checks)


def _register(
    name: str,
    least: int,
    most: int | None,
    adapt: Callable[[Callable[..., Any]], Build],
    checks: tuple[Check, ...],
) -> Register:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _LIBRARY[name] = Function(name, least, most, adapt(function), checks)
        return function

    return register


def _plain(function: Callable[..., Value]) -> Build:
    def build(arguments: Sequence[Closure]) -> Closure:
        def call(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
            return function(*[one(node, position, size, evaluation) for one in arguments])

        return call

    return build


def _here(function: Callable[..., Value]) -> Build:
    def build(arguments: Sequence[Closure]) -> Closure:
        def call(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
            return function(evaluation, node, *[one(node, position, size, evaluation) for one in arguments])

        return call

    return build
