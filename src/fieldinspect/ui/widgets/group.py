"""Parts that come and go together."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button


class Group(QWidget):
    """Parts below each other; buttons keep their own width."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in parts:
            if isinstance(part, Button):
                column.addLayout(row(part))
            else:
                column.addWidget(part)
