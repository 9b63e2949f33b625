"""The questions of one section on a page, built a few at a time so that the window never stands still."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldinspect.ui.forms.controls import Control
from fieldinspect.ui.forms.making import control_for
from fieldinspect.ui.forms.questions import Question
from fieldinspect.ui.widgets.page import Page

FIRST_SLICE, SLICE = 40, 12
"""Widgets built at once: what fills a window, and what the GUI thread builds and lays out well within 16 ms."""


class _Inner(QWidget):
    """The questions of a slice, outside the layout of the page."""

    def __init__(self, outer: "Slice") -> None:
        super().__init__(outer)
        self._outer = outer
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._outer.fit()
        return done


class Slice(QWidget):
    """A few questions of a fixed height: a page of many lays out again only what changed.

    A box layout asks every part that wraps words for its height whenever any of them changes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._inner = _Inner(self)

    def add(self, control: Control) -> None:
        self._inner.column.addWidget(control)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def fit(self) -> None:
        """Be as high as the questions are at this width."""
        column = self._inner.column
        self.setMinimumWidth(column.minimumSize().width())
        height = max(0, column.totalHeightForWidth(self.width()))
        self._inner.setGeometry(0, 0, self.width(), height)
        self.setFixedHeight(height)


class Sheet(Page):
    """Slices are parts of their own: laying out a new one leaves the others as they are."""

    built = Signal()
    """Every question is there."""

    def __init__(
        self,
        questions: Sequence[Question],
        above: Sequence[QWidget],
        ready: Callable[[Control], None],
        end: Callable[["Sheet"], None],
    ) -> None:
        """`ready` is given each control once it is made; `end` adds what stands below the last question."""
        super().__init__()
        self.controls: dict[str, Control] = {}
        self.slices: list[int] = []
        """How many widgets each slice had, by the weights of its controls."""
        self.parts: list[Slice] = []
        self._waiting = deque(questions)
        self._waiting_paths = {one.path for one in questions}
        self._latest: dict[str, Question] = {}
        self._ready, self._end = ready, end
        for part in above:
            self.add(part)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self.add(self._column)
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self.build_more)
        self._build(FIRST_SLICE)
        if self._waiting:
            self._next.start()

    @property
    def is_built(self) -> bool:
        return not self._waiting

    def control(self, path: str) -> Control | None:
        """Return the control of a question, building as far as it if need be; None when it is not on this page."""
        while path not in self.controls and path in self._waiting_paths:
            self._build(SLICE)
        return self.controls.get(path)

    def update_question(self, question: Question) -> None:
        """Show a question as it now stands, at once or when it is built."""
        control = self.controls.get(question.path)
        if control is not None:
            control.show_question(question)
        elif question.path in self._waiting_paths:
            self._latest[question.path] = question

    def shown(self) -> Iterator[Control]:
        """Yield the controls that a person can go to, in order."""
        for control in self.controls.values():
            if not control.isHidden() and control.input is not None:
                yield control

    def build_more(self) -> None:
        """Build one more slice now."""
        self._build(SLICE)

    def _build(self, most: int) -> None:
        """Build one slice: at least one question, and then no more widgets than `most`."""
        part, count = Slice(), 0
        while self._waiting and count < most:
            question = self._waiting.popleft()
            self._waiting_paths.discard(question.path)
            control = control_for(self._latest.pop(question.path, question))
            count += control.weight
            if question.path:
                self.controls[question.path] = control
            part.add(control)
            self._ready(control)
        self.slices.append(count)
        self.parts.append(part)
        self._column.addWidget(part)
        if not self._waiting:
            self._next.stop()
            self._end(self)
            self.built.emit()
