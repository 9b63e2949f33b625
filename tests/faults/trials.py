"""The trials themselves: each returns what was acknowledged, and raises when any of it is not there."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import VaultPlace
from fieldinspect.services import capture, programme
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.faults.capture_child import DRAFT
from tests.team import FORMS, PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2014, 2, 3, 21, 31, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    acknowledged: int
    kept: int


class Lost(AssertionError):  # noqa: N818 - says what happened
    """Something that was acknowledged is gone, or the vault contradicts itself."""


def prepare(folder: Path) -> str:
    """Make a vault with one visit; return the visit's id."""
    vault = Door(folder.parent, FLOOR_COST).create(
        "fault", "Fault Sample", PASSPHRASE, folder_name=folder.name
    )
    inspection = programme.found_inspection(vault, "Faults", now=NOW, forms=FORMS)
    visit = capture.start_visit(vault, inspection=inspection, station="Example Road", force="", happened=NOW)
    vault.close()
    return visit


def kill_while_capturing(folder: Path, visit: str, after: float) -> Outcome:
    """Let a process capture for `after` seconds from its first acknowledgement, kill it, and look."""
    child = _start(folder, visit)
    assert child.stdout is not None
    lines = [child.stdout.readline()]
    try:
        child.wait(after)
    except subprocess.TimeoutExpired:
        child.kill()
    lines += child.communicate()[0].splitlines(keepends=True)
    return _look(folder, visit, [line for line in lines if line.endswith("\n")])


def fill_the_disk(folder: Path, visit: str) -> Outcome:
    """Capture on a disk that becomes full; then free some space and capture again."""
    filler = folder.parent / "filler"
    filler.write_bytes(bytes(400_000))
    child = _start(folder, visit)
    lines = child.communicate(timeout=120)[0].splitlines(keepends=True)
    if not lines[-1].startswith("full Not saved: there is no space"):
        raise Lost(f"the full disk was not told: {lines[-1]}")
    filler.unlink()
    outcome = _look(folder, visit, lines[:-1])
    with opened(folder) as vault:
        capture.add_note(vault, visit, "after the disk had space again", happened=NOW)
    return outcome


def _start(folder: Path, visit: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.faults.capture_child", str(folder), visit]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@contextmanager
def opened(folder: Path) -> Iterator[StoredVault]:
    vault = Door(folder.parent).open(VaultPlace(str(folder), folder.name), PASSPHRASE)
    try:
        yield vault
    finally:
        vault.close()


def _look(folder: Path, visit: str, lines: list[str]) -> Outcome:
    notes = {line.split()[1] for line in lines if line.startswith("note ")}
    drafted = [int(line.split()[1]) for line in lines if line.startswith("draft ")]
    with opened(folder) as vault:
        kept = {view.id for view in vault.children(visit, [Kind.NOTE])}
        if not notes <= kept:
            raise Lost(f"{len(notes - kept)} acknowledged notes are gone")
        if vault.examine_chains().problems:
            raise Lost("the chain has a gap or a fork")
        if not vault.rebuild():
            raise Lost("the projections do not agree with the journal")
        _look_at_draft(vault, visit, drafted, len(notes))
    return Outcome(len(notes) + len(drafted), len(kept))


def _look_at_draft(vault: StoredVault, visit: str, drafted: list[int], notes: int) -> None:
    """The last acknowledged draft is there, unless the note that took its place is."""
    if not drafted or drafted[-1] <= notes:
        return
    wanted = f"note {drafted[-1]} "
    waiting = [draft.value for draft in vault.drafts(visit) if draft.key == DRAFT]
    promoted = [view for view in vault.children(visit, [Kind.NOTE]) if view.get("text").startswith(wanted)]
    if not promoted and not any(value.startswith("note ") for value in waiting):
        raise Lost("the acknowledged draft is gone")


def random_delay(seed: int) -> float:
    return random.Random(seed).uniform(0.0, 0.4)
