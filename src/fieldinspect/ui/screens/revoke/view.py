"""Revoking a laptop."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.revoke.presenter import Loss
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class RevokeView(Page):
    """What it keeps, and the two things to say about it."""

    back_asked = Signal()
    look_asked = Signal(str)
    revocation_asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._whose, self._device = body(), hint()
        self._said = body()
        self._reason = LineField(_("&What happened to it?"), note=_("A few words that everybody will read"))
        self._lost = LineField(
            _("&Since when may somebody else have it?"),
            note=_("2031-05-17 or 2031-05-17 14:30. Empty: all that is here goes on counting"),
            width=260,
        )
        self._look = Button(_("See what would &count"), lambda: self.look_asked.emit(self._lost.value))
        self._revoke = Button(_("&Revoke with the next version"), self._give, look="primary")
        self.add(row(Button(_("Back to the team"), self.back_asked.emit, look="link")))
        for part in (
            title(_("Revoke a laptop")),
            self._summary,
            self._whose,
            self._device,
            self._reason,
            self._lost,
        ):
            self.add(part)
        self.add(row(self._look))
        self.add(section(_("What would count")))
        self.add(self._said)
        self.add(row(self._revoke))
        self.column.addStretch(1)
        self.first: QWidget = self._reason.line

    def show_loss(self, loss: Loss) -> None:
        self._whose.setText(_("The laptop of {name}").format(name=loss.name))
        self._device.setText(loss.device)
        self._said.setText("\n".join(f"• {sentence}" for sentence in loss.sentences))

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def show_working(self, working: bool) -> None:
        self._revoke.setEnabled(not working)

    def forget(self) -> None:
        self._reason.line.clear()
        self._lost.line.clear()

    def _give(self) -> None:
        self.revocation_asked.emit(self._reason.value, self._lost.value)
