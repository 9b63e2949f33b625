"""What waits to be sent, while bundle after bundle went to somebody from whom it was held back."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench import big_vault
from bench.figure import Figure
from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Role
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, programme, reading, team_edits, team_list
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault

SIZE: Final = 40_000
BUNDLES: Final = 30
ROUNDS: Final = 5
FORCE: Final = "gwent"


def run() -> Iterator[Figure]:
    """Yield what Today asks for, with as many held-back visits as bundles, beside the same with none."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        big_vault.make(folder / "vaults", SIZE, FLOOR_COST)
        door = Door(folder / "vaults", FLOOR_COST)
        vault = door.open(next(iter(door.known())), big_vault.PASSPHRASE)
        try:
            person = _conflicted(vault, folder)
            _seal(vault, folder, person)
            before = _times(vault)
            for _each in range(BUNDLES):
                _visit(vault)
                _seal(vault, folder, person)
            after = _times(vault)
        finally:
            vault.close()
    for name, took in after.items():
        yield Figure(
            f"{name} ({SIZE} entries, {BUNDLES} visits held back)", took, "ms", "none held back",
            before[name], took / before[name],
        )  # fmt: skip


def _conflicted(vault: StoredVault, folder: Path) -> str:
    """Admit somebody who has a conflict of interest with a force; return who."""
    other = Door(folder / "other", FLOOR_COST).create("Ann", "Ann", big_vault.PASSPHRASE)
    person, request = other.identity.person, programme.enrolment_request(other)
    other.close()
    programme.admit(vault, request, [Role.INSPECTOR], now=app.now())
    team_list.change(vault, [team_edits.conflicts_set(person, [FORCE])], now=app.now())
    return person


def _visit(vault: StoredVault) -> None:
    inspection = reading.inspections(vault)[0].id
    visit = capture.start_visit(
        vault, inspection=inspection, station="Example Road", force=FORCE, happened=app.now()
    )
    capture.add_note(vault, visit, "words", happened=app.now())


def _seal(vault: StoredVault, folder: Path, person: str) -> None:
    exchange.seal_bundle(vault, BundleEnvelope(), [person], folder)


def _times(vault: StoredVault) -> dict[str, float]:
    questions: dict[str, Callable[[], object]] = {
        "what waits to be sent": vault.outbox,
        "what waits, by visit": vault.tallies,
    }
    return {
        name: statistics.median(_time(ask) for _round in range(ROUNDS)) for name, ask in questions.items()
    }


def _time(ask: Callable[[], object]) -> float:
    begun = time.perf_counter()
    ask()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
