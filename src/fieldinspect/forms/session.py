"""A record being answered: the live state of a form."""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms import checks
from fieldinspect.forms.actions import Actions
from fieldinspect.forms.answers import Answers
from fieldinspect.forms.engine import Engine, too_much
from fieldinspect.forms.live import MOST_ROWS, Live, Tree, next_order
from fieldinspect.forms.model import CALCULATE, QUESTION, Definition, Form
from fieldinspect.forms.pages import Pages
from fieldinspect.forms.states import Changed, NodeState, Problem, Section
from fieldinspect.forms.wording import Wording
from fieldinspect.forms.xpath.values import WorkLimitError
from fieldinspect.i18n import _

Fields = Mapping[str, str | None]
_ROW = re.compile(r"\[[^\]]*\]")


def _local_now() -> datetime:
    return datetime.now(UTC).astimezone()


def _new_uuid() -> str:
    return str(uuid.uuid4())


class Session:
    """The answers to one form, kept true to its rules.

    Fields, in and out, are named as the journal names them: the path of a node with the UUID of each row,
    `/form/repeat[<uuid>]/question`, with the XForms lexical string, None when cleared; and for each row
    `/form/repeat[<uuid>]` with its order among the others as a short string that sorts as text (rows of equal
    order sort by UUID, so that two laptops agree), None when removed. Rows that the form itself gives have ids
    that are the same on every laptop. Fields of the record that are not the form's are passed over.

    `fresh` runs what a form does when it is first opened (default: when it has no field yet); what that stores
    is in `opening.fields`. `now` gives the time with its zone, `new_id` UUIDs for expressions.
    """

    def __init__(
        self,
        form: Form,
        fields: Fields | None = None,
        *,
        language: str | None = None,
        now: Callable[[], datetime] = _local_now,
        new_id: Callable[[], str] = _new_uuid,
        fresh: bool | None = None,
    ) -> None:
        own = f"{form.root.path}/"
        given = {key: value for key, value in (fields or {}).items() if key.startswith(own)}
        self.form = form
        self._tree = Tree(form.id, given)
        self._root = self._tree.build(form.root, form.blueprint, None, form.root.path)
        self._evaluation = Answers(form, self._tree, self._root, now, new_id)
        self._wording = self._evaluation.wording = Wording(form, form.language(language), self._evaluation)
        self._engine = Engine(form, self._tree, self._root, self._evaluation)
        self._actions = Actions(form, self._tree, self._root, self._engine)
        self.opening = self._open(fresh=not given if fresh is None else fresh)

    def _open(self, *, fresh: bool) -> Changed:
        stored: dict[str, str | None] = {}
        self._engine.run_all()
        self._actions.preload(stored, fresh=fresh)
        self._actions.run("odk-instance-first-load" if fresh else "odk-instance-load", self._root, stored)
        if fresh:
            self._actions.run("odk-instance-load", self._root, stored)
        return self._changed(stored)

    def _changed(self, fields: dict[str, str | None]) -> Changed:
        engine = self._engine
        for key in engine.overridden - fields.keys():
            fields[key] = None
        done = Changed(frozenset(engine.changed & self._tree.nodes.keys()), engine.rows_changed, fields)
        engine.changed = set()
        engine.overridden = set()
        engine.rows_changed = False
        return done

    @property
    def language(self) -> str:
        """The form's own name of the language in force, "" when it has but one."""
        return self._wording.language

    def set_language(self, language: str) -> None:
        """Speak another of the form's languages, given by its name or code; every label may change."""
        self._wording.speak(self.form.language(language))
        for node in self._tree.nodes.values():
            node.choices = None
        self._engine.run_all()  # calculations may hold labels: jr:choice-name, jr:itext

    def _node(self, path: str) -> Live:
        node = self._tree.nodes.get(path)
        if node is None:
            raise BadInput(_("This form has no question at “{path}”.").format(path=path))
        return node

    def answer(self, path: str, value: str | None) -> Changed:
        """Set an answer, None or "" to clear it.

        A value of the wrong type is stored like any other: `state` says what is wrong with it. A calculation
        that is typed over holds what was typed until something it rests on changes, or until it is cleared.
        Raises BadInput when there is no such question, and when the form asks for more calculation than an
        answer may cost: then every answer is what it was. So do `add_row` and `remove_row`.
        """
        node = self._node(path)
        if not node.leaf:
            raise BadInput(_("“{path}” is a group: it holds no answer of its own.").format(path=path))
        text = checks.canonical(node.definition.type, value or "")
        stored: dict[str, str | None] = {path: text or None}
        with self._whole():
            self._engine.remember(node)
            node.typed = bool(text) or CALCULATE not in node.definition.rules
            if self._engine.store(node, text):
                if not node.typed:
                    self._engine.recalculate(node)
                self._engine.run()
                self._actions.run("xforms-value-changed", node, stored)
        return self._changed(stored)

    @contextmanager
    def _whole(self, undo: Callable[[], object] = lambda: None) -> Iterator[None]:
        """Do all of a change, or none of it; `undo` takes back what came and went."""
        self._evaluation.tick()
        self._engine.before.clear()
        try:
            yield
        except (BadInput, WorkLimitError) as error:
            self._engine.take_back(undo)
            raise (error if isinstance(error, BadInput) else too_much()) from None

    def add_row(self, repeat: str, row: str | None = None, order: str | None = None) -> Changed:
        """Add a row to a repeat, named by its path without the last row id, `/form/repeat`.

        With the id of a removed row, that row returns with its answers. The new row is the first key of `fields`.
        """
        parent, definition = self._repeat(repeat)
        rows = parent.rows(definition)
        if len(rows) >= MOST_ROWS:
            raise BadInput(_("This list has {most} rows, which is the most.").format(most=MOST_ROWS))
        row = row or _new_uuid()
        if any(one.row == row for one in rows):
            raise BadInput(_("The row “{row}” is already there.").format(row=row))
        returns = row in self._tree.recorded.get(repeat, {})
        made = self._tree.add_row(parent, definition, row, order or next_order(rows))
        stored: dict[str, str | None] = {made.key: made.order}
        with self._whole(lambda: self._tree.remove(made, known=returns)):
            self._engine.wire(made)
            self._engine.run()
            if not returns:  # it would replace the answers the row returns with
                self._actions.run("odk-new-repeat", made, stored)
        return self._changed(stored)

    def _repeat(self, path: str) -> tuple[Live, Definition]:
        above, _slash, segment = path.rpartition("/")
        parent = self._node(above) if above else self._root
        for definition in parent.definition.children.values():
            if definition.repeat and definition.segment == segment:
                return parent, definition
        raise BadInput(_("This form has no repeated group at “{path}”.").format(path=path))

    def remove_row(self, path: str) -> Changed:
        """Remove a row, `/form/repeat[<uuid>]`; `add_row` with the same id brings it back."""
        node = self._node(path)
        if not node.row:
            raise BadInput(_("“{path}” is not a row that can be removed.").format(path=path))
        parent, definition = self._repeat(path.rpartition("[")[0])
        with self._whole(lambda: self._tree.add_row(parent, definition, node.row, node.order, node.source)):
            self._engine.changed.update(one.key for one in node.walk())
            self._tree.remove(node)
            self._engine.rows(definition, parent)
            self._engine.run()
        return self._changed({path: None})

    def rows(self, repeat: str) -> tuple[str, ...]:
        """Return the paths of the rows of a repeat, in order."""
        parent, definition = self._repeat(repeat)
        return tuple(one.key for one in parent.rows(definition))

    def paths(self) -> tuple[str, ...]:
        """Return the path of every node there is now, in document order."""
        return tuple(one.key for one in self._root.walk())

    def state(self, path: str) -> NodeState:
        """Return one node as it stands; raises BadInput when there is no such node."""
        node = self._node(path)
        self._evaluation.work = 0  # of its words and choices: each question may cost as much as a change
        element = node.definition.element
        label = element.label if element else None
        return NodeState(
            path=path,
            relevant=node.relevant,
            value=node.value if node.leaf else "",
            kept=node.stored,
            readonly=node.readonly,
            required=node.required,
            problem=self._problem(node),
            label=self._wording.words(label, node),
            hint=self._wording.words(element.hint, node) if element else "",
            choices=self._wording.offered(node),
            media=self._wording.media(label),
        )

    def _problem(self, node: Live) -> Problem | None:
        if not node.relevant or not node.leaf:
            return None
        definition = node.definition
        if not node.value:
            if not node.required:
                return None
            message = self._wording.words(definition.required_message, node)
            return Problem(node.key, "required", message or checks.missing(self._name(node)))
        if node.broken:
            message = self._wording.words(definition.constraint_message, node)
            return Problem(node.key, "constraint", message or checks.not_allowed(self._name(node)))
        sentence = checks.type_problem(definition.type, node.value, self._name(node))
        return Problem(node.key, "type", sentence) if sentence else None

    def _name(self, node: Live) -> str:
        element = node.definition.element
        words = self._wording.words(element.label, node) if element else ""
        return words or node.definition.name.replace("_", " ")

    def problems(self) -> list[Problem]:
        """Return what stands against calling the record complete, in document order."""
        found = (self._problem(one) for one in self._root.walk())
        return [one for one in found if one is not None]

    def progress(self) -> tuple[int, int]:
        """Return how many relevant questions are answered, and how many there are."""
        asked = [one for one in self._root.walk() if self._asked(one)]
        return sum(1 for one in asked if one.value), len(asked)

    def stands(self, path: str) -> tuple[bool, bool]:
        """Return whether a node counts in `progress` as asked, and as answered."""
        node = self._node(path)
        asked = self._asked(node)
        return asked, asked and bool(node.value)

    @staticmethod
    def _asked(node: Live) -> bool:
        if not node.leaf or not node.relevant:
            return False
        element = node.definition.element
        calculated = CALCULATE in node.definition.rules
        return element is not None and element.kind == QUESTION and not node.readonly and not calculated

    def dropped(self) -> dict[str, str]:
        """Return what signing off would drop: answers, or choices of them, that are not relevant or not offered."""
        typed = (one for one in self._root.walk() if one.leaf and one.typed and one.stored != one.value)
        return {one.key: words for one in typed if (words := _beyond(one))}

    def unplaced(self) -> dict[str, str]:
        """Return answers that this version of the form has no place for, or whose row is removed."""
        kept = self._tree.kept.items()
        return {key: value for key, value in kept if value and key not in self._tree.nodes}

    def removed_rows(self) -> dict[str, dict[str, str]]:
        """Return the rows that are gone and hold answers, each with those; `add_row` brings a row back with them."""
        found: dict[str, dict[str, str]] = {}
        for key, value in self.unplaced().items():
            row = self._tree.row_gone(key)
            if row and self._asks(key):
                found.setdefault(row, {})[key] = value
        return found

    def _asks(self, key: str) -> bool:
        definition = self.form.definitions.get(_ROW.sub("", key))
        return definition is not None and CALCULATE not in definition.rules

    def label(self, path: str) -> str:
        """Return the label of a question, of a row that is gone too; "" where the form has none."""
        definition = self.form.definitions.get(_ROW.sub("", path))
        element = definition.element if definition is not None else None
        return self._wording.words(element.label, self._tree.nodes.get(path, self._root)) if element else ""

    def calculated(self) -> dict[str, str]:
        """Return the values of every calculation, by path, for the journal at completion."""
        return {one.key: one.value for one in self._root.walk() if CALCULATE in one.definition.rules}

    def recompute(self) -> Changed:
        """Evaluate every rule afresh: the reference that incremental evaluation is held against."""
        self._engine.run_all()
        return self._changed({})

    def sections(self) -> tuple[Section, ...]:
        """Return the pages of the form with their lines in order; ask again when `Changed.rows` is true."""
        return Pages(self.form, self._tree, self._root, self._wording).sections()


def _beyond(node: Live) -> str:
    """Return what a node keeps and does not count."""
    counted = node.value.split()
    return " ".join(one for one in node.stored.split() if one not in counted) if counted else node.stored
