from pathlib import Path

import pytest

from tests.faults.small_disk import CannotMount, small_disk
from tests.faults.trials import fill_the_disk, kill_while_capturing, prepare, random_delay


def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    visit = prepare(folder)
    outcomes = [kill_while_capturing(folder, visit, random_delay(seed)) for seed in range(4)]
    assert sum(outcome.acknowledged for outcome in outcomes) > 4


def test_a_full_disk_loses_nothing_and_the_vault_is_writable_again(tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk", 2048) as disk:
            folder = disk / "vault"
            assert fill_the_disk(folder, prepare(folder)).acknowledged > 4
    except CannotMount:
        pytest.skip("this account may not mount a small disk")
