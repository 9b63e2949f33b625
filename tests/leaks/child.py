"""The real application at work for a few seconds, in a process of its own; what to do comes on standard input.

Nothing of it may come by arguments or environment: those outlive the lock. Prints `open` when the work is done and
the vault still open, waits for a line, and locks: by replacing the process, as the application does, or, to show
that the search finds what is left, by closing the vault alone.
"""

import json
import logging
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSettings, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPlainTextEdit, QPushButton

from fieldinspect import __main__ as program
from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.files import state_folder
from fieldinspect.store.door import Door
from fieldinspect.ui.shell.start import Parts, Start
from tests.ui.desktop import Desktop
from tests.ui.keeping import keep_code

Plan = dict[str, Any]


class Application(Desktop):
    """The desktop as it is started, with its own settings and its own way to begin again."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.replace = False
        folder = Path(plan["home"])
        super().__init__(QApplication(["fieldinspect"]), folder, vaults=Path(plan["vaults"]))

    def _begin(self) -> Start:
        start = app.compose(self.application, self._parts, self._again)
        start.show()
        start.window.activateWindow()
        self.start = start
        self.wait(lambda: start.ready)
        return start

    def _parts(self) -> Parts:
        real = app.parts(self.vaults)  # it protects the process as well
        return real._replace(door=Door(self.vaults, FLOOR_COST, state=state_folder()))

    def _again(self) -> None:
        super()._again()
        if self.replace:
            app._again(self.vaults)

    def press(self, name: str) -> None:
        super().press(name)
        # What a running event loop does after a dialog: it is deleted, and writes down what it wants to keep.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.start.window.activateWindow()
        self.application.processEvents()

    def say(self, word: str) -> Callable[[], None]:
        """Return what answers the file dialog that a step opens."""

        def answer() -> None:
            dialogs = [one for one in self.application.topLevelWidgets() if isinstance(one, QFileDialog)]
            shown = [one for one in dialogs if one.isVisible()]
            if not shown:
                QTimer.singleShot(50, answer)
                return
            name = shown[0].findChild(QLineEdit, "fileNameEdit")
            assert isinstance(name, QLineEdit)
            name.setText(word)
            wanted = shown[0].labelText(QFileDialog.DialogLabel.Accept)
            next(b for b in shown[0].findChildren(QPushButton) if b.text() == wanted).click()

        QTimer.singleShot(50, answer)
        return answer


def make_a_vault(desktop: Application, words: dict[str, str]) -> None:
    desktop.press("Make a new vault")
    desktop.type("Name of the vault", words["nickname"])
    desktop.press("Continue")
    desktop.type("Your name", words["person"])
    desktop.press("Continue")
    for field in ("Passphrase", "The same passphrase again"):
        desktop.type(field, f"orchid-lantern-gravel-teapot-bison-{words['newpassphrase']}")
    desktop.press("Continue")
    desktop.press("Make the vault")
    keep_code(desktop)
    desktop.press("Go to the vault")
    desktop.wait(lambda: desktop.start.desk is not None)
    desktop.settle()
    desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.again == 1)
    desktop.restart()


def receive(desktop: Application, words: dict[str, str]) -> None:
    desktop.go("receive")
    desktop.say(desktop.plan["bundle"])
    desktop.press("Open a bundle")
    assert "Note: 1 new" in desktop.words(), desktop.words()
    broken = Path(desktop.plan["given"]) / "broken.fib"
    broken.write_bytes(Path(desktop.plan["bundle"]).read_bytes()[:-40] + b"x" * 40)
    desktop.say(str(broken))
    desktop.press("Open a bundle")


def visit(desktop: Application, words: dict[str, str]) -> None:
    desktop.go("start_visit")
    desktop.type("Which station are you visiting?", words["station"])
    desktop.press("Start the visit")
    desktop.type("New note", words["note"])
    desktop.key("Ctrl+Return")
    desktop.application.clipboard().setText(words["pasted"])
    desktop.visit_view.composer.box.paste()
    desktop.visit_view.composer.box.selectAll()
    desktop.visit_view.composer.box.copy()
    desktop.key("Ctrl+Return")
    desktop.press("Add a contact")
    form = desktop.visit_view.record_form
    desktop.wait(lambda: form.sheet is not None and form.sheet.is_built)
    asked = form.sheet.controls.values()  # type: ignore[union-attr]
    fields = [one.input for one in asked if isinstance(one.input, QLineEdit | QPlainTextEdit)]
    fields[0].setFocus()
    QTest.keyClicks(fields[0], words["contact"])
    fields[-1].setFocus()
    QTest.keyClicks(fields[-1], words["answer"])
    desktop.settle()
    path = next(iter(form.sheet.controls))  # type: ignore[union-attr]
    form.sheet.controls[path].comment_asked.emit(path)  # type: ignore[union-attr]
    box = form.comments.findChild(QPlainTextEdit)
    assert isinstance(box, QPlainTextEdit)
    QTest.keyClicks(box, words["comment"])
    desktop.press("Add comment")
    given = Path(desktop.plan["given"]) / f"{words['filename']}.txt"
    desktop.say(str(given))
    desktop.press("Attach files")
    desktop.wait(lambda: any(words["filename"] in row for row in desktop.rows("Timeline")))


def find_and_print(desktop: Application, words: dict[str, str]) -> None:
    desktop.go("find")
    desktop.type("Words to find", words["search"])
    desktop.pause(0.4)
    desktop.settle()
    desktop.go("preview", desktop.desk._visit)
    desktop.settle()
    chosen = Path(desktop.plan["chosen"]) / "summary.pdf"
    desktop.say(str(chosen))
    desktop.press("Save PDF")
    desktop.wait(chosen.exists)
    chosen.unlink()


def crash(desktop: Application, words: dict[str, str]) -> None:
    """Make mistakes of every kind while a word is in hand."""

    def mistake(*_given: object) -> None:
        told = words["crash"]
        raise ValueError(told)

    class Failing:
        def __del__(self) -> None:
            mistake()

    QTimer.singleShot(0, mistake)
    desktop.pause(0.05)
    threading.Thread(target=mistake).start()
    Failing()
    assert desktop.start.background is not None
    desktop.start.background.on_vault(mistake, lambda _never: None)
    desktop.start.background.aside(mistake, lambda _never: None)
    desktop.settle()


def plant(kind: str, desktop: Application, words: dict[str, str]) -> None:
    """Leak on purpose: each must be found."""
    if kind == "log":
        logging.getLogger("fieldinspect.capture").error("saving %s", words["note"])
    elif kind == "temp":
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(words["answer"])
    elif kind == "deleted":
        with tempfile.TemporaryFile("w") as file:
            file.write(words["contact"])
    elif kind == "settings":
        settings = QSettings("fieldinspect", "desktop")
        settings.setValue("last", words["station"])
        settings.sync()
    elif kind == "recent":
        recent = Path(os.environ["XDG_DATA_HOME"]) / "recently-used.xbel"
        recent.parent.mkdir(parents=True, exist_ok=True)
        recent.write_text(f'<bookmark href="file:///home/{words["filename"]}.txt"/>')
    elif kind == "traceback":
        try:
            int(words["pasted"])
        except ValueError:
            traceback.print_exc()
    else:
        raise ValueError(kind)


def main() -> None:
    plan: Plan = json.loads(sys.stdin.readline())
    words: dict[str, str] = plan["words"]
    program.keep_texts_out_of_reports()
    desktop = Application(plan)
    if plan["full"]:
        make_a_vault(desktop, words)
    desktop.unlock(plan["passphrase"], nickname="Prepared" if plan["full"] else "")
    if plan["full"]:
        receive(desktop, words)
        visit(desktop, words)
        find_and_print(desktop, words)
        crash(desktop, words)
        desktop.go("visit")
    else:
        desktop.go("visit", plan["visit"])
        desktop.type("New note", words["note"])
        desktop.key("Ctrl+Return")
    for kind in plan["plants"]:
        plant(kind, desktop, words)
    desktop.type("New note", words["halfnote"])
    desktop.pause(0.6)
    print("open", flush=True)
    sys.stdin.readline()
    desktop.replace = plan["replace"]
    if plan["by_command"]:
        desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.start.desk is None)
    desktop.pause(0.5)
    print("closed", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
