"""Forms that others wrote, from the shared cases, and random steps through any form."""

import json
from datetime import UTC, datetime
from functools import cache
from random import Random

from fieldinspect.forms import Changed, Form, NodeState, Session
from fieldinspect.resources import forms_folder
from tests.shared import shared_data

NOON = datetime(2014, 3, 27, 12, 0, tzinfo=UTC)
FILES = ("scenario", "walks", "deep", "disputed")
WORDS = ("yes", "no", "a b", "12", "-3", "0", "2014-03-27", "21:30", "Llŷr", "51.5 -3.2 0 0", "1", "2")


@cache
def corpus() -> dict[str, bytes]:
    """Return every form of the shared cases and the shipped instruments, by case or folder name."""
    found: dict[str, bytes] = {}
    for name in FILES:
        with shared_data("forms", f"{name}.public.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                case = json.loads(line)
                found[case["id"]] = case["form"].encode()
    for file in forms_folder().glob("*/form.xml"):
        found[file.parent.name] = file.read_bytes()
    return found


def open_session(form: Form, fields: dict[str, str | None] | None = None) -> Session:
    """Open a session that gives the same result every time."""
    return Session(form, fields, now=lambda: NOON, new_id=lambda: "00000000-0000-4000-8000-000000000000")


def snapshot(session: Session) -> dict[str, NodeState]:
    """Return the state of every node."""
    return {path: session.state(path) for path in session.paths()}


class Walker:
    """Takes random steps: mostly answers, sometimes rows, a choice that is offered more often than not."""

    def __init__(self, form: Form, random: Random) -> None:
        self.form = form
        self.random = random
        self.session = open_session(form)
        self.fields: dict[str, str | None] = dict(self.session.opening.fields)
        self.repeats = [one for one in form.definitions.values() if one.repeat and one.element]

    def step(self) -> Changed:
        changed = self._step()
        self.fields.update(changed.fields)
        return changed

    def _step(self) -> Changed:
        session, random = self.session, self.random
        rows = [path for path in session.paths() if path.endswith("]") and not self._fixed(path)]
        if rows and random.random() < 0.05:
            return session.remove_row(random.choice(rows))
        if self.repeats and random.random() < 0.1 and (place := self._place()):
            return session.add_row(place, f"{random.getrandbits(128):032x}")
        leaves = [path for path in session.paths() if self._asked(path)]
        if not leaves:
            return session.recompute()
        path = random.choice(leaves)
        return session.answer(path, self._value(path))

    def _fixed(self, path: str) -> bool:
        definition = self.form.definitions[_schema(path)]
        return definition.element is None or definition.element.fixed

    def _asked(self, path: str) -> bool:
        definition = self.form.definitions[_schema(path)]
        return definition.leaf and definition.element is not None and not definition.computed

    def _place(self) -> str:
        definition = self.random.choice(self.repeats)
        if definition.element is None or definition.element.fixed or definition.parent is None:
            return ""
        parents = [path for path in self.session.paths() if _schema(path) == definition.parent.path]
        return f"{self.random.choice(parents)}/{definition.segment}" if parents else ""

    def _value(self, path: str) -> str | None:
        if self.random.random() < 0.15:
            return None
        choices = self.session.state(path).choices
        if choices and self.random.random() < 0.9:
            count = self.random.choice((1, 1, 2, 3))
            several = _control(self.form, path) != "select1"
            picked = self.random.sample(choices, min(count if several else 1, len(choices)))
            return " ".join(one.value for one in picked)
        return self.random.choice(WORDS)


def _control(form: Form, path: str) -> str:
    element = form.definitions[_schema(path)].element
    return element.control if element else ""


def _schema(path: str) -> str:
    return "/".join(part.partition("[")[0] for part in path.split("/"))
