"""A lead, two inspectors and the centre with a visit that all of them hold: made once, copied for every test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Policy
from fieldinspect.domain.views import VaultPlace
from fieldinspect.services import capture, programme, reading
from fieldinspect.services.ports import Receipt, Replica
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.team import FORMS, NOW, PASSPHRASE

Team = dict[str, StoredVault]
NAMES = ("lead", "ann", "ben", "centre")


class Post:
    """Carries everything from one vault to another without an envelope, each delivery with a receipt of its own."""

    def __init__(self, first: int = 1000) -> None:
        self.number = first

    def carry(self, sender: Replica, *receivers: Replica) -> None:
        for receiver in receivers:
            roster = receiver.roster()
            assert roster is not None
            outgoing = sender.outgoing(roster.scopes_for(frozenset({receiver.identity.person})), {})
            receiver.merge(outgoing.lines(), outgoing.keys, outgoing.blobs, self.receipt(sender))

    def receipt(self, sender: Replica) -> Receipt:
        self.number += 1
        when = NOW.isoformat()
        name, digest = f"{self.number:032x}", f"{self.number:064x}"
        return Receipt(name, sender.identity.device, self.number, "", when, when, digest)


def _environment(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setenv("XDG_STATE_HOME", str(folder / "state"))


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("team")
    with pytest.MonkeyPatch.context() as patch:
        _environment(patch, folder)
        door = Door(folder / "vaults", FLOOR_COST)
        made = {name: door.create(name, name, PASSPHRASE, folder_name=name) for name in NAMES}
        lead = made["lead"]
        programme.found_inspection(lead, "Sample", now=NOW, forms=FORMS, policy=Policy(envelope="x25519"))
        for name, role in (("ann", Role.INSPECTOR), ("ben", Role.INSPECTOR), ("centre", Role.CENTRAL)):
            programme.admit(lead, programme.enrolment_request(made[name]), [role], now=NOW)
        for name in NAMES[1:]:
            programme.join(made[name], lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
        inspection = reading.inspections(lead)[0].id
        capture.start_visit(lead, inspection=inspection, station="Example Road", force="", happened=NOW)
        Post(1).carry(lead, *(made[name] for name in NAMES[1:]))
        for vault in made.values():
            vault.close()
    return folder


@pytest.fixture
def reopen(
    _made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., StoredVault]]:
    """Open a vault of this test's own copy of the team, or of another folder; all are closed after the test."""
    shutil.copytree(_made, tmp_path / "team")
    _environment(monkeypatch, tmp_path / "team")
    opened: list[StoredVault] = []

    def reopen(name: str, folder: Path | None = None) -> StoredVault:
        place = folder or tmp_path / "team" / "vaults" / name
        opened.append(Door(place.parent, FLOOR_COST).open(VaultPlace(str(place), name), PASSPHRASE))
        return opened[-1]

    yield reopen
    for vault in opened:
        vault.close()


@pytest.fixture
def kept(reopen: Callable[..., StoredVault]) -> Team:
    return {name: reopen(name) for name in NAMES}


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def visit(kept: Team) -> str:
    """A visit by ann that everybody holds."""
    ann = kept["ann"]
    inspection = reading.inspections(ann)[0].id
    return capture.start_visit(ann, inspection=inspection, station="Sample Street", force="", happened=NOW)
