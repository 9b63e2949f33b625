"""Which nodes an expression reads, found without evaluating it.

A path is walked over the definitions as it would be over nodes; each place reached remembers how far up the
path has climbed, so that a change in row 7 re-evaluates row 7 and no other. Nodes of choice lists and of other
documents are None: they never change, but their predicates may read the form.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fieldinspect.forms.model import Definition, Reference
from fieldinspect.forms.xpath.axes import expanded
from fieldinspect.forms.xpath.compiler import DEFAULT_NAMESPACES
from fieldinspect.forms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Path,
    Root,
    Step,
)

# These ask which nodes there are, never what is in them.
_COUNTING = frozenset({"count", "position", "name", "local-name", "namespace-uri", "instance"})


@dataclass(frozen=True, slots=True)
class Place:
    """A definition a path can reach (None: outside the form) and the depth it climbed to."""

    definition: Definition | None
    anchor: int


class Missing(Exception):  # noqa: N818 - caught and turned into a sentence by the loader
    """A path of the form that leads nowhere; its text is the path as far as it went."""


class Reader:
    """Collects the references of expressions at one form."""

    def __init__(self, root: Definition, namespaces: dict[str, str] | None = None) -> None:
        self.root = root
        self.namespaces = namespaces or DEFAULT_NAMESPACES

    def references(
        self, expression: Expression, at: Definition, of_items: Iterable[Expression] = ()
    ) -> frozenset[Reference]:
        """Return what an expression evaluated at `at` reads; raises Missing.

        With `of_items`, the nodes it gives are choices, of which only those expressions are read.
        """
        origin = Place(at, at.depth)
        found: set[Reference] = set()
        self._read(expression, (origin,), origin, found, count=bool(of_items))
        items = self._walk(expression, (origin,), origin, set()) if of_items else ()
        for one in of_items:
            self._read(one, items, origin, found)
        return frozenset(found)

    def _read(
        self,
        expression: Expression,
        here: Iterable[Place],
        origin: Place,
        found: set[Reference],
        *,
        count: bool = False,
    ) -> None:
        match expression:
            case Binary(_operator, left, right):
                self._read(left, here, origin, found)
                self._read(right, here, origin, found)
            case Negate(operand):
                self._read(operand, here, origin, found)
            case Call(name, arguments):
                self._call(name, arguments, here, origin, found)
            case Path() | Filter() | Root():
                positional = count or _has_predicates(expression)
                for place in self._walk(expression, here, origin, found):
                    found.update(_noted(place, positional, whole=not count))

    def _call(
        self,
        name: str,
        arguments: tuple[Expression, ...],
        here: Iterable[Place],
        origin: Place,
        found: set[Reference],
    ) -> None:
        for index, one in enumerate(arguments):
            rows_of_repeat = name == "indexed-repeat" and index % 2 == 1
            self._read(one, here, origin, found, count=name in _COUNTING or rows_of_repeat)
        if name == "once" or (
            not arguments and name in ("string", "number", "string-length", "normalize-space")
        ):
            for place in here:
                found.update(_noted(place, positional=False, whole=True) if name != "once" else ())

    def _walk(
        self, expression: Expression, here: Iterable[Place], origin: Place, found: set[Reference]
    ) -> list[Place]:
        match expression:
            case Root():
                return [Place(None, -1)]
            case Call("current", ()):
                return [origin]
            case Call("randomize" | "once", (nodes, *_rest)):
                return self._walk(nodes, here, origin, found)
            case Filter(subject, predicates):
                places = self._walk(subject, here, origin, found)
                self._predicates(predicates, places, origin, found)
                return places
            case Path(start, steps):
                places = list(here) if start is None else self._walk(start, here, origin, found)
                if isinstance(start, Root):
                    return self._steps(steps, [Place(self.root.parent, -1)], origin, found, absolute=True)
                return self._steps(steps, places, origin, found)
            case Binary("|", left, right):
                return [*self._walk(left, here, origin, found), *self._walk(right, here, origin, found)]
        self._read(expression, here, origin, found)
        return []  # instance() and the like: outside the form

    def _steps(
        self,
        steps: tuple[Step, ...],
        places: list[Place],
        origin: Place,
        found: set[Reference],
        *,
        absolute: bool = False,
    ) -> list[Place]:
        at_document = absolute
        # A bare name that a leaf does not have is an empty node set, and some forms in use rely on it.
        climbed = absolute
        for step in steps:
            inside = at_document or any(one.definition is not None for one in places)
            reached = self._step(step, places, at_document=at_document)
            if climbed and inside and not reached and step.axis == "child" and step.test[-1] not in "*)":
                raise Missing(step.test)
            climbed = climbed or step.axis == "parent"
            at_document = at_document and step.axis in ("self", "descendant-or-self") and not reached
            self._predicates(step.predicates, reached or [Place(None, 0)], origin, found)
            places = reached
        return places

    def _step(self, step: Step, places: list[Place], *, at_document: bool) -> list[Place]:
        if step.axis == "attribute":
            return []
        if step.test == "text()":
            return places
        named = step.test not in ("node()", "*")
        name = expanded(step.test, self.namespaces) if named else ""
        if at_document:
            reached = self._from_document(step.axis)
        elif named and step.axis == "child":
            reached = [Place(one, place.anchor) for place in places for one in _child(place, name)]
        else:
            reached = [one for place in places for one in self._axis(step.axis, place)]
        if named:
            reached = [one for one in reached if one.definition is not None and one.definition.name == name]
        return list(dict.fromkeys(reached))

    def _from_document(self, axis: str) -> list[Place]:
        if "descendant" in axis:
            return [Place(one, 0) for one in self.root.walk()]
        return [Place(self.root, 0)] if axis == "child" else []

    def _axis(self, axis: str, place: Place) -> Iterator[Place]:
        at = place.definition
        if at is None:
            return
        if axis.endswith("self"):
            yield place
        if axis == "child":
            yield from (Place(one, place.anchor) for one in at.children.values())
        elif axis.startswith("descendant"):
            yield from (Place(one, place.anchor) for one in at.walk() if one is not at)
        elif at.parent is not None and axis in ("parent", "ancestor", "ancestor-or-self"):
            above = Place(at.parent, min(place.anchor, at.parent.depth))
            yield from [above] if axis == "parent" else self._axis("ancestor-or-self", above)
        elif "sibling" in axis or axis in ("following", "preceding"):
            yield from (Place(one, 0) for one in self.root.walk())  # anything below the root may be meant

    def _predicates(
        self, predicates: Iterable[Expression], here: list[Place], origin: Place, found: set[Reference]
    ) -> None:
        for one in predicates:
            self._read(one, here, origin, found)


def _child(place: Place, name: str) -> list[Definition]:
    found = place.definition.children.get(name) if place.definition is not None else None
    return [found] if found is not None else []


def _has_predicates(expression: Expression) -> bool:
    match expression:
        case Filter():
            return True
        case Path(start, steps):
            return any(one.predicates for one in steps) or (start is not None and _has_predicates(start))
    return False


def _noted(place: Place, positional: bool, *, whole: bool) -> Iterator[Reference]:
    if place.definition is None:
        return
    yield Reference(place.definition.path, place.anchor, positional)
    if whole and place.definition.children:
        for below in place.definition.walk():
            if below.leaf:
                yield Reference(below.path, place.anchor, positional)
