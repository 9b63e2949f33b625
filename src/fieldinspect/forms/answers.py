"""What the expressions of a record may know: its answers, its choice lists, its words, the time."""

import random
from collections.abc import Callable
from datetime import datetime

from fieldinspect.forms.live import Live, Tree
from fieldinspect.forms.model import Form
from fieldinspect.forms.wording import Wording
from fieldinspect.forms.xpath.tree import ROOT, Node
from fieldinspect.forms.xpath.values import Evaluation


class Answers(Evaluation):
    """The evaluation of a session; `wording` is handed in once it is made, for it asks this for outputs."""

    wording: Wording

    def __init__(
        self, form: Form, tree: Tree, root: Live, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self.form = form
        self.tree = tree
        self.top = root
        self._clock = now
        self._new_id = new_id
        self.moment = now()
        document = Node(ROOT)
        document.children = [root]  # its parent stays None: a path that climbs ends at the root node
        super().__init__(root, lambda: self.moment, document)

    def tick(self) -> None:
        """Let time pass: within one change, now() does not move."""
        self.moment = self._clock()

    def instance(self, name: str) -> Node | None:
        found = self.form.instances.get(name)
        return self.root if found is None and name == self.form.id else found

    def index(self, instance: str, names: tuple[str, ...], key: str) -> dict[str, list[Node]] | None:
        top = self.form.instances.get(instance)
        if top is None:
            return None
        at = instance, names, key
        if at not in self.form.indexes:
            self.form.indexes[at] = _indexed(top, names, key)
        return self.form.indexes[at]

    def text(self, key: str) -> str:
        return self.wording.join(self.wording.translated(key).parts, self.origin)

    def choice_label(self, path: str, value: str, context: Node) -> str:
        origin = self.origin
        near = context if isinstance(context, Live) else self.top
        definition = self.form.definitions.get(_absolute(path, near))
        node = self.tree.nearest(definition, near) if definition is not None else None
        choices = self.wording.offered(node) if node is not None else ()
        self.origin = origin
        return next((one.label for one in choices if one.value == value), "")

    def random(self) -> float:
        return random.random()  # noqa: S311 - order of choices, not a secret

    def new_id(self) -> str:
        return self._new_id()


def _absolute(path: str, context: Live) -> str:
    """Return the path without rows of a relative path, as forms write it in `jr:choice-name`."""
    if path.startswith("/"):
        return path
    at: Live = context
    *ups, last = path.removeprefix("current()/").split("/")
    for one in ups:
        if one == ".." and isinstance(at.parent, Live):
            at = at.parent
    down = "/".join(one for one in ups if one not in ("..", "."))
    return "/".join(one for one in (at.definition.path, down, last) if one)


def _indexed(top: Node, names: tuple[str, ...], key: str) -> dict[str, list[Node]]:
    nodes = [top]
    for name in names:
        nodes = [child for one in nodes for child in one.named(name)]
    index: dict[str, list[Node]] = {}
    for node in nodes:
        for value in {child.value for child in node.named(key)}:
            index.setdefault(value, []).append(node)
    return index
