"""A small team on one disk: vaults, a stick for bundles and the person's state folder, all under one root.

Opening is real, slots and all. Two things are remembered from one opening to the next, because trials open vaults by
the thousand: what Argon2id answered for a passphrase and salt, and how SQLAlchemy spells a statement.
"""

import functools
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from fieldinspect.crypto import argon, slots
from fieldinspect.crypto.age.errors import AgeRefused
from fieldinspect.crypto.age.file import open_file
from fieldinspect.crypto.age.recipients import parse_identity
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.roster import Policy
from fieldinspect.domain.views import VaultPlace
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, programme, reading
from fieldinspect.store import engine, opening
from fieldinspect.store.door import Door
from fieldinspect.store.throttle import LONGEST, Throttle, since_start
from fieldinspect.store.vault import StoredVault
from tests.faults.tree import Image, read_tree, write_tree
from tests.team import FORMS, PASSPHRASE

NOW = datetime(2014, 2, 3, 21, 31, tzinfo=UTC)
ENVELOPE = BundleEnvelope()
VAULTS, STICK, STATE = "vaults", "stick", "state"
PEOPLE = ("lead", "ann", "ben")


_spellings: list[sa.Engine] = []


def make_haste() -> None:
    """Remember, in this process, slot keys and spelled statements."""
    slots.derive_slot_key = functools.cache(argon.derive_slot_key)  # type: ignore[attr-defined]  # imported name
    opening.make_engine = _spelled  # type: ignore[attr-defined]  # imported name


def _spelled(path: Path, key: bytes, salt: bytes) -> sa.Engine:
    made = engine.make_engine(path, key, salt)
    if not _spellings:
        made.connect().close()  # asks the database what it can, once
        _spellings.append(made)
    made.dialect, made._compiled_cache = _spellings[0].dialect, _spellings[0]._compiled_cache
    return made


def environment(root: Path) -> dict[str, str]:
    """Return what a process must be told to keep its state below this root."""
    return {"XDG_STATE_HOME": str(root / STATE), "HOME": str(root), "PYTHONDONTWRITEBYTECODE": "1"}


def live_in(root: Path) -> None:
    """Keep this process's state below a root."""
    os.environ.update(environment(root))


_waited: list[float] = [0.0]


@contextmanager
def later() -> Iterator[None]:
    """Let the longest wait between two tries have passed."""
    _waited[0] += LONGEST + 1
    try:
        yield
    finally:
        _waited[0] -= LONGEST + 1


def door(root: Path) -> Door:
    """Return the door to the vaults of a root; where tries cannot be written down, nobody waits for the next."""

    def throttle(folder: Path) -> Throttle:
        return Throttle(folder, lambda: since_start() + _waited[0], lambda _seconds: None)

    return Door(root / VAULTS, FLOOR_COST, root / STATE, throttle=throttle)


def place(root: Path, person: str) -> VaultPlace:
    return VaultPlace(str(root / VAULTS / person), person)


@contextmanager
def opened(root: Path, person: str, passphrase: str = PASSPHRASE) -> Iterator[StoredVault]:
    vault = door(root).open(place(root, person), passphrase)
    try:
        yield vault
    finally:
        vault.close()


def found_team(root: Path) -> str:
    """Make a lead and two inspectors; one of them began a visit. Return the visit's id."""
    live_in(root)
    if not _founded:
        visit = _found_team(root)
        _founded.append((visit, read_tree(root)))
        return visit
    visit, image = _founded[0]
    write_tree(root, image)
    return visit


_founded: list[tuple[str, Image]] = []
"""The team that this process made first, for the trials that come after."""


def _found_team(root: Path) -> str:
    for folder in (VAULTS, STICK, STATE):
        (root / folder).mkdir(parents=True)
    lead, ann, ben = (door(root).create(name, name, PASSPHRASE, folder_name=name) for name in PEOPLE)
    today = datetime.now(UTC)  # a team list of 2014 would have expired
    programme.found_inspection(lead, "Faults", now=today, forms=FORMS, policy=Policy(envelope="x25519"))
    for vault in (ann, ben):
        roles = ["inspector", "central"] if vault is ben else ["inspector"]
        programme.admit(lead, programme.enrolment_request(vault), roles, now=today)
    for vault in (ann, ben):
        programme.join(vault, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
    send(lead, [ann, ben], root / STICK)
    inspection = reading.inspections(ann)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)
    capture.add_note(ann, visit, text(0), happened=NOW)
    for vault in (lead, ann, ben):
        vault.close()
    return visit


def send(sender: StoredVault, receivers: Sequence[StoredVault], stick: Path) -> Path:
    """Seal everything they lack into one bundle, and let each take it in; return the bundle."""
    people = [vault.identity.person for vault in receivers]
    sealed = exchange.seal_bundle(sender, ENVELOPE, people, stick)
    for vault in receivers:
        exchange.receive_bundle(vault, ENVELOPE, Path(sealed.path), now=NOW)
    return Path(sealed.path)


def text(number: int) -> str:
    """Return the text of a note, told by its number alone."""
    return f"note {number} " + "word " * (number * 7 % 40)


def number_of(written: str) -> int:
    """Return the number of a text; raise `ValueError` for one that nobody wrote."""
    number = int(written.split(" ", 2)[1])
    if written != text(number):
        raise ValueError(written)
    return number


def blob(number: int) -> bytes:
    """Return the bytes of an attachment, told by its number alone."""
    return hashlib.shake_128(b"%d" % number).digest(2_000 + 1_777 * (number % 5))


def attach(vault: StoredVault, visit: str, number: int) -> str:
    return capture.attach(
        vault,
        visit,
        name=f"{number}.bin",
        media_type="application/octet-stream",
        source=io.BytesIO(blob(number)),
        happened=NOW,
    )


def opens(bundle: bytes, identities: Sequence[str]) -> bool:
    """Tell whether a bundle is whole, to its last byte, for somebody who may read it."""
    try:
        opened = open_file(io.BytesIO(bundle), [parse_identity(text) for text in identities])
        while opened.payload.read(1 << 20):
            pass
    except AgeRefused:
        return False
    return True
