"""Restore from a backup."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.fields import Field, PassphraseField
from fieldinspect.ui.widgets.files import ask_file
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, hint, section, title
from fieldinspect.ui.widgets.working import Working


class RestoreView(Page):
    """The file first, then what opens it."""

    file_given = Signal(object)
    restore_asked = Signal(str, bool)
    """The secret, and whether it is the recovery code."""
    stop_asked = Signal()
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=600, centred=True)
        self._summary = ErrorSummary()
        self._back = Button(_("Back"), self.back_asked.emit, look="link")
        self._choose = Button(_("Choose the &file…"), self._ask_file)
        self._file = Field(_("Backup"), self._choose)
        self._choose.setAccessibleName(_("Choose the backup"))
        self._name = section()
        self._name.hide()
        self._by_passphrase, self._by_code = QRadioButton(_("Passphrase")), QRadioButton(_("Recovery code"))
        for radio in (self._by_passphrase, self._by_code):
            radio.setAccessibleName(radio.text())
        self._by = QButtonGroup(self)
        self._by.addButton(self._by_passphrase)
        self._by.addButton(self._by_code)
        self._by_passphrase.setChecked(True)
        self._secret = PassphraseField(
            _("&Passphrase or recovery code"), note=_("The one the vault had when the backup was made")
        )
        self._restore = Button(_("&Restore"), self._ask, look="primary")
        self._working = Working(_("Restoring"), _("Stop restoring"))
        self.add(self._back)
        self.add(self._summary)
        self.add(title(_("Restore from a backup")))
        self.add(hint(_("A new vault is made from it. No vault that is here is replaced")))
        self.add(self._file)
        self.add(self._name)
        self.add(row(self._by_passphrase, self._by_code))
        self.add(self._secret)
        self.add(row(self._restore))
        self.add(self._working)
        self._secret.entered.connect(self._ask)
        self._working.stop_asked.connect(self.stop_asked)
        self.first: QWidget = self._choose

    def show_file(self, name: str) -> None:
        self._name.setText(name)
        self._name.setVisible(bool(name))
        self._secret.line.setFocus()

    def show_problems(self, file: str, secret: str) -> None:
        self._file.show_problem(file)
        self._secret.show_problem(secret)
        said = [(file, self._choose), (secret, self._secret.line)]
        self._summary.show_problems([(sentence, about) for sentence, about in said if sentence])

    def show_percent(self, percent: int | None) -> None:
        self._working.show_percent(percent)
        for part in (self._back, self._choose, self._restore):
            part.setEnabled(percent is None)

    def forget_secret(self) -> None:
        self._secret.line.clear()
        self._secret.line.setEchoMode(QLineEdit.EchoMode.Password)

    def _ask_file(self) -> None:
        found = ask_file(self, _("Choose the backup"))
        if found:
            self.file_given.emit(found)

    def _ask(self) -> None:
        self.restore_asked.emit(self._secret.value, self._by_code.isChecked())
