"""The fields in which a new passphrase is chosen."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.secrets.choosing import Choosing
from fieldinspect.ui.widgets.fields import PassphraseField
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button, body, hint, label


class NewPassphrase(QWidget):
    """Passphrase, its strength in words, five words to take instead, and the passphrase again."""

    typed = Signal(str)
    words_asked = Signal()
    entered = Signal()
    """Enter in the last field."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._passphrase = PassphraseField(
            text or _("&Passphrase"), note=_("Five words like these are enough")
        )
        self._again = PassphraseField(_("The same passphrase &again"))
        self._strength = body()
        self._strength.hide()
        self._suggested = label()
        offered = QVBoxLayout()
        offered.setSpacing(4)
        offered.addWidget(
            hint(_("Made for you, if you like it. Write it down and keep it away from the laptop"))
        )
        offered.addWidget(self._suggested)
        offered.addLayout(
            row(
                Button(_("&Use these words"), self._use_suggestion),
                Button(_("&Other words"), self.words_asked.emit),
            )
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._passphrase)
        column.addWidget(self._strength)
        column.addLayout(offered)
        column.addWidget(self._again)
        self._passphrase.line.textChanged.connect(self.typed)
        self._again.entered.connect(self.entered)
        self.first: QWidget = self._passphrase.line

    @property
    def control(self) -> QWidget:
        return self._passphrase.line

    @property
    def value(self) -> str:
        return self._passphrase.value

    @property
    def again(self) -> str:
        """What was typed again; the passphrase itself when it is to be seen, and a second time proves nothing."""
        return self.value if self._passphrase.shown else self._again.value

    def suggest(self, passphrase: str) -> None:
        self._suggested.setText(passphrase)

    def show_strength(self, sentence: str) -> None:
        if sentence == self._strength.text():
            return
        self._strength.setText(sentence)
        self._strength.setVisible(bool(sentence))
        if sentence:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._passphrase.line, sentence))

    def show_problem(self, sentence: str) -> None:
        self._passphrase.show_problem(sentence)

    def forget(self) -> None:
        """Clear what was typed and what was offered."""
        for field in (self._passphrase, self._again):
            field.forget()
        self._suggested.clear()

    def _use_suggestion(self) -> None:
        if not self._suggested.text():
            return
        self._passphrase.line.setText(self._suggested.text())
        self._again.line.setText(self._suggested.text())
        if not self._passphrase.shown:
            self._passphrase.toggle()


def wire_choosing(view: NewPassphrase, choosing: Choosing) -> None:
    """Let a presenter's part hear what is typed."""
    view.typed.connect(choosing.typed)
    view.words_asked.connect(choosing.suggest_again)
