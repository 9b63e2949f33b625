# ruff: noqa: A005 - named for what people ask of `make bench`; nothing here imports the other typing
"""From a keystroke to a durable draft, and how long the window ever stands still, in a visit of 10,000 notes."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from bench.figure import Figure
from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.report.preview import page_images
from fieldinspect.report.visit_summary import render_visit_summary
from fieldinspect.services import capture, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.services.ports import Write
from fieldinspect.store.door import Door
from fieldinspect.ui.context import Place
from fieldinspect.ui.screens.visit.view import VisitView
from fieldinspect.ui.shell.start import Parts, Start

NOTES: Final = 10_000
BURSTS: Final = 25
KEYS_IN_BURST: Final = 12
KEY_MS: Final = 60
"""A brisk typist."""
DURABLE_AIM_MS: Final = 500.0
BLOCK_AIM_MS: Final = 16.0
_PASSPHRASE: Final = "orchid-lantern-gravel-teapot-bison"
_TEXT: Final = (
    "The officer said that the history of an address is read out by the control room when there is time, "
    "and that the form is filled in at the scene or later at the station, depending on the night."
)


def run() -> Iterator[Figure]:
    """Yield the figures of the issue: durable draft p50 and p99, and the longest block of the GUI thread."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        visit = _furnish(Path(folder))
        start = _open(application, Path(folder))
        try:
            waits, gaps, keys = _type(application, start, visit)
        finally:
            _close(application, start)
    bare = _type_into_nothing(application)
    yield _figure("keystroke to durable draft, p50", statistics.median(waits), DURABLE_AIM_MS)
    yield _figure("keystroke to durable draft, p99", _percentile(waits, 0.99), DURABLE_AIM_MS)
    yield _figure("keystroke to screen, p99", _percentile(keys, 0.99), BLOCK_AIM_MS)
    yield _figure("longest block of the GUI thread while typing", max(gaps), BLOCK_AIM_MS)
    # On a busy machine both stand still now and then: what is ours is the difference.
    yield Figure(
        "longest block of the GUI thread while typing, beside a bare text box",
        max(gaps),
        "ms",
        "bare text box, same keys",
        max(bare),
        max(gaps) / max(bare),
    )


def _figure(name: str, value: float, aim: float) -> Figure:
    return Figure(f"{name} ({NOTES} notes)", value, "ms", "aim", aim, value / aim)


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _furnish(folder: Path) -> str:
    vault = Door(folder / "vaults", FLOOR_COST).create("Bench", "Bench", _PASSPHRASE)
    try:
        now = app.now()
        inspection = programme.found_inspection(vault, "Bench", now=now, forms=shipped_forms())
        visit = capture.start_visit(vault, inspection=inspection, station="Bench", force="", happened=now)
        device = vault.identity.device
        writes = (
            Write(new_record_id(device), Kind.NOTE, visit, inspection, {"text": f"{number}: {_TEXT}"}, now)
            for number in range(NOTES)
        )
        while batch := list(islice(writes, 500)):
            vault.write(batch)
        return visit
    finally:
        vault.close()


def _open(application: QApplication, folder: Path) -> Start:
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
        )

    start = app.compose(application, parts, lambda: None, settings)
    start.show()
    _until(application, lambda: start.ready)
    start.unlock_presenter.unlock(_PASSPHRASE)
    _until(application, lambda: start.desk is not None)
    return start


def _type(
    application: QApplication, start: Start, visit: str
) -> tuple[list[float], list[float], list[float]]:
    """Return waits for durability, gaps between beats of the GUI thread, and times of single keys; milliseconds."""
    desk, background = start.desk, start.background
    assert desk is not None
    assert background is not None
    desk.go(Place("visit", visit))
    view = desk.current
    assert isinstance(view, VisitView)
    _until(application, lambda: view.timeline.rows.items and not background.busy)
    _work(application, 1.0)
    saved = _Saves(desk.saving)
    heart = _Heart()
    waits, keys = [], []
    for _burst in range(BURSTS):
        for letter in islice(_endless(_TEXT), KEYS_IN_BURST):
            begun = time.perf_counter()
            QTest.keyClick(view.composer.box, letter)
            application.processEvents()
            keys.append((time.perf_counter() - begun) * 1000)
            last = begun
            _work(application, KEY_MS / 1000)
        _until(application, partial(saved.after, last))
        waits.append((saved.at - last) * 1000)
        if _burst % 10 == 9:
            QTest.keyClick(view.composer.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            _work(application, 0.3)
    return waits, heart.stop(), keys


def _type_into_nothing(application: QApplication) -> list[float]:
    """Return the gaps between beats while the same keys go into a window with one text box and nothing behind it."""
    box = QPlainTextEdit()
    box.resize(1366, 768)
    box.show()
    _work(application, 0.5)
    heart = _Heart()
    for _burst in range(BURSTS):
        for letter in islice(_endless(_TEXT), KEYS_IN_BURST):
            QTest.keyClick(box, letter)
            _work(application, KEY_MS / 1000)
        _work(application, 0.4)
    box.close()
    return heart.stop()


class _Saves:
    """Notes when the store last said that something is saved."""

    def __init__(self, saving: object) -> None:
        self.at = 0.0
        self._saved = saving.saved  # type: ignore[attr-defined]
        saving.saved = self._heard  # type: ignore[attr-defined]

    def after(self, moment: float) -> bool:
        return self.at > moment

    def _heard(self) -> None:
        self.at = time.perf_counter()
        self._saved()


class _Heart:
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


def _endless(text: str) -> Iterator[str]:
    while True:
        yield from text


def _work(application: QApplication, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.0005)


def _until(application: QApplication, so: object) -> None:
    end = time.perf_counter() + 60
    while not so():  # type: ignore[operator]
        if time.perf_counter() > end:
            raise TimeoutError
        application.processEvents()
        time.sleep(0.0005)


def _close(application: QApplication, start: Start) -> None:
    start.drop_desk()
    if start.background is not None:
        start.background.close_vault(lambda _nothing: None)
    start.stop()
    start.window.ask_before_closing(False)
    start.window.close()
    application.setStyleSheet("")
    application.processEvents()


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
