"""Two pages: what it does and the passphrases, then the new code."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.rotate.presenter import Step
from fieldinspect.ui.secrets.code_view import CodeView
from fieldinspect.ui.secrets.new_passphrase import NewPassphrase
from fieldinspect.ui.secrets.wait_line import WaitLine
from fieldinspect.ui.widgets.fields import PassphraseField
from fieldinspect.ui.widgets.page import Page, reveal, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, title
from fieldinspect.ui.widgets.working import Working


class RotateView(QStackedWidget):
    """Seen while the vault is closed, so there is nothing of it on the screen but its nickname."""

    start_asked = Signal(str, str, str)
    back_asked = Signal()
    stop_asked = Signal()

    def __init__(self, nickname: str) -> None:
        super().__init__()
        self._summary = ErrorSummary()
        self._old = PassphraseField(_("Current &passphrase"))
        self.passphrase = NewPassphrase(_("&New passphrase"))
        self.code = CodeView()
        self._wait = WaitLine()
        self._start = Button(_("&Make a new master key"), self._ask, look="primary")
        self._back = Button(_("Cancel"), self.back_asked.emit)
        self.working = Working(_("Encrypting the vault anew"), _("Stop, and change nothing"))
        self.working.stop_asked.connect(self.stop_asked)
        self.passphrase.entered.connect(self._ask)
        self._asked = self._make_asked()
        self._add_first(nickname)
        self._add_second()

    @property
    def first(self) -> QWidget:
        return self._old.line if self.currentIndex() == Step.ASK else self.code.first

    def show_step(self, step: Step) -> None:
        self.setCurrentIndex(step)
        self.first.setFocus()

    def show_refusal(self, sentence: str, *, of_new: bool) -> None:
        field: PassphraseField | NewPassphrase = self.passphrase if of_new else self._old
        other: PassphraseField | NewPassphrase = self._old if of_new else self.passphrase
        other.show_problem("")
        field.show_problem(sentence)
        self._summary.show_problems([(sentence, field.control)] if sentence else [])

    def show_percent(self, percent: int | None) -> None:
        began = percent is not None and self.working.isHidden()
        self.working.show_percent(percent)
        self._asked.setVisible(percent is None)
        if began:
            self.working.first.setFocus()
            reveal(self.working)

    def show_wait(self, sentence: str, *, aloud: bool) -> None:
        self._wait.show_wait(sentence, aloud=aloud)
        self._start.setEnabled(not sentence)

    def forget(self) -> None:
        self._old.forget()
        self.passphrase.forget()

    def _add_first(self, nickname: str) -> None:
        page = Page(width=600, centred=True)
        page.add(self._summary)
        page.add(title(_("Make a new master key")))
        for sentence in (
            _("For the vault “{nickname}”, which is closed now").format(nickname=nickname),
            _(
                "Everything in the vault is encrypted anew, and nothing that opened it before opens it afterwards: "
                "no passphrase, no recovery code, no keeper's share, no backup. Do this when a laptop or a "
                "copy of the vault was in the wrong hands together with a passphrase or code"
            ),
            _(
                "It may take minutes, and room on the disk for a second copy. If it is interrupted, "
                "the vault is either as it was or completely new: never in between"
            ),
        ):
            page.add(body(sentence))
        page.add(self._asked)
        page.add(self.working)
        page.column.addStretch(1)
        self.addWidget(page)

    def _make_asked(self) -> QWidget:
        """Make what gives way to the progress."""
        asked = QWidget()
        column = QVBoxLayout(asked)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for part in (self._old, self.passphrase, self._wait):
            column.addWidget(part)
        column.addLayout(row(self._start, self._back))
        return asked

    def _add_second(self) -> None:
        page = Page(width=600, centred=True)
        page.add(title(_("The vault has a new master key")))
        page.add(
            body(
                _(
                    "Only the new passphrase and this new recovery code open it now. "
                    "Unlock the vault when you have kept the code, and make a new backup"
                )
            )
        )
        page.add(self.code)
        page.column.addStretch(1)
        self.addWidget(page)

    def _ask(self) -> None:
        self.start_asked.emit(self._old.value, self.passphrase.value, self.passphrase.again)
