"""Scenarios of a day's work: a vault is made, things are captured, taken in, sealed and erased."""

from pathlib import Path

from fieldinspect.domain.custody import EraseReason
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.services import capture, erasure, exchange, programme, reading
from fieldinspect.store.vault import StoredVault
from tests.faults import world
from tests.faults.looking import (
    Corrupt,
    Lost,
    require_attachments,
    require_draft,
    require_notes,
    require_sound,
)
from tests.faults.power.scenario import Facts, Promises, Say, Scenario, promised
from tests.faults.tree import Image
from tests.faults.world import NOW, STICK
from tests.team import FORMS, PASSPHRASE

DRAFT = DraftKey("d" * 32, "text")
SUFFIX = ".fib"


class Capture(Scenario):
    """Sessions of drafts, notes, corrections and attachments."""

    name = "capture"

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        for session in range(facts["sessions"]):
            with world.opened(root, self.vault) as vault:
                self.write(vault, facts, say, session)

    def write(self, vault: StoredVault, facts: Facts, say: Say, session: int = 0) -> None:
        """Write one session's words into an open vault."""
        number = session * 100
        say("attachment", (world.attach(vault, facts["visit"], number), number))
        for _note in range(facts["notes"]):
            number = self._note(vault, facts["visit"], number, say)

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

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        visit = facts["visit"]
        written = require_notes(vault, visit, promised(promises, "note"))
        drafted = [number for _id, number in promised(promises, "draft")]
        require_draft(vault, visit, written, max(drafted, default=0))
        require_attachments(vault, visit, promised(promises, "attachment"))
        require_sound(vault)
        capture.add_note(vault, visit, world.text(0), happened=NOW)


class Creation(Scenario):
    """A vault is made, and an inspection in it."""

    name = "creation"
    vault = "eve"

    def prepare(self, root: Path, *, brief: bool) -> Facts:
        world.live_in(root)
        for folder in (STICK, world.STATE):
            (root / folder).mkdir(parents=True)
        return {}

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        vault = world.door(root).create("eve", "Eve", PASSPHRASE, folder_name=self.vault)
        say("created", ("", 0))
        programme.found_inspection(vault, "Alone", now=NOW, forms=FORMS)
        say("founded", ("", 0))
        vault.close()

    def outside(self, root: Path, facts: Facts, promises: Promises, final: Image | None) -> bool:
        if world.door(root).known():
            return True
        if promises:
            raise Lost("the whole vault is gone")
        if b"" not in self._good:
            world.door(root).create("eve", "Eve", PASSPHRASE, folder_name=self.vault).close()
            self._good.add(b"")
        return False

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        if any(what == "founded" for what, _which in promises) and not reading.inspections(vault):
            raise Lost("the inspection is gone")
        require_sound(vault)


class Merge(Scenario):
    """Bundles with attachments are taken in: each wholly or not at all."""

    name = "import"
    vault = "ben"

    def prepare(self, root: Path, *, brief: bool) -> Facts:
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

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        for number, bundle in enumerate(facts["sent"]):
            with world.opened(root, self.vault) as vault:
                path = root / STICK / bundle["name"]
                exchange.receive_bundle(vault, world.ENVELOPE, path, now=NOW)
                say("merged", ("", number))

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        visit = facts["visit"]
        merged = {number for _id, number in promised(promises, "merged")}
        here = {view.id for view in vault.children(visit, [Kind.NOTE])}
        for number, bundle in enumerate(facts["sent"]):
            wanted = {note for note, _number in bundle["notes"]}
            if number in merged and not wanted <= here:
                raise Lost("a merged bundle is gone")
            if wanted & here and not wanted <= here:
                raise Corrupt("half of a bundle was merged")
            if wanted <= here:
                require_notes(vault, visit, bundle["notes"])
                require_attachments(vault, visit, bundle["blobs"])
        require_sound(vault)
        self._again(root, vault, facts["sent"])
        require_notes(vault, visit, [note for bundle in facts["sent"] for note in bundle["notes"]])

    def _again(self, root: Path, vault: StoredVault, sent: list[Facts]) -> None:
        for bundle in sent:
            exchange.receive_bundle(vault, world.ENVELOPE, root / STICK / bundle["name"], now=NOW)


