"""Where attacks happen: a real team on real vaults, and the tools of those in it who mean harm."""

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import msgspec
import sqlalchemy as sa

from fieldinspect.crypto.age.recipients import parse_identity
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import FieldInspectError
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.kinds import Kind, Scope
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import VaultPlace
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.journal.clock import at
from fieldinspect.journal.entry import Body, Change, Entry, to_line, write_entry
from fieldinspect.journal.roster import digest, read_history, write_roster
from fieldinspect.services import capture, exchange
from fieldinspect.store import projection
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.exchange.making import World
from tests.kept_team import NAMES, Post
from tests.team import NOW, PASSPHRASE

CLOCK = at(NOW + timedelta(days=1))
"""Of what is forged: earlier than all honest work, which goes by the real clock, later than all were admitted."""
HAPPENED = "2014-02-03T21:31:00.000+00:00"


@dataclass(frozen=True)
class State:
    """What a vault holds: by name of what it is. `aside` counts what is quarantined, by reason."""

    shown: str
    aside: Mapping[str, int]
    team_list: str
    files: tuple[str, ...]
    journal: tuple[int, int, str]
    """Entries, bundles taken in, incarnation."""

    def with_aside(self, more: Mapping[str, int]) -> "State":
        return replace(self, aside=dict(Counter(self.aside) + Counter(more)))

    def with_arrival_of(self, before: "State") -> "State":
        """What was taken in may make the journal grow, and leave attachments that nothing names for the sweep."""
        return replace(self, journal=before.journal, files=before.files, team_list=before.team_list)


class Field:
    """A lead, ann, ben and the centre, each with a vault; ann's is attacked unless an attack says otherwise.

    All hold a visit with a note by ann; ann, the lead and the centre a restricted matter too.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, StoredVault] = {}
        self._untouched: dict[str, State] = {}
        self._newcomers: list[StoredVault] = []
        self._target = "ann"
        (self.visit,) = (
            view.id for view in self.ann.of_kind(Kind.VISIT) if view.author == self.ann.identity.person
        )
        (self.note,) = (view.id for view in self.ann.of_kind(Kind.NOTE))
        (self.matter,) = (view.id for view in self.ann.of_kind(Kind.CONDUCT_MATTER))

    def __getattr__(self, name: str) -> StoredVault:
        if name not in NAMES:
            raise AttributeError(name)
        if name not in self._open:
            place = self.folder / "vaults" / name
            self._open[name] = Door(place.parent, FLOOR_COST).open(VaultPlace(str(place), name), PASSPHRASE)
            self._untouched[name] = state_of(self._open[name])
        return self._open[name]

    def newcomer(self, name: str) -> StoredVault:
        """Return a new vault that takes part in nothing yet."""
        place = self.folder / "newcomers" / f"{name}{len(self._newcomers)}"
        self._newcomers.append(Door(place, FLOOR_COST).create(name, name, PASSPHRASE, folder_name=name))
        return self._newcomers[-1]

    @property
    def target(self) -> StoredVault:
        return getattr(self, self._target)  # type: ignore[no-any-return]  # one of NAMES

    def aim_at(self, name: str) -> None:
        self._target = name

    @property
    def roster(self) -> Roster:
        roster = self.lead.roster()
        assert roster is not None
        return roster

    @cached_property
    def root(self) -> SigningKey:
        secret = self.lead.secret("root-key")
        assert secret is not None
        return SigningKey(secret)

    def receive(self, path: Path) -> object:
        return exchange.receive_bundle(self.target, BundleEnvelope(lambda: NOW), path, now=NOW)

    def state(self) -> State:
        return state_of(self.target)

    def is_untouched(self) -> bool:
        """Tell whether every vault is as it was when it was opened."""
        try:
            return all(state_of(vault) == self._untouched[name] for name, vault in self._open.items())
        except FieldInspectError:  # a mutant let in what cannot even be read
            return False

    def writer(self, name: str = "ben", readers: Sequence[str] = ("ann", "lead")) -> "Insider":
        return Insider(self, name, readers)

    def sends(
        self, *lines: bytes, keys: Mapping[str, Sequence[bytes]] | None = None, by: str = "ben"
    ) -> Path:
        """Return a sound bundle of an insider that holds these entries and keys."""
        writer = self.writer(by, [name for name in ("ann", "lead", "ben") if name != by])
        writer.entries, writer.keys, writer.blobs = lines, dict(keys or {}), {}
        writer.seal()
        return writer.path

    def next_list(self, *signers: SigningKey, **changes: object) -> bytes:
        """Return a team list that goes on from everybody's, signed by whom you like."""
        history = [raw for _roster, raw in read_history(self.lead.roster_bytes())]
        named = {"version": self.roster.version + 1, "previous": digest(history[-1]), **changes}
        following = replace(self.roster, **named)  # type: ignore[arg-type]
        signed = write_roster(following, list(signers) or [self.root])
        return msgspec.json.encode([*(raw.decode() for raw in history), signed.decode()])

    def close(self) -> None:
        for vault in (*self._open.values(), *self._newcomers):
            vault.close()


