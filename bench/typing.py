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

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from bench.figure import Figure
from bench.window import PASSPHRASE, Heart, close_desk, open_desk, until, work
from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.services.ports import Write
from fieldinspect.store.door import Door
from fieldinspect.ui.context import Place
from fieldinspect.ui.screens.visit.view import VisitView
from fieldinspect.ui.shell.start import Start

NOTES: Final = 10_000
BURSTS: Final = 25
KEYS_IN_BURST: Final = 12
KEY_MS: Final = 60
"""A brisk typist."""
DURABLE_AIM_MS: Final = 500.0
BLOCK_AIM_MS: Final = 16.0
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
        start = open_desk(application, Path(folder))
        try:
            waits, gaps, keys = _type(application, start, visit)
        finally:
            close_desk(application, start)
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
    vault = Door(folder / "vaults", FLOOR_COST).create("Bench", "Bench", PASSPHRASE)
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
    until(application, lambda: view.timeline.rows.items and not background.busy)
    work(application, 1.0)
    saved = _Saves(desk.saving)
    heart = Heart()
    waits, keys = [], []
    for _burst in range(BURSTS):
        for letter in islice(_endless(_TEXT), KEYS_IN_BURST):
            begun = time.perf_counter()
            QTest.keyClick(view.composer.box, letter)
            application.processEvents()
            keys.append((time.perf_counter() - begun) * 1000)
            last = begun
            work(application, KEY_MS / 1000)
        until(application, partial(saved.after, last))
        waits.append((saved.at - last) * 1000)
        if _burst % 10 == 9:
            QTest.keyClick(view.composer.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            work(application, 0.3)
    return waits, heart.stop(), keys


def _type_into_nothing(application: QApplication) -> list[float]:
    """Return the gaps between beats while the same keys go into a window with one text box and nothing behind it."""
    box = QPlainTextEdit()
    box.resize(1366, 768)
    box.show()
    work(application, 0.5)
    heart = Heart()
    for _burst in range(BURSTS):
        for letter in islice(_endless(_TEXT), KEYS_IN_BURST):
            QTest.keyClick(box, letter)
            work(application, KEY_MS / 1000)
        work(application, 0.4)
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


def _endless(text: str) -> Iterator[str]:
    while True:
        yield from text


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
