"""The rows of a timeline.

Only the newest are laid out until somebody scrolls up: a list view that wraps its text measures every row it shows
at each append, which at 10,000 rows would be felt under the fingers.
"""

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fieldinspect.domain.views import TimelineItem
from fieldinspect.i18n import _
from fieldinspect.ui.text import clock_time, kind_name

ITEM = Qt.ItemDataRole.UserRole
PAGE = 60

Index = QModelIndex | QPersistentModelIndex


class TimelineModel(QAbstractListModel):
    """Rows by (happened, id), oldest first; rows before `PAGE` come by `show_earlier`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[TimelineItem] = []
        self._known: dict[str, TimelineItem] = {}
        self._first = 0
        self._held = ""
        self._held_item: TimelineItem | None = None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._items) - self._first

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[self._first + index.row()]
        if role == ITEM:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(item)
        return None

    @property
    def earlier(self) -> int:
        """How many rows are not shown yet."""
        return self._first

    @property
    def items(self) -> Sequence[TimelineItem]:
        """Every row, those not shown yet too."""
        return self._items

    def at(self, row: int) -> TimelineItem:
        """Return the row that is shown at a place; the quick way for a delegate, which asks for every row."""
        return self._items[self._first + row]

    def begins_day(self, row: int) -> bool:
        """Tell whether the day is said above a row: the first that is shown, and the first of each day."""
        return row == 0 or self.at(row - 1).happened.date() != self.at(row).happened.date()

    def item(self, record: str) -> TimelineItem | None:
        return self._known.get(record)

    def last_mine(self, kind: str) -> TimelineItem | None:
        """Return the newest row of a kind that this person wrote."""
        return next((item for item in reversed(self._items) if item.mine and item.kind == kind), None)

    def replace(self, items: Sequence[TimelineItem]) -> None:
        self.beginResetModel()
        self._held_item = next((item for item in items if item.id == self._held), None)
        self._items = sorted((item for item in items if item.id != self._held), key=_order)
        self._known = {item.id: item for item in self._items}
        self._first = max(0, len(self._items) - PAGE)
        self.endResetModel()

    def merge(self, items: Sequence[TimelineItem]) -> None:
        """Put in new rows and replace known ones."""
        for item in items:
            known = self._known.get(item.id)
            if item.id == self._held:
                self._held_item = item
            elif known is None:
                self._insert(item)
            elif _order(known) == _order(item):
                self._update(item)
            else:
                self._remove(known)
                self._insert(item)

    def hold_back(self, record: str) -> None:
        """Leave one record out until another, or none, is held back."""
        if record == self._held:
            return
        held, self._held, self._held_item = self._held_item, record, None
        if held is not None:
            self.merge([held])
        known = self._known.pop(record, None)
        if known is not None:
            self._remove(known)
            self._held_item = known

    def show_earlier(self) -> int:
        """Show a page more; return how many rows came."""
        more = min(PAGE, self._first)
        if more:
            self.beginInsertRows(QModelIndex(), 0, more - 1)
            self._first -= more
            self.endInsertRows()
        return more

    def row_of(self, record: str) -> int:
        """Return the row of a record, showing earlier ones as needed; -1 when it is not here."""
        item = self._known.get(record)
        if item is None:
            return -1
        place = self._items.index(item)
        while place < self._first:
            self.show_earlier()
        return place - self._first

    def _insert(self, item: TimelineItem) -> None:
        place = bisect_right(self._items, _order(item), key=_order)
        self._known[item.id] = item
        row = place - self._first
        if row < 0:
            self._items.insert(place, item)
            self._first += 1
            return
        self.beginInsertRows(QModelIndex(), row, row)
        self._items.insert(place, item)
        self.endInsertRows()

    def _update(self, item: TimelineItem) -> None:
        place = self._items.index(self._known[item.id])
        self._items[place] = self._known[item.id] = item
        if place >= self._first:
            index = self.index(place - self._first, 0)
            self.dataChanged.emit(index, index)

    def _remove(self, item: TimelineItem) -> None:
        place = self._items.index(item)
        row = place - self._first
        if row < 0:
            self._items.pop(place)
            self._first -= 1
            return
        self.beginRemoveRows(QModelIndex(), row, row)
        self._items.pop(place)
        self.endRemoveRows()


def _order(item: TimelineItem) -> tuple[float, str]:
    return (item.happened.timestamp(), item.id)


def heading(item: TimelineItem) -> str:
    """Return the first line of a row: what it is and who wrote it."""
    name = kind_name(item.written_kind or item.kind)
    label = f"{name} {item.label}" if item.label else name
    return label if item.mine or not item.author else f"{label} · {item.author}"


def marks(item: TimelineItem) -> list[str]:
    """Return what else there is to say, in words."""
    said = (
        (item.flagged, _("Flagged")),
        (item.verbatim, _("Word for word")),
        (item.reconstructed, _("From memory")),
        (item.edited, _("Changed since")),
        (item.conflict, _("Two versions")),
        (item.withdrawn, _("Withdrawn")),
    )
    return [words for is_so, words in said if is_so]


def spoken(item: TimelineItem) -> str:
    """Return a row as a screen reader should say it."""
    return ". ".join((clock_time(item.happened), heading(item), *marks(item), item.text))
