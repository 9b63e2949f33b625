"""The team."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.team.presenter import ROLES, Team
from fieldinspect.ui.text import role_name
from fieldinspect.ui.widgets.files import ask_file, ask_where_to_save
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class TeamView(Page):
    """Whoever does not keep the team list sees it and no more."""

    request_given = Signal(object)
    admission_asked = Signal(str, object)

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._none = body(_("This vault has no inspection yet"))
        self._members = RowList(_("Team"), most=20)
        self._digits_label, self._digits = hint(_("The 20 digits of this team list")), label()
        self._admission = QWidget()
        inside = QVBoxLayout(self._admission)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        self._open = Button(_("&Open a request"), self._ask_request)
        self._who = label()
        self._roles = QButtonGroup(self)
        self._role_box = QWidget()
        roles = QVBoxLayout(self._role_box)
        roles.setContentsMargins(0, 0, 0, 0)
        for place, role in enumerate(ROLES):
            radio = QRadioButton(role_name(role))
            radio.setAccessibleName(role_name(role))
            radio.setChecked(place == 0)
            self._roles.addButton(radio, place)
            roles.addWidget(radio, 0, Qt.AlignmentFlag.AlignLeft)
        self._admit = Button(_("&Admit and save the team list"), self._ask_admission, look="primary")
        self._done = label()
        for part in (
            section(_("Admit somebody")),
            body(_("They give you a request from their laptop")),
            self._open,
            self._who,
            self._role_box,
            self._admit,
            self._done,
        ):
            inside.addWidget(part)
        for shown in (self._summary, title(_("Team")), self._none, self._members):
            self.add(shown)
        self.add(self._digits_label)
        self.add(self._digits)
        self.add(self._admission)
        self.first: QWidget = self._members

    def show_team(self, team: Team) -> None:
        rows = [
            Row(
                one.name,
                one.name,
                ", ".join(map(role_name, one.roles)),
                _("Laptops: {count}").format(count=one.devices),
            )
            for one in team.members
        ]
        self._members.show_rows(rows)
        self._members.setVisible(bool(rows))
        self._none.setVisible(not rows)
        self._digits.setText(team.digits)
        self._digits.setVisible(team.mine)
        self._digits_label.setVisible(team.mine)
        self._admission.setVisible(team.mine)

    def show_request(self, name: str) -> None:
        self._who.setText(_("{name} asks to take part. As what?").format(name=name))
        for part in (self._who, self._role_box, self._admit):
            part.setVisible(bool(name))

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, self._open)] if sentence else [])

    def show_admitted(self, sentence: str) -> None:
        self._done.setText(sentence)
        self._done.setVisible(bool(sentence))

    def _ask_request(self) -> None:
        path = ask_file(self, _("Open a request"))
        if path is not None:
            self.request_given.emit(path)

    def _ask_admission(self) -> None:
        path = ask_where_to_save(self, _("Save the team list"), "team.txt")
        if path is not None:
            self.admission_asked.emit(str(ROLES[self._roles.checkedId()]), path)
