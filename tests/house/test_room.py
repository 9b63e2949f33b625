"""The fixtures that keep tests silent and tidy do notice noise and litter."""

import pytest

LOUD = """
import logging

def test_it():
    logging.getLogger("vault").warning("page %d is odd", 7)
"""
QUIET = """
import logging

def test_it():
    logging.getLogger("vault").info("opened")
"""
ANNOUNCED = """
import logging

def test_it(expect_log):
    with expect_log("page . is odd"):
        logging.getLogger("vault").warning("page %d is odd", 7)
"""
ANNOUNCED_BUT_SILENT = """
def test_it(expect_log):
    with expect_log("page"):
        pass
"""
ANOTHER_LINE = """
import logging

def test_it(expect_log):
    with expect_log("page"):
        logging.getLogger("vault").warning("page 7 is odd")
        logging.getLogger("vault").error("so is the lock")
"""
THREAD = """
import threading

def test_it():
    threading.Thread(target=threading.Event().wait, args=(5,), name="lane", daemon=True).start()
"""
FINISHED_THREAD = """
import threading

def test_it():
    threading.Thread(target=lambda: None).start()
"""
WINDOW = """
from PySide6.QtWidgets import QLabel

kept = []

def test_it(qapp):
    kept.append(QLabel("still here"))
"""
CLOSED_WINDOW = """
from PySide6.QtWidgets import QLabel

def test_it(qtbot):
    qtbot.addWidget(QLabel("closed by qtbot"))
"""
TIMER = """
from PySide6.QtCore import QTimer

kept = []

def test_it(qapp):
    timer = QTimer()
    kept.append(timer)
    timer.start(1000)
"""
STOPPED_TIMER = """
from PySide6.QtCore import QTimer

kept = []

def test_it(qapp):
    timer = QTimer()
    kept.append(timer)
    timer.start(1000)
    timer.stop()
"""


# Sample, and what its test is told; None: nothing.
SAMPLES = {
    "stray_line": (LOUD, "WARNING vault: page 7 is odd"),
    "information": (QUIET, None),
    "announced_line": (ANNOUNCED, None),
    "announced_but_silent": (ANNOUNCED_BUT_SILENT, "no log line matches 'page'"),
    "another_line": (ANOTHER_LINE, "ERROR vault: so is the lock"),
    "thread": (THREAD, "left running: thread lane"),
    "finished_thread": (FINISHED_THREAD, None),
    "window": (WINDOW, "left behind: window QLabel"),
    "closed_window": (CLOSED_WINDOW, None),
    "timer": (TIMER, "left behind: timer"),
    "stopped_timer": (STOPPED_TIMER, None),
}


def test_noise_and_litter_fail_the_test_that_made_them(
    pytester: pytest.Pytester, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A process of its own: this one would hear the lines and find the windows too.
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))
    pytester.makepyfile(**{f"test_{name}": source for name, (source, _) in SAMPLES.items()})
    run = pytester.runpytest_subprocess(
        "-p", "tests.house.silence", "-p", "tests.house.tidiness", "-p", "no:cacheprovider", "--tb=short"
    )

    faulty = {name for name, (_, complaint) in SAMPLES.items() if complaint}
    reported = {
        line.split("::")[0].removeprefix("ERROR test_").removeprefix("FAILED test_").removesuffix(".py")
        for line in run.outlines
        if line.startswith(("ERROR test_", "FAILED test_"))
    }
    assert reported == faulty
    for _, complaint in SAMPLES.values():
        assert complaint is None or complaint in run.stdout.str()
