"""Drive the real desktop on real vaults, by what things are called, as a person with a screen reader would."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QListView, QWidget

from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.report.certificate import render_certificate
from fieldinspect.report.preview import page_images
from fieldinspect.report.recovery_paper import render_recovery_paper
from fieldinspect.report.visit_summary import render_visit_summary
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from fieldinspect.ui.context import Place
from fieldinspect.ui.screens.visit.view import VisitView
from fieldinspect.ui.shell.desk import Desk
from fieldinspect.ui.shell.start import Parts, Start

PASSPHRASE = "orchid-lantern-gravel-teapot-bison"
W = TypeVar("W", bound=QWidget)


def parts(vaults: Path) -> Parts:
    """What the composition root hands in, with the cheapest passphrase cost."""
    return Parts(
        Door(vaults, FLOOR_COST),
        BundleEnvelope(),
        render_visit_summary,
        page_images,
        app.now,
        time.monotonic,
        shipped_forms,
        render_certificate,
        render_recovery_paper,
        KnownDepots(),
    )


class Desktop:
    """One window on a folder of vaults. `again` counts how often the program asked for a fresh process."""

    def __init__(
        self,
        application: QApplication,
        folder: Path,
        make_parts: Callable[[Path], Parts] = parts,
        vaults: Path | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        self.application = application
        self.folder = folder
        self.vaults = vaults or folder / "vaults"
        self.settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        for name, value in (settings or {}).items():
            self.settings.setValue(name, value)
        self._make_parts = make_parts
        self.again = 0
        self.start = self._begin()

    def _begin(self) -> Start:
        start = app.compose(
            self.application, lambda: self._make_parts(self.vaults), self._again, self.settings
        )
        start.show()
        start.window.activateWindow()
        self.start = start
        self.wait(lambda: start.ready)
        return start

    def _again(self) -> None:
        self.again += 1

    def restart(self) -> None:
        """Do what a fresh process does after a lock."""
        self.close()
        self._begin()

    def close(self) -> None:
        """End without asking: what a kill leaves is in the vault alone."""
        start = self.start
        if start.background is not None:
            start.background.close_vault(lambda _nothing: None)
            self.settle()  # whatever the closing window wants to write now comes too late, as after a kill
        if start.desk is not None:
            start.drop_desk()
        start.stop()
        start.window.ask_before_closing(False)
        start.window.close()
        start.window.deleteLater()
        self.application.setStyleSheet("")
        self.application.setStyle("Fusion")
        self.application.processEvents()

    @property
    def visit_view(self) -> VisitView:
        assert isinstance(self.desk.current, VisitView)
        return self.desk.current

    @property
    def desk(self) -> Desk:
        assert self.start.desk is not None, "the vault is not open"
        return self.start.desk

    def wait(self, until: Callable[[], object], seconds: float = 10.0) -> None:
        """Let the program work until something is so."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, f"waited {seconds} s in vain; on screen: {self.words()[:2000]}"
            self.application.processEvents()
            time.sleep(0.002)

    def settle(self) -> None:
        """Let every job come home, twice: one may ask another."""
        for _round in range(3):
            self.wait(lambda: self.start.background is None or not self.start.background.busy)
            self.application.processEvents()

    def pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.002)

    def by_name(self, name: str, kind: type[W] = QWidget) -> W:  # type: ignore[assignment]
        """Return the one visible widget of this accessible name."""
        found = [
            w for w in self.start.window.findChildren(kind) if w.accessibleName() == name and w.isVisible()
        ]
        assert found, f"nothing on screen is called {name!r}; there are {self.names()}"
        assert len(found) == 1, f"{len(found)} widgets are called {name!r}"
        return found[0]

    def names(self) -> list[str]:
        """Return the accessible names on screen."""
        children = self.start.window.findChildren(QWidget)
        return sorted({w.accessibleName() for w in children if w.isVisible() and w.accessibleName()})

    def press(self, name: str) -> None:
        self.by_name(name, QAbstractButton).click()
        self.settle()

    def type(self, name: str, text: str) -> None:
        field = self.by_name(name)
        field.setFocus()
        for letter in text:
            if letter.isascii():
                QTest.keyClick(field, letter)
            else:  # QTest aborts on letters that no key is known for; they come by an input method, as in life
                event = QInputMethodEvent()
                event.setCommitString(letter)
                QApplication.sendEvent(field, event)

    def key(self, keys: str) -> None:
        """Press a shortcut wherever the focus is."""
        combination = QKeySequence(keys)[0]
        target = QApplication.focusWidget() or self.start.window
        QTest.keyClick(target, combination.key(), combination.keyboardModifiers())
        self.settle()

    def choose(self, name: str, row: int = 0) -> None:
        """Choose a row of a list with the keyboard."""
        listed = self.by_name(name, QListView)
        listed.setFocus()
        listed.setCurrentIndex(listed.model().index(row, 0))
        QTest.keyClick(listed, Qt.Key.Key_Return)
        self.settle()

    def rows(self, name: str) -> list[str]:
        """Return the rows of a list as a screen reader says them."""
        model = self.by_name(name, QListView).model()
        role = Qt.ItemDataRole.AccessibleTextRole
        return [str(model.index(row, 0).data(role)) for row in range(model.rowCount())]

    def words(self) -> str:
        """Return every word on screen that is on a label."""
        labels = self.start.window.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible() and label.text())

    def unlock(self, passphrase: str = PASSPHRASE, nickname: str = "") -> None:
        if nickname:
            self.by_name(nickname, QAbstractButton).click()
        self.type("Passphrase", passphrase)
        self.press("Unlock")
        self.wait(lambda: self.start.desk is not None)
        self.settle()

    def go(self, screen: str, record: str = "") -> None:
        self.desk.go(Place(screen, record))
        self.settle()
