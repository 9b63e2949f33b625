"""What a form does by itself: setvalue actions and preloads.

A setvalue acts on the nearest node of its target, seen from where the event happened, and not at all on a node
that is not relevant (docs/formats/forms.md).
"""

import re

from fieldinspect.forms.engine import Engine, cast
from fieldinspect.forms.live import Live, Tree
from fieldinspect.forms.model import Action, Form
from fieldinspect.forms.xpath.values import date_text, date_time_text

_DEEPEST_CHAIN = 50
_METADATA = re.compile(r"/[^/]+/(?:\w+:)?meta/")
LOADING = frozenset({"odk-instance-first-load", "odk-instance-load"})


class Actions:
    """Runs the actions of a form on its engine; what they store is added to `stored`."""

    def __init__(self, form: Form, tree: Tree, root: Live, engine: Engine) -> None:
        self.form = form
        self.tree = tree
        self.root = root
        self.engine = engine

    def preload(self, stored: dict[str, str | None], *, fresh: bool) -> None:
        """Fill in what `jr:preload` asks for: in a fresh record, and each time in the metadata block.

        That block is for other programs, at export; the journal knows its own, so it is not stored.
        """
        for node in list(self.root.walk()):
            preload = node.definition.preload
            metadata = _METADATA.match(node.definition.path) is not None
            if preload is None or node.stored or not (fresh or metadata):
                continue
            value = self._preloaded(*preload)
            if value and self.engine.store(node, value) and not metadata:
                stored[node.key] = value
        self.engine.run()

    def _preloaded(self, kind: str, parameter: str) -> str:
        now = self.engine.evaluation.now()
        match kind, parameter:
            case "uid", _:
                return f"uuid:{self.engine.evaluation.new_id()}"
            case "timestamp", "start":
                return date_time_text(now)
            case "date", "today":
                return date_text(now)
        return ""  # device, user and end of filling are for the journal, which knows them

    def run(self, event: str, node: Live, stored: dict[str, str | None], depth: int = 0) -> None:
        """Run the actions of an event at a node: at load all of them, otherwise those of the node."""
        for source, action in self._due(event, node):
            for target in self._targets(action, source):
                if not target.relevant or not target.leaf:
                    continue
                value = self._value(action, target)
                if not self.engine.store(target, value):
                    continue
                target.typed = True
                stored[target.key] = value or None
                self.engine.run()
                if depth < _DEEPEST_CHAIN:
                    self.run("xforms-value-changed", target, stored, depth + 1)

    def _due(self, event: str, node: Live) -> list[tuple[Live, Action]]:
        if event in LOADING:
            actions = [one for one in self.form.actions if event in one.events]
            return [
                (source, action)
                for action in actions
                for source in self.tree.instances(self.form.definitions[action.source], self.root)
            ]
        if event == "odk-new-repeat":
            below = [one for one in self.form.actions if event in one.events]
            return [(node, one) for one in below if self._within(one, node)]
        return [(node, one) for one in node.definition.actions if event in one.events]

    def _within(self, action: Action, row: Live) -> bool:
        return f"{action.source}/".startswith(f"{row.definition.path}/")

    def _targets(self, action: Action, source: Live) -> list[Live]:
        self.engine.evaluation.origin = source
        found = action.target(source, 1, 1, self.engine.evaluation)
        nodes = [one for one in found if isinstance(one, Live)] if isinstance(found, list) else []
        at: Live | None = source
        while at is not None:
            near = [one for one in nodes if one is at or at in one.ancestors()]
            if near:
                return near[:1] if source is not self.root else near
            at = at.parent if isinstance(at.parent, Live) else None
        return []

    def _value(self, action: Action, target: Live) -> str:
        if action.value is None:
            return action.literal
        evaluation = self.engine.evaluation
        evaluation.origin = target
        return cast(action.value(target, 1, 1, evaluation), target.definition.type, evaluation)
