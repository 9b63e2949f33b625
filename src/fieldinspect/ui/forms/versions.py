"""The earlier versions of one answer, below its question."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.banners import Banner
from fieldinspect.ui.forms.history import Told
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.text import Button, hint, label


class VersionPanel(Banner):
    """One panel for the whole form: it goes to whichever question is asked about. The arrows go through the list."""

    closed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self._none = hint(_("Not answered yet"))
        self._list = RowList(_("Earlier versions"), most=6)
        self._close = Button(_("Close earlier versions"), self.leave, look="link")
        self.column.addWidget(label(_("Earlier versions")))
        self.column.addWidget(self._none)
        self.column.addWidget(self._list)
        self.column.addLayout(row(self._close))

    def open_at(self, path: str, question: str, versions: Sequence[Told]) -> None:
        self.path = path
        self._list.setAccessibleName(_("Earlier versions: {question}").format(question=question))
        self._close.setAccessibleDescription(_("Not answered yet") if not versions else "")
        self._list.show_rows([Row(one.change, one.who, _said(one)) for one in versions])
        self._list.setVisible(bool(versions))
        self._none.setVisible(not versions)
        self.show()
        first: QWidget = self._list if versions else self._close
        first.setFocus()

    def leave(self) -> None:
        """Put the panel away and go back to the question."""
        self.hide()
        self.closed.emit(self.path)


def _said(one: Told) -> str:
    if not one.reason:
        return one.answer
    return _("{answer} Why: {reason}").format(answer=_ended(one.answer), reason=one.reason)


def _ended(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."
