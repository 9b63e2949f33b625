"""One record of a stream, the width of the window to itself."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button, body, hint, tag, title


class RecordView(QWidget):
    """A heading, the form, and one button that says that all of it is completed."""

    back_asked = Signal()
    completed_said = Signal(bool)
    erasure_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.form = FormView()
        self._heading, self._where, self._returned = title(), hint(), body()
        self._completed = tag(_("Completed"))
        self._back = Button(_("Back to the visit"), self.back_asked.emit, look="link")
        self._say = Button(_("All of it is completed"), lambda: self.completed_said.emit(True))
        self._take_back = Button(_("Not completed yet"), lambda: self.completed_said.emit(False), look="link")
        self._erase = Button(_("Ask for erasure"), self.erasure_asked.emit, look="link")
        head = QWidget()
        top = QVBoxLayout(head)
        top.setContentsMargins(24, 16, 24, 0)
        top.setSpacing(4)
        top.addLayout(row(self._back))
        top.addWidget(self._heading)
        top.addWidget(self._where)
        top.addWidget(self._returned)
        top.addLayout(row(self._completed, self._say, self._take_back, self._erase))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(head)
        column.addWidget(self.form, 1)
        self.first: QWidget = self.form
        self.show_completed(completed=False)
        self.show_returned("")
        self.show_erasable(erasable=False)

    def show_heading(self, heading: str, where: str, *, of_visit: bool) -> None:
        self._heading.setText(heading)
        self._where.setText(where)
        words = _("Back to the visit") if of_visit else _("Back to the records")
        self._back.setText(words)
        self._back.setAccessibleName(words)

    def show_completed(self, *, completed: bool) -> None:
        self._completed.setVisible(completed)
        self._take_back.setVisible(completed)
        self._say.setVisible(not completed)

    def show_returned(self, reason: str) -> None:
        self._returned.setText(_("Returned to you: {reason}").format(reason=reason) if reason else "")
        self._returned.setVisible(bool(reason))

    def show_erasable(self, *, erasable: bool) -> None:
        self._erase.setVisible(erasable)
