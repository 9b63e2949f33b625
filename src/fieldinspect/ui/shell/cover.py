"""What covers the screen while the vault is being locked."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.shell.window import Window
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.text import Button, body, hint, title


class Cover(Page):
    """Shows no word of the vault."""

    again_asked = Signal()
    given_up = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(width=520, centred=True)
        self._window = window
        self._words = body(_("Writing down what you typed"))
        self._again = Button(_("&Try again"), self.again_asked.emit, look="primary")
        self._lose = Button(
            _("Lock all the same and lose what is not saved"), self.given_up.emit, look="link"
        )
        self._note = hint(_("It goes on by itself. Nothing can be read meanwhile"))
        self.add(title(_("Locking")))
        self.add(self._words)
        self._choices = QWidget()
        self._choices.setLayout(row(self._again, self._lose))
        self.add(self._note)
        self.add(self._choices)
        self._note.hide()
        self._choices.hide()
        self.first: QWidget = self._again

    def show_locking(self) -> None:
        self._window.show_locked()
        self._window.show_part(self)

    def show_not_saved(self, sentence: str) -> None:
        if self._words.text() != sentence:
            self._words.setText(sentence)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._words, sentence))
        if self._choices.isHidden():
            self._note.show()
            self._choices.show()
            self._again.setFocus()
