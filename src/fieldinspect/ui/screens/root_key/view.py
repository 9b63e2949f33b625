"""Making a root key."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.root_key.presenter import Made
from fieldinspect.ui.secrets.new_passphrase import NewPassphrase
from fieldinspect.ui.widgets.fields import Field
from fieldinspect.ui.widgets.files import ask_where_to_save
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class RootKeyView(Page):
    """A passphrase for the key, where to save it, and then its public part."""

    back_asked = Signal()
    making_asked = Signal(object, str, str)
    """Where, passphrase, the same again."""

    def __init__(self) -> None:
        super().__init__(width=640)
        self._summary = ErrorSummary()
        self.passphrase = NewPassphrase(_("&Passphrase for the root key"))
        self._make = Button(_("&Make the root key and save it…"), self._ask_place, look="primary")
        self._working = hint()
        self._line = QLineEdit()
        self._line.setReadOnly(True)
        self._digits = label()
        self._made = Group(
            section(_("The root key is made")),
            body(
                _(
                    "Make a copy of the file on another stick, keep both off every laptop that inspects, and the "
                    "passphrase elsewhere. Give the public part to whoever starts the inspection"
                )
            ),
            Field(_("Pu&blic part of the root key"), self._line),
            hint(_("Its 20 digits, to be compared by voice")),
            self._digits,
        )
        self.add(row(Button(_("Back to the team"), self.back_asked.emit, look="link")))
        for part in (
            title(_("Make a root key")),
            self._summary,
            self._made,
            body(
                _(
                    "Root keys sign the team list. With three of them in three drawers, two people together decide "
                    "who takes part, and no laptop that is lost can"
                )
            ),
            self.passphrase,
        ):
            self.add(part)
        self.add(row(self._make, self._working))
        self.column.addStretch(1)
        self.first: QWidget = self.passphrase.first

    def show_made(self, made: Made | None) -> None:
        self._line.setText(made.line if made else "")
        self._line.setCursorPosition(0)
        self._digits.setText(made.digits if made else "")
        self._made.setVisible(made is not None)
        if made is not None:
            self._line.setFocus()

    def show_problem(self, sentence: str) -> None:
        self.passphrase.show_problem(sentence)
        self._summary.show_problems([(sentence, self.passphrase.control)] if sentence else [])

    def show_working(self, sentence: str) -> None:
        self._working.setText(sentence)
        self._make.setEnabled(not sentence)

    def forget(self) -> None:
        self.passphrase.forget()

    def _ask_place(self) -> None:
        path = ask_where_to_save(self, _("Save the root key"), "mine.root-key")
        if path is not None:
            self.making_asked.emit(path, self.passphrase.value, self.passphrase.again)
