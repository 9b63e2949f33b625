"""What we put on the clipboard goes when the vault closes; what others put there stays. On X11, with two programs."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.shared import ROOT

_LISTEN = '''
import os
from PySide6.QtTest import QTest

def told():
    """Yield commands, answering other programs meanwhile."""
    os.set_blocking(0, False)
    while True:
        try:
            line = os.read(0, 100).decode()
        except BlockingIOError:
            QTest.qWait(10)
            continue
        if not line:
            return
        yield line.strip()
'''
_OURS = """
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from fieldinspect.ui.shell.clipboard import OwnClipboard
application = QApplication([])
own = OwnClipboard()
box = QPlainTextEdit("a word of ours")
box.show()
box.activateWindow()
box.setFocus()
QTest.qWait(200)
for command in told():
    match command:
        case "copy":
            box.selectAll()
            box.copy()
        case "select":
            application.clipboard().setText("a selection of ours", QClipboard.Mode.Selection)
        case "paste":
            box.clear()
            box.paste()
        case "clear":
            own.clear()
    QTest.qWait(150)
    marked = application.clipboard().mimeData().hasFormat("x-kde-passwordManagerHint")
    print(own.is_ours(), own.is_ours(QClipboard.Mode.Selection), marked, box.toPlainText(), sep="|", flush=True)
"""
_THEIRS = """
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication
application = QApplication([])
clipboard = application.clipboard()
for command in told():
    if command.startswith("put"):
        clipboard.setText("a word of theirs")
        clipboard.setText("a selection of theirs", QClipboard.Mode.Selection)
    QTest.qWait(150)
    print(clipboard.text(), clipboard.text(QClipboard.Mode.Selection), sep="|", flush=True)
"""
_BOTH = """
import subprocess, sys
ours, theirs = (
    subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for code in sys.argv[1:]
)
def ask(program, command):
    program.stdin.write(command + "\\n")
    program.stdin.flush()
    print(command, program.stdout.readline().strip(), flush=True)
ask(ours, "copy"); ask(ours, "select"); ask(theirs, "read"); ask(ours, "paste")
ask(ours, "clear"); ask(theirs, "read")
ask(theirs, "put"); ask(ours, "clear"); ask(theirs, "read")
for program in (ours, theirs):
    program.communicate(timeout=20)
"""


def test_only_ours_is_taken_back() -> None:
    server = shutil.which("xvfb-run")
    if server is None:
        pytest.skip("xvfb-run is not here: the clipboard of X11 was not tried")
    run = subprocess.run(
        [server, "--auto-servernum", sys.executable, "-c", _BOTH, _LISTEN + _OURS, _LISTEN + _THEIRS],
        env=os.environ | {"QT_QPA_PLATFORM": "xcb"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.stdout.splitlines() == [
        "copy True|False|True|a word of ours",
        "select True|True|True|a word of ours",
        "read a word of ours|a selection of ours",
        "paste True|True|True|a word of ours",
        "clear False|False|False|a word of ours",
        "read |",
        "put a word of theirs|a selection of theirs",
        "clear False|False|False|a word of ours",
        "read a word of theirs|a selection of theirs",
    ], run.stderr
