"""The scheduler: which rules a change wakes, in which order, and what their results change.

Rules: a rule is evaluated after everything it rests on and once a change, unless rows come and go; evaluation
never re-enters; a change may cost MOST_WORK and MOST_ROUNDS at most. Evaluating every rule afresh gives the same
state: tests hold the one against the other.
"""

import heapq
import math
from collections.abc import Callable

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.checks import canonical
from fieldinspect.forms.live import MOST_ROWS, Live, Tree, offered_part, order_text, plain_rows
from fieldinspect.forms.model import (
    CALCULATE,
    CHOICES,
    CONSTRAINT,
    COUNT,
    READONLY,
    RELEVANT,
    REQUIRED,
    WORDS,
    Definition,
    Form,
    Itemset,
    Rule,
)
from fieldinspect.forms.xpath.tree import Node
from fieldinspect.forms.xpath.values import (
    MOST_WORK,
    Evaluation,
    Value,
    WorkLimitError,
    date_text,
    local,
    parse_moment,
    to_boolean,
    to_number,
    to_string,
)
from fieldinspect.i18n import _

MOST_ROUNDS = 100_000
_TO_GO_BACK = 10 * MOST_WORK  # what was answered bit by bit costs more when all of it is worked out again
LONGEST_VALUE = 1_000_000  # characters of one calculation


