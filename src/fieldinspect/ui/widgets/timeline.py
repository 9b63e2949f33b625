"""The timeline: a list of what was noted, its text wrapped, heights measured once."""

import re

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from fieldinspect.domain.views import TimelineItem
from fieldinspect.i18n import _
from fieldinspect.ui.models.timeline import ITEM, TimelineModel, heading, marks
from fieldinspect.ui.text import clock_time, day

_PAD = 8
_WRAP = Qt.TextFlag.TextWordWrap
_LONG_WORD = re.compile(r"(\S{40})(?=\S)")

Index = QModelIndex | QPersistentModelIndex


class Timeline(QListView):
    """Newest at the bottom, and kept in sight while the person is there."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Timeline"))
        self.rows = TimelineModel(self)
        self._heights = _Delegate(self, self.rows)
        self.setModel(self.rows)
        self.setItemDelegate(self._heights)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # One that comes and goes would change the width, and every height would be measured again.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.doubleClicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._reached)
        self.rows.modelReset.connect(self.scrollToBottom)
        self.rows.rowsAboutToBeInserted.connect(self._before_rows)
        self.rows.rowsInserted.connect(self._after_rows)
        self._at_end = True

    def show_record(self, record: str) -> None:
        """Make a record's row current and bring it into sight."""
        row = self.rows.row_of(record)
        if row >= 0:
            index = self.rows.index(row, 0)
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    @property
    def current_record(self) -> str:
        item = self.currentIndex().data(ITEM)
        return item.id if item else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._heights.forget()
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)
        if self._at_end:
            self.scrollToBottom()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._heights.forget()
            self.scheduleDelayedItemsLayout()

    def _open(self, index: QModelIndex) -> None:
        item = index.data(ITEM)
        if item is not None:
            self.opened.emit(item.id)

    def _before_rows(self, *_where: object) -> None:
        bar = self.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum() - 4

    def _after_rows(self, _parent: QModelIndex, first: int, _last: int) -> None:
        if self._at_end and first > 0:
            self.scrollToBottom()

    def _reached(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._at_end = value >= bar.maximum() - 4
        if value == 0 and bar.maximum() > 0 and self.rows.earlier:
            top = self.indexAt(self.viewport().rect().topLeft())
            kept = QPersistentModelIndex(top)
            self.rows.show_earlier()
            self.scrollTo(QModelIndex(kept), QAbstractItemView.ScrollHint.PositionAtTop)  # type: ignore[call-overload]


class _Delegate(QStyledItemDelegate):
    """Measures each text once for each width."""

    def __init__(self, view: QListView, rows: TimelineModel) -> None:
        super().__init__(view)
        self._view = view
        self._rows = rows
        self._width = self._above = 0
        self._measured: dict[TimelineItem, int] = {}

    def forget(self) -> None:
        """Measure afresh: the width or the font is another."""
        self._width = 0
        self._measured.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.row()
        item = self._rows.at(row)
        if not self._width:
            self._width = self._text_width(option.fontMetrics)
            self._above = self._day_height(option.fontMetrics)
        height = self._measured.get(item)
        if height is None:
            height = self._measured[item] = self._height(option.fontMetrics, item, self._width)
        return QSize(100, height + (self._above if self._rows.begins_day(row) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.row()
        item = self._rows.at(row)
        rect, colours = QRect(option.rect), option.palette
        painter.save()
        if self._rows.begins_day(row):
            rect = self._paint_day(painter, option, rect, day(item.happened))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, colours.highlight())
        self._paint_item(painter, option, rect.adjusted(_PAD, _PAD, -_PAD, -_PAD), item, chosen=chosen)
        painter.restore()

    def _paint_item(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        inner: QRect,
        item: TimelineItem,
        *,
        chosen: bool,
    ) -> None:
        metrics, colours = option.fontMetrics, option.palette
        strong = colours.highlightedText().color() if chosen else colours.text().color()
        soft = strong if chosen else colours.placeholderText().color()
        line, gutter = metrics.lineSpacing(), self._gutter(metrics)
        painter.setPen(strong)
        painter.setFont(_font(option.font, bold=True))
        painter.drawText(QRect(inner.left(), inner.top(), gutter, line), 0, clock_time(item.happened))
        text = inner.adjusted(gutter, 0, 0, 0)
        painter.setPen(soft)
        painter.setFont(option.font)
        head = " · ".join((heading(item), *marks(item)))
        painter.drawText(
            QRect(text.left(), text.top(), text.width(), line),
            0,
            metrics.elidedText(head, Qt.TextElideMode.ElideRight, text.width()),
        )
        painter.setPen(soft if item.withdrawn else strong)
        painter.setFont(_font(option.font, struck=item.withdrawn))
        painter.drawText(text.adjusted(0, line, 0, 0), _WRAP, _breakable(item.text))

    def _paint_day(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, words: str) -> QRect:
        height = self._day_height(option.fontMetrics)
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), height), option.palette.alternateBase())
        painter.setFont(_font(option.font, bold=True))
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        inside = QRect(rect.left() + _PAD, rect.top(), rect.width() - 2 * _PAD, height)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, words)
        return rect.adjusted(0, height, 0, 0)

    def _day_height(self, metrics: QFontMetrics) -> int:
        return metrics.lineSpacing() + _PAD

    def _height(self, metrics: QFontMetrics, item: TimelineItem, width: int) -> int:
        text = (
            metrics.boundingRect(QRect(0, 0, width, 100_000), _WRAP, _breakable(item.text)).height()
            if item.text
            else 0
        )
        return metrics.lineSpacing() + text + 2 * _PAD

    def _gutter(self, metrics: QFontMetrics) -> int:
        return metrics.horizontalAdvance("00:00") * 5 // 4

    def _text_width(self, metrics: QFontMetrics) -> int:
        return max(80, self._view.viewport().width() - 2 * _PAD - self._gutter(metrics))


def _breakable(text: str) -> str:
    """Let a long web address or number wrap: word wrap alone would run it out of sight."""
    return _LONG_WORD.sub("\\1\u200b", text)


def _font(base: QFont, *, bold: bool = False, struck: bool = False) -> QFont:
    made = QFont(base)
    made.setBold(bold)
    made.setStrikeOut(struck)
    return made
