"""Four laptops and a post, as a state machine: whatever happens to them in any order, all end up showing the same.

They write, seal for one or several, lose, doubled or late bundles, are backed up, restored, put back to an earlier day
and cloned, disagree, settle, erase, are revoked and admitted again, and change roles. Every bundle is a real one.

A sample is part of `make test`; `make converge EXAMPLES=n STEPS=n` plays as many as asked.
"""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.custody import EraseReason, EraseState
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind, Role, Scope
from fieldinspect.domain.views import VaultPlace
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.journal.chain import Fork
from fieldinspect.services import capture, conflicts, erasure, exchange, team_edits, team_list, writing
from fieldinspect.services.exchange import NothingToSend
from fieldinspect.services.standing import LaptopRevoked
from fieldinspect.services.team_edits import Edit
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.kept_team import NAMES, Post
from tests.team import NOW, PASSPHRASE

T = TypeVar("T")
names = st.sampled_from(NAMES)
FIELDS = ("/station_visit/arrival/forewarned", "/station_visit/arrival/escort")


class Replicas(RuleBasedStateMachine):
    """Subclass it with `made`, the folder of the vaults to begin with."""

    made: Path

    def __init__(self) -> None:
        super().__init__()
        self._room = tempfile.TemporaryDirectory()
        self.folder = Path(self._room.name)
        shutil.copytree(self.made, self.folder, dirs_exist_ok=True)
        self.vaults = {name: self._open(name) for name in NAMES}
        self.visit = self.vaults["lead"].of_kind(Kind.VISIT)[0].id
        self.post: list[tuple[str, frozenset[str], Path]] = []
        self.notes: list[str] = []
        self.matters: list[str] = []
        self.requests: list[str] = []
        self.held: dict[str, set[str]] = {name: set() for name in NAMES}
        """What each laptop has shown since it was last put back: it must go on showing it, unless it is erased."""
        self.copies: dict[str, Path] = {}
        self.revoked: set[str] = set()
        self.may_fork = False
        self.snapshots = 0
        self.newest_list = self.vaults["lead"].roster_bytes()

    def _open(self, name: str) -> StoredVault:
        place = VaultPlace(str(self.folder / "vaults" / name), name)
        return Door(self.folder / "vaults", FLOOR_COST, self.folder / "state").open(place, PASSPHRASE)

    # --- writing

    @rule(who=names)
    def write(self, who: str) -> None:
        note = capture.add_note(self.vaults[who], self.visit, f"note {len(self.notes)}", happened=NOW)
        self.notes.append(note)
        self.held[who].add(note)

    @rule(who=names)
    def write_what_is_restricted(self, who: str) -> None:
        fields = {"text": f"matter {len(self.matters)}"}
        vault = self.vaults[who]
        self.matters.append(
            capture.add_record(vault, Kind.CONDUCT_MATTER, self.visit, happened=NOW, fields=fields)
        )

    @rule(who=names, field=st.sampled_from(FIELDS), value=st.sampled_from(["yes", "no"]))
    def answer(self, who: str, field: str, value: str) -> None:
        capture.answer(self.vaults[who], self.visit, {field: value}, happened=NOW)

    @precondition(lambda self: self.notes)
    @rule(who=names, number=st.integers(0, 30))
    def correct(self, who: str, number: int) -> None:
        note = _some(self.notes, number)
        if note and self.vaults[who].record(note) is not None:
            capture.correct(self.vaults[who], note, "text", f"by {who}, {number}", reason="x", happened=NOW)

    @rule(who=st.sampled_from(["lead", "centre"]), value=st.sampled_from(["yes", "no", "both"]))
    def settle(self, who: str, value: str) -> None:
        vault = self.vaults[who]
        found = vault.conflicts()
        if found and vault.roster().roles_of(vault.identity.person) & {Role.LEAD, Role.CENTRAL}:  # type: ignore[union-attr]  # all take part
            conflicts.resolve(vault, found[0], value, reason="x", happened=NOW)

    # --- the post

    @rule(who=names, to=st.sets(names, min_size=1, max_size=3), everything=st.booleans())
    def seal(self, who: str, to: set[str], everything: bool) -> None:
        self._seal(who, to - {who}, everything=everything)

    @precondition(lambda self: self.post)
    @rule(number=st.integers(0, 30), keep=st.booleans())
    def deliver(self, number: int, keep: bool) -> None:
        """Deliver any bundle that is under way; it may come a second time."""
        found = _some(self.post, number)
        if found is None:
            return
        _sender, to, path = found
        for name in sorted(to):
            self._receive(name, path)
        if not keep:
            self.post.remove(found)

    @precondition(lambda self: self.post)
    @rule(number=st.integers(0, 30))
    def lose(self, number: int) -> None:
        found = _some(self.post, number)
        if found is not None:
            self.post.remove(found)

    # --- what happens to laptops

    @rule(who=names)
    def copy(self, who: str) -> None:
        """Copy the vault's folder and what is kept of it outside, as a snapshot of the disk would."""
        self.vaults[who].close()
        self.snapshots += 1
        copy = self.folder / "copies" / str(self.snapshots)
        shutil.copytree(self.folder / "vaults" / who, copy / "vault")
        shutil.copytree(self.folder / "state", copy / "state")
        self.copies[who] = copy
        self.vaults[who] = self._open(who)

    @precondition(lambda self: self.copies)
    @rule(who=names, outside_too=st.booleans())
    def put_back(self, who: str, outside_too: bool) -> None:
        """Put a vault back to an earlier day; with its anchor outside, nothing tells it so until it meets itself."""
        if who not in self.copies:
            return
        self.vaults[who].close()
        shutil.rmtree(self.folder / "vaults" / who)
        shutil.copytree(self.copies[who] / "vault", self.folder / "vaults" / who)
        if outside_too:
            shutil.rmtree(self.folder / "state")
            shutil.copytree(self.copies[who] / "state", self.folder / "state")
            self.may_fork = True
        self.vaults[who] = self._open(who)
        if who == "lead":
            # Whoever publishes lists keeps the files: a number given twice is refused by all who have the other.
            self.vaults[who].install_roster(self.newest_list)
        self._forget(who)

    @rule(who=names)
    def restore_a_backup(self, who: str) -> None:
        """Back a vault up, lose the laptop, and open the backup in its place."""
        backup = self.folder / f"{who}.backup"
        backup.unlink(missing_ok=True)
        self.vaults[who].back_up(backup, NOW)
        self.vaults[who].close()
        shutil.rmtree(self.folder / "vaults" / who)
        door = Door(self.folder / "vaults", FLOOR_COST, self.folder / "state")
        self.vaults[who] = door.restore(backup, PASSPHRASE, folder_name=who)

    # --- erasing

    @precondition(lambda self: self.notes)
    @rule(number=st.integers(0, 30))
    def ask_to_erase(self, number: int) -> None:
        lead, note = self.vaults["lead"], _some(self.notes, number)
        if note and lead.record(note) is not None:
            self.requests.append(
                erasure.request(lead, [note], reason=EraseReason.OTHER, why="x", basis="x", happened=NOW)
            )

    @precondition(lambda self: self.requests)
    @rule(number=st.integers(0, 30))
    def confirm(self, number: int) -> None:
        asked = _some(self.requests, number)
        with suppress(BadInput):  # it is not here yet, or confirmed already
            if asked:
                erasure.confirm(self.vaults["centre"], asked, happened=NOW)

    # --- the team list

    @rule(who=st.sampled_from(["ann", "ben"]))
    def revoke(self, who: str) -> None:
        if who not in self.revoked:
            device = self.vaults[who].identity.device
            self._publish(team_list.revocation_of(self.vaults["lead"], device, "lost"))
            self.revoked.add(who)

    @precondition(lambda self: self.revoked)
    @rule(who=st.sampled_from(["ann", "ben"]))
    def admit_again(self, who: str) -> None:
        if who in self.revoked:
            self._publish(team_edits.reinstatement(self.vaults[who].identity.device))
            self.revoked.discard(who)

    @rule(who=st.sampled_from(["ann", "ben"]))
    def change_role(self, who: str) -> None:
        """An inspector becomes an auditor, and the other way round: what was written before goes on counting."""
        lead, person = self.vaults["lead"], self.vaults[who].identity.person
        roster = lead.roster()
        assert roster is not None
        old, new = (Role.INSPECTOR, Role.AUDITOR)[:: 1 if Role.INSPECTOR in roster.roles_of(person) else -1]
        self._publish(team_edits.roles_changed(person, begin=[new], end=[old]))

    @rule(force=st.sampled_from(["essex", "kent", ""]))
    def name_force(self, force: str) -> None:
        lead = self.vaults["lead"]
        writing.change(lead, self.visit, {"force": force or None}, happened=NOW)

    @rule(who=st.sampled_from(["ann", "ben"]), forces=st.sampled_from([(), ("essex",), ("essex", "kent")]))
    def have_a_conflict(self, who: str, forces: tuple[str, ...]) -> None:
        """A conflict of interest begins or ends: what was held back, and set aside, comes back when it ends."""
        self._conflicted(who, forces)

    # --- what must hold

    @invariant()
    def nothing_shown_goes(self) -> None:
        for name, vault in self.vaults.items():
            shown = {view.id for view in vault.of_kind(Kind.NOTE)}
            self.held[name] |= shown
            gone = self.held[name] - shown - set(vault.erased())
            # What a revoked laptop wrote after its sequence is set aside, not lost.
            aside = sum(vault.quarantined().values())
            assert not gone or aside, f"{name} lost {gone}"

    def teardown(self) -> None:
        try:
            self._come_together()
        finally:
            for vault in self.vaults.values():
                vault.close()
            self._room.cleanup()

    def _come_together(self) -> None:
        for who in sorted(self.revoked):
            self.admit_again(who)
        for who in ("ann", "ben"):
            self._conflicted(who, ())
        anywhere = {view.id for vault in self.vaults.values() for view in vault.of_kind(Kind.NOTE)}
        pairs = [(one, other) for one in NAMES for other in NAMES if one != other]
        for sender, receiver in pairs:
            self._send_everything(sender, receiver)
        # Each of those wrote a line of log and owes receipts; what follows writes nothing any more.
        post = Post(9_000_000)
        for sender, receiver in pairs * 2:
            post.carry(self.vaults[sender], self.vaults[receiver])
        team = self.vaults["lead"].roster().scope_id(Scope.TEAM)  # type: ignore[union-attr]  # it takes part
        seen = {name: self._seen(name, team) for name in NAMES}
        assert all(each == seen["lead"] for each in seen.values()), "they show different things"
        assert self.vaults["lead"].digest() == self.vaults["centre"].digest()
        erased = {
            record
            for one in erasure.erasures(self.vaults["lead"])
            if one.state is EraseState.DONE
            for record in one.records
        }
        shown = {view.id for view in self.vaults["lead"].of_kind(Kind.NOTE)}
        assert anywhere - erased <= shown <= set(self.notes) - erased
        for vault in self.vaults.values():
            assert set(vault.erased()) == erased
            problems = vault.examine_chains().problems
            assert self.may_fork or not any(isinstance(one, Fork) for one in problems)
            assert vault.rebuild()

    def _seen(self, name: str, scope: str) -> dict[str, object]:
        vault = self.vaults[name]
        kinds = (Kind.INSPECTION, Kind.VISIT, Kind.NOTE, Kind.ERASURE_REQUEST, Kind.ERASURE, Kind.FORM_SET)
        views = [view for kind in kinds for view in vault.of_kind(kind)]
        return {view.id: view for view in views if vault.scope_of(view.id) == scope}

    # --- tools

    def _conflicted(self, who: str, forces: tuple[str, ...]) -> None:
        lead, person = self.vaults["lead"], self.vaults[who].identity.person
        roster = lead.roster()
        assert roster is not None
        if (found := roster.person(person)) is not None and set(found.conflicts) != set(forces):
            self._publish(team_edits.conflicts_set(person, forces))

    def _publish(self, edit: Edit) -> None:
        lead = self.vaults["lead"]
        team_list.change(lead, [edit], now=NOW)
        self.newest_list = lead.roster_bytes()

    def _seal(self, who: str, to: set[str], *, everything: bool) -> Path | None:
        vault = self.vaults[who]
        roster = vault.roster()
        assert roster is not None
        people = [
            person for name in sorted(to) if roster.devices_of(person := self.vaults[name].identity.person)
        ]
        folder = self.folder / "bundles"
        folder.mkdir(exist_ok=True)
        if not people:
            return None
        try:
            sealed = exchange.seal_bundle(
                vault, BundleEnvelope(lambda: NOW), people, folder, everything=everything, now=NOW
            )
        except (NothingToSend, LaptopRevoked):
            return None
        reach = frozenset(name for name in to if self.vaults[name].identity.person in people)
        self.post.append((who, reach, Path(sealed.path)))
        return Path(sealed.path)

    def _receive(self, name: str, path: Path) -> None:
        with suppress(LaptopRevoked):
            exchange.receive_bundle(self.vaults[name], BundleEnvelope(lambda: NOW), path, now=NOW)

    def _send_everything(self, sender: str, receiver: str) -> None:
        path = self._seal(sender, {receiver}, everything=True)
        if path is not None:
            self._receive(receiver, path)

    def _forget(self, who: str) -> None:
        self.held[who] = {view.id for view in self.vaults[who].of_kind(Kind.NOTE)}


def _some(among: list[T], number: int) -> T | None:
    return among[number % len(among)] if among else None


def play(made: Path, examples: int, steps: int) -> None:
    """Play that many examples of that many steps on copies of the vaults in `made`."""
    machine = type("Machine", (Replicas,), {"made": made})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # making a failure shorter takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