class Engine:
    """Keeps a tree's states true to the rules of its form."""

    def __init__(self, form: Form, tree: Tree, root: Live, evaluation: Evaluation) -> None:
        self.form = form
        self.tree = tree
        self.root = root
        self.evaluation = evaluation
        self.changed: set[str] = set()
        self.rows_changed = False
        self._afresh = False
        self.overridden: set[str] = set()  # typed answers that a calculation replaced
        self.before: dict[str, tuple[Live, str, bool]] = {}  # value and `typed` before this change, by path
        self._waiting: dict[int, dict[int, Live]] = {}
        self._heap: list[int] = []
        self._apply: dict[str, Callable[[Rule, Live], None]] = {
            RELEVANT: self._relevant,
            READONLY: self._readonly,
            REQUIRED: self._required,
            CALCULATE: self._calculate,
            CONSTRAINT: self._constraint,
            COUNT: self._count,
            CHOICES: self._choices,
            WORDS: self._words,
        }

    def run_all(self, spent: int = 0) -> None:
        """Evaluate every rule at every node; what somebody typed over a calculation holds."""
        self._afresh = True
        try:
            for rule in self.form.rules:
                self._queue(rule, self.root)
            self.run(spent)
        finally:
            self._afresh = False

    def remember(self, node: Live) -> None:
        """Note what a node holds before this change."""
        self.before.setdefault(node.key, (node, node.stored, node.typed))

    def take_back(self, undo: Callable[[], object]) -> None:
        """Return every node to what it held before this change, then `undo` the rest and evaluate afresh."""
        self._waiting.clear()
        self._heap.clear()
        before, self.before = self.before, {}
        for node, stored, typed in before.values():
            self.store(node, stored)
            node.typed = typed
        undo()
        self.run_all(-_TO_GO_BACK)

    def recalculate(self, node: Live) -> None:
        """Queue the calculation of one node."""
        self._queue(node.definition.rules[CALCULATE], node)

    def wake_row(self, row: Live) -> None:
        """Queue what a new row holds and what notices it."""
        for definition in row.definition.walk():
            for rule in definition.own_rules():
                self._queue(rule, row)
        self.rows(row.definition, row.parent)

    def rows(self, definition: Definition, parent: Node | None) -> None:
        """Queue the rules that notice rows of a repeat below `parent`."""
        self.rows_changed = True
        for rule, anchor in definition.row_readers:
            self._queue(rule, _ancestor(parent, anchor))

    def touch(self, node: Live) -> None:
        """Queue the rules that read a node's value."""
        for rule, anchor in node.definition.readers:
            self._queue(rule, _ancestor(node, anchor))

    def _queue(self, rule: Rule, anchor: Live) -> None:
        waiting = self._waiting.get(rule.order)
        if waiting is None:
            self._waiting[rule.order] = {id(anchor): anchor}
            heapq.heappush(self._heap, rule.order)
        else:
            waiting[id(anchor)] = anchor

    def run(self, spent: int = 0) -> None:
        """Evaluate until nothing waits; raises BadInput when the form asks for too much."""
        self.evaluation.work = spent
        rounds = 0
        try:
            while self._heap:
                rounds += 1
                order = heapq.heappop(self._heap)
                anchors = self._waiting.pop(order)
                rule = self.form.rules[order]
                apply = self._apply[rule.kind]
                for node in self._targets(rule, anchors):
                    apply(rule, node)
                if rounds > MOST_ROUNDS:
                    raise WorkLimitError  # noqa: TRY301 - one sentence for both limits
        except (WorkLimitError, RecursionError):
            raise too_much() from None

    def _targets(self, rule: Rule, anchors: dict[int, Live]) -> list[Live]:
        definition = rule.definition
        if rule.kind == COUNT and definition.parent is not None:
            definition = definition.parent  # rows are counted at the node that holds them
        if id(self.root) in anchors or len(anchors) == 1:
            anchor = self.root if id(self.root) in anchors else next(iter(anchors.values()))
            return self._below(definition, anchor)
        found = {id(one): one for anchor in anchors.values() for one in self._below(definition, anchor)}
        return list(found.values())

    def _below(self, definition: Definition, anchor: Live) -> list[Live]:
        if anchor.key not in self.tree.nodes:
            return []  # its row is gone
        while anchor.definition.depth > definition.depth and isinstance(anchor.parent, Live):
            anchor = anchor.parent
        return self.tree.instances(definition, anchor)

    def evaluate(self, rule: Rule, node: Live) -> Value:
        """Return the value of a rule at a node."""
        self.evaluation.origin = node
        return rule.closure(node, 1, 1, self.evaluation)

    def _relevant(self, rule: Rule, node: Live) -> None:
        node.own_relevant = to_boolean(self.evaluate(rule, node))
        self.inherit_relevance(node)

    def inherit_relevance(self, node: Live) -> None:
        """Bring a node and what is below in line with its own relevance and its parent's."""
        parent = node.parent
        relevant = node.own_relevant and (parent.relevant if isinstance(parent, Live) else True)
        if relevant is node.relevant:
            return
        node.relevant = relevant
        self.changed.add(node.key)
        if node.leaf:
            self.refresh(node)
        for one in node.live_children:
            self.inherit_relevance(one)

    def refresh(self, node: Live) -> None:
        """Bring what expressions read in line with what is stored."""
        value = offered_part(node.stored, node.offered) if node.relevant else ""
        if value != node.value:
            node.value = value
            self.changed.add(node.key)
            self.touch(node)

    def store(self, node: Live, value: str) -> bool:
        """Store a value and tell whether it is another one."""
        if value == node.stored:
            return False
        self.remember(node)
        before = node.stored
        node.stored = value
        self.changed.add(node.key)
        choices = node.definition.rules.get(CHOICES)
        if choices is not None and not (before and node.offered is not None):
            self._offer(choices, node)
        self.refresh(node)
        return True

    def _readonly(self, rule: Rule, node: Live) -> None:
        node.own_readonly = to_boolean(self.evaluate(rule, node))
        self._inherit_readonly(node)

    def _inherit_readonly(self, node: Live) -> None:
        readonly = node.own_readonly or (node.parent.readonly if isinstance(node.parent, Live) else False)
        if readonly is node.readonly:
            return
        node.readonly = readonly
        self.changed.add(node.key)
        for one in node.live_children:
            self._inherit_readonly(one)

    def _required(self, rule: Rule, node: Live) -> None:
        required = to_boolean(self.evaluate(rule, node))
        if required is not node.required:
            node.required = required
            self.changed.add(node.key)

    def _calculate(self, rule: Rule, node: Live) -> None:
        if self._afresh and node.typed:
            return
        value = cast(self.evaluate(rule, node), node.definition.type, self.evaluation)
        if len(value) > LONGEST_VALUE:
            raise WorkLimitError
        if self.store(node, value) and node.typed:
            node.typed = False
            self.overridden.add(node.key)

    def _constraint(self, rule: Rule, node: Live) -> None:
        broken = bool(node.value) and not to_boolean(self.evaluate(rule, node))
        if broken is not node.broken:
            node.broken = broken
            self.changed.add(node.key)

    def _words(self, _rule: Rule, node: Live) -> None:
        self.changed.add(node.key)

    def _choices(self, rule: Rule, node: Live) -> None:
        node.choices = None
        self.changed.add(node.key)
        if node.stored:
            self._offer(rule, node)
            self.refresh(node)
        else:
            node.offered = node.definition.fixed_choices

    def _offer(self, rule: Rule, node: Live) -> None:
        """Note which choices are offered, where that is not settled for good."""
        element = node.definition.element
        if (
            node.definition.fixed_choices is None
            and element is not None
            and isinstance(element.choices, Itemset)
        ):
            items = self.evaluate(rule, node)
            value = element.choices.value
            nodes = items if isinstance(items, list) else []
            self.evaluation.spend(len(nodes))
            node.offered = frozenset(to_string(value(one, 1, 1, self.evaluation)) for one in nodes)

    def _count(self, rule: Rule, parent: Live) -> None:
        """Add or take rows so that there are as many as the form says."""
        definition = rule.definition
        rows = parent.rows(definition)
        self.evaluation.origin = rows[0] if rows else _stand_in(definition, parent)
        number = to_number(rule.closure(self.evaluation.origin, 1, 1, self.evaluation), self.evaluation.zone)
        wanted = min(max(0, int(number)), MOST_ROWS) if math.isfinite(number) else 0
        for row in reversed(rows[wanted:]):
            self.changed.update(one.key for one in row.walk())
            self.tree.remove(row)
            self.rows(definition, parent)
        sources = plain_rows(parent.source, definition.name)
        base = f"{parent.key}/{definition.segment}"
        for place in range(len(rows), wanted):
            source = sources[place] if place < len(sources) else None
            row_id = self.tree.row_id(base, place)
            self.wire(self.tree.add_row(parent, definition, row_id, order_text(place + 1), source))

    def wire(self, row: Live) -> None:
        """Take a new row into the evaluation."""
        parent = row.parent
        if isinstance(parent, Live):
            row.readonly = parent.readonly
            for one in row.walk():
                one.readonly = parent.readonly
                one.relevant = parent.relevant
                if one.leaf and not one.relevant:
                    one.value = ""
        self.changed.update(one.key for one in row.walk())
        self.wake_row(row)


