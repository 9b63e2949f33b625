"""The unlock card."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.secrets.wait_line import WaitLine
from fieldinspect.ui.widgets.fields import PassphraseField
from fieldinspect.ui.widgets.notice import Notice
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, hint, section, title


class UnlockView(Page):
    """Shows nicknames only: never a path, a person or a visit."""

    unlock_asked = Signal(str)
    vault_chosen = Signal(int)
    new_vault_asked = Signal()
    restore_asked = Signal()
    recovery_asked = Signal()
    shares_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=520, centred=True)
        self._summary = ErrorSummary()
        self._nickname = section()
        self._choices = QWidget()
        self._choice_column = QVBoxLayout(self._choices)
        self._choice_column.setContentsMargins(0, 0, 0, 0)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.vault_chosen)
        self._passphrase = PassphraseField(_("&Passphrase"))
        self._passphrase.entered.connect(self._ask)
        self._unlock = Button(_("&Unlock"), self._ask, look="primary")
        self._working = hint()
        self._wait = WaitLine()
        self._told = Notice()
        self._other_ways = (
            Button(_("Use the recovery code"), self.recovery_asked.emit, look="link"),
            Button(_("Use the shares of two keepers"), self.shares_asked.emit, look="link"),
        )
        self._from_backup = Button(_("Restore from a backup…"), self.restore_asked.emit, look="link")
        self._new = Button(_("Make a new vault"), self.new_vault_asked.emit, look="link")
        for part in (self._told, self._summary, title(_("Unlock your vault")), self._nickname, self._choices):
            self.add(part)
        self.add(self._passphrase)
        self.add(self._wait)
        self.add(row(self._unlock, self._working))
        for way in self._other_ways:
            self.add(way)
            way.hide()
        self.add(self._new)
        self.add(self._from_backup)
        self._nickname.hide()
        self._choices.hide()
        self.first: QWidget = self._passphrase.line

    def show_vaults(self, nicknames: Sequence[str], chosen: int) -> None:
        several = len(nicknames) > 1
        self._nickname.setText("" if several else nicknames[0])
        self._nickname.setVisible(not several)
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.deleteLater()
        for index, nickname in enumerate(nicknames if several else ()):
            radio = QRadioButton(nickname.replace("&", "&&"))
            radio.setAccessibleName(nickname)
            radio.setChecked(index == chosen)
            self._group.addButton(radio, index)
            self._choice_column.addWidget(radio, 0, Qt.AlignmentFlag.AlignLeft)
        self._choices.setVisible(several)
        for way in self._other_ways:
            way.show()

    def show_told(self, sentence: str) -> None:
        if sentence:
            self._told.say(sentence)
        else:
            self._told.hide()

    def show_working(self, sentence: str) -> None:
        self._working.setText(sentence)

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, self._passphrase.line)])
        self._passphrase.show_problem(sentence)
        self._passphrase.line.setFocus()
        self._passphrase.line.selectAll()

    def show_wait(self, sentence: str, *, aloud: bool) -> None:
        self._wait.show_wait(sentence, aloud=aloud)
        self._unlock.setEnabled(not sentence)

    def forget_passphrase(self) -> None:
        self._passphrase.forget()
        self._summary.show_problems([])

    def _ask(self) -> None:
        self.unlock_asked.emit(self._passphrase.value)
