"""Controls below each other at heights of their own: measured where they are there, guessed where they are not yet.

A box layout asks every part that wraps words for its height whenever any of them changes; this asks none of them but
those that changed, and a line that is not there costs a number.
"""

from bisect import bisect_right
from itertools import accumulate, pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from fieldinspect.ui.forms.controls import Control

GUESS = 90
"""Pixels that a line takes until any was measured."""
_HIDDEN = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
"""Set on a control that hid itself before it had a place; one never shown counts as hidden too."""


class Column(QWidget):
    """As high as its lines. `fit` measures and places what is there."""

    outgrown = Signal()
    """Something in it asks for another height, or the width is another."""

    def __init__(self, count: int, anchor: QWidget) -> None:
        """`anchor` is the widget that Tab leaves last before the first line."""
        super().__init__()
        self._anchor = anchor
        self.there: dict[int, Control] = {}
        """The controls by the place of their lines."""
        self._absent: set[int] = set()
        self._heights: dict[int, int] = {}
        self._guess = GUESS
        self._count = count
        self._tops = [0] * (count + 1)
        self._stack()

    def insert(self, place: int, control: Control) -> None:
        """Take a control in, in the order of the lines: screen readers and Tab go by that order."""
        shown = not control.testAttribute(_HIDDEN)
        after = min((one for one in self.there if one > place), default=None)
        before = max((one for one in self.there if one < place), default=None)
        self.there[place] = control
        control.setParent(self)
        if after is not None:
            control.stackUnder(self.there[after])
        tab_through(self._anchor if before is None else self.there[before], control)
        control.setGeometry(0, self._tops[place], self.width(), self._guess)
        control.setVisible(shown)

    def remove(self, place: int) -> None:
        """Let a control go; its line keeps its height."""
        control = self.there.pop(place)
        control.hide()
        control.deleteLater()

    def set_absent(self, place: int, absent: bool) -> None:
        """Say that a line without a control takes no room, or that it does."""
        (self._absent.add if absent else self._absent.discard)(place)

    def is_absent(self, place: int) -> bool:
        return place in self._absent

    def is_measured(self, place: int) -> bool:
        return bool(self._heights.get(place))

    def top(self, place: int) -> int:
        return self._tops[place]

    def place_at(self, y: int) -> int:
        """Return the line at a height from the top."""
        return max(0, min(bisect_right(self._tops, y) - 1, self._count - 1))

    def fit(self) -> None:
        """Measure what is there and put everything in its place."""
        width = self.width()
        for place, control in self.there.items():
            self._heights[place] = _height(control, width)
        measured = [height for height in self._heights.values() if height]
        if measured and self._guess == GUESS:
            self._guess = sum(measured) // len(measured)
        self._stack()
        for place, control in self.there.items():
            height = self._heights[place]
            if height:
                control.setGeometry(0, self._tops[place], width, height)

    def _stack(self) -> None:
        each = [self._guess] * self._count
        for place, height in self._heights.items():
            each[place] = height
        for place in self._absent:
            each[place] = 0
        self._tops = list(accumulate(each, initial=0))
        if self._tops[-1] != self.minimumHeight():
            self.setFixedHeight(self._tops[-1])
        least = max((one.minimumSizeHint().width() for one in self.there.values()), default=0)
        if least > self.minimumWidth():
            self.setMinimumWidth(least)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.outgrown.emit()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._heights = {}
            self._guess = GUESS
            self.outgrown.emit()


def _height(control: Control, width: int) -> int:
    if control.isHidden():
        return 0
    wanted = control.heightForWidth(width)
    return wanted if wanted >= 0 else control.sizeHint().height()


def tab_through(*parts: QWidget) -> None:
    """Let Tab go through parts in this order, and in each in the order in which things were put into it."""
    stops = [stop for part in parts for stop in _stops(part)]
    for one, following in pairwise(stops):
        QWidget.setTabOrder(one, following)


def _stops(part: QWidget) -> list[QWidget]:
    """Return what can have the focus in a part, in the order in which it was made."""
    within = [part, *part.findChildren(QWidget)]
    return [one for one in within if one.focusPolicy() != Qt.FocusPolicy.NoFocus]
