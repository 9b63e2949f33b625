"""The syntax tree of an expression."""

import msgspec


class Number(msgspec.Struct, frozen=True, tag=True):
    value: float


class Literal(msgspec.Struct, frozen=True, tag=True):
    value: str


class Call(msgspec.Struct, frozen=True, tag=True):
    name: str
    arguments: tuple["Expression", ...]


class Binary(msgspec.Struct, frozen=True, tag=True):
    """`operator` is one of `or and = != < <= > >= + - * div mod |`."""

    operator: str
    left: "Expression"
    right: "Expression"


class Negate(msgspec.Struct, frozen=True, tag=True):
    operand: "Expression"


class Step(msgspec.Struct, frozen=True, tag=True):
    """`test` is a name, `*`, `prefix:*`, or one of the node types with brackets, `text()`.

    The brackets of a processing instruction may hold its target.
    """

    axis: str
    test: str
    predicates: tuple["Expression", ...] = ()


class Path(msgspec.Struct, frozen=True, tag=True):
    """`start` is the expression the steps begin at; None stands for the context node."""

    start: "Expression | None"
    steps: tuple[Step, ...]


class Root(msgspec.Struct, frozen=True, tag=True):
    """The document root: the `/` an absolute path begins with."""


class Filter(msgspec.Struct, frozen=True, tag=True):
    subject: "Expression"
    predicates: tuple["Expression", ...]


Expression = Number | Literal | Call | Binary | Negate | Path | Root | Filter


class ExpressionError(Exception):
    """An expression that cannot be read or is not allowed; `str(error)` says why, in a clause."""
