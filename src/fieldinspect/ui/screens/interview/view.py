"""An officer interview, the width of the window to itself."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.widgets.text import Button, hint, title


class InterviewView(QWidget):
    """A heading and the form."""

    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.form = FormView()
        self._heading, self._where = title(_("Officer interview")), hint()
        head = QWidget()
        top = QVBoxLayout(head)
        top.setContentsMargins(24, 16, 24, 0)
        top.setSpacing(4)
        for part in (
            Button(_("Back to the visit"), self.back_asked.emit, look="link"),
            self._heading,
            self._where,
        ):
            top.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(head)
        column.addWidget(self.form, 1)
        self.first: QWidget = self.form

    def show_heading(self, station: str, when: str) -> None:
        self._where.setText(" · ".join((station, when)))
