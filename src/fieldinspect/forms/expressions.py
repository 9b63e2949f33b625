"""Expressions of one form: parsed, compiled and explained when they fail."""

import re
from functools import partial

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.model import Text
from fieldinspect.forms.xml import Xml, attribute, children, local
from fieldinspect.forms.xpath.compiler import DEFAULT_NAMESPACES, compile_expression
from fieldinspect.forms.xpath.parser import parse
from fieldinspect.forms.xpath.syntax import Expression, ExpressionError
from fieldinspect.forms.xpath.tree import Node
from fieldinspect.forms.xpath.values import Closure, Evaluation, to_string
from fieldinspect.i18n import _

_ITEXT = re.compile(r"""\s*jr:itext\(\s*(['"])([^'"]*)\1\s*\)\s*\Z""")


class Expressions:
    """Compiles with the form's namespaces; equal expressions share one closure."""

    def __init__(self, namespaces: dict[str, str]) -> None:
        self.namespaces = {**DEFAULT_NAMESPACES, **namespaces}
        self._closures: dict[str, Closure] = {}

    def compile(self, text: str, place: str) -> tuple[Expression, Closure]:
        """Compile an expression; raises BadInput naming `place`."""
        try:
            expression = parse(text)
            if text not in self._closures:
                self._closures[text] = compile_expression(expression, self.namespaces)
        except (ExpressionError, RecursionError) as error:
            raise refused(place, text, str(error)) from error
        return expression, self._closures[text]

    def words(self, element: Xml, place: str) -> tuple[tuple[str | Closure, ...], list[Expression]]:
        """Read mixed content: text and `<output value="...">`."""
        parts: list[str | Closure] = [element.text or ""]
        read: list[Expression] = []
        for one in element:
            if not isinstance(one.tag, str):
                continue
            if local(one) == "output":
                expression, closure = self.compile(attribute(one, "value") or attribute(one, "ref"), place)
                parts.append(partial(_text_of, closure))
                read.append(expression)
            else:
                inner, more = self.words(one, place)
                parts += inner
                read += more
            parts.append(one.tail or "")
        return tuple(one for one in parts if one != ""), read

    def text(self, element: Xml, name: str, place: str) -> tuple[Text | None, list[Expression]]:
        """Read a label, hint or the like: itext by reference, or words in place."""
        found = next(children(element, name), None)
        if found is None:
            return None, []
        if reference := attribute(found, "ref"):
            return self.reference(reference, place)
        parts, read = self.words(found, place)
        return Text(parts=_trimmed(parts)), read

    def reference(self, reference: str, place: str) -> tuple[Text, list[Expression]]:
        """Read `jr:itext('key')`, or any other expression that gives the words."""
        if key := _ITEXT.match(reference):  # nearly all are: not worth a parse
            return Text(key=key[2]), []
        expression, closure = self.compile(reference, place)
        return Text(parts=(partial(_text_of, closure),)), [expression]

    def message(self, value: str, place: str) -> Text | None:
        """Read an attribute that holds a message or a reference to one."""
        if not value:
            return None
        if value.startswith("jr:itext("):
            return self.reference(value, place)[0]
        return Text(parts=(value,))


def refused(place: str, text: str, problem: str) -> BadInput:
    """Return the sentence for an expression that cannot be used."""
    shown = text if len(text) <= 120 else f"{text[:117]}…"
    return BadInput(
        _("In the form, {place} cannot be used: {problem}. It reads “{text}”.").format(
            place=place, problem=problem, text=shown
        )
    )


def _text_of(closure: Closure, node: Node, position: int, size: int, evaluation: Evaluation) -> str:
    return to_string(closure(node, position, size, evaluation))


def _trimmed(parts: tuple[str | Closure, ...]) -> tuple[str | Closure, ...]:
    """Drop the white space that only lays out the XML."""
    found = list(parts)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return tuple(one for one in found if one != "")
