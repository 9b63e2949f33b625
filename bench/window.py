"""The program's real window on a vault, for benches of what a person feels."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.report.certificate import render_certificate
from fieldinspect.report.preview import page_images
from fieldinspect.report.recovery_paper import render_recovery_paper
from fieldinspect.report.visit_summary import render_visit_summary
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from fieldinspect.ui.shell.start import Parts, Start

PASSPHRASE: Final = "orchid-lantern-gravel-teapot-bison"


class Heart:
    """Beats every millisecond in the GUI thread; a long gap is a block that a person could feel."""

    def __init__(self) -> None:
        self._gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def stop(self) -> list[float]:
        self._timer.stop()
        return self._gaps

    def _beat(self) -> None:
        now = time.perf_counter()
        self._gaps.append((now - self._last) * 1000)
        self._last = now


def open_desk(application: QApplication, folder: Path) -> Start:
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    door = Door(folder / "vaults", FLOOR_COST)

    def parts() -> Parts:
        return Parts(
            door,
            BundleEnvelope(),
            render_visit_summary,
            page_images,
            app.now,
            time.monotonic,
            shipped_forms,
            render_certificate,
            render_recovery_paper,
        )

    start = app.compose(application, parts, lambda: None, settings)
    start.show()
    until(application, lambda: start.ready)
    start.unlock_presenter.unlock(PASSPHRASE)
    until(application, lambda: start.desk is not None)
    return start


def work(application: QApplication, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.0005)


def until(application: QApplication, so: Callable[[], object]) -> None:
    end = time.perf_counter() + 60
    while not so():
        if time.perf_counter() > end:
            raise TimeoutError
        application.processEvents()
        time.sleep(0.0005)


def close_desk(application: QApplication, start: Start) -> None:
    start.drop_desk()
    if start.background is not None:
        start.background.close_vault(lambda _nothing: None)
    start.stop()
    start.window.ask_before_closing(False)
    start.window.close()
    application.setStyleSheet("")
    application.processEvents()
