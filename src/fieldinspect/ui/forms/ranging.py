"""A number within limits: a field to type it and a slider beside it, always in step.

The slider of an unanswered question has no handle. The first touch gives it one; clearing the field takes it away.
"""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from fieldinspect.i18n import _
from fieldinspect.ui.forms.controls import Line
from fieldinspect.ui.forms.questions import Question
from fieldinspect.ui.forms.scale import Scale, scale
from fieldinspect.ui.widgets.text import hint

_LONG, _SHORT, _WIDE, _DEEP = 420, 160, 36, 220
_MOST_TICKS = 24
_MOST_WHOLE = 1 << 30
_RADIUS = 8
_GROOVE, _HANDLE = QStyle.SubControl.SC_SliderGroove, QStyle.SubControl.SC_SliderHandle
_STEER = frozenset(
    {
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
        *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End),
    }
)


class Slider(QSlider):
    """A slider that may have no value. `moved` tells each value a person gives it, `done` that they let go of it."""

    moved = Signal(str)
    done = Signal()
    moved_on = Signal()

    def __init__(self, marks: Scale, *, vertical: bool) -> None:
        super().__init__(Qt.Orientation.Vertical if vertical else Qt.Orientation.Horizontal)
        self._scale = marks
        self._answered = False
        self._showing = False
        self._base, self._unit = _whole(marks)
        self.setRange(self._base, self._base + marks.steps * self._unit)
        self.setSingleStep(self._unit)
        self.setPageStep(max(1, marks.steps // 10) * self._unit)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if vertical:
            self.setFixedSize(_WIDE, _DEEP)
        else:
            self.setFixedHeight(_WIDE)
            self.setMinimumWidth(_SHORT)
            self.setMaximumWidth(_LONG)
        self.valueChanged.connect(self._tell)
        self.sliderReleased.connect(self.done)
        self.show_value("")

    @property
    def is_answered(self) -> bool:
        """Whether it has a handle."""
        return self._answered

    def show_value(self, value: str) -> None:
        """Stand where a number is, or nowhere for none."""
        place = self._scale.place(value)
        self._answered = place is not None
        self._showing = True
        self.setValue(self._base + (place or 0) * self._unit)
        self._showing = False
        told = _("No answer yet") if place is None else self._scale.value(place)
        self.setAccessibleDescription(told)
        self.setToolTip(told)
        self.update()

    def _tell(self, number: int) -> None:
        if not self._showing:
            self._give(self._place(number))

    def _place(self, number: int) -> int:
        return round((number - self._base) / self._unit)

    def _give(self, place: int) -> None:
        value = self._scale.value(place)
        self.show_value(value)
        self.moved.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.done.emit()
            self.moved_on.emit()
        elif not self._answered and key in _STEER:
            self._give(
                self._scale.steps if key == Qt.Key.Key_End else 0
            )  # the first key only takes hold of it
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Come to where the person points; from there it is dragged as any slider."""
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self._give(self._place(self._at(event)))
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.done.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.done.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll: an answer must not change because a pointer happened to be over it."""
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw groove, marks and handle in full contrast; Qt's own are fainter than a control may be."""
        option = self._option()
        colours = option.palette
        ink = colours.color(
            QPalette.ColorRole.Text if self.isEnabled() else QPalette.ColorRole.PlaceholderText
        )
        groove, handle = (self._part(option, part) for part in (_GROOVE, _HANDLE))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1))
        self._draw_marks(painter, handle)
        painter.setPen(QPen(ink, 2))
        middle = groove.center()
        if self.orientation() == Qt.Orientation.Vertical:
            painter.drawLine(middle.x(), groove.top(), middle.x(), groove.bottom())
        else:
            painter.drawLine(groove.left(), middle.y(), groove.right(), middle.y())
        if self._answered:
            painter.setBrush(colours.color(QPalette.ColorRole.Accent) if self.isEnabled() else ink)
            painter.drawEllipse(handle.center(), _RADIUS, _RADIUS)
        painter.end()

    def _draw_marks(self, painter: QPainter, handle: QRect) -> None:
        if self._scale.steps > _MOST_TICKS:
            return
        upright = self.orientation() == Qt.Orientation.Vertical
        length = handle.height() if upright else handle.width()
        along = (self.height() if upright else self.width()) - length
        across = handle.center().x() if upright else handle.center().y()
        for place in range(self._scale.steps + 1):
            at = length // 2 + QStyle.sliderPositionFromValue(0, self._scale.steps, place, along)
            ends = (across + _RADIUS + 2, across + _RADIUS + 6)
            if upright:
                painter.drawLine(ends[0], at, ends[1], at)
            else:
                painter.drawLine(at, ends[0], at, ends[1])

    def _option(self) -> QStyleOptionSlider:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return option

    def _part(self, option: QStyleOptionSlider, part: QStyle.SubControl) -> QRect:
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)

    def _at(self, event: QMouseEvent) -> int:
        option = self._option()
        length = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, option, self)
        upright = self.orientation() == Qt.Orientation.Vertical
        along = self.height() if upright else self.width()
        where = event.position().y() if upright else event.position().x()
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), round(where) - length // 2, along - length, option.upsideDown
        )


