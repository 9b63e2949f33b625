"""A list for thousands of rows: all of one height, marked one by one or all at once, worked by single keys."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)

from fieldinspect.ui.widgets.rows import Row

_PAD = 8
_BOX = 20
_ROW_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractListModel):
    """An adapter over a list of rows; nothing is made per row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()
        self.marked: set[str] = set()

    def show(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.marked &= {row.key for row in rows}
        self.endResetModel()

    def mark(self, keys: set[str]) -> None:
        self.marked = keys
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == _ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ". ".join(filter(None, row[1:]))
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if row.key in self.marked else Qt.CheckState.Unchecked
        return None


class LongList(QListView):
    """Arrows or N and P move, X or Space marks, Shift with the arrows marks on, Ctrl+A marks all."""

    current_changed = Signal(str)
    marks_changed = Signal()
    chosen = Signal(str)
    """Enter, or a double click."""

    def __init__(self, name: str, *, most: int = 8, marks: bool = False) -> None:
        super().__init__()
        self._most, self.marks = most, marks
        self._keys: dict[str, Callable[[], object]] = {}
        self._rows = RowModel()
        self.setAccessibleName(name)
        self.setModel(self._rows)
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.doubleClicked.connect(lambda _index: self.chosen.emit(self.current_key))
        self.selectionModel().currentChanged.connect(lambda *_w: self.current_changed.emit(self.current_key))

    def bind(self, keys: Mapping[str, Callable[[], object]]) -> None:
        """Let single letters and digits do something while the list has the focus."""
        self._keys |= keys

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the rows; the current one stays, or else the one that came into its place becomes it."""
        key, place = self.current_key, max(0, self.currentIndex().row())
        self.selectionModel().blockSignals(True)
        self._rows.show(rows)
        self.selectionModel().blockSignals(False)
        if rows:
            here = next((n for n, row in enumerate(rows) if row.key == key), min(place, len(rows) - 1))
            self.move_to(here)
        self.current_changed.emit(self.current_key)
        self.marks_changed.emit()
        self.updateGeometry()

    def move_to(self, row: int) -> None:
        index = self._rows.index(max(0, min(row, len(self._rows.rows) - 1)), 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    @property
    def current_key(self) -> str:
        row = self.currentIndex().row()
        return self._rows.rows[row].key if 0 <= row < len(self._rows.rows) else ""

    @property
    def marked(self) -> list[str]:
        """The keys of the marked rows, in the order of the list."""
        return [row.key for row in self._rows.rows if row.key in self._rows.marked]

    def mark_all(self) -> None:
        """Mark every row; none when all are marked."""
        keys = {row.key for row in self._rows.rows}
        self._mark(set() if keys == self._rows.marked else keys)

    def toggle(self) -> None:
        key = self.current_key
        if key:
            self._mark(self._rows.marked ^ {key})

    def _mark(self, keys: set[str]) -> None:
        if self.marks:
            self._rows.mark(keys)
            self.marks_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.currentIndex().row()
        bound = self._keys.get(event.text().upper())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.current_key)
        elif self.marks and event.matches(QKeySequence.StandardKey.SelectAll):
            self.mark_all()
        elif self.marks and shift and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._mark_on(row, 1 if key == Qt.Key.Key_Down else -1)
        elif plain and key == Qt.Key.Key_N:
            self.move_to(row + 1)
        elif plain and key == Qt.Key.Key_P:
            self.move_to(row - 1)
        elif plain and self.marks and key in (Qt.Key.Key_X, Qt.Key.Key_Space):
            self.toggle()
        elif plain and bound is not None:
            bound()
        elif plain and event.text().isalpha():
            event.accept()  # a letter that means nothing here must not jump somewhere
        else:
            super().keyPressEvent(event)

    def _mark_on(self, row: int, by: int) -> None:
        before = self.current_key
        self.move_to(row + by)
        self._mark(self._rows.marked | {before, self.current_key})

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self.marks and event.position().x() < _BOX + 2 * _PAD and self.indexAt(_point(event)).isValid():
            self.toggle()

    def sizeHint(self) -> QSize:
        shown = min(self._most, max(1, len(self._rows.rows)))
        return QSize(320, shown * self.row_height + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    @property
    def row_height(self) -> int:
        return 2 * self.fontMetrics().lineSpacing() + 2 * _PAD

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()


def _point(event: QMouseEvent) -> QPoint:
    return event.position().toPoint()


class _Delegate(QStyledItemDelegate):
    """A title and one line of detail, both cut where there is no room; the whole is said to a reader."""

    def __init__(self, view: LongList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, self._view.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row | None = index.data(_ROW_ROLE)
        if row is None:
            return
        rect: QRect = option.rect
        colours = option.palette
        metrics = option.fontMetrics
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(rect, colours.highlight())
        painter.setPen(colours.mid().color())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        ink = colours.highlightedText().color() if chosen else colours.text().color()
        inner = rect.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        if self._view.marks:
            self._box(painter, inner, index)
            inner.setLeft(inner.left() + _BOX + _PAD)
        painter.setPen(ink)
        if row.status:
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.status)
            inner.setWidth(inner.width() - metrics.horizontalAdvance(row.status) - 2 * _PAD)
        line = metrics.lineSpacing()
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        cut = Qt.TextElideMode.ElideRight
        painter.drawText(inner, 0, metrics.elidedText(row.title, cut, int(inner.width() * 0.92)))
        painter.setFont(option.font)
        if not chosen:
            painter.setPen(colours.placeholderText().color())
        painter.drawText(inner.adjusted(0, line, 0, 0), 0, metrics.elidedText(row.detail, cut, inner.width()))
        painter.restore()

    def _box(self, painter: QPainter, inner: QRect, index: Index) -> None:
        box = QStyleOptionButton()
        box.rect = QRect(inner.left(), inner.center().y() - _BOX // 2, _BOX, _BOX)
        marked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        box.state = QStyle.StateFlag.State_Enabled | (
            QStyle.StateFlag.State_On if marked else QStyle.StateFlag.State_Off
        )
        box.palette = self._view.palette()
        element = QStyle.PrimitiveElement.PE_IndicatorCheckBox
        self._view.style().drawPrimitive(element, box, painter, self._view)
