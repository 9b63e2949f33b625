"""One person of the team list."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.domain.kinds import Role
from fieldinspect.i18n import _
from fieldinspect.services.reference import forces
from fieldinspect.services.team_words import status_name
from fieldinspect.ui.screens.member.presenter import Laptop, Member
from fieldinspect.ui.text import role_name
from fieldinspect.ui.widgets.checklist import CheckList
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title

_ROLES = (Role.INSPECTOR, Role.LEAD, Role.CENTRAL, Role.AUDITOR)


class MemberView(Page):
    """Fields for whoever may change them; the same in words for everybody else."""

    back_asked = Signal()
    saving_asked = Signal(list, list, str, str)
    """Roles, slugs of forces, first and last day."""
    departure_asked = Signal()
    revocation_asked = Signal(str)
    reinstatement_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._name = title()
        self._said = body()
        self._roles = CheckList("", most=4)
        self._conflicts = CheckList("", most=8)
        day = _("Year-month-day, such as 2031-05-17; empty for no limit")
        self._since = LineField(_("&First day"), note=day, width=220)
        self._until = LineField(_("&Last day"), note=day, width=220)
        self._save = Button(_("&Save for the next version"), self._give, look="primary")
        self._leave = Button(_("They leave the team &now"), self.departure_asked.emit)
        self._laptops = RowList(_("Laptops"), most=6)
        self._laptops.selectionModel().currentChanged.connect(lambda *_where: self._show_laptop())
        self._revoke = Button(_("&Revoke this laptop…"), self._ask_revocation)
        self._reinstate = Button(_("Let this laptop &take part again"), self._ask_reinstatement)
        self._known: dict[str, Laptop] = {}
        self._may_change = False
        self._lay_out()
        self.first: QWidget = self._roles

    def _lay_out(self) -> None:
        self._fields = Group(
            Field(_("R&oles"), self._roles),
            Field(
                _("May not &inspect"),
                self._conflicts,
                note=_("Forces that they come from, or have another tie to"),
            ),
            self._since,
            self._until,
            self._save,
        )
        self._leaving = Group(
            section(_("Leaving the team")),
            hint(
                _(
                    "What they wrote goes on counting, and nothing more is sealed for their laptops. "
                    "Receive their last bundle first"
                )
            ),
            self._leave,
        )
        self.add(row(Button(_("Back to the team"), self.back_asked.emit, look="link")))
        for part in (
            self._name,
            self._summary,
            self._said,
            self._fields,
            section(_("Laptops")),
            self._laptops,
        ):
            self.add(part)
        self.add(row(self._revoke, self._reinstate))
        self.add(self._leaving)
        self.column.addStretch(1)

    def show_member(self, member: Member) -> None:
        self._name.setText(member.name)
        self._said.setText(", ".join(map(role_name, member.roles)) or _("Left the team"))
        self._roles.show_choices([(role, role_name(role)) for role in _ROLES], member.roles)
        self._conflicts.show_choices(
            [(slug, force.title) for slug, force in forces().items()], member.conflicts
        )
        self._since.line.setText(member.since)
        self._until.line.setText(member.until)
        self._known = {one.id: one for one in member.laptops}
        self._may_change = member.may_change
        self._laptops.show_rows([_laptop_row(one) for one in member.laptops])
        self._fields.setVisible(member.may_change)
        self._leaving.setVisible(member.may_change and bool(member.roles))
        self._said.setVisible(not member.may_change)
        self._show_laptop()

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def show_working(self, working: bool) -> None:
        for button in (self._save, self._leave, self._reinstate):
            button.setEnabled(not working)

    def _show_laptop(self) -> None:
        chosen = self._known.get(self._laptops.current_key)
        revoked = chosen is not None and chosen.status == "revoked"
        change = self._may_change and chosen is not None and not chosen.here
        self._revoke.setVisible(change and not revoked)
        self._reinstate.setVisible(change and revoked)

    def _give(self) -> None:
        self.saving_asked.emit(
            self._roles.ticked, self._conflicts.ticked, self._since.value, self._until.value
        )

    def _ask_revocation(self) -> None:
        self.revocation_asked.emit(self._laptops.current_key)

    def _ask_reinstatement(self) -> None:
        self.reinstatement_asked.emit(self._laptops.current_key)


def _laptop_row(one: Laptop) -> Row:
    said = _("This laptop") if one.here else status_name(one.status)
    return Row(one.id, one.id, status="", detail=said)
