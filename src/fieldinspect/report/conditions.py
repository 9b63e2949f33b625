"""When a question applies, in words: on paper nobody skips for you.

Conditions that say more than “this answer is that” are not put into words; the page then says that it depends.
"""

from collections.abc import Mapping

from fieldinspect.forms import Form
from fieldinspect.forms.model import RELEVANT, Definition, Rule
from fieldinspect.forms.xpath.syntax import Binary, Call, Expression, Literal, Path, Root
from fieldinspect.i18n import _

Labels = Mapping[str, str]
"""Question labels by path; and those of choices by "path=value"."""


def condition(form: Form, definition: Definition, labels: Labels) -> str:
    """Return a sentence that says when a question or group is to be answered, "" when always."""
    if RELEVANT not in definition.rules:
        return ""
    words = clause(form, definition, labels)
    if not words:
        return _("Answer this only if it applies.")
    return _("Answer only if {condition}.").format(condition=words)


def clause(form: Form, definition: Definition, labels: Labels) -> str:
    """Return when something applies as a clause, "" when always or when words here cannot say it."""
    rule = definition.rules.get(RELEVANT)
    return _clause(rule.expression, rule, form, labels) if rule else ""


def _clause(expression: Expression, rule: Rule, form: Form, labels: Labels) -> str:
    """Return a clause for an expression, or "" when it says more than words here can."""
    match expression:
        case Binary(("and" | "or") as operator, left, right):
            parts = [_clause(one, rule, form, labels) for one in (left, right)]
            if not all(parts):
                return ""
            both = _("{first} and {second}") if operator == "and" else _("{first} or {second}")
            if operator == "or" and any(
                isinstance(one, Binary) and one.operator == "and" for one in (left, right)
            ):
                both = _("{first}; or {second}")
            return both.format(first=parts[0], second=parts[1])
        case Call("selected", (Path() as path, Literal(value))):
            return _is(path, value, rule, form, labels, _("“{question}” includes “{answer}”"))
        case Binary("=", Path() as path, Literal(value)) if value:
            return _is(path, value, rule, form, labels, _("“{question}” is “{answer}”"))
        case Binary("!=", Path() as path, Literal("")):
            question = labels.get(_absolute(path, rule), "")
            return _("“{question}” has an answer").format(question=question) if question else ""
        case Binary("!=", Path() as path, Literal(value)):
            return _is(path, value, rule, form, labels, _("“{question}” is not “{answer}”"))
    return ""


def _is(path: Path, value: str, rule: Rule, form: Form, labels: Labels, words: str) -> str:
    absolute = _absolute(path, rule)
    question = labels.get(absolute, "")
    answer = labels.get(f"{absolute}={value}", "")
    if not question or not answer or absolute not in form.definitions:
        return ""
    return words.format(question=question, answer=answer)


def _absolute(path: Path, rule: Rule) -> str:
    """Return the path of the one question that a path names, or ""."""
    if any(step.predicates or step.axis not in ("child", "parent") for step in path.steps):
        return ""
    steps = [] if isinstance(path.start, Root) else rule.definition.path.strip("/").split("/")
    if not (path.start is None or isinstance(path.start, Root)):
        return ""
    for step in path.steps:
        if step.axis == "parent":
            steps = steps[:-1]
        else:
            steps.append(step.test)
    return "/" + "/".join(steps)
