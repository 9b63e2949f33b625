"""The rules of the team list."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, title


class ListRulesView(Page):
    """A field for each rule."""

    back_asked = Signal()
    saving_asked = Signal(dict)
    """Values by the name of the rule."""

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._fields = {
            "until": LineField(
                _("The team list serves &until"), note=_("Year-month-day, such as 2031-05-17"), width=220
            ),
            "grace_days": LineField(
                _("Days of &grace after that"),
                note=_("So long it still serves for sending and receiving. Nobody is ever kept from writing"),
                width=120,
            ),
            "app": LineField(
                _("&Least version of the program"),
                note=_("Such as 1.2: older ones go on writing, and receive nothing. Empty for none"),
                width=160,
            ),
            "lock_minutes": LineField(_("Idle &minutes until a vault locks, 1 to 15"), width=120),
            "keep_days": LineField(_("&Days that a laptop keeps its copy of a visit"), width=120),
            "marking": LineField(_("Mar&king"), width=320),
            "handling": LineField(_("&Handling instructions")),
        }
        self._save = Button(_("&Save for the next version"), self._give, look="primary")
        self.add(row(Button(_("Back to the team"), self.back_asked.emit, look="link")))
        for part in (title(_("Rules of the team list")), self._summary, *self._fields.values()):
            self.add(part)
        self.add(row(self._save))
        self.column.addStretch(1)
        self.first: QWidget = self._fields["until"].line

    def show_rules(self, rules: Mapping[str, str]) -> None:
        for name, field in self._fields.items():
            field.line.setText(rules.get(name, ""))

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def show_working(self, working: bool) -> None:
        self._save.setEnabled(not working)

    def _give(self) -> None:
        self.saving_asked.emit({name: field.value for name, field in self._fields.items()})