def state_of(vault: StoredVault) -> State:
    with vault._transaction() as connection:
        rows = projection.dump(connection)
        count = connection.execute(sa.text("SELECT count(*) FROM entry")).scalar_one()
    for kept_for_others in ("quarantine", "hanging"):  # shown to nobody as they stand
        rows.pop(kept_for_others)
    folder = vault.staging.parent
    files = (path for path in folder.rglob("*") if path.is_file() and ".db" not in path.name)
    return State(
        hashlib.sha256(repr(rows).encode()).hexdigest(),
        dict(vault.quarantined()),
        hashlib.sha256(vault.roster_bytes()).hexdigest(),
        tuple(sorted(str(path.relative_to(folder)) for path in files if "anchor" not in path.name)),
        (count, len(vault.merged_bundles()), vault.identity.incarnation),
    )


class Insider(World):
    """The world of `tests.exchange.making` with the keys and the work of an enrolled laptop."""

    def __init__(self, field: Field, name: str, readers: Sequence[str]) -> None:
        self.vault: StoredVault = getattr(field, name)
        self.folder = field.folder
        self.signer = self.vault._pen.signer
        roster = field.roster
        outgoing = self.vault.outgoing(frozenset({roster.scope_id(Scope.TEAM)}), {})
        self.entries = list(outgoing.lines())
        self.keys = dict(outgoing.keys)
        self.roster = self.vault.roster_bytes()
        self.staging = self.folder / "staging"
        self.path = self.folder / "smuggled.fib"
        self.blobs = {}
        devices = [roster.devices_of(getattr(field, reader).identity.person)[0] for reader in readers]
        self.recipient, self.second = (device.receiving[0] for device in devices)
        self.identity, self.second_identity = (
            identity_of(getattr(field, reader), device.receiving[0])
            for reader, device in zip(readers, devices, strict=True)
        )
        self.sequence = 0

    def origin(self, **facts):  # type: ignore[no-untyped-def]  # as in the world it stands for
        me = self.vault.identity
        return super().origin(**{"device": me.device, "incarnation": me.incarnation, **facts})

    def add_blob(self, plain: bytes) -> str:
        self.keys.setdefault("0a" * 16, (os.urandom(32),))
        return super().add_blob(plain)


def identity_of(vault: StoredVault, recipient: str) -> str:
    """Return the secret key of a vault for one of its recipients."""
    return next(
        one for one in vault.receiving_identities() if parse_identity(one).recipient.text == recipient
    )


class Pen:
    """Writes whatever entries it likes with the keys of an enrolled laptop, in a chain of its own or another."""

    def __init__(self, vault: StoredVault, incarnation: str = "", sequence: int = 0) -> None:
        self.vault = vault
        self.incarnation = incarnation or new_id()
        self.sequence = sequence
        self.previous = "0" * 64 if sequence else ""
        self.inspection = vault.roster().inspection  # type: ignore[union-attr]  # it takes part

    def new_record(self) -> str:
        return new_record_id(self.vault.identity.device)

    def entry(
        self,
        record: str,
        key: RecordKey,
        fields: Mapping[str, str] | None = None,
        *,
        kind: str = Kind.NOTE,
        parent: str = "",
        inspection: str = "",
        replaces: Sequence[str] = (),
        happened: str = HAPPENED,
        **header: object,
    ) -> Entry:
        """Return a signed entry; `header` are arguments of `write_entry` to lie about."""
        self.sequence += 1
        me = self.vault.identity
        said = {"text": "forged"} if fields is None else fields
        changes = tuple(Change(field, value, tuple(replaces)) for field, value in said.items())
        body = Body(kind, parent, inspection or self.inspection, new_id(), happened, changes)
        place: dict[str, object] = {
            "key": key,
            "signer": self.vault._pen.signer,
            "device": me.device,
            "incarnation": self.incarnation,
            "sequence": self.sequence,
            "previous": self.previous,
            "clock": CLOCK,
            "author": me.person,
            "record": record,
            "scope": self.vault.roster().scope_id(Scope.TEAM),  # type: ignore[union-attr]  # as above
        }
        entry = write_entry(body, **(place | header))  # type: ignore[arg-type]  # what an attack asks for
        self.previous = entry.id
        return entry

    def line(
        self, record: str, key: RecordKey, fields: Mapping[str, str] | None = None, **lies: object
    ) -> bytes:
        return to_line(self.entry(record, key, fields, **lies))  # type: ignore[arg-type]


def key_of(vault: StoredVault, record: str) -> RecordKey:
    """Return the key of a record that a vault holds."""
    roster = vault.roster()
    assert roster is not None
    outgoing = vault.outgoing(frozenset(scope.id for scope in roster.scopes), {})
    return RecordKey(outgoing.keys[record][0])


def prepare(made: Path, folder: Path) -> None:
    """Make the vaults of a field out of those of tests.kept_team."""
    shutil.copytree(made, folder, dirs_exist_ok=True)
    door = Door(folder / "vaults", FLOOR_COST)
    vaults = {name: door.open(VaultPlace(str(folder / "vaults" / name), name), PASSPHRASE) for name in NAMES}
    ann, post = vaults["ann"], Post(1)
    post.number = 500
    roster = ann.roster()
    assert roster is not None
    visit = capture.start_visit(
        ann, inspection=roster.inspection, station="Sample Street", force="", happened=NOW
    )
    capture.add_note(ann, visit, "posters in the front office", happened=NOW)
    capture.add_record(ann, Kind.CONDUCT_MATTER, visit, happened=NOW, fields={"text": "said in confidence"})
    post.carry(ann, *(vaults[name] for name in NAMES if name != "ann"))
    for name in ("ben", "lead"):
        post.carry(vaults[name], *(vault for other, vault in vaults.items() if other != name))
    for vault in vaults.values():
        vault.close()
