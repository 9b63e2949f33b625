"""One team of the team list."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.services.reference import forces
from fieldinspect.ui.screens.force_team.presenter import ForceTeam
from fieldinspect.ui.widgets.checklist import CheckList
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, title


class ForceTeamView(Page):
    """Its name, its forces and its people."""

    back_asked = Signal()
    saving_asked = Signal(str, list, list)
    removal_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._heading = title()
        self._name = LineField(_("&Name of the team"), width=320)
        self._forces = CheckList("", most=10)
        self._people = CheckList("", most=8)
        self._save = Button(_("&Save for the next version"), self._give, look="primary")
        self._remove = Button(_("&Take this team out"), self.removal_asked.emit)
        self.add(row(Button(_("Back to the team"), self.back_asked.emit, look="link")))
        for part in (
            self._heading,
            self._summary,
            body(
                _(
                    "An inspector receives the visits of their teams' forces, those they are assigned to, and what "
                    "belongs to no visit. Leads, the centre and auditors receive those of all forces"
                )
            ),
            self._name,
            Field(_("&Forces it inspects"), self._forces),
            Field(_("&Who is on it"), self._people),
        ):
            self.add(part)
        self.add(row(self._save, self._remove))
        self.column.addStretch(1)
        self.first: QWidget = self._forces

    def show_team(self, team: ForceTeam) -> None:
        self._heading.setText(team.name or _("A new team"))
        self._name.line.clear()
        self._name.setVisible(not team.name)
        self._remove.setVisible(bool(team.name))
        self._forces.show_choices([(slug, one.title) for slug, one in forces().items()], team.forces)
        self._people.show_choices(team.people, team.members)

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def show_working(self, working: bool) -> None:
        for button in (self._save, self._remove):
            button.setEnabled(not working)

    def _give(self) -> None:
        self.saving_asked.emit(self._name.value, self._forces.ticked, self._people.ticked)
