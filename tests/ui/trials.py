"""A form in the window that its author tries it in; drives it by what things are called."""

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from fieldinspect import app
from fieldinspect.forms import load
from fieldinspect.ui.shell.trial import Trial
from fieldinspect.ui.theme.look import Look

W = TypeVar("W", bound=QWidget)


class Tried:
    """One window, shown and with its form opened."""

    def __init__(
        self,
        application: QApplication,
        xml: bytes,
        pictures: Mapping[str, bytes] | None = None,
        language: str = "en",
    ) -> None:
        self._application = application
        look = Look(application)
        self.window = Trial(
            application, look, load(xml), xml, pictures or {}, language=language, clock=app.now
        )
        self.window.show()
        self.window.activateWindow()
        self.wait(lambda: self.window.form.sheet is not None)
        self.settle()

    def wait(self, until: Callable[[], object], seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, f"waited {seconds} s in vain"
            self._application.processEvents()
            time.sleep(0.002)

    def settle(self) -> None:
        for _round in range(3):
            self.wait(lambda: not self.window.background.busy)
            self._application.processEvents()

    def by_name(self, name: str, kind: type[W] = QWidget) -> W:  # type: ignore[assignment]
        """Return the one visible widget of this accessible name."""
        found = [
            one for one in self.window.findChildren(kind) if one.accessibleName() == name and one.isVisible()
        ]
        assert len(found) == 1, f"{len(found)} widgets are called {name!r}"
        return found[0]

    def words(self) -> str:
        labels = self.window.findChildren(QLabel)
        return "\n".join(one.text() for one in labels if one.isVisible() and one.text())

    def value(self, path: str) -> str:
        """Return what the form has as an answer."""
        self.settle()
        view = self.window.answers.record(self.window.answers.tried)
        assert view is not None
        return view.get(path)

    def close(self) -> None:
        self.window.close()
        self.settle()
        self.window.stop()
        self.window.deleteLater()
        self._application.setStyleSheet("")
        self._application.setStyle("Fusion")
        self._application.processEvents()
