"""From the passphrase to a usable screen, beside the bare derivation of its key, and the memory while open.

Each measurement is a process of its own: the desktop as it starts, on a vault of that many entries. A vault of a
million takes ten minutes to make, so it is measured only when asked for: BIG_VAULT=folder names a folder of vaults
that bench.big_vault made, and is used beside the small ones.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench import big_vault
from bench.figure import Figure

SIZES: Final = (400, 40_000)
ROUNDS: Final = 3
_PROGRAM: Final = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from bench.big_vault import PASSPHRASE
from bench.window import close_desk, until
from fieldinspect import app
from fieldinspect.crypto import slots
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.store import slot_files
from fieldinspect.ui.screens.today.view import TodayView
from tests.peak import now_kib

folder, derived, shown = Path(sys.argv[1]), [], []
place, = (path for path in folder.iterdir() if slot_files.is_vault(path))
unlock, show = slots.open_slot, TodayView.show_overview

def timed(*given):
    begun = time.perf_counter()
    try:
        return unlock(*given)
    finally:
        derived.append(time.perf_counter() - begun)

def noted(view, overview):
    show(view, overview)
    shown.append(time.perf_counter())

slots.open_slot, TodayView.show_overview = timed, noted
application = QApplication([])
settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
start = app.compose(application, lambda: app.parts(folder), lambda: None, settings)
start.show()
until(application, lambda: start.ready)
begun = time.perf_counter()
start.unlock_presenter.unlock(PASSPHRASE)
until(application, lambda: start.desk is not None)
opened = time.perf_counter()
until(application, lambda: shown)
print(json.dumps({"derived": derived[0], "opened": opened - begun, "shown": shown[0] - begun, "kib": now_kib()}))
close_desk(application, start)
"""


def run() -> Iterator[Figure]:
    """Yield, by size: time to an open vault and to Today, each beside the derivation of its key; and memory."""
    with tempfile.TemporaryDirectory() as home:
        folders = {size: Path(home) / str(size) for size in SIZES}
        for size, folder in folders.items():
            big_vault.make(folder, size)
        given = os.environ.get("BIG_VAULT")
        if given:
            folders[_count(Path(given))] = Path(given)
        for size, folder in folders.items():
            yield from _measure(size, folder, Path(home))


def _measure(size: int, folder: Path, home: Path) -> Iterator[Figure]:
    rounds = sorted((_once(folder, home) for _round in range(ROUNDS)), key=lambda one: one["shown"])
    said = rounds[len(rounds) // 2]
    derived = said["derived"] * 1000
    for name, key in (("open vault", "opened"), ("content of Today", "shown")):
        value = said[key] * 1000
        yield Figure(
            f"passphrase to {name} ({size} entries)", value, "ms", "bare Argon2id", derived, value / derived
        )
    mib = said["kib"] / 1024
    yield Figure(f"memory while open ({size} entries)", mib, "MiB", "none", 0, float("nan"))


def _once(folder: Path, home: Path) -> dict[str, float]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_STATE_HOME": str(home / "state")}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _count(folder: Path) -> int:
    said = (folder / "entries").read_text() if (folder / "entries").is_file() else "0"
    return int(said)


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
