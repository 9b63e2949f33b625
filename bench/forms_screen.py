"""A section of 2,000 questions on screen: the longest slice of building it, of scrolling it and of answering in it."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QScrollBar

from bench.figure import Figure
from fieldinspect.forms import Entry, Session, load
from fieldinspect.ui.forms import laying
from fieldinspect.ui.forms.questions import Part, part
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.theme.look import Look

QUESTIONS: Final = 2_000
CHOICES: Final = 9
SCROLLS: Final = 100
ANSWERS: Final = 50
AIM_MS: Final = 16.0


def run() -> Iterator[Figure]:
    """Yield the longest stretch of GUI time, in milliseconds, of each thing a person does."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    look = Look(application)
    session = Session(load(_form()))
    entries = session.sections()[0].entries
    view = FormView()
    view.resize(800, 700)
    view.show()
    parts = [Part("", "Long", 0, QUESTIONS, completed=False, relevant=True)]
    first = _timed(lambda: view.show_section(parts, laying.lines(session, entries, {})))
    sheet = view.sheet
    assert sheet is not None
    slices = []
    while not sheet.is_built:
        slices.append(_timed(application.processEvents))
    application.processEvents()
    bar = sheet.verticalScrollBar()
    scrolls = [_timed(partial(_scroll, application, bar, step / SCROLLS)) for step in range(SCROLLS)]
    paths = [entry.path for entry in entries if entry.kind == "question"][:ANSWERS]
    answers = [_timed(partial(_answer, application, view, session, entries, path)) for path in paths]
    view.close()
    del look
    yield _figure("first slice of a section", first)
    yield _figure("longest slice of building", max(slices))
    yield _figure("longest step of scrolling", max(scrolls))
    yield _figure("longest answer shown", max(answers))


def _figure(name: str, value: float) -> Figure:
    return Figure(f"{name} ({QUESTIONS} questions)", value, "ms", "aim", AIM_MS, value / AIM_MS)


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1_000


def _scroll(application: QApplication, bar: QScrollBar, share: float) -> None:
    bar.setValue(round(bar.maximum() * share))
    application.processEvents()


def _answer(
    application: QApplication, view: FormView, session: Session, entries: Sequence[Entry], path: str
) -> None:
    """Do what the presenter does with an answer."""
    changed = session.answer(path, "7")
    for asked in laying.lines(session, entries, {}, only=changed.nodes):
        view.update_question(asked)
    parts = [part(session, place, one, frozenset()) for place, one in enumerate(session.sections())]
    view.show_parts(parts, 0, session.progress())
    application.processEvents()


def _form() -> bytes:
    """Return a form of one section: text, numbers and choices in turn, with a hint at every other."""
    names = [f"q{number}" for number in range(QUESTIONS)]
    nodes = "".join(f"<{name}/>" for name in names)
    binds = "".join(f'<bind nodeset="/long/{name}" type="int"/>' for name in names[1::4])
    body = "".join(_question(number, name) for number, name in enumerate(names))
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        f'<h:title>Long</h:title><model><instance><long id="long">{nodes}</long></instance>{binds}</model>'
        f"</h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def _question(number: int, name: str) -> str:
    words = f"<label>Question {number}, worded as long as questions mostly are</label>"
    words += "<hint>What the log says, not what you think</hint>" if number % 2 else ""
    if number % 4:
        return f'<input ref="/long/{name}">{words}</input>'
    choices = "".join(
        f"<item><label>Choice {one}</label><value>{one}</value></item>" for one in range(CHOICES)
    )
    return f'<select1 ref="/long/{name}">{words}{choices}</select1>'


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
