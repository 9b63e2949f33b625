"""A proposal for the next team list."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.proposal.presenter import Shown
from fieldinspect.ui.widgets.fields import PassphraseField
from fieldinspect.ui.widgets.files import ask_file, ask_where_to_save
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.notice import Notice
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class ProposalView(Page):
    """Open, read, sign, publish: in this order down the page."""

    back_asked = Signal()
    proposal_given = Signal(object)
    key_given = Signal(object)
    signing_asked = Signal(str, bool)
    """Passphrase; whether another proposal for this version was given up."""
    publication_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary, self._done = ErrorSummary(), Notice()
        self._open = Button(_("&Open a proposal…"), self._ask_proposal)
        self._file, self._digits = label(), hint()
        self._says, self._standing = body(), body()
        self._key, self._key_name = Button(_("Choose the root &key file…"), self._ask_key), label()
        self._passphrase = PassphraseField(_("&Passphrase of the root key"))
        self._instead = QCheckBox(_("The other proposal for this version was &given up"))
        self._sign = Button(_("&Sign the proposal"), self._give, look="primary")
        self._working = hint()
        self._publish = Button(_("P&ublish it and save the team list…"), self._ask_target)
        self._reading = Group(
            self._file, self._digits, section(_("What it changes")), self._says, self._standing
        )
        self._signing = Group(
            section(_("Sign it")),
            body(_("Sign only what you were told of and understand, and what stands here in full")),
            self._key,
            self._key_name,
            self._passphrase,
            self._instead,
            self._sign,
        )
        self._publishing = Group(section(_("Publish it")), self._publish)
        self.add(row(Button(_("Back to the team"), self.back_asked.emit, look="link")))
        for part in (title(_("A proposal for the team list")), self._done, self._summary):
            self.add(part)
        self.add(row(self._open, self._working))
        for group in (self._reading, self._signing, self._publishing):
            self.add(group)
        self.column.addStretch(1)
        self._passphrase.entered.connect(self._give)
        self.first: QWidget = self._open

    def show_proposal(self, shown: Shown | None) -> None:
        for part in (self._reading, self._signing):
            part.setVisible(shown is not None)
        self._publishing.setVisible(shown is not None and shown.complete)
        if shown is None:
            return
        self._file.setText(
            _("{file}: version {version} of the team list").format(file=shown.file, version=shown.version)
        )
        self._digits.setText(
            _("The 20 digits of the team list in force: {digits}").format(digits=shown.digits)
        )
        self._digits.setVisible(bool(shown.digits))
        self._says.setText("\n".join(f"• {sentence}" for sentence in shown.sentences))
        self._standing.setText(shown.standing)

    def show_key(self, name: str) -> None:
        self._key_name.setText(name)
        self._key_name.setVisible(bool(name))

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def show_working(self, sentence: str) -> None:
        self._working.setText(sentence)
        for button in (self._sign, self._publish):
            button.setEnabled(not sentence)

    def show_done(self, sentence: str) -> None:
        if sentence:
            self._done.say(sentence)
        else:
            self._done.hide()

    def forget(self) -> None:
        self._passphrase.forget()
        self._instead.setChecked(False)

    def _ask_proposal(self) -> None:
        path = ask_file(self, _("Open a proposal"))
        if path is not None:
            self.proposal_given.emit(path)

    def _ask_key(self) -> None:
        path = ask_file(self, _("Choose the root key file"))
        if path is not None:
            self.key_given.emit(path)

    def _ask_target(self) -> None:
        path = ask_where_to_save(self, _("Save the team list"), "team.txt")
        if path is not None:
            self.publication_asked.emit(path)

    def _give(self) -> None:
        self.signing_asked.emit(self._passphrase.value, self._instead.isChecked())
