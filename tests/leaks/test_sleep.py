"""The laptop goes to sleep: logind waits until the vault is locked and the process replaced, and no longer."""

import time
from pathlib import Path

from tests.leaks.canaries import Canaries
from tests.leaks.hunt import Home, hunt
from tests.ui.private_bus import Logind, logind

__all__ = ["logind"]


def test_sleep_waits_for_the_lock_and_no_longer(tmp_path: Path, logind: Logind) -> None:
    held_until_told: list[list[str]] = []

    def fall_asleep() -> None:
        held_until_told.append(list(logind.said()))
        logind.tell("sleep")

    home = Home(tmp_path / "top", Canaries.fresh())
    found = hunt(
        home, full=False, stream=False, twice=False, system_bus=logind.address, told_to_lock=fall_asleep
    )
    assert held_until_told == [["held"]]
    end = time.monotonic() + 5
    while logind.said() != ["held", "released"] and time.monotonic() < end:
        time.sleep(0.02)
    assert logind.said() == ["held", "released"]
    assert found.leaks == []
