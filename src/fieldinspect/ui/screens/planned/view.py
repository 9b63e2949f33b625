"""A planned visit, for whoever goes there."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.services.planning import State
from fieldinspect.services.reference import force_name
from fieldinspect.ui.planning_words import state_name, when, where
from fieldinspect.ui.screens.planned.presenter import Briefed
from fieldinspect.ui.text import kind_name
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class PlannedView(Page):
    """The briefing and one button."""

    begin_asked = Signal(str)
    """The station, where the plan names none."""
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._summary = ErrorSummary()
        self._where, self._facts = title(), body()
        self._briefing_title, self._briefing = section(_("Briefing")), body()
        self._gone = body(_("This planned visit is not in this vault"))
        self._state = body()
        self._station = LineField(_("Which &station are you visiting?"))
        self._begin = Button(
            _("Be&gin the visit"), lambda: self.begin_asked.emit(self._station.value), look="primary"
        )
        self._note = hint(_("Colleagues who begin it too write to the same visit, also without a network"))
        for part in (
            self._summary,
            self._where,
            self._gone,
            self._state,
            self._facts,
            self._briefing_title,
            self._briefing,
            self._station,
        ):
            self.add(part)
        self.add(row(self._begin, Button(_("Back to Today"), self.back_asked.emit, look="link")))
        self.add(self._note)
        self.column.addStretch(1)
        self._station.line.returnPressed.connect(self._begin.click)

    @property
    def first(self) -> QWidget:
        return self._station.line if self._station.isVisibleTo(self) else self._begin

    def show_planned(self, briefed: Briefed | None) -> None:
        details = briefed.planned.details if briefed else None
        open_to = briefed is not None and briefed.planned.state in (State.PLANNED, State.BEGUN)
        self._gone.setVisible(briefed is None)
        self._where.setText(where(details) if details else _("Planned visit"))
        self._facts.setText(_facts(briefed) if briefed else "")
        self._state.setText(state_name(briefed.planned.state) if briefed else "")
        self._state.setVisible(briefed is not None and briefed.planned.state is not State.PLANNED)
        self._briefing.setText(details.briefing if details else "")
        for part in (self._briefing, self._briefing_title):
            part.setVisible(bool(details and details.briefing))
        self._station.setVisible(open_to and details is not None and not details.station)
        for button in (self._begin, self._note):
            button.setVisible(open_to)

    def show_working(self, working: bool) -> None:
        self._begin.setEnabled(not working)

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])


def _facts(briefed: Briefed) -> str:
    details = briefed.planned.details
    told = [
        when(details),
        force_name(details.force) if details.station and details.force else "",
        _("Unannounced") if details.unannounced else _("The force knows of it"),
        _("Assigned: {names}").format(names=", ".join(briefed.people)) if briefed.people else "",
        _("Led by {name}").format(name=briefed.lead) if briefed.lead else "",
        _("What is to be done: {streams}").format(streams=", ".join(map(kind_name, details.streams))),
        _("Contacts: {contacts}").format(contacts=details.contacts) if details.contacts else "",
    ]
    return "\n".join(filter(None, told))
