"""The body of a form: what is shown, in which order, with which control."""

from collections.abc import Callable
from dataclasses import replace

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.choices import whole_list
from fieldinspect.forms.expressions import Expressions
from fieldinspect.forms.model import (
    CHOICES,
    COUNT,
    GROUP,
    QUESTION,
    REPEAT,
    WORDS,
    Action,
    Definition,
    Element,
    Item,
    Itemset,
    Rule,
    Text,
)
from fieldinspect.forms.xml import Xml, attribute, child, children, local
from fieldinspect.forms.xpath.syntax import Call, Expression, Path, Root
from fieldinspect.i18n import _

CONTROLS = frozenset({"input", "select1", "select", "rank", "range", "upload", "trigger", "secret"})
_PARAMETERS = ("start", "end", "step", "rows", "mediatype", "accept", "capture", "query")
MOST_CHOICES = 50_000
ItextExpressions = Callable[[str], list[Expression]]


class BodyReader:
    """Reads the body onto the definitions: elements, choice rules, counts of rows, actions."""

    def __init__(
        self,
        definitions: dict[str, Definition],
        expressions: Expressions,
        itext: ItextExpressions,
        root: Definition,
    ) -> None:
        self.definitions = definitions
        self.expressions = expressions
        self.itext = itext
        self.root = root
        self.bind_ids: dict[str, Definition] = {}

    def read(self, body: Xml) -> tuple[Element, ...]:
        """Return the elements of the body; raises BadInput."""
        return tuple(self._children(body, self.root))

    def _children(self, parent: Xml, context: Definition) -> list[Element]:
        found: list[Element] = []
        for one in children(parent):
            name = local(one)
            if name == "group":
                found.append(self._group(one, context))
            elif name == "repeat":
                found.append(self._repeat(one, context, None))
            elif name in CONTROLS:
                found.append(self._question(one, name, context))
            elif name == "setvalue":
                self.action(one, context)
        return found

    def definition(self, path: str, context: Definition, what: str) -> Definition:
        """Return what a ref points at; raises BadInput when it is not in the form."""
        found = self.definitions.get(path) or self.bind_ids.get(path)
        if found is not None:
            return found
        parsed, _closure = self.expressions.compile(path, _("the reference of {what}").format(what=what))
        at: Definition | None = context
        if isinstance(parsed, Root):
            return self.root
        steps = parsed.steps if isinstance(parsed, Path) else ()
        if isinstance(parsed, Path) and isinstance(parsed.start, Root):
            at = self.root if steps and self._name(steps[0].test) == self.root.name else None
            steps = steps[1:]
        for step in steps:
            if at is None:
                break
            if step.axis == "parent":
                at = at.parent
            elif step.axis == "child":
                at = at.children.get(self._name(step.test))
        if at is None:
            raise BadInput(
                _("In the form, {what} refers to “{path}”, which the form does not have.").format(
                    what=what, path=path
                )
            )
        return at

    def _name(self, test: str) -> str:
        prefix, colon, name = test.partition(":")
        uri = self.expressions.namespaces.get(prefix) if colon else None
        return f"{{{uri}}}{name}" if uri else test

    def _label(self, element: Xml, name: str, owner: Definition, place: str) -> Text | None:
        text, read = self.expressions.text(element, name, place)
        if text is not None and text.key:
            read = self.itext(text.key)
        owner.words += [Rule(WORDS, owner, one, _nothing) for one in read]
        return text

    def _group(self, element: Xml, context: Definition) -> Element:
        ref = attribute(element, "ref") or attribute(element, "nodeset")
        owner = self.definition(ref, context, _("a group")) if ref else context
        repeats = list(children(element, "repeat"))
        if len(repeats) == 1 and (not ref or self._same(repeats[0], owner)) and not _others(element):
            return self._repeat(repeats[0], owner, element)
        made = Element(
            GROUP,
            owner.path if ref else "",
            appearance=tuple(attribute(element, "appearance").split()),
            label=self._label(element, "label", owner, _("the label of {path}").format(path=owner.path)),
            hint=self._label(element, "hint", owner, _("the hint of {path}").format(path=owner.path)),
            children=tuple(self._children(element, owner)),
        )
        if ref:
            owner.element = made
        return made

    def _same(self, repeat: Xml, owner: Definition) -> bool:
        return self.definition(_repeat_path(repeat), owner, _("a repeat")) is owner

    def _repeat(self, element: Xml, context: Definition, around: Xml | None) -> Element:
        owner = self.definition(_repeat_path(element), context, _("a repeat"))
        owner.repeat = True
        if count := attribute(element, "count"):
            place = _("the number of rows of {path}").format(path=owner.path)
            expression, closure = self.expressions.compile(count, place)
            owner.rules[COUNT] = Rule(COUNT, owner, expression, closure)
        place = _("the label of {path}").format(path=owner.path)
        row_label = self._label(element, "label", owner, place)
        label = self._label(around, "label", owner, place) if around is not None else None
        appearance = attribute(element, "appearance") or (
            attribute(around, "appearance") if around is not None else ""
        )
        made = Element(
            REPEAT,
            owner.path,
            appearance=tuple(appearance.split()),
            label=label,
            row_label=row_label,
            children=tuple(self._children(element, owner)),
            fixed=bool(count) or attribute(element, "noAddRemove") in ("true", "true()"),
        )
        owner.element = made
        return made

    def _question(self, element: Xml, control: str, context: Definition) -> Element:
        ref = attribute(element, "ref") or attribute(element, "bind")
        owner = self.definition(ref, context, _("a question"))
        place = owner.path
        made = Element(
            QUESTION,
            place,
            control=control,
            type=owner.type,
            appearance=tuple(attribute(element, "appearance").split()),
            parameters={name: value for name in _PARAMETERS if (value := attribute(element, name))},
            label=self._label(element, "label", owner, _("the label of {path}").format(path=place)),
            hint=self._label(element, "hint", owner, _("the hint of {path}").format(path=place)),
            choices=self._choices(element, owner) if control in ("select1", "select", "rank") else None,
        )
        for one in children(element, "setvalue"):
            self.action(one, owner)
        if owner.element is None:
            owner.element = made
        elif owner.element.choices is None and made.choices is not None:
            owner.element = replace(made, label=owner.element.label or made.label)
        return made

    def _choices(self, element: Xml, owner: Definition) -> tuple[Item, ...] | Itemset:
        place = _("the choices of {path}").format(path=owner.path)
        found = child(element, "itemset")
        if found is None:
            items = tuple(self._item(one, owner, place) for one in children(element, "item"))
            check_length(owner.path, len(items))
            owner.fixed_choices = frozenset(one.value for one in items) | (owner.fixed_choices or frozenset())
            return items
        expression, nodes = self.expressions.compile(attribute(found, "nodeset"), place)
        value, label = child(found, "value"), child(found, "label")
        value_ref = attribute(value, "ref") if value is not None else "name"
        label_ref = attribute(label, "ref") if label is not None else value_ref
        value_read, value_of = self.expressions.compile(value_ref, place)
        label_read, label_of = self.expressions.compile(label_ref, place)
        owner.rules[CHOICES] = Rule(CHOICES, owner, expression, nodes, of_items=(value_read, label_read))
        of_item = _of_item(value_read) and _of_item(label_read)
        return Itemset(nodes, value_of, label_of, of_item, whole_list(expression, value_read))

    def _item(self, element: Xml, owner: Definition, place: str) -> Item:
        value = child(element, "value")
        text = (value.text or "").strip() if value is not None else ""
        return Item(text, self._label(element, "label", owner, place) or Text(parts=(text,)))

    def action(self, element: Xml, context: Definition) -> None:
        """Read a `setvalue` found in the context of a question, a repeat or the model."""
        place = _("a setvalue of {path}").format(path=context.path)
        ref = attribute(element, "ref") or attribute(element, "bind")
        target = self.definition(ref, context, place)  # a setvalue that leads nowhere is refused at load
        if ref in self.bind_ids:
            ref = target.path
        value = attribute(element, "value")
        context.actions.append(
            Action(
                events=frozenset(attribute(element, "event").split() or element.get(_EVENTS, "").split()),
                source=context.path,
                target=self.expressions.compile(ref, place)[1],
                value=self.expressions.compile(value, place)[1] if value else None,
                literal="" if element.get("value") is not None else (element.text or "").strip(),
            )
        )


_EVENTS = "{http://www.w3.org/2001/xml-events}event"


def _of_item(expression: Expression) -> bool:
    match expression:
        case Call("jr:itext", (inner,)):
            return _of_item(inner)
        case Path(None, steps):
            return all(step.axis == "child" and not step.predicates for step in steps)
    return False


def check_length(name: str, count: int) -> None:
    """Refuse a choice list longer than anybody could look through."""
    if count > MOST_CHOICES:
        raise BadInput(
            _(
                "The choice list “{name}” of this form has {count} choices, and {most} is the most. "
                "Split it into several lists."
            ).format(name=name, count=count, most=MOST_CHOICES)
        )


def _repeat_path(element: Xml) -> str:
    return attribute(element, "nodeset") or attribute(element, "ref")


def _others(element: Xml) -> bool:
    return any(local(one) not in ("label", "hint", "help", "repeat") for one in children(element))


def _nothing(*_context: object) -> str:
    return ""
