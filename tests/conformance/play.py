"""Plays one recorded case through a session and compares every node after every step."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from fieldinspect.forms import Session, load

State = dict[str, Any]
# The evening the cases were recorded, in their time zone: some compare dates with today().
RECORDED = datetime(2026, 11, 22, 16, 0)
VOLATILE = "<volatile>"


@dataclass
class Score:
    """How many states (nodes after a step, or assertions) agree, and what did not."""

    agreed: int = 0
    total: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, agrees: bool, difference: str) -> None:
        self.total += 1
        if agrees:
            self.agreed += 1
        else:
            self.differences.append(difference)


def play(case: Mapping[str, Any]) -> Score:
    """Play a scenario, walk or deep case."""
    score = Score()
    zone = ZoneInfo(case.get("timezone") or "America/Phoenix")
    numbers = count(1)
    form = load(case["form"].encode())
    session = Session(
        form,
        language=case.get("language"),
        now=lambda: RECORDED.replace(tzinfo=zone),
        new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
    )
    player = _Player(session)
    expected: dict[str, State] = dict(case["init"])
    player.compare(expected, score, "at load")
    for place, step in enumerate(case["steps"], 1):
        player.act(step)
        changed = step.get("expect_changed")
        expected = step["expect"] if changed is None else _patched(expected, changed)
        player.compare(expected, score, f"after step {place}, {step['op']} {step.get('ref', '')}")
    if case.get("final"):
        player.compare(case["final"], score, "at the end")
    return score


def _patched(before: Mapping[str, State], changes: Mapping[str, State | None]) -> dict[str, State]:
    merged: dict[str, State] = {**before}
    for ref, state in changes.items():
        if state is None:
            merged.pop(ref, None)
        else:
            merged[ref] = state
    return merged


class _Player:
    def __init__(self, session: Session) -> None:
        self.session = session

    def act(self, step: Mapping[str, Any]) -> None:
        match step["op"]:
            case "answer":
                self.session.answer(self._path(step["ref"]), step["value"])
            case "add":
                above, _slash, name = step["ref"].rpartition("/")
                self.session.add_row(f"{self._path(above)}/{name}")
            case "remove":
                self.session.remove_row(self._path(step["ref"]))
            case "lang" | "language":
                self.session.set_language(step["language"])
            case other:
                raise ValueError(other)

    def _path(self, ref: str) -> str:
        return next((path for path, shown in self._references() if shown == ref), ref)

    def _references(self) -> Iterator[tuple[str, str]]:
        """Yield our path and the case's reference, `/data/row[2]/x`, of every node."""
        places: dict[str, int] = {}
        shown: dict[str, str] = {}
        for path in self.session.paths():
            above, _slash, segment = path.rpartition("/")
            name, bracket, _row = segment.partition("[")
            base = f"{shown.get(above, '')}/{name}"
            if bracket:
                places[base] = places.get(base, 0) + 1
                base = f"{base}[{places[base]}]"
            shown[path] = base
            yield path, base

    def compare(self, expected: Mapping[str, State], score: Score, when: str) -> None:
        # The recordings leave the metadata block out.
        ours = {ref: self._state(path) for path, ref in self._references() if not _METADATA.match(ref)}
        for ref in expected.keys() | ours.keys():
            if ref not in ours:
                score.add(False, f"{when}: {ref} is missing; expected {expected[ref]}")
            elif ref not in expected:
                score.add(False, f"{when}: {ref} should not be there; it is {ours[ref]}")
            else:
                agrees = same(expected[ref], ours[ref])
                score.add(
                    agrees, f"{when}: {ref}\n      expected {expected[ref]}\n      found    {ours[ref]}"
                )

    def _state(self, path: str) -> State:
        state = self.session.state(path)
        found: State = {} if state.relevant else {"relevant": False}
        if state.value:
            found["value"] = state.value
        for key in ("readonly", "required"):
            if getattr(state, key):
                found[key] = True
        if state.problem is not None and state.problem.kind != "type":
            found["violation"] = state.problem.kind
        if state.choices:
            found["choices"] = [[one.value, one.label] for one in state.choices]
        if state.label:
            found["label"] = state.label
        return found


_METADATA = re.compile(r"/[^/]+/(\w+:)?meta(/|\Z)")


def same(expected: State, found: State) -> bool:
    """Tell whether two states agree; a volatile value agrees with any."""
    if expected.get("value") == VOLATILE:
        return {**expected, "value": ""} == {**found, "value": ""}
    return _trimmed(expected) == _trimmed(found)


def _trimmed(state: State) -> State:
    """Drop the white space around a label: it lays out the XML and is never seen."""
    return {**state, "label": state["label"].strip()} if "label" in state else state
