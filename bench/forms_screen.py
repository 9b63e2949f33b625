"""A section of 2,000 questions in the real window: how long the GUI thread is busy with each thing a person does.

Everything takes part: the view, the presenter, the session and the vault on its own thread. A machine that is busy
with other work adds to every figure; medians say what is ours, the longest what was felt.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollBar

from bench.figure import Figure
from bench.window import PASSPHRASE, close_desk, open_desk, until, work
from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Kind
from fieldinspect.forms import Session, load
from fieldinspect.services import capture, instruments, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from fieldinspect.ui.context import Place
from fieldinspect.ui.forms.counting import Count
from fieldinspect.ui.forms.laying import Lines
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.screens.visit.view import VisitView
from fieldinspect.ui.shell.desk import Desk

QUESTIONS: Final = 2_000
CHOICES: Final = 9
SCROLLS: Final = 100
ANSWERS: Final = 60
AIM_MS: Final = 16.0


def run() -> Iterator[Figure]:
    """Yield median, 95th percentile and longest of the GUI thread's times, in milliseconds."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        visit, record = _furnish(Path(folder))
        start = open_desk(application, Path(folder))
        try:
            desk = start.desk
            assert desk is not None
            yield from _figures(application, desk, visit, record)
        finally:
            close_desk(application, start)


def _figures(application: QApplication, desk: Desk, visit: str, record: str) -> Iterator[Figure]:
    form = _open_form(application, desk, visit, record)
    sheet = form.sheet
    assert sheet is not None
    bar = sheet.verticalScrollBar()
    scrolls = [_turn(application, form, partial(_scroll, bar, step / SCROLLS)) for step in range(SCROLLS)]
    until(application, lambda: sheet.is_built)
    bar.setValue(0)
    until(application, lambda: sheet.is_built)
    answers, saves = _answer(application, form)
    yield from _spread("showing a section", _shown(application, form))
    yield from _spread("turn of the event loop while scrolling", [one for turns in scrolls for one in turns])
    yield from _spread("jump by the scroll bar to all shown", [sum(turns) for turns in scrolls])
    yield from _spread("key to answer shown", answers)
    yield from _spread("turn of the event loop after an answer", saves)


def _spread(name: str, times: list[float]) -> Iterator[Figure]:
    ordered = sorted(times)
    for of, value in (
        ("median", statistics.median(ordered)),
        ("p95", ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]),
        ("longest", ordered[-1]),
    ):
        yield Figure(f"{name}, {of} ({QUESTIONS} questions)", value, "ms", "aim", AIM_MS, value / AIM_MS)


def _open_form(application: QApplication, desk: Desk, visit: str, record: str) -> FormView:
    desk.go(Place("visit", visit))
    view = desk.current
    assert isinstance(view, VisitView)
    until(application, lambda: view.timeline.rows.items)
    view.record_opened.emit(record)
    form = view.record_form
    until(application, lambda: form.sheet is not None and form.sheet.is_built)
    work(application, 0.5)
    return form


def _shown(application: QApplication, form: FormView) -> list[float]:
    """Return every turn of the event loop from the wish to see the section to all of the window shown, five times."""
    found: list[float] = []
    session = Session(load(_form()))
    for _again in range(5):
        count = Count(session)
        found += _turn(application, form, partial(_show, form, session, count))
    return found


def _show(form: FormView, session: Session, count: Count) -> None:
    form.show_section(count.parts(frozenset()), Lines(session, count.sections[0].entries, {}))


def _answer(application: QApplication, form: FormView) -> tuple[list[float], list[float]]:
    """Answer questions by keys: a digit and Enter, or a word and Enter. Return times of keys, and of turns after."""
    form.go_on()
    keys, turns = [], []
    for place in range(ANSWERS):
        for key in (Qt.Key.Key_7, Qt.Key.Key_Return):
            target = QApplication.focusWidget()
            assert target is not None, place
            begun = time.perf_counter()
            QTest.keyClick(target, key)
            application.processEvents()
            keys.append((time.perf_counter() - begun) * 1_000)
            end = time.perf_counter() + 0.05
            while time.perf_counter() < end:
                turns.append(_timed(application.processEvents))
    return keys, turns


def _turn(application: QApplication, form: FormView, act: Callable[[], object]) -> list[float]:
    """Return what the act and its first painting took, and every turn until all that is in the window is there."""
    found = [_timed(lambda: (act(), application.processEvents()))]
    while form.sheet is not None and not form.sheet.is_built:
        found.append(_timed(application.processEvents))
    return found


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1_000


def _scroll(bar: QScrollBar, share: float) -> None:
    bar.setValue(round(bar.maximum() * share))


def _furnish(folder: Path) -> tuple[str, str]:
    vault = Door(folder / "vaults", FLOOR_COST).create("Bench", "Bench", PASSPHRASE)
    try:
        now = app.now()
        inspection = programme.found_inspection(vault, "Bench", now=now, forms=shipped_forms())
        instruments.publish_forms(vault, inspection, {"contact": _form()}, now=now)
        visit = capture.start_visit(vault, inspection=inspection, station="Bench", force="", happened=now)
        return visit, capture.add_record(vault, Kind.CONTACT, visit, happened=now)
    finally:
        vault.close()


def _form() -> bytes:
    """Return a form of one section: text, numbers and choices in turn, with a hint at every other."""
    names = [f"q{number}" for number in range(QUESTIONS)]
    nodes = "".join(f"<{name}/>" for name in names)
    binds = "".join(f'<bind nodeset="/contact/{name}" type="int"/>' for name in names[1::4])
    body = "".join(_question(number, name) for number, name in enumerate(names))
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        f'<h:title>Long</h:title><model><instance><contact id="contact" version="2">{nodes}</contact></instance>'
        f"{binds}</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def _question(number: int, name: str) -> str:
    words = f"<label>Question {number}, worded as long as questions mostly are</label>"
    words += "<hint>What the log says, not what you think</hint>" if number % 2 else ""
    if number % 4:
        return f'<input ref="/contact/{name}">{words}</input>'
    choices = "".join(
        f"<item><label>Choice {one}</label><value>{one}</value></item>" for one in range(CHOICES)
    )
    return f'<select1 ref="/contact/{name}">{words}{choices}</select1>'


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
