"""What a process was doing when the power failed, and what must be there afterwards."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.services import capture, exchange, programme, reading
from fieldinspect.store.vault import StoredVault
from tests.faults import world
from tests.faults.looking import (
    Corrupt,
    Lost,
    fingerprint,
    require_attachments,
    require_draft,
    require_notes,
    require_sound,
)
from tests.faults.power.states import Image
from tests.faults.world import NOW, STICK, VAULTS
from tests.team import FORMS, PASSPHRASE

Say = Callable[[str, Any], None]
"""Acknowledge: what, and which."""
Promises = Sequence[tuple[str, Any]]
DRAFT = DraftKey("d" * 32, "text")
SUFFIX = ".fib"


class Scenario:
    """`prepare` makes the disk before the power is at risk, `act` works, `look` judges one disk.

    `look` gets what had been acknowledged and what the disk held in the end; it raises `Lost` or `Corrupt`, or whatever
    the program raises. Every disk is opened; vaults that recover to the same bytes are judged once (`judge`).
    """

    name = ""
    vault = "ann"

    def __init__(self) -> None:
        self._good: set[bytes] = set()

    def prepare(self, root: Path, *, brief: bool) -> dict[str, Any]:
        """Return facts for `act` and `look`; `brief` asks for the shortest play that still has every kind of step."""
        return {"visit": world.found_team(root), "sessions": 1 if brief else 3, "notes": 3 if brief else 7}

    def act(self, root: Path, facts: dict[str, Any], say: Say) -> None:
        raise NotImplementedError

    def look(self, root: Path, facts: dict[str, Any], promises: Promises, final: Image) -> None:
        if not self.outside(root, promises, final):
            return
        with world.opened(root, self.vault) as vault:
            print_ = fingerprint(vault, len(promises))
            if print_ not in self._good:
                self.judge(root, vault, facts, promises)
                self._good.add(print_)

    def outside(self, root: Path, promises: Promises, final: Image) -> bool:
        """Judge what lies beside the vault; tell whether there is a vault to open."""
        return True

    def judge(self, root: Path, vault: StoredVault, facts: dict[str, Any], promises: Promises) -> None:
        raise NotImplementedError


def _ids(promises: Promises, kind: str) -> list[tuple[str, int]]:
    return [(id_, number) for what, (id_, number) in promises if what == kind]


class Capture(Scenario):
    """Sessions of drafts, notes, corrections and attachments."""

    name = "capture"

    def act(self, root: Path, facts: dict[str, Any], say: Say) -> None:
        number = 0
        for _session in range(facts["sessions"]):
            with world.opened(root, self.vault) as vault:
                for _note in range(facts["notes"]):
                    number = self._note(vault, facts["visit"], number, say)
                say("attachment", (world.attach(vault, facts["visit"], number), number))

    def _note(self, vault: StoredVault, visit: str, number: int, say: Say) -> int:
        for number in (number + 1, number + 2):  # noqa: B020 - the counter goes on
            vault.save_draft(Draft(DRAFT, visit, Kind.NOTE, world.text(number), NOW, NOW))
            say("draft", ("", number))
        note = capture.add_note(vault, visit, world.text(number), happened=NOW, promote=DRAFT)
        say("note", (note, number))
        if number % 6 == 0:
            number += 1
            capture.correct(vault, note, "text", world.text(number), reason="misheard", happened=NOW)
            say("note", (note, number))
        return number

    def judge(self, root: Path, vault: StoredVault, facts: dict[str, Any], promises: Promises) -> None:
        visit = facts["visit"]
        written = require_notes(vault, visit, _ids(promises, "note"))
        drafted = [number for _id, number in _ids(promises, "draft")]
        require_draft(vault, visit, written, max(drafted, default=0))
        require_attachments(vault, visit, _ids(promises, "attachment"))
        require_sound(vault)
        capture.add_note(vault, visit, world.text(0), happened=NOW)


class Creation(Scenario):
    """A vault is made, and an inspection in it."""

    name = "creation"
    vault = "eve"

    def prepare(self, root: Path, *, brief: bool) -> dict[str, Any]:
        world.live_in(root)
        for folder in (STICK, world.STATE):
            (root / folder).mkdir(parents=True)
        return {}

    def act(self, root: Path, facts: dict[str, Any], say: Say) -> None:
        vault = world.door(root).create("eve", "Eve", PASSPHRASE, folder_name=self.vault)
        say("created", ("", 0))
        programme.found_inspection(vault, "Alone", now=NOW, forms=FORMS)
        say("founded", ("", 0))
        vault.close()

    def outside(self, root: Path, promises: Promises, final: Image) -> bool:
        if world.door(root).known():
            return True
        if promises:
            raise Lost("the whole vault is gone")
        if b"" not in self._good:
            world.door(root).create("eve", "Eve", PASSPHRASE, folder_name=self.vault).close()
            self._good.add(b"")
        return False

    def judge(self, root: Path, vault: StoredVault, facts: dict[str, Any], promises: Promises) -> None:
        if any(what == "founded" for what, _which in promises) and not reading.inspections(vault):
            raise Lost("the inspection is gone")
        require_sound(vault)


class Merge(Scenario):
    """Bundles with attachments are taken in: each wholly or not at all."""

    name = "import"
    vault = "ben"

    def prepare(self, root: Path, *, brief: bool) -> dict[str, Any]:
        visit = world.found_team(root)
        sent = []
        with world.opened(root, "ann") as ann, world.opened(root, "ben") as ben:
            for bundle in range(1 if brief else 3):
                first = 1 + bundle * 100
                notes = [
                    (capture.add_note(ann, visit, world.text(number), happened=NOW), number)
                    for number in range(first, first + 6)
                ]
                blobs = [(world.attach(ann, visit, number), number) for number in range(first, first + 2)]
                path = exchange.seal_bundle(ann, world.ENVELOPE, [ben.identity.person], root / STICK).path
                sent.append({"name": Path(path).name, "notes": notes, "blobs": blobs})
        return {"visit": visit, "sent": sent}

    def act(self, root: Path, facts: dict[str, Any], say: Say) -> None:
        for number, bundle in enumerate(facts["sent"]):
            with world.opened(root, self.vault) as vault:
                path = root / STICK / bundle["name"]
                exchange.receive_bundle(vault, world.ENVELOPE, path, now=NOW)
                say("merged", ("", number))

    def judge(self, root: Path, vault: StoredVault, facts: dict[str, Any], promises: Promises) -> None:
        visit = facts["visit"]
        promised = {number for _id, number in _ids(promises, "merged")}
        here = {view.id for view in vault.children(visit, [Kind.NOTE])}
        for number, bundle in enumerate(facts["sent"]):
            wanted = {note for note, _number in bundle["notes"]}
            if number in promised and not wanted <= here:
                raise Lost("a merged bundle is gone")
            if wanted & here and not wanted <= here:
                raise Corrupt("half of a bundle was merged")
            if wanted <= here:
                require_notes(vault, visit, bundle["notes"])
                require_attachments(vault, visit, bundle["blobs"])
        require_sound(vault)
        self._again(root, vault, facts["sent"])
        require_notes(vault, visit, [note for bundle in facts["sent"] for note in bundle["notes"]])

    def _again(self, root: Path, vault: StoredVault, sent: list[dict[str, Any]]) -> None:
        for bundle in sent:
            exchange.receive_bundle(vault, world.ENVELOPE, root / STICK / bundle["name"], now=NOW)


class Export(Scenario):
    """Bundles are sealed: a file under its name is whole, and what is acknowledged is there."""

    name = "export"

    def prepare(self, root: Path, *, brief: bool) -> dict[str, Any]:
        visit = world.found_team(root)
        with world.opened(root, "ann") as ann:
            world.attach(ann, visit, 4)
            roster = ann.roster()
            assert roster is not None
            people = [person.id for person in roster.people if person.id != ann.identity.person]
        for bundle in (root / STICK).iterdir():
            bundle.unlink()
        return {"visit": visit, "people": people, "bundles": 1 if brief else 4}

    def act(self, root: Path, facts: dict[str, Any], say: Say) -> None:
        with world.opened(root, self.vault) as vault:
            for number in range(1, facts["bundles"] + 1):
                capture.add_note(vault, facts["visit"], world.text(number), happened=NOW)
                sealed = exchange.seal_bundle(vault, world.ENVELOPE, facts["people"], root / STICK)
                say("sealed", (Path(sealed.path).name, number))

    def outside(self, root: Path, promises: Promises, final: Image) -> bool:
        here = {path.name: path.read_bytes() for path in (root / STICK).glob(f"*{SUFFIX}")}
        for name, content in here.items():
            if content != final[f"{STICK}/{name}"]:
                raise Corrupt("a bundle under its name is not whole")
        if not {name for name, _number in _ids(promises, "sealed")} <= here.keys():
            raise Lost("an acknowledged bundle is gone")
        return True

    def judge(self, root: Path, vault: StoredVault, facts: dict[str, Any], promises: Promises) -> None:
        if vault.next_bundle()[0] <= len(_ids(promises, "sealed")):
            raise Lost("the vault forgot what it sent")
        require_sound(vault)
        if vault.outbox().entries:
            exchange.seal_bundle(vault, world.ENVELOPE, facts["people"], root / STICK)


SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario for scenario in (Creation(), Capture(), Merge(), Export())
}


def read_promises(lines: Sequence[str]) -> list[tuple[str, Any]]:
    return [(what, tuple(which)) for what, which in map(json.loads, lines)]


def folder_of(scenario: Scenario) -> str:
    return f"{VAULTS}/{scenario.vault}"
