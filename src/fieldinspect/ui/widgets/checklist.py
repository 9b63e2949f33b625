"""A list in which each row can be ticked: Space ticks the one with the focus."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy

_PAD = 8


class CheckList(QListWidget):
    """As tall as its rows, up to `most` of them."""

    def __init__(self, name: str, *, most: int = 6) -> None:
        super().__init__()
        self._most = most
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_choices(self, choices: Sequence[tuple[str, str]], ticked: Collection[str]) -> None:
        """Replace the rows: (key, words) in order, those of `ticked` ticked."""
        self.clear()
        for key, words in choices:
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
            )
            item.setCheckState(Qt.CheckState.Checked if key in ticked else Qt.CheckState.Unchecked)
            self.addItem(item)
        if choices:
            self.setCurrentRow(0)
        height = self.sizeHintForRow(0) if choices else self.fontMetrics().height() + _PAD
        self.setFixedHeight(height * min(self._most, max(1, len(choices))) + _PAD)

    @property
    def ticked(self) -> list[str]:
        """The keys of the rows that are ticked, in the order shown."""
        items = [self.item(row) for row in range(self.count())]
        return [
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]
