"""Putting other root keys in place."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.new_roots.presenter import Roots
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, section, title
from fieldinspect.ui.widgets.textbox import TextBox


class NewRootsView(Page):
    """The keys in force, and the two ways to others."""

    back_asked = Signal()
    replacement_asked = Signal(str, str)
    """Public parts, a line each; how many of them sign."""
    own_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._now = body()
        self._lines = TextBox(least=3, most=8)
        self._threshold = LineField(_("&How many of them sign each version"), width=120)
        self._replace = Button(_("&Save for the next version"), self._give, look="primary")
        self._renew = Button(_("Make a &new root key in this vault"), self.own_asked.emit)
        self._own = Group(
            section(_("A new key in this vault")),
            body(_("When somebody else may have had this vault open. The old key signs for the last time")),
            self._renew,
        )
        self.add(row(Button(_("Back to the team"), self.back_asked.emit, look="link")))
        for part in (
            title(_("Replace the root keys")),
            self._summary,
            self._now,
            section(_("Keys in files of their own")),
            body(_("Holders make them, and give you the public parts. Compare the digits of each by voice")),
            Field(_("&Public parts of the root keys, a line each"), self._lines),
            self._threshold,
        ):
            self.add(part)
        self.add(row(self._replace))
        self.add(self._own)
        self.column.addStretch(1)
        self.first: QWidget = self._lines

    def show_roots(self, roots: Roots) -> None:
        keys = "\n".join(f"• {digits}" for digits in roots.digits)
        self._now.setText(
            _("In force: {threshold} of these root keys sign").format(threshold=roots.threshold) + "\n" + keys
        )
        self._own.setVisible(roots.here)

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def show_working(self, working: bool) -> None:
        for button in (self._replace, self._renew):
            button.setEnabled(not working)

    def forget(self) -> None:
        self._lines.clear()
        self._threshold.line.setText("2")

    def _give(self) -> None:
        self.replacement_asked.emit(self._lines.toPlainText(), self._threshold.value)
