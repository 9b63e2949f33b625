"""Location paths and filters: the hot part of every form.

Rules: a plain walk of child and parent steps never builds an intermediate list twice; `item[key = value]` over a
choice list is looked up in an index; anything else goes through the general steps below.
"""

from collections.abc import Callable, Sequence

from fieldinspect.forms.xpath.axes import AXES, REVERSE, Axis, Test, expanded, node_test
from fieldinspect.forms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    ExpressionError,
    Filter,
    Literal,
    Number,
    Path,
    Root,
    Step,
)
from fieldinspect.forms.xpath.tree import Node, order_key, string_value
from fieldinspect.forms.xpath.values import Closure, Evaluation, Value
from fieldinspect.i18n import _

Compile = Callable[[Expression], Closure]
Names = dict[str, str]
StepRunner = Callable[[list[Node], Evaluation], list[Node]]
PARENT = ".."


def build(expression: Path | Filter, compile_one: Compile, namespaces: Names) -> Closure:
    """Compile a location path or a filtered expression."""
    if isinstance(expression, Filter):
        subject = compile_one(expression.subject)
        keep = [_predicate(one, compile_one) for one in expression.predicates]
        return _filtered(subject, keep)
    indexed = _indexed(expression, compile_one, namespaces)
    if indexed is not None:
        return indexed
    names, rest = _plain_start(expression.steps, namespaces)
    start = (
        None
        if expression.start is None or isinstance(expression.start, Root)
        else compile_one(expression.start)
    )
    runners = _steps(
        rest, compile_one, namespaces, nested=isinstance(expression.start, Filter | Binary | Path)
    )
    return _walk(start, isinstance(expression.start, Root), names, runners)


def _plain_start(steps: Sequence[Step], namespaces: Names) -> tuple[list[str], Sequence[Step]]:
    names: list[str] = []
    for index, step in enumerate(steps):
        if step.predicates:
            return names, steps[index:]
        if step.axis == "parent" and step.test == "node()":
            names.append(PARENT)
        elif step.axis == "child" and step.test[-1] not in "*)":
            names.append(expanded(step.test, namespaces))
        elif step.axis != "self" or step.test != "node()":
            return names, steps[index:]
    return names, ()


