"""A lead's vault in which two inspectors disagree with the lead and with each other."""

from datetime import timedelta
from pathlib import Path

from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.services import capture, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.services.writing import change
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.kept_team import Post
from tests.ui.desktop import PASSPHRASE

SAID = "The custody sergeant said that {count} risk forms wait for a supervisor; the oldest is from {day} January"


def make(folder: Path, notes: int = 3) -> None:
    """Make the vault `vaults/Lead laptop`: so many notes in dispute, and one answer of a form."""
    now = app.now() - timedelta(hours=2)
    vaults = {
        name: Door(folder / where, FLOOR_COST).create(f"{name} laptop", name, PASSPHRASE)
        for name, where in (("Lena", "vaults"), ("Ann", "ann"), ("Ben", "ben"))
    }
    lead = vaults["Lena"]
    inspection = programme.found_inspection(lead, "Winter inspection", now=now, forms=shipped_forms())
    for name in ("Ann", "Ben"):
        roster = programme.admit(lead, programme.enrolment_request(vaults[name]), ["inspector"], now=now)
    for name in ("Ann", "Ben"):
        programme.join(vaults[name], roster, programme.fingerprint(roster))
    visit = capture.start_visit(
        lead, inspection=inspection, station="Example Road", force="bedfordshire", happened=now
    )
    made = [
        capture.add_note(lead, visit, SAID.format(count="eleven", day=3), happened=now) for _n in range(notes)
    ]
    _swap(vaults)
    for name, count, day in (("Ann", "twelve", 3), ("Ben", "nine", 7), ("Lena", "ten", 3)):
        for note in made:
            capture.correct(
                vaults[name],
                note,
                "text",
                SAID.format(count=count, day=day),
                reason="Counted again",
                happened=now + timedelta(hours=1),
            )
        change(vaults[name], visit, {"station": f"Example Road ({name})"}, happened=now)
    _swap(vaults)
    for vault in vaults.values():
        vault.close()


def _swap(vaults: dict[str, StoredVault]) -> None:
    post = Post(1000 + sum(len(vault.merged_bundles()) for vault in vaults.values()))
    for sender in vaults.values():
        post.carry(sender, *(one for one in vaults.values() if one is not sender))
