"""Text of an expression to its syntax tree.

Rules: the grammar is XPath 1.0 (https://www.w3.org/TR/xpath-10/#exprlex) without variables; a text longer
than LONGEST, nested deeper than DEEPEST or with more than MOST_OPERATORS is refused, so that a hostile form
cannot exhaust the stack.
"""

import re
from functools import lru_cache
from typing import NamedTuple

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
    Step,
)
from fieldinspect.i18n import _

LONGEST = 20_000
DEEPEST = 100
MOST_OPERATORS = 400  # a chain of them nests to the left, and evaluation is recursive

AXES = frozenset(
    {
        *("self", "child", "parent", "attribute", "namespace", "ancestor", "ancestor-or-self"),
        *(
            "descendant",
            "descendant-or-self",
            "following",
            "following-sibling",
            "preceding",
            "preceding-sibling",
        ),
    }
)
NODE_TYPES = frozenset({"comment", "text", "processing-instruction", "node"})
ANYWHERE = Step("descendant-or-self", "node()")

_NAME = r"[^\W\d][\w.\-·]*"
_TOKEN = re.compile(
    rf"""\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<literal>"[^"]*"|'[^']*')
    |(?P<name>{_NAME}(?::(?:\*|{_NAME}))?)
    |(?P<symbol>::|//|\.\.|<=|>=|!=|[()\[\].,@/|+\-=<>*])
    |(?P<end>\Z))""",
    re.VERBOSE,
)
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_LEVEL = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}
_WORDS = frozenset({"or", "and", "div", "mod"})
_NO_OPERAND_BEFORE = frozenset(
    {"::", "//", "(", "[", ",", "@", "/", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="}
)


class Token(NamedTuple):
    kind: str  # number, literal, name, symbol, operator or end
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """Split an expression; `*` and the operator names are told from names as the specification says."""
    found: list[Token] = []
    at = 0
    operand_before = False
    while True:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(_("“{text}” cannot be read").format(text=text[at : at + 20].strip()))
        kind = match.lastgroup or "end"
        word = match[kind]
        start = match.start(kind)
        if operand_before and (word == "*" or (kind == "name" and word in _WORDS)):
            kind = "operator"
        elif word == "*":
            kind = "name"
        found.append(Token(kind, word, start))
        if kind == "end":
            return found
        operand_before = kind in ("number", "literal", "name") or (
            kind == "symbol" and word not in _NO_OPERAND_BEFORE
        )
        at = match.end()


@lru_cache(maxsize=8192)
def parse(text: str) -> Expression:
    """Parse one expression; raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(
            _("it has {length} characters, and {most} is the most").format(length=len(text), most=LONGEST)
        )
    parser = _Parser(tokens(text))
    expression = parser.binary(0)
    if parser.token.kind != "end":
        raise parser.unexpected()
    return expression


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.position = 0
        self.depth = 0
        self.operators = 0
        self.token = found[0]

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        self.token = self.found[min(self.position, len(self.found) - 1)]
        return token

    def peek(self) -> Token:
        return self.found[min(self.position + 1, len(self.found) - 1)]

    def take(self, symbol: str) -> bool:
        if self.token.kind == "symbol" and self.token.text == symbol:
            self.advance()
            return True
        return False

    def expect(self, symbol: str) -> None:
        if not self.take(symbol):
            raise self.unexpected(symbol)

    def unexpected(self, wanted: str = "") -> ExpressionError:
        if self.token.kind == "end":
            if wanted:
                return ExpressionError(_("it ends where “{wanted}” was expected").format(wanted=wanted))
            return ExpressionError(_("it is not finished"))
        return ExpressionError(
            _("“{text}” was not expected at character {place}").format(
                text=self.token.text, place=self.token.at + 1
            )
        )

    def binary(self, least: int) -> Expression:
        """Parse operators that bind at least that tightly: precedence climbing, all to the left."""
        left = self.unary()
        while self.token.kind in ("symbol", "operator"):
            level = _LEVEL.get(self.token.text, -1)
            if level < least:
                break
            operator = self.advance().text
            self.operators += 1
            if self.operators > MOST_OPERATORS:
                raise ExpressionError(_("it has more than {most} operators").format(most=MOST_OPERATORS))
            left = Binary(operator, left, self.binary(level + 1))
        return left

    def unary(self) -> Expression:
        negative = False
        signed = False
        while self.take("-"):
            negative = not negative
            signed = True
        operand = self.union()
        if negative:
            return Negate(operand)
        return Negate(Negate(operand)) if signed else operand

    def union(self) -> Expression:
        left = self.path()
        while self.take("|"):
            left = Binary("|", left, self.path())
        return left

    def path(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(_("it is nested more than {most} deep").format(most=DEEPEST))
        expression = self.path_from()
        self.depth -= 1
        return expression

    def path_from(self) -> Expression:
        if self.take("//"):
            return Path(Root(), (ANYWHERE, self.step(), *self.more_steps()))
        if self.take("/"):
            if self.starts_step():
                return Path(Root(), (self.step(), *self.more_steps()))
            return Root()
        if not self.starts_primary():
            return Path(None, (self.step(), *self.more_steps()))
        subject = self.primary()
        predicates = self.predicates()
        if predicates:
            subject = Filter(subject, predicates)
        steps = self.more_steps()
        return Path(subject, steps) if steps else subject

    def starts_primary(self) -> bool:
        kind, text = self.token.kind, self.token.text
        if kind in ("number", "literal"):
            return True
        if kind == "symbol":
            return text == "("
        following = self.peek()
        return (
            kind == "name" and following.text == "(" and following.kind == "symbol" and text not in NODE_TYPES
        )

    def starts_step(self) -> bool:
        return self.token.kind == "name" or (
            self.token.kind == "symbol" and self.token.text in (".", "..", "@")
        )

    def primary(self) -> Expression:
        token = self.advance()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "literal":
            return Literal(token.text[1:-1])
        if token.kind == "symbol":
            inner = self.binary(0)
            self.expect(")")
            return inner
        self.expect("(")
        arguments: list[Expression] = []
        if not self.take(")"):
            arguments.append(self.binary(0))
            while self.take(","):
                arguments.append(self.binary(0))
            self.expect(")")
        return Call(token.text, tuple(arguments))

    def more_steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        while True:
            if self.take("//"):
                steps.append(ANYWHERE)
            elif not self.take("/"):
                return tuple(steps)
            steps.append(self.step())

    def step(self) -> Step:
        if self.take("."):
            return Step("self", "node()", self.predicates())
        if self.take(".."):
            return Step("parent", "node()", self.predicates())
        axis = "child"
        if self.take("@"):
            axis = "attribute"
        elif self.token.kind == "name" and self.peek().text == "::":
            axis = self.advance().text
            self.expect("::")
            if axis not in AXES:
                raise ExpressionError(_("“{axis}” is not an axis").format(axis=axis))
        if self.token.kind != "name":
            raise self.unexpected()
        name = self.advance().text
        if name in NODE_TYPES and self.take("("):
            target = self.advance().text[1:-1] if self.token.kind == "literal" else ""
            self.expect(")")
            name += f"({target})"
        return Step(axis, name, self.predicates())

    def predicates(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while self.take("["):
            found.append(self.binary(0))
            self.expect("]")
        return tuple(found)