class Export(Scenario):
    """Bundles are sealed: a file under its name is whole, and what is acknowledged is there."""

    name = "export"

    def prepare(self, root: Path, *, brief: bool) -> Facts:
        visit = world.found_team(root)
        with world.opened(root, "ann") as ann, world.opened(root, "lead") as lead:
            identities = list(lead.receiving_identities())
            world.attach(ann, visit, 4)
            roster = ann.roster()
            assert roster is not None
            people = [person.id for person in roster.people if person.id != ann.identity.person]
        for bundle in (root / STICK).iterdir():
            bundle.unlink()
        return {"visit": visit, "people": people, "identities": identities, "bundles": 1 if brief else 4}

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        with world.opened(root, self.vault) as vault:
            for number in range(1, facts["bundles"] + 1):
                capture.add_note(vault, facts["visit"], world.text(number), happened=NOW)
                sealed = exchange.seal_bundle(vault, world.ENVELOPE, facts["people"], root / STICK)
                say("sealed", (Path(sealed.path).name, number))

    def outside(self, root: Path, facts: Facts, promises: Promises, final: Image | None) -> bool:
        here = {path.name: path.read_bytes() for path in (root / STICK).glob(f"*{SUFFIX}")}
        for name, content in here.items():
            whole = (
                content == final[f"{STICK}/{name}"] if final else world.opens(content, facts["identities"])
            )
            if not whole:
                raise Corrupt("a bundle under its name is not whole")
        if not {name for name, _number in promised(promises, "sealed")} <= here.keys():
            raise Lost("an acknowledged bundle is gone")
        return True

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        if vault.next_bundle()[0] <= len(promised(promises, "sealed")):
            raise Lost("the vault forgot what it sent")
        require_sound(vault)
        if vault.outbox().entries:
            exchange.seal_bundle(vault, world.ENVELOPE, facts["people"], root / STICK)


class Erasure(Scenario):
    """The centre confirms an erasure, and then takes in, once more, a bundle that holds what was erased."""

    name = "erasure"
    vault = "ben"

    def prepare(self, root: Path, *, brief: bool) -> Facts:
        visit = world.found_team(root)
        stick = root / STICK
        with (
            world.opened(root, "ann") as ann,
            world.opened(root, "lead") as lead,
            world.opened(root, "ben") as ben,
        ):
            notes = [
                (capture.add_note(ann, visit, world.text(number), happened=NOW), number)
                for number in range(1, 5)
            ]
            blob = world.attach(ann, visit, 4)
            bundle = world.send(ann, [lead, ben], stick)
            doomed = [notes[0][0], blob]
            asked = erasure.request(
                lead,
                doomed,
                reason=EraseReason.CONSENT_WITHDRAWN,
                why="withdrawn",
                basis="article 17",
                happened=NOW,
            )
            world.send(lead, [ben], stick)
            digest = ben.children(visit, [Kind.ATTACHMENT])[0].get("blob")
        facts = {"visit": visit, "asked": asked, "doomed": doomed, "stays": notes[1:], "digest": digest}
        return {**facts, "bundle": bundle.name}

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        for _session in range(2):
            with world.opened(root, self.vault) as vault:
                if not vault.erased():
                    erasure.confirm(vault, facts["asked"], happened=NOW)
                    say("erased", ("", 0))
                    erasure.acknowledge(vault)
                self._again(root, vault, facts)

    def _again(self, root: Path, vault: StoredVault, facts: Facts) -> None:
        exchange.receive_bundle(vault, world.ENVELOPE, root / STICK / facts["bundle"], now=NOW)

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        gone = [record for record in facts["doomed"] if vault.record(record) is None]
        if promises and len(gone) < len(facts["doomed"]):
            raise Lost("what was erased is there again")
        if gone and len(gone) < len(facts["doomed"]):
            raise Corrupt("half of an erasure was done")
        if gone:
            self._again(root, vault, facts)
            if any(vault.record(record) for record in facts["doomed"]):
                raise Lost("what was erased came back with a bundle")
            if vault.has_blob(facts["digest"]):
                raise Lost("the attachment that was erased is still on the disk")
        require_notes(vault, facts["visit"], facts["stays"])
        require_sound(vault)
