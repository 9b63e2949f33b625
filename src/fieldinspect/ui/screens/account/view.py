"""What is missing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.account.presenter import Page as Accounts
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class AccountView(Page):
    """Sentences below each other, and one button that says they were read."""

    read_said = Signal()
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._said = QWidget()
        self._said_column = QVBoxLayout(self._said)
        self._said_column.setContentsMargins(0, 0, 0, 0)
        self._said_column.setSpacing(12)
        self._parts: list[QWidget] = []
        self._nothing = body(_("Nothing went missing in this vault"))
        self._hold = hint(_("You can work meanwhile. You find this again under Care of this vault"))
        self._read = Button(_("I have &read this"), self.read_said.emit, look="primary")
        self._back = Button(_("Back to Care of this vault"), self.back_asked.emit, look="link")
        self.add(title(_("What happened to this vault")))
        self.add(self._nothing)
        self.add(self._said)
        self.add(self._hold)
        self.add(row(self._read))
        self.add(row(self._back))
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        return self._back if self._read.isHidden() else self._read

    def show_accounts(self, page: Accounts) -> None:
        for part in self._parts:
            self._said_column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        for account in page.accounts:
            for part in (section(account.heading), *(body(sentence) for sentence in account.sentences)):
                part.setAccessibleName(part.text())
                self._said_column.addWidget(part)
                self._parts.append(part)
        self._said.setAccessibleName(" ".join(" ".join(one.sentences) for one in page.accounts))
        self._nothing.setVisible(not page.accounts)
        self._read.setAccessibleDescription(self._said.accessibleName())
        for part in (self._hold, self._read):
            part.setVisible(page.waits)
        if page.waits:
            self._read.setFocus()
