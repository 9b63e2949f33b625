"""Many signed, sealed bundles by many laptops, quickly: for benches of a centre.

Each is what a laptop sends after a while of work: mostly new notes, and a few corrections of what it sent before.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.kinds import Scope
from fieldinspect.domain.roster import Device, Person, Roster
from fieldinspect.exchange.manifest import Origin
from fieldinspect.exchange.writer import write_bundle
from fieldinspect.journal.clock import tick
from fieldinspect.journal.entry import Body, Change, Entry, change_id, to_line, write_entry
from fieldinspect.journal.roster import digest, read_history, write_history, write_roster
from fieldinspect.services.ports import Replica

NOTES, CORRECTIONS = 56, 4
PER_BUNDLE = NOTES + CORRECTIONS
_BEGUN_MS = 1_391_463_060_000
_WORDS = (
    "Asked the response sergeant how repeat victims are flagged; she showed the screen, could not find the history "
    "for the last three calls and said that the control room would normally read it out. Seen twice tonight."
)


@dataclass
class Laptop:
    """A laptop that only ever writes and sends."""

    inspection: str
    scope: str
    secret: bytes = field(default_factory=lambda: SigningKey.generate().secret_bytes())
    person: str = field(default_factory=new_id)
    incarnation: str = field(default_factory=new_id)
    visit: str = field(default_factory=new_id)
    sequence: int = 0
    previous: str = ""
    clock: int = 0
    bundles: int = 0
    last: str = ""
    written: list[tuple[Entry, RecordKey]] = field(default_factory=list)

    @cached_property
    def signer(self) -> SigningKey:
        return SigningKey(self.secret)

    @cached_property
    def device(self) -> str:
        return self.signer.public.fingerprint

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "signer"}

    def entries(self) -> Iterator[tuple[Entry, RecordKey]]:
        """Yield what was written since the last bundle."""
        before = self.written[-NOTES:]
        self.written = []
        for number in range(NOTES):
            key, record = RecordKey.generate(), new_record_id(self.device)
            changes = (
                Change("text", f"{_WORDS} ({number})", ()),
                Change("written_kind", "observation", ()),
            )
            self.written.append((self._entry(record, key, changes), key))
        yield from self.written
        for entry, key in before[:CORRECTIONS]:
            changes = (Change("text", f"{_WORDS} (corrected)", (change_id(entry.id, 0),)),)
            yield self._entry(entry.header.record, key, changes), key

    def _entry(self, record: str, key: RecordKey, changes: tuple[Change, ...]) -> Entry:
        self.sequence += 1
        self.clock = tick(self.clock, _BEGUN_MS + self.sequence * 1000)
        body = Body("note", self.visit, self.inspection, new_id(), "2014-02-03T21:31:00.000+00:00", changes)
        entry = write_entry(
            body,
            key=key,
            signer=self.signer,
            device=self.device,
            incarnation=self.incarnation,
            sequence=self.sequence,
            previous=self.previous,
            clock=self.clock,
            author=self.person,
            record=record,
            scope=self.scope,
        )
        self.previous = entry.id
        return entry

    def seal(self, path: Path, roster: bytes, version: int, recipient: str) -> None:
        """Write the next bundle for one recipient."""
        made = list(self.entries())
        self.bundles += 1
        with path.open("wb") as out:
            sealed = write_bundle(
                out,
                origin=Origin(
                    "2014-02-04T08:00:00Z", self.device, self.incarnation, self.bundles, self.last, version
                ),
                entries=[to_line(entry) for entry, _key in made],
                keys={entry.header.record: [key.secret] for entry, key in made},
                roster=roster,
                blobs={},
                recipients=[recipient],
                sign=lambda message, namespace: sshsig.sign(message, namespace, self.signer),
                staging=path.parent,
            )
        self.last = sealed.facts.bundle


def laptops(lead: Replica, count: int) -> list[Laptop]:
    """Admit so many inspectors with a laptop each, in one new version of the lead's team list."""
    ours, secret = lead.roster(), lead.secret("root-key")
    assert ours is not None
    assert secret is not None
    made = [Laptop(ours.inspection, ours.scope_id(Scope.TEAM)) for _number in range(count)]
    receiving = generate_identity("x25519")[1]
    history = [raw for _roster, raw in read_history(lead.roster_bytes())]
    following: Roster = replace(
        ours,
        version=ours.version + 1,
        previous=digest(history[-1]),
        people=(*ours.people, *(Person(one.person, "Ann Example", ("inspector",)) for one in made)),
        devices=(
            *ours.devices,
            *(Device(one.device, one.person, one.signer.public.line, (receiving,)) for one in made),
        ),
    )
    lead.install_roster(write_history([*history, write_roster(following, [SigningKey(secret)])]))
    return made


def fill(folder: Path, lead: Replica, count: int, recipient: str, *, devices: int = 20) -> None:
    """Write `count` bundles for one recipient into a folder, in names that sort as they were sealed."""
    made = laptops(lead, devices)
    roster, version = lead.roster_bytes(), ours.version if (ours := lead.roster()) else 0
    shares = [
        (one, [folder / f"{number:032x}.fib" for number in range(at, count, devices)])
        for at, one in enumerate(made)
    ]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_fill, [(one, paths, roster, version, recipient) for one, paths in shares]))


def _fill(share: tuple[Laptop, list[Path], bytes, int, str]) -> None:
    one, paths, roster, version, recipient = share
    for path in paths:
        one.seal(path, roster, version, recipient)
