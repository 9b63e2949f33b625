"""Three pages between an opened vault and its first screen."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLayout, QStackedWidget, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.handover.presenter import Step, Why
from fieldinspect.ui.secrets.code_view import CodeView, without_code
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, title


class HandoverView(QStackedWidget):
    """The offer of a code, the code, and who else can open the vault."""

    code_asked = Signal()
    without_asked = Signal()
    go_on_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.code = CodeView()
        self._why, self._making, self._keepers = body(), hint(), body()
        self._refusal = ErrorSummary()
        self._make = Button(_("&Make a recovery code"), self.code_asked.emit, look="primary")
        self._without = Button(_("Go on without a new code"), self.without_asked.emit, look="link")
        self._go_on = Button(_("&Go to the vault"), self.go_on_asked.emit, look="primary")
        self._add(
            _("A recovery code for this vault"),
            self._refusal,
            self._why,
            body(without_code()),
            row(self._make, self._making),
            self._without,
        )
        self._add(_("Your recovery code"), self.code)
        self._add(
            _("Who else can open this vault"),
            self._keepers,
            hint(
                _(
                    "The inspection may name keepers later, in its team list: you are told when it does. "
                    "You find this again among the keys of this vault"
                )
            ),
            row(self._go_on),
        )

    @property
    def first(self) -> QWidget:
        return (self._make, self.code.first, self._go_on)[self.currentIndex()]

    def show_step(self, step: Step) -> None:
        self.setCurrentIndex(step)
        self.first.setFocus()

    def show_why(self, why: Why) -> None:
        said = {
            Why.MADE: _("The vault is made"),
            Why.BY_CODE: _(
                "The vault is open, and its new passphrase is set. The code you used goes on working: "
                "make a new one if others may have seen it"
            ),
            Why.BY_SHARES: _(
                "The vault is open, and its new passphrase is set. With a code of your own "
                "the keepers are not needed the next time. Destroy both shares"
            ),
        }
        self._why.setText(said[why])

    def show_making(self, making: bool) -> None:
        self._making.setText(_("Making the recovery code…") if making else "")
        self._make.setEnabled(not making)
        self._without.setEnabled(not making)
        if making:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._making, self._making.text()))

    def show_refusal(self, sentence: str) -> None:
        self._refusal.show_problems([(sentence, None)] if sentence else [])

    def show_who_else(self, sentences: Sequence[str]) -> None:
        self._keepers.setText("\n\n".join(sentences))
        self._go_on.setAccessibleDescription(" ".join(sentences))

    def _add(self, heading: str, *parts: QWidget | QLayout) -> None:
        page = Page(width=600, centred=True)
        page.add(title(heading))
        for part in parts:
            page.add(part)
        page.column.addStretch(1)
        self.addWidget(page)
