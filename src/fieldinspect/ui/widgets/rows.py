"""A list whose rows are whole-width targets: a title, a line of detail, and a status in words."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

_PAD = 10
_ROLE = Qt.ItemDataRole.UserRole
_WRAP = Qt.TextFlag.TextWordWrap

Index = QModelIndex | QPersistentModelIndex


class Row(NamedTuple):
    """One row; `key` is what the screen gets back."""

    key: str
    title: str
    detail: str = ""
    status: str = ""


class RowList(QListView):
    """Enter or a click chooses a row. As tall as its rows, up to `most` of them."""

    chosen = Signal(str)

    def __init__(self, name: str, *, most: int = 8) -> None:
        super().__init__()
        self._most = most
        self.setAccessibleName(name)
        self.setModel(QStandardItemModel(self))
        self.setItemDelegate(_RowDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._choose)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the rows; the current one stays current if it is still there."""
        current = self.current_key
        model = self._items
        model.clear()
        for row in rows:
            item = QStandardItem(row.title)
            item.setData(row, _ROLE)
            item.setData(". ".join(filter(None, row[1:])), Qt.ItemDataRole.AccessibleTextRole)
            model.appendRow(item)
        keys = [row.key for row in rows]
        if keys:
            self.setCurrentIndex(model.index(keys.index(current) if current in keys else 0, 0))
        self.updateGeometry()

    @property
    def current_key(self) -> str:
        row = self.currentIndex().data(_ROLE)
        return row.key if row else ""

    @property
    def _items(self) -> QStandardItemModel:
        model = self.model()
        assert isinstance(model, QStandardItemModel)  # noqa: S101 - set by the constructor
        return model

    def sizeHint(self) -> QSize:
        shown = min(self._most, max(1, self._items.rowCount()))
        return QSize(320, sum(self.sizeHintForRow(row) for row in range(shown)) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(_ROLE)
        if row is not None:
            self.chosen.emit(row.key)


class _RowDelegate(QStyledItemDelegate):
    """The title keeps to one line; the detail goes on in the next where words are long."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: Row | None = index.data(_ROLE)
        metrics = option.fontMetrics
        below = 0
        if row is not None and row.detail:
            width = self._view.viewport().width() - 2 * _PAD - _status_width(row, metrics)
            below = metrics.boundingRect(QRect(0, 0, max(width, 120), 10_000), _WRAP, row.detail).height()
        return QSize(160, metrics.lineSpacing() + below + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row | None = index.data(_ROLE)
        if row is None:
            return
        rect: QRect = option.rect
        state = option.state
        colours = option.palette
        metrics = option.fontMetrics
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(rect, colours.highlight())
        painter.setPen(colours.mid().color())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        ink = colours.highlightedText().color() if chosen else colours.text().color()
        painter.setPen(ink)
        inner = rect.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        width = _status_width(row, metrics)
        if row.status:
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.status)
        inner.setWidth(inner.width() - width)
        plain = QFont(option.font)
        bold = QFont(plain)
        bold.setBold(bool(row.detail))
        painter.setFont(bold)
        line = metrics.lineSpacing()
        elided = metrics.elidedText(row.title, Qt.TextElideMode.ElideRight, int(inner.width() * 0.92))
        painter.drawText(QRect(inner.left(), inner.top(), inner.width(), line), 0, elided)
        if row.detail:
            painter.setFont(plain)
            if not chosen:
                painter.setPen(colours.placeholderText().color())
            painter.drawText(inner.adjusted(0, line, 0, 0), _WRAP, row.detail)
        painter.restore()


def _status_width(row: Row, metrics: QFontMetrics) -> int:
    return metrics.horizontalAdvance(row.status) + 2 * _PAD if row.status else 0
