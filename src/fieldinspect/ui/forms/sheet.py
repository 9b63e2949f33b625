"""The questions of one section on a page; as widgets only what is in the window or near it.

1. A line is asked for when it comes near, so what it says is what the session says then.
2. Widgets are made for a few milliseconds at a time; what a person jumps to is made at once.
3. What is in the window stays where it is while lines above it turn out higher or lower than guessed.
4. A section of ordinary length is made whole, in idle moments; of a long one, what is far away goes again.
"""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from fieldinspect.ui.forms.column import Column, tab_through
from fieldinspect.ui.forms.controls import Control
from fieldinspect.ui.forms.making import control_for
from fieldinspect.ui.forms.questions import Question, takes_focus
from fieldinspect.ui.widgets.page import Page

SLICE_S = 0.005
"""Making goes on in the next turn of the event loop after so long: with what Qt then does, about 16 ms."""
NEAR = 0.75
"""Windows' heights made above and below what is seen."""
WHOLE = 100
MOST = 120
"""Lines of a section that is made whole; and controls there are at most, before those far away go."""


class Lines(Protocol):
    """What the sheet shows: lines in order, told afresh whenever asked."""

    @property
    def paths(self) -> Sequence[str]:
        """The path of every line, "" for a heading of the page alone."""
        ...

    @property
    def offers_choices(self) -> bool: ...

    def line(self, place: int) -> Question: ...


