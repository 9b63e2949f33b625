"""What a person must know before they go on: rows removed with answers in them, and answers that will not count."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.banners import Banner
from fieldinspect.ui.forms.restoring import Lost
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.text import Button, body, label


class LostBanner(Banner):
    """Rows removed on one laptop and answered in on another; each comes back or stays removed."""

    back_asked = Signal(str)
    left = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.column.addWidget(label(_("Somebody answered in a row that was removed elsewhere.")))

    def show_lost(self, rows: Sequence[Lost]) -> None:
        self.clear()
        for place, lost in enumerate(rows, 1):
            self.add_line(self._row(lost), place)
        self.setVisible(bool(rows))

    def _row(self, lost: Lost) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(lost.name))
        for sentence in lost.sentences:
            column.addWidget(body(sentence))
        back = Button(_("Bring the row back"), partial(self.back_asked.emit, lost.row))
        stay = Button(_("Leave it removed"), partial(self.left.emit, lost.row), look="link")
        for button in (back, stay):
            button.setAccessibleDescription(" ".join([lost.name, *lost.sentences]))
        column.addLayout(flow(back, stay))
        return line


class DroppedBanner(Banner):
    """Answers that will not count, and the choice to go on without them."""

    agreed = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column.addWidget(label(_("These answers will not be in what you complete:")))
        self.column.addWidget(body(_("What no longer counts stays in the history of the record.")))
        self._go_on = Button(_("Complete without them"), self._agree)
        self.column.addLayout(
            flow(self._go_on, Button(_("Do not complete it yet"), self._close, look="link"))
        )

    def show_dropped(self, sentences: Sequence[str]) -> None:
        self.clear()
        for place, sentence in enumerate(sentences, 1):
            self.add_line(body(sentence), place)
        self._go_on.setAccessibleDescription(" ".join(sentences))
        self.setVisible(bool(sentences))
        if sentences:
            self._go_on.setFocus()

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
