"""From the start of a process to a window on the screen: ours, beside a window with nothing in it.

Each start is a fresh process that says when its window was first painted; the two take turns, so that both meet the
same machine. The first round warms the disk's cache and does not count.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.figure import Figure

ROUNDS: Final = 15
_WATCH: Final = """
import time
from PySide6.QtCore import QEvent, QObject
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not hasattr(self, "at"):
            self.at = time.clock_gettime(time.CLOCK_MONOTONIC)
        return False
"""
_BARE: Final = (
    """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.resize(1366, 728)
"""
    + _WATCH
    + """
painted = Painted()
window.installEventFilter(painted)
window.show()
"""
)
_OURS: Final = (
    """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from fieldinspect import app
application = QApplication([])
start = app.compose(application, lambda: app.parts(Path(sys.argv[1])), lambda: None)
window = start.window
"""
    + _WATCH
    + """
painted = Painted()
window.installEventFilter(painted)
start.show()
"""
)
_END: Final = """
while not hasattr(painted, "at"):
    application.processEvents()
print(painted.at, flush=True)
import os
os._exit(0)
"""


def run() -> Iterator[Figure]:
    """Yield process start to first paint, median of the rounds, beside that of a bare PySide6 window."""
    with tempfile.TemporaryDirectory() as home:
        times = {program: [_start(program, Path(home)) for _warm in range(1)] for program in (_BARE, _OURS)}
        for _round in range(ROUNDS):
            for program, taken in times.items():
                taken.append(_start(program, Path(home)))
    bare, ours = (statistics.median(taken[1:]) for taken in times.values())
    yield Figure("window shown after process start", ours, "ms", "bare PySide6 window", bare, ours / bare)


def _start(program: str, home: Path) -> float:
    """Return milliseconds from just before the process is made to the first paint of its window."""
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    environment = os.environ | {
        "QT_QPA_PLATFORM": platform,
        "XDG_CONFIG_HOME": str(home),
        "PYTHONPYCACHEPREFIX": str(home / "bytecode"),  # both start from bytecode, as what is installed does
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(
        [sys.executable, "-c", program + _END, str(home / "vaults")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return (float(done.stdout) - begun) * 1000


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
