"""Words of a form without a record: labels, and every choice whatever its filter would leave; for paper and export."""

from collections.abc import Iterator, Mapping

from fieldinspect.forms.model import CHOICES, Definition, Form, Item, Text
from fieldinspect.forms.states import Choice
from fieldinspect.forms.xpath.syntax import Call, Expression, Filter, Literal, Path
from fieldinspect.forms.xpath.tree import Node


def every_choice(form: Form, definition: Definition, language: str | None = None) -> tuple[Choice, ...]:
    """Return the choices of a select in a language, in the order of the form, filters left out.

    Empty for a question without choices, and for one whose choices are rows of the form itself.
    """
    element = definition.element
    if element is None or element.choices is None:
        return ()
    spoken = form.language(language)
    if isinstance(element.choices, tuple):
        return tuple(_written(form, one, spoken) for one in element.choices)
    rule = definition.rules[CHOICES]
    value, label = rule.of_items
    return tuple(_listed(form, node, value, label, spoken) for node in _items(form, rule.expression))


def _written(form: Form, item: Item, language: str) -> Choice:
    return Choice(item.value, plain_words(form, item.label, language), media_of(form, item.label, language))


def media_of(form: Form, text: Text | None, language: str) -> Mapping[str, str]:
    """Return the media files of a text; a language without any has those of the default."""
    if text is None or not text.key:
        return {}
    default = form.languages[0] if form.languages else ""
    found = (form.translations.get(one, {}).get(text.key) for one in (language, default))
    return next((one.media for one in found if one is not None and one.media), {})


def plain_words(form: Form, text: Text | None, language: str) -> str:
    """Return a text in one of the form's languages, its outputs left out."""
    if text is None:
        return ""
    parts = text.parts
    if text.key:
        default = form.languages[0] if form.languages else ""
        found = form.translations.get(language, {}).get(text.key)
        if found is None or not found.parts:
            found = form.translations.get(default, {}).get(text.key)
        parts = found.parts if found else ()
    return "".join(one for one in parts if isinstance(one, str)).strip()


def _items(form: Form, expression: Expression) -> Iterator[Node]:
    match expression:
        case Call("randomize", (first, *_)):
            yield from _items(form, first)
        case Filter(subject, _):
            yield from _items(form, subject)
        case Path(Call("instance", (Literal(name),)), steps) if name in form.instances:
            nodes = [form.instances[name]]
            for step in steps:
                nodes = [child for one in nodes for child in one.named(step.test)]
            yield from nodes


def _listed(form: Form, item: Node, value: Expression, label: Expression, language: str) -> Choice:
    code = _read(item, value)
    match label:
        case Call("jr:itext", (key,)):
            text = Text(key=_read(item, key))
            return Choice(code, plain_words(form, text, language) or code, media_of(form, text, language))
    return Choice(code, _read(item, label) or code)


def _read(item: Node, expression: Expression) -> str:
    match expression:
        case Path(None, (step,)):
            return next((one.value for one in item.named(step.test)), "")
    return ""