def _walk(
    start: Closure | None, absolute: bool, names: Sequence[str], runners: Sequence[StepRunner]
) -> Closure:
    def walk(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        if absolute:
            nodes = [evaluation.root]
        elif start is None:
            nodes = [node]
        else:
            nodes = _nodes(start(node, position, size, evaluation))
        for name in names:
            if name is PARENT:
                nodes = _parents(nodes)
            elif len(nodes) == 1:
                nodes = nodes[0].named(name)
            else:
                nodes = [child for one in nodes for child in one.named(name)]
        evaluation.spend(len(names) + len(nodes))
        for run in runners:
            nodes = run(nodes, evaluation)
        return nodes

    return walk


def _nodes(value: Value) -> list[Node]:
    return value if type(value) is list else []


def _parents(nodes: list[Node]) -> list[Node]:
    if len(nodes) == 1:
        parent = nodes[0].parent
        return [parent] if parent is not None else []
    return list({id(one.parent): one.parent for one in nodes if one.parent is not None}.values())


Predicate = Callable[[list[Node], Evaluation], list[Node]]


def _predicate(expression: Expression, compile_one: Compile) -> Predicate:
    if isinstance(expression, Number):
        wanted = expression.value
        return lambda nodes, _evaluation: (
            nodes[int(wanted) - 1 : int(wanted)] if 1 <= wanted == int(wanted) else []
        )
    test = compile_one(expression)

    def keep(nodes: list[Node], evaluation: Evaluation) -> list[Node]:
        size = len(nodes)
        evaluation.spend(size)
        kept: list[Node] = []
        for position, node in enumerate(nodes, 1):
            value = test(node, position, size, evaluation)
            if value == position if type(value) is float else value:
                kept.append(node)
        return kept

    return keep


def _filtered(subject: Closure, keep: Sequence[Predicate]) -> Closure:
    def filtered(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        nodes = _nodes(subject(node, position, size, evaluation))
        for one in keep:
            nodes = one(nodes, evaluation)
        return nodes

    return filtered


def _steps(
    steps: Sequence[Step], compile_one: Compile, namespaces: Names, *, nested: bool = False
) -> list[StepRunner]:
    """Compile steps; from the first that can reach nodes within one another, results are put in order."""
    runners: list[StepRunner] = []
    tidy = nested
    for step in steps:
        tidy = tidy or step.axis not in ("self", "child", "attribute")
        runners.append(_step(step, compile_one, namespaces, tidy=tidy))
    return runners


def _step(step: Step, compile_one: Compile, namespaces: Names, *, tidy: bool) -> StepRunner:
    axis = AXES.get(step.axis)
    if axis is None:
        raise ExpressionError(_("“{axis}” is not an axis").format(axis=step.axis))
    test = node_test(step.test, step.axis, namespaces)
    keep = [_predicate(one, compile_one) for one in step.predicates]
    return _runner(axis, test, keep, reverse=step.axis in REVERSE, tidy=tidy)


def _runner(
    axis: Axis, test: Test | None, keep: Sequence[Predicate], *, reverse: bool, tidy: bool
) -> StepRunner:
    def run(nodes: list[Node], evaluation: Evaluation) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            reached = axis(node)
            evaluation.spend(len(reached))
            if test is not None:
                reached = [one for one in reached if test(one)]
            for one in keep:
                reached = one(reached, evaluation)
            found += reversed(reached) if reverse else reached
        if tidy and len(nodes) > 1:
            return sorted({id(one): one for one in found}.values(), key=order_key)
        return found

    return run


def _indexed(path: Path, compile_one: Compile, namespaces: Names) -> Closure | None:
    """Compile `instance('list')/a/b[key = value]...` to a look-up, when it is of that form."""
    start, steps = path.start, path.steps
    if not (isinstance(start, Call) and start.name == "instance" and isinstance(start.arguments[0], Literal)):
        return None
    names, rest = _plain_start(steps, namespaces)
    if not rest or PARENT in names or rest[0].axis != "child" or rest[0].test[-1] in "*)":
        return None
    found = _key_and_value(rest[0].predicates[0], namespaces) if rest[0].predicates else None
    if found is None:
        return None
    key, wanted = found
    names = [*names, expanded(rest[0].test, namespaces)]
    general = _walk(compile_one(start), False, names[:-1], _steps(rest, compile_one, namespaces))
    keep = [_predicate(one, compile_one) for one in rest[0].predicates[1:]]
    after = _steps(rest[1:], compile_one, namespaces)
    return _lookup(start.arguments[0].value, (tuple(names), key), compile_one(wanted), keep, after, general)


def _lookup(
    instance: str,
    at: tuple[tuple[str, ...], str],
    wanted: Closure,
    keep: Sequence[Predicate],
    after: Sequence[StepRunner],
    general: Closure,
) -> Closure:
    def lookup(node: Node, position: int, size: int, evaluation: Evaluation) -> Value:
        index = evaluation.index(instance, *at)
        value = wanted(node, position, size, evaluation)
        if index is None or type(value) is float or type(value) is bool:
            return general(node, position, size, evaluation)
        if type(value) is list and len(value) == 1:
            value = string_value(value[0])
        if type(value) is str:
            nodes = index.get(value, [])
        else:
            texts = dict.fromkeys(string_value(one) for one in value)  # type: ignore[union-attr,arg-type]  # nodes
            nodes = sorted((one for text in texts for one in index.get(text, [])), key=order_key)
        evaluation.spend(len(nodes))
        for one in keep:
            nodes = one(nodes, evaluation)
        for run in after:
            nodes = run(nodes, evaluation)
        return nodes

    return lookup


def _key_and_value(predicate: Expression, namespaces: Names) -> tuple[str, Expression] | None:
    if not (isinstance(predicate, Binary) and predicate.operator == "="):
        return None
    for side, other in ((predicate.left, predicate.right), (predicate.right, predicate.left)):
        if isinstance(side, Path) and side.start is None and _outside(other):
            names, rest = _plain_start(side.steps, namespaces)
            if len(names) == 1 and not rest and names[0] != PARENT:
                return names[0], other
    return None


def _outside(expression: Expression) -> bool:
    """Tell whether a value is the same for every item of the list it filters."""
    match expression:
        case Literal():
            return True
        case Path(Root() | Call("current", ()), steps):
            return all(not step.predicates for step in steps)
    return False
