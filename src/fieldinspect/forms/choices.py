"""Which values a choice may have in any record: told once, at load, where no answer can change the list."""

from collections.abc import Iterable, Mapping

from fieldinspect.forms.model import Definition, Element, Itemset
from fieldinspect.forms.xpath.syntax import Call, Expression, Literal, Path, Step
from fieldinspect.forms.xpath.tree import Node

Whole = tuple[str, tuple[str, ...], str]
"""Every item of a list: the list, the names down to its items, the name of their value."""


def whole_list(items: Expression, value: Expression) -> Whole | None:
    """Return the list of which a select offers every item, in whatever order, or None.

    This is what a spreadsheet without a choice filter compiles to.
    """
    if isinstance(items, Call) and items.name == "randomize":
        items = items.arguments[0]
    names, of_item = _names(items), _names(value)
    if not isinstance(items, Path) or not names or of_item is None or len(of_item) != 1:
        return None
    match items.start:
        case Call("instance", (Literal(name),)):
            return name, names, of_item[0]
    return None


def _names(path: Expression) -> tuple[str, ...] | None:
    return (
        tuple(one.test for one in path.steps)
        if isinstance(path, Path) and all(map(_plain, path.steps))
        else None
    )


def _plain(step: Step) -> bool:
    return step.axis == "child" and not step.predicates and step.test[-1] not in "*)" and ":" not in step.test


def settle(
    elements: Iterable[Element], definitions: Mapping[str, Definition], instances: Mapping[str, Node]
) -> None:
    """Give every question its fixed choices, unless one of its controls has a list that answers can change."""
    known: dict[Whole, frozenset[str]] = {}
    open_ended: set[str] = set()
    for one in elements:
        if not isinstance(one.choices, Itemset):
            continue
        whole, definition = one.choices.whole, definitions[one.path]
        if whole is None or whole[0] not in instances:
            open_ended.add(one.path)
            continue
        if whole not in known:
            known[whole] = _values(instances[whole[0]], whole)
        definition.fixed_choices = known[whole] | (definition.fixed_choices or frozenset())
    for path in open_ended:
        definitions[path].fixed_choices = None


def _values(top: Node, whole: Whole) -> frozenset[str]:
    _list, names, value = whole
    nodes = [top]
    for name in names:
        nodes = [child for one in nodes for child in one.named(name)]
    return frozenset(child.value for one in nodes for child in one.named(value)[:1])
