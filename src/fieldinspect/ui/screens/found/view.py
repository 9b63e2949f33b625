"""Starting an inspection whose root keys are kept off every laptop."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.files import ask_where_to_save
from fieldinspect.ui.widgets.notice import Notice
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, title
from fieldinspect.ui.widgets.textbox import TextBox


class FoundView(Page):
    """Title, the public parts of the keys, and how many of them sign."""

    back_asked = Signal()
    proposal_asked = Signal()
    founding_asked = Signal(object, str, str, str)
    """Where, title, public parts a line each, how many sign."""

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary, self._done = ErrorSummary(), Notice()
        self._title = LineField(
            _("&Title of the inspection"), note=_("As it will be printed on what you issue")
        )
        self._lines = TextBox(least=3, most=8)
        self._threshold = LineField(_("&How many of them sign each version"), width=120)
        self._threshold.line.setText("2")
        self._save = Button(_("&Save the proposal…"), self._ask_place, look="primary")
        self._open = Button(_("&Open a proposal…"), self.proposal_asked.emit)
        self.add(row(Button(_("Back"), self.back_asked.emit, look="link")))
        for part in (
            title(_("Start an inspection with root keys")),
            self._done,
            self._summary,
            body(
                _(
                    "Root keys sign the team list. With three of them in three drawers, two people together decide "
                    "who takes part, and no laptop that is lost can"
                )
            ),
            body(_("Holders make them, and give you the public parts. Compare the digits of each by voice")),
            self._title,
            Field(_("&Public parts of the root keys, a line each"), self._lines),
            self._threshold,
        ):
            self.add(part)
        self.add(row(self._save, self._open))
        self.column.addStretch(1)
        self.first: QWidget = self._title.line

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def show_working(self, working: bool) -> None:
        self._save.setEnabled(not working)

    def show_done(self, sentence: str) -> None:
        if sentence:
            self._done.say(sentence)
        else:
            self._done.hide()

    def _ask_place(self) -> None:
        path = ask_where_to_save(self, _("Save the proposal"), "inspection.proposal")
        if path is not None:
            self.founding_asked.emit(
                path, self._title.value, self._lines.toPlainText(), self._threshold.value
            )
