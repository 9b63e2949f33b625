"""An overview, and a page for each change."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.keys.presenter import Step
from fieldinspect.ui.secrets.code_view import CodeView
from fieldinspect.ui.secrets.new_passphrase import NewPassphrase
from fieldinspect.ui.widgets.fields import PassphraseField
from fieldinspect.ui.widgets.notice import Notice
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class KeysView(QStackedWidget):
    """Every page but the first has a way back."""

    passphrase_asked = Signal()
    passphrase_given = Signal(str, str, str)
    code_asked = Signal()
    code_passphrase_given = Signal(str)
    rotation_asked = Signal()
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._done = Notice()
        self._has_code, self._who = body(), body()
        self._old = PassphraseField(_("Current &passphrase"))
        self.passphrase = NewPassphrase(_("&New passphrase"))
        self._for_code = PassphraseField(_("&Passphrase"))
        self.code = CodeView()
        self._summaries = {Step.PASSPHRASE: ErrorSummary(), Step.ASK_CODE: ErrorSummary()}
        self._change = Button(_("Change &passphrase…"), self.passphrase_asked.emit)
        self._do_change = Button(_("&Change the passphrase"), self._give_passphrases, look="primary")
        self._do_make = Button(_("&Make the code"), self._give_for_code, look="primary")
        self._working = (hint(), hint())
        self._add_overview()
        self._add_passphrase()
        self._add_ask_code()
        page = self._new_page(_("Your new recovery code"), back=False)
        page.add(self.code)
        page.column.addStretch(1)
        self.passphrase.entered.connect(self._give_passphrases)
        self._for_code.entered.connect(self._give_for_code)

    @property
    def first(self) -> QWidget:
        return (self._change, self._old.line, self._for_code.line, self.code.first)[self.currentIndex()]

    def show_step(self, step: Step) -> None:
        moved = self.currentIndex() != step
        self.setCurrentIndex(step)
        if moved and self.isVisible():
            self.first.setFocus()

    def show_keys(self, has_code: bool, sentences: Sequence[str]) -> None:
        self._has_code.setText(
            _("There is a recovery code. It is on paper only; a new one makes it useless")
            if has_code
            else _("There is no recovery code: a forgotten passphrase loses everything in the vault")
        )
        self._who.setText("\n\n".join(sentences))

    def show_done(self, sentence: str) -> None:
        if sentence:
            self._done.say(sentence)
        else:
            self._done.hide()

    def show_refusal(self, sentence: str, *, of_new: bool = False) -> None:
        old: PassphraseField = self._for_code if self.currentIndex() == Step.ASK_CODE else self._old
        field: PassphraseField | NewPassphrase = self.passphrase if of_new else old
        for one in (self._old, self._for_code, self.passphrase):
            one.show_problem(sentence if one is field else "")
        for step, summary in self._summaries.items():
            here = bool(sentence) and self.currentIndex() == step
            summary.show_problems([(sentence, field.control)] if here else [])

    def show_working(self, sentence: str) -> None:
        for line in self._working:
            line.setText(sentence)
        for button in (self._do_change, self._do_make):
            button.setEnabled(not sentence)
        if sentence:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def forget(self) -> None:
        for field in (self._old, self._for_code, self.passphrase):
            field.forget()

    def _add_overview(self) -> None:
        page = self._new_page(_("Keys of this vault"), back=False)
        page.add(self._done)
        page.add(section(_("Who else can open it")))
        page.add(self._who)
        page.add(section(_("Passphrase")))
        page.add(row(self._change))
        page.add(section(_("Recovery code")))
        page.add(self._has_code)
        page.add(row(Button(_("Make a new recovery &code…"), self.code_asked.emit)))
        page.add(section(_("Master key")))
        page.add(
            body(
                _(
                    "A new master key encrypts the whole vault anew, and no earlier passphrase, code, share or backup "
                    "opens it any more. The vault is closed for it, which may take minutes"
                )
            )
        )
        page.add(row(Button(_("Close the vault and make a new &master key…"), self.rotation_asked.emit)))
        page.column.addStretch(1)

    def _add_passphrase(self) -> None:
        page = self._new_page(_("Change the passphrase"), self._summaries[Step.PASSPHRASE])
        page.add(self._old)
        page.add(self.passphrase)
        page.add(row(self._do_change, self._working[0]))
        page.column.addStretch(1)

    def _add_ask_code(self) -> None:
        page = self._new_page(_("Make a new recovery code"), self._summaries[Step.ASK_CODE])
        page.add(
            body(_("The code before stops working at once. The new one is shown once, so have paper ready"))
        )
        page.add(self._for_code)
        page.add(row(self._do_make, self._working[1]))
        page.column.addStretch(1)

    def _new_page(self, heading: str, summary: ErrorSummary | None = None, *, back: bool = True) -> Page:
        page = Page(width=640)
        if back:
            page.add(Button(_("Back"), self.back_asked.emit, look="link"))
        if summary is not None:
            page.add(summary)
        page.add(title(heading))
        self.addWidget(page)
        return page

    def _give_passphrases(self) -> None:
        self.passphrase_given.emit(self._old.value, self.passphrase.value, self.passphrase.again)

    def _give_for_code(self) -> None:
        self.code_passphrase_given.emit(self._for_code.value)
