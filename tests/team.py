"""A small team on real vaults: fixtures for every test that needs a lead and two inspectors."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import FORM_OF
from fieldinspect.domain.roster import Policy
from fieldinspect.services import programme
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault

PASSPHRASE = "orchid-lantern-gravel-teapot-bison"
NOW = datetime(2014, 2, 3, 21, 31, tzinfo=UTC)
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


@pytest.fixture
def team(make_vault: Callable[[str], StoredVault]) -> dict[str, StoredVault]:
    """A lead who founded an inspection, and two inspectors who joined it."""
    lead, ann, ben = (make_vault(name) for name in ("lead", "ann", "ben"))
    programme.found_inspection(lead, "Sample", now=NOW, forms=FORMS, policy=Policy(envelope="x25519"))
    for vault in (ann, ben):
        programme.admit(lead, programme.enrolment_request(vault), ["inspector"], now=NOW)
    for vault in (ann, ben):
        programme.join(vault, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
    return {"lead": lead, "ann": ann, "ben": ben}
