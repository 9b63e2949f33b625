"""The comments on one answer, below its question, and a box for one more."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from fieldinspect.i18n import _, ngettext
from fieldinspect.ui.forms.banners import Banner
from fieldinspect.ui.forms.reviewing import Remark
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button, body, hint, label
from fieldinspect.ui.widgets.textbox import TextBox


def open_comments(remarks: Sequence[Remark]) -> str:
    """Return how many comments are not done in words, "" for none."""
    count = sum(not one.done for one in remarks)
    if not count:
        return ""
    return ngettext("{count} open comment", "{count} open comments", count).format(count=count)


def told(remark: Remark) -> str:
    """Return a comment with what it waits for."""
    if remark.done:
        return _("{text} (done)").format(text=remark.text)
    return _("{text} (asked for)").format(text=remark.text) if remark.asks else remark.text


class CommentPanel(Banner):
    """One panel for the whole form: it goes to whichever question is commented on."""

    added = Signal(str, str, bool)
    closed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self._heading = label()
        self._box = TextBox(least=2, most=8)
        self._asks = QCheckBox(_("Ask the author to do this"))
        self.column.addWidget(self._heading)
        self.column.addWidget(self._box)
        self.column.addWidget(self._asks)
        self.column.addLayout(
            row(
                Button(_("Add comment"), self._add),
                Button(_("Close comments"), self._close, look="link"),
            )
        )

    def open_at(self, path: str, question: str, remarks: Sequence[Remark]) -> None:
        """Show the comments on a question and let one more be written."""
        self.path = path
        self._box.setPlainText("")
        self._asks.setChecked(False)
        self._heading.setText(_("Comments"))
        self._box.setAccessibleName(_("Comment on: {question}").format(question=question))
        self.show_remarks(remarks)
        self.show()
        self._box.setFocus()

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        self.clear()
        place = 1
        for remark in remarks:
            self.add_line(hint(remark.who), place)
            self.add_line(body(told(remark)), place + 1)
            place += 2

    def _add(self) -> None:
        text = self._box.toPlainText().strip()
        if not text:
            self._box.setFocus()
            return
        self._box.setPlainText("")
        self.added.emit(self.path, text, self._asks.isChecked())

    def _close(self) -> None:
        self.hide()
        self.closed.emit(self.path)
