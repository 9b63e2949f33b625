"""The system libraries that bootstrap.sh asks for are enough for a real window, not only for tests."""

import os
import shutil
import subprocess
import sys

import pytest

WINDOW = """
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel("ŵ")
label.show()
application.processEvents()
print(application.platformName(), label.isVisible())
"""


def test_a_window_is_shown_on_x11() -> None:
    server = shutil.which("xvfb-run")
    if server is None:
        pytest.skip("xvfb-run is not here: a window on X11 was not tried")
    run = subprocess.run(
        [server, "--auto-servernum", sys.executable, "-c", WINDOW],
        env=os.environ | {"QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.split() == ["xcb", "True"], run.stderr


def test_tests_themselves_need_no_display() -> None:
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