class Sheet(Page):
    """`control` makes one at once; `next_path` walks the questions whether they are there or not."""

    built = Signal()
    """All that is wanted for now is there."""

    def __init__(
        self,
        lines: Lines,
        above: Sequence[QWidget],
        ready: Callable[[Control], None],
        anchor: QWidget,
    ) -> None:
        """`ready` is given each control once it is made; `anchor`, of `above`, is what Tab leaves last."""
        super().__init__()
        self.controls: dict[str, Control] = {}
        self.kept: Callable[[Control], bool] = lambda _control: False
        """Tells of a control that it must not go, however far away."""
        self._retired = False
        self._opened: Control | None = None
        self._lines = lines
        self._ready = ready
        self._places = {path: place for place, path in enumerate(lines.paths) if path}
        for part in above:
            self.add(part)
        self._body = Column(len(lines.paths), anchor)
        self._body.outgrown.connect(self._follow)
        self.add(self._body)
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self.build_more)
        self.verticalScrollBar().valueChanged.connect(self._look)
        self.next_path("", 1, make=True)
        self._look()

    @property
    def is_built(self) -> bool:
        """Whether everything wanted near the window is there."""
        return not self._next.isActive()

    def control(self, path: str) -> Control | None:
        """Return the control of a line, made now if need be; None when it is not on this page or not shown."""
        place = self._places.get(path)
        if path not in self.controls and place is not None:
            self._body.set_absent(place, False)
            self._make(place)
            self._follow()
        return self.controls.get(path)

    def bring(self, control: Control) -> None:
        """Scroll to what was just opened at the end of a control, and let Tab go through it next."""
        tab_through(control)
        self._opened = control
        self._follow()

    def update_question(self, question: Question) -> None:
        """Show a question as it now stands; one that is not there is told when it comes near."""
        control, place = self.controls.get(question.path), self._places.get(question.path)
        if control is not None:
            control.show_question(question)
        elif place is not None and self._body.is_absent(place) == question.relevant:
            self._body.set_absent(place, not question.relevant)
            self._follow()

    def next_path(self, path: str, by: int, *, make: bool = False) -> str:
        """Return the next question that takes the focus, from a path or the beginning on; "" after the last.

        With `make` its control is made.
        """
        place = self._places.get(path, -1 if by > 0 else len(self._lines.paths)) + by
        while 0 <= place < len(self._lines.paths):
            found = self._lines.paths[place]
            if found and takes_focus(self._lines.line(place)):
                if make:
                    self.control(found)
                return found
            place += by
        return ""

    def build_more(self) -> None:
        """Make what is wanted, for a few milliseconds."""
        end = perf_counter() + SLICE_S
        for place in self._wanted():
            self._make(place)
            if perf_counter() > end:
                break
        else:
            self._next.stop()
            self._drop_far()
        self._settle()
        if not self._next.isActive():
            self._look()
            if self.is_built:
                self.built.emit()

    def retire(self) -> None:
        """Ask for no line any more: rows may have gone, and another sheet takes over."""
        self._next.stop()
        self._retired = True

    def _make(self, place: int) -> None:
        question = self._lines.line(place)
        if not question.relevant:
            self._body.set_absent(place, True)
            return
        control = control_for(question)
        if question.path:
            self.controls[question.path] = control
        self._body.insert(place, control)
        self._ready(control)

    def _wanted(self) -> Iterator[int]:
        """Yield the lines that are to be made: those in the window, then those near, or else all there are."""
        seen, near = self._window(0), self._window(NEAR)
        every = range(len(self._lines.paths)) if len(self._lines.paths) <= WHOLE else near
        for some in (seen, near, every):
            for place in some:
                if place not in self._body.there and not self._body.is_absent(place):
                    yield place

    def _window(self, more: float) -> range:
        """Return the lines in the window, and so many heights of it above and below."""
        if not self._places and not self._lines.paths:
            return range(0)
        top = -self._body.mapTo(self.viewport(), QPoint(0, 0)).y()
        height = self.viewport().height()
        first = self._body.place_at(round(top - more * height))
        last = self._body.place_at(round(top + (1 + more) * height))
        return range(first, last + 1)

    def _look(self) -> None:
        """Begin to make what came near."""
        if not self._retired and not self._next.isActive() and next(self._wanted(), None) is not None:
            self._next.start()

    def _drop_far(self) -> None:
        there = self._body.there
        if len(there) <= MOST or len(self._lines.paths) <= WHOLE:
            return
        near = self._window(NEAR)
        middle = (near.start + near.stop) // 2
        for place in sorted(there, key=lambda one: -abs(one - middle))[: len(there) - MOST // 2]:
            control = there[place]
            focused = self.window().focusWidget()
            held = focused is not None and control.isAncestorOf(focused)
            if place not in near and not held and not self.kept(control):
                self.controls.pop(control.path, None)
                self._body.remove(place)

    def _settle(self) -> None:
        """Place everything, and keep what is in the window where it is."""
        held, before = self._held()
        self._body.fit()
        inside = self._inside.layout()
        assert inside is not None  # noqa: S101 - a page has one
        self.column.activate()
        inside.activate()
        QApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))  # the range of the bar follows now
        moved = self._body.top(held) - before if held >= 0 else 0
        if moved:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + moved)

    def _follow(self) -> None:
        """Do what a change of heights or of the width asks for: others may be near now."""
        self._settle()
        self._look()
        opened, focused = self._opened, self.window().focusWidget()
        if opened is not None and focused is not None and opened.isAncestorOf(focused):
            end = opened.mapTo(self._inside, QPoint(0, opened.height()))
            self.ensureVisible(0, end.y(), 0, 0)  # again and again: it grows until it is laid out

    def _held(self) -> tuple[int, int]:
        """Return the first line in the window whose height is known, and its top; -1 at the page's beginning."""
        if self.verticalScrollBar().value() == 0:
            return -1, 0
        for place in self._window(0):
            if self._body.is_measured(place):
                return place, self._body.top(place)
        return -1, 0

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Make the neighbours first: Tab goes to what is there."""
        if self._retired:
            return super().focusNextPrevChild(forward)
        focused = self.focusWidget()
        here = next(
            (path for path, one in self.controls.items() if focused and one.isAncestorOf(focused)), ""
        )
        if here or (not forward and focused is not None and self._is_below(focused)):
            self.next_path(here, 1 if forward else -1, make=True)
        return super().focusNextPrevChild(forward)

    def _is_below(self, widget: QWidget) -> bool:
        if not self._inside.isAncestorOf(widget):
            return False
        end = self._body.mapTo(self._inside, QPoint(0, self._body.height()))
        return widget.mapTo(self._inside, QPoint(0, 0)).y() >= end.y()

    @property
    def _inside(self) -> QWidget:
        inside = self.widget()
        assert inside is not None  # noqa: S101 - a page has one
        return inside

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look()
