"""The order in which rules are evaluated, and which of them a change wakes."""

from collections import defaultdict, deque
from collections.abc import Iterable

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.model import CALCULATE, CHOICES, CONSTRAINT, RELEVANT, Definition, Reference, Rule
from fieldinspect.i18n import _


def arrange(rules: Iterable[Rule], definitions: dict[str, Definition]) -> tuple[Rule, ...]:
    """Order the rules so that each comes after those it rests on, and tell every node its readers.

    Kahn's algorithm. Rows coming and going are no edge: a count may rest on its own rows, which is how forms
    ask "add another?"; the scheduler goes round until nothing changes. Raises BadInput naming a cycle.
    """
    found = list(rules)
    waiting: dict[Rule, int] = {}
    followers: defaultdict[Rule, list[Rule]] = defaultdict(list)
    for rule in found:
        before = {one for path in _read_paths(rule) for one in _producers(definitions[path])}
        waiting[rule] = len(before)
        for one in before:
            followers[one].append(rule)
    ordered = _kahn(found, waiting, followers)
    if len(ordered) < len(found):
        raise BadInput(_cycle_sentence(set(found) - set(ordered), definitions))
    for place, rule in enumerate(ordered):
        rule.order = place
        _tell_readers(rule, definitions)
    return tuple(ordered)


def _kahn(rules: list[Rule], waiting: dict[Rule, int], followers: dict[Rule, list[Rule]]) -> list[Rule]:
    ready = deque(rule for rule in rules if waiting[rule] == 0)
    ordered: list[Rule] = []
    while ready:
        rule = ready.popleft()
        ordered.append(rule)
        for follower in followers.get(rule, ()):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                ready.append(follower)
    return ordered


def _read_paths(rule: Rule) -> set[str]:
    return {one.path for one in rule.references}


def _producers(definition: Definition) -> list[Rule]:
    found = [rule for kind in (CALCULATE, CHOICES) if (rule := definition.rules.get(kind))]
    at: Definition | None = definition
    while at is not None:
        if rule := at.rules.get(RELEVANT):
            found.append(rule)
        at = at.parent
    return found


def _cycle_sentence(left: set[Rule], definitions: dict[str, Definition]) -> str:
    rule = min(left, key=lambda one: one.definition.path)
    seen: list[Rule] = []
    while rule not in seen:
        seen.append(rule)
        rule = next(
            one for path in sorted(_read_paths(rule)) for one in _producers(definitions[path]) if one in left
        )
    names = [one.definition.path for one in seen[seen.index(rule) :]]
    if len(set(names)) == 1:
        return _("In the form, “{name}” depends on itself: change its calculation or its relevance.").format(
            name=names[0]
        )
    return _(
        "In the form, these depend on each other in a circle: {names}. Break the circle at one of them."
    ).format(names=" → ".join(dict.fromkeys(names)))


def _tell_readers(rule: Rule, definitions: dict[str, Definition]) -> None:
    anchors: dict[str, int] = {}
    rows: dict[str, int] = {}
    references = set(rule.references)
    if rule.kind == CONSTRAINT:
        references.add(Reference(rule.definition.path, rule.definition.depth))
    for one in references:
        anchors[one.path] = min(anchors.get(one.path, one.anchor), one.anchor)
        _note_rows(one, definitions[one.path], rows)
    for path, anchor in anchors.items():
        definitions[path].readers.append((rule, max(anchor, 0)))
    for path, anchor in rows.items():
        definitions[path].row_readers.append((rule, max(anchor, 0)))


def _note_rows(reference: Reference, read: Definition, rows: dict[str, int]) -> None:
    """Note the repeats whose rows decide what the reference finds."""
    at: Definition | None = read
    while at is not None:
        # Anchored within the row, a reference sees only its own row, unless it asks for its place among them.
        above = reference.anchor < at.depth
        if at.repeat and (above or reference.positional):
            anchor = min(reference.anchor, at.depth - 1)
            rows[at.path] = min(rows.get(at.path, anchor), anchor)
        at = at.parent
