"""Play rounds of capture, sealing and merging; print memory, time a round and file size as they go."""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, programme, reading
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.team import FORMS, NOW, PASSPHRASE

NOTES = 40
ENVELOPE = BundleEnvelope()


def main(rounds: int) -> None:
    print("round", "notes", "seconds", "resident MiB", "vault MiB", sep="\t")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        door = Door(folder / "vaults", FLOOR_COST)
        lead, ann = (door.create(who, who, PASSPHRASE, folder_name=who) for who in ("lead", "ann"))
        visit = _meet(lead, ann, folder)
        for number in range(1, rounds + 1):
            begun = time.perf_counter()
            _work(ann, visit)
            _carry(ann, lead, folder)
            if len(lead.children(visit, [Kind.NOTE])) != number * NOTES:
                raise AssertionError("a note did not arrive")
            if number % max(1, rounds // 20) == 0:
                files = (folder / "vaults" / "lead").glob("vault.db*")
                size = sum(path.stat().st_size for path in files) / 2**20
                _tell(number, time.perf_counter() - begun, size)
        if not (lead.rebuild() and ann.rebuild()):
            raise AssertionError("projections do not agree with the journal")
        lead.close()
        ann.close()


def _meet(lead: StoredVault, ann: StoredVault, folder: Path) -> str:
    today = datetime.now(UTC)  # a team list of 2014 would have expired
    inspection = programme.found_inspection(lead, "Soak", now=today, forms=FORMS)
    programme.admit(lead, programme.enrolment_request(ann), ["inspector"], now=today)
    programme.join(ann, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
    _carry(lead, ann, folder)
    return capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)


def _work(vault: StoredVault, visit: str) -> None:
    key = DraftKey("d" * 32, "text")
    for number in range(NOTES):
        text = f"note {number} " + "word " * (number % 30)
        vault.save_draft(Draft(key, visit, Kind.NOTE, text, NOW, NOW))
        capture.add_note(vault, visit, text, happened=NOW, promote=key)
    reading.timeline(vault, visit)
    vault.search("word note")


def _carry(sender: StoredVault, receiver: StoredVault, folder: Path) -> None:
    sealed = exchange.seal_bundle(sender, ENVELOPE, [receiver.identity.person], folder)
    exchange.receive_bundle(receiver, ENVELOPE, Path(sealed.path), now=NOW)
    Path(sealed.path).unlink()


def _tell(number: int, seconds: float, vault: float) -> None:
    # What is resident now, not the highest it ever was: growth that never goes back is what a soak looks for.
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    resident = pages * resource.getpagesize() / 2**20
    print(number, number * NOTES, f"{seconds:.2f}", f"{resident:.0f}", f"{vault:.1f}", sep="\t", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