def _whole(marks: Scale) -> tuple[int, int]:
    """Return where the slider begins to count, and by how much: what a screen reader says is then the number itself.

    Of a range in fractions, or one that goes down, it says the place; the number is in the description.
    """
    whole = marks.first == int(marks.first) and marks.step == int(marks.step) and marks.step > 0
    if whole and abs(marks.first) + marks.step * marks.steps < _MOST_WHOLE:
        return int(marks.first), int(marks.step)
    return 0, 1


class Range(Line):
    """A number field with a slider below it; the field alone for a “picker”, or with limits that make no slider."""

    _slider: Slider | None = None
    _state: QLabel

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        marks = scale(question.limits)
        if marks is not None and "picker" not in question.appearance:
            self._add_slider(question, marks)

    def _add_slider(self, question: Question, marks: Scale) -> None:
        vertical = "vertical" in question.appearance
        self._slider = Slider(marks, vertical=vertical)
        self._slider.moved.connect(self._moved)
        self._slider.done.connect(lambda: self.left.emit(self.path))
        self._slider.moved_on.connect(self.moved_on)
        self._edit.textChanged.connect(self._follow)
        self._state = hint()
        ends: QBoxLayout = QVBoxLayout() if vertical else QHBoxLayout()
        words = [hint(), hint()]
        for label, place in zip(words, (0, marks.steps), strict=True):
            label.setText(marks.value(place))
        ends.setSpacing(8)
        first, last = reversed(words) if vertical else words  # what is more stands above
        ends.addWidget(first)
        ends.addWidget(self._slider, 0 if vertical else 1)
        ends.addWidget(last)
        line = QHBoxLayout()
        line.setSpacing(24)
        line.addLayout(ends, 0 if vertical else 4)
        line.addWidget(self._state)
        line.addStretch(1)
        self.column.addLayout(line)
        self.show_question(question)

    @property
    def slider(self) -> QWidget | None:
        """The slider, if there is one."""
        return self._slider

    @property
    def weight(self) -> int:
        return 2 if self._slider is None else 6

    def show_question(self, question: Question) -> None:
        super().show_question(question)
        if self._slider is not None:
            self._slider.setAccessibleName(_("Slider: {question}").format(question=question.label))
            self._slider.setEnabled(not question.readonly)
            self._follow(self._edit.text())

    def show_typed(self, text: str) -> None:
        super().show_typed(text)
        self._follow(text)

    def _follow(self, text: str) -> None:
        """Stand where the field says."""
        if self._slider is not None:
            self._slider.show_value(text)
            self._state.setText("" if self._slider.is_answered else _("No answer yet"))
            self._state.setVisible(not self._slider.is_answered)

    def _moved(self, value: str) -> None:
        if self._edit.text() != value:
            self._edit.setText(value)
        self.typed.emit(self.path, value)
