"""A small team on real vaults: fixtures for every test that needs a lead and two inspectors."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import FORM_OF
from fieldinspect.domain.roster import Policy
from fieldinspect.domain.views import VaultPlace
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import exchange, programme
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault

PASSPHRASE = "orchid-lantern-gravel-teapot-bison"
NOW = datetime(2014, 2, 3, 21, 31, tzinfo=UTC)
NAMES = ("lead", "ann", "ben")
FORM = b"<h:html xmlns:h='http://www.w3.org/1999/xhtml'/>"
FORMS = dict.fromkeys(FORM_OF.values(), ("1", FORM))


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path / "vaults", FLOOR_COST)


@pytest.fixture
def make_vault(door: Door) -> Iterator[Callable[[str], StoredVault]]:
    """Make vaults by person's name; they are closed after the test."""
    made: list[StoredVault] = []

    def make(person: str) -> StoredVault:
        made.append(door.create(person, person, PASSPHRASE, folder_name=person))
        return made[-1]

    yield make
    for vault in made:
        vault.close()


def found(folder: Path) -> None:
    """Make the vaults of a lead who founded an inspection, and of two inspectors who joined it."""
    door = Door(folder, FLOOR_COST)
    lead, ann, ben = made = [door.create(name, name, PASSPHRASE, folder_name=name) for name in NAMES]
    programme.found_inspection(lead, "Sample", now=NOW, forms=FORMS, policy=Policy(envelope="x25519"))
    for vault in (ann, ben):
        programme.admit(lead, programme.enrolment_request(vault), ["inspector"], now=NOW)
    for vault in (ann, ben):
        programme.join(vault, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
    for vault in made:
        vault.close()


def carry(sender: StoredVault, receiver: StoredVault, folder: Path) -> None:
    """Seal what the receiver lacks into the folder, and let the receiver take it in."""
    envelope = BundleEnvelope()
    sealed = exchange.seal_bundle(sender, envelope, [receiver.identity.person], folder)
    exchange.receive_bundle(receiver, envelope, Path(sealed.path), now=NOW)


@pytest.fixture
def team(founded: Path, door: Door, tmp_path: Path) -> Iterator[dict[str, StoredVault]]:
    """Return this test's own copy of the lead and the two inspectors, open."""
    vaults = tmp_path / "vaults"
    shutil.copytree(founded, vaults, dirs_exist_ok=True)
    opened = {name: door.open(VaultPlace(str(vaults / name), name), PASSPHRASE) for name in NAMES}
    yield opened
    for vault in opened.values():
        vault.close()