def too_much() -> BadInput:
    """Return the refusal of a form that asks for more than MOST_WORK."""
    return BadInput(
        _("This form asks for more calculation than one answer may cost. Its author must simplify it.")
    )


def _ancestor(node: Node | None, depth: int) -> Live:
    at = node
    while isinstance(at, Live):
        if at.definition.depth <= depth or at.parent is None:
            return at
        at = at.parent
    raise TypeError  # every live node has a live root: this cannot be reached


def _stand_in(definition: Definition, parent: Live) -> Live:
    """Return a node at the place of the first row, for relative paths, while there is no row."""
    return Live(definition, definition.template or Node(""), parent, "")


def cast(value: Value, kind: str, evaluation: Evaluation) -> str:
    """Return a calculated value in the lexical form of its type."""
    if type(value) is float and math.isnan(value):
        return ""
    if kind in ("int", "integer", "long"):
        number = to_number(value, evaluation.zone)
        return str(int(number)) if math.isfinite(number) else ""
    if kind in ("date", "dateTime"):
        return _calendar(value, kind, evaluation)
    return canonical(kind, to_string(value))


def _calendar(value: Value, kind: str, evaluation: Evaluation) -> str:
    if type(value) is float or type(value) is bool:
        return ""  # a bare number is no date: both engines the cases come from leave it empty
    text = to_string(value)
    moment = parse_moment(text, evaluation.zone)
    if moment is None:
        return ""
    if kind == "dateTime" or "T" not in text:
        return text
    there = local(moment, evaluation.zone)
    return date_text(there) if there is not None else ""


__all__ = ["Engine", "cast", "too_much"]
