"""The team."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.team.presenter import ROLES, ForceTeam, Member, Team
from fieldinspect.ui.text import role_name
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.files import ask_file, ask_where_to_save
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.notice import Notice
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class TeamView(Page):
    """Whoever may not change the team list sees it and no more."""

    member_chosen = Signal(str)
    team_chosen = Signal(str)
    screen_asked = Signal(str)
    request_given = Signal(object)
    admission_asked = Signal(str, str)
    """Role, digits."""
    force_place_given = Signal(object)
    proposal_place_given = Signal(object)
    giving_up_asked = Signal()
    list_place_given = Signal(object)
    signers_place_given = Signal(object)
    revocations_place_given = Signal(object)

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary, self._done = ErrorSummary(), Notice()
        self._done.hide()
        self._none = body(_("This vault has no inspection yet"))
        self._standing = body()
        self._members = RowList(_("Team"), most=12)
        self._members.chosen.connect(self.member_chosen)
        self._teams = RowList(_("Teams and their forces"), most=6)
        self._teams.chosen.connect(self.team_chosen)
        self._no_teams = body(_("There are no teams: everybody is on one team with all forces"))
        self._digits_label, self._digits = hint(_("The 20 digits of this team list")), label()
        self._next = self._next_version()
        self._admission = self._admitting()
        self._save = Button(_("Save the team list…"), self._ask_list_place)
        self._changing = Group(
            Button(_("Add a &team…"), lambda: self.team_chosen.emit("")),
            Button(_("R&ules of the team list…"), lambda: self.screen_asked.emit("list_rules")),
            Button(_("Replace the root &keys…"), lambda: self.screen_asked.emit("new_roots")),
        )
        self._keys = Group(
            section(_("Root keys")),
            body(_("Whoever holds a root key signs the next version of the team list, on any laptop")),
            Button(_("&Open a proposal…"), lambda: self.screen_asked.emit("proposal")),
            Button(_("&Make a root key…"), lambda: self.screen_asked.emit("root_key")),
        )
        self._outsiders = Group(
            section(_("For others")),
            body(
                _(
                    "With these files anybody checks your signatures with OpenSSH. It revokes a key as a whole: what "
                    "a lost laptop signed before it was lost is refused, too"
                )
            ),
            Button(_("Save the ke&ys of everybody…"), self._ask_signers_place),
            Button(_("Save the keys of re&voked laptops…"), self._ask_revocations_place),
        )
        for part in (
            title(_("Team")),
            self._done,
            self._summary,
            self._none,
            self._standing,
            self._digits_label,
            self._digits,
            self._save,
            self._next,
            self._members,
            section(_("Teams and their forces")),
            self._no_teams,
            self._teams,
            self._changing,
            self._admission,
            self._keys,
            self._outsiders,
        ):
            self.add(part)
        self.column.addStretch(1)
        self.first: QWidget = self._members

    def _next_version(self) -> Group:
        self._waiting, self._lacking = body(), hint()
        self._force = Button(
            _("&Put into force and save the team list…"), self._ask_force_place, look="primary"
        )
        self._propose = Button(_("&Save the proposal…"), self._ask_proposal_place, look="primary")
        self._give_up = Button(_("&Give the changes up"), self.giving_up_asked.emit)
        return Group(
            section(_("Changes that wait for the next version")),
            self._waiting,
            self._lacking,
            self._force,
            self._propose,
            self._give_up,
        )

    def _admitting(self) -> Group:
        self._open = Button(_("Open a &request…"), self._ask_request)
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
        self._said = LineField(
            _("The 20 &digits that they read to you"),
            note=_("Over the telephone or face to face: never from the message that the request came in"),
            width=320,
        )
        self._admit = Button(_("&Admit with the next version"), self._ask_admission)
        return Group(
            section(_("Admit somebody")),
            body(_("They give you a request from their laptop")),
            self._open,
            self._who,
            self._role_box,
            self._said,
            self._admit,
        )

    def show_team(self, team: Team) -> None:
        self._members.show_rows([_member_row(one) for one in team.members])
        self._teams.show_rows([_team_row(one) for one in team.teams])
        self._standing.setText(team.standing)
        self._digits.setText(team.digits)
        self._waiting.setText("\n".join(f"• {sentence}" for sentence in team.waiting))
        self._lacking.setText(team.lacking)
        begun = bool(team.members)
        for part in (
            self._members,
            self._standing,
            self._digits,
            self._digits_label,
            self._save,
            self._outsiders,
        ):
            part.setVisible(begun)
        self._none.setVisible(not begun)
        self._teams.setVisible(bool(team.teams))
        self._no_teams.setVisible(not team.teams)
        self._next.setVisible(bool(team.waiting))
        self._force.setVisible(team.alone)
        self._propose.setVisible(not team.alone)
        self._lacking.setVisible(bool(team.lacking))
        for group in (self._admission, self._changing):
            group.setVisible(team.may_change)

    def show_request(self, name: str, roles: str) -> None:
        self._who.setText(
            _("{name} takes part already, as: {roles}. This asks for another laptop of theirs").format(
                name=name, roles=roles
            )
            if roles
            else _("{name} asks to take part. As what?").format(name=name)
        )
        self._said.line.clear()
        for part in (self._who, self._said, self._admit):
            part.setVisible(bool(name))
        self._role_box.setVisible(bool(name) and not roles)
        if name:
            self._said.line.setFocus()

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def show_working(self, working: bool) -> None:
        for button in (self._admit, self._force, self._propose, self._give_up):
            button.setEnabled(not working)

    def show_done(self, sentence: str) -> None:
        if sentence:
            self._done.say(sentence)
        else:
            self._done.hide()

    def _ask_request(self) -> None:
        path = ask_file(self, _("Open a request"))
        if path is not None:
            self.request_given.emit(path)

    def _ask_admission(self) -> None:
        self.admission_asked.emit(str(ROLES[self._roles.checkedId()]), self._said.value)

    def _ask_list_place(self) -> None:
        path = ask_where_to_save(self, _("Save the team list"), "team.txt")
        if path is not None:
            self.list_place_given.emit(path)

    def _ask_signers_place(self) -> None:
        path = ask_where_to_save(self, _("Save the keys of everybody"), "allowed_signers")
        if path is not None:
            self.signers_place_given.emit(path)

    def _ask_revocations_place(self) -> None:
        path = ask_where_to_save(self, _("Save the keys of revoked laptops"), "revoked.krl")
        if path is not None:
            self.revocations_place_given.emit(path)

    def _ask_force_place(self) -> None:
        path = ask_where_to_save(self, _("Save the team list"), "team.txt")
        if path is not None:
            self.force_place_given.emit(path)

    def _ask_proposal_place(self) -> None:
        path = ask_where_to_save(self, _("Save the proposal"), "team.proposal")
        if path is not None:
            self.proposal_place_given.emit(path)


def _member_row(one: Member) -> Row:
    detail = [", ".join(map(role_name, one.roles)) or _("Left the team")]
    if one.teams:
        detail.append(_("Team: {names}").format(names=", ".join(one.teams)))
    if one.conflicts:
        detail.append(_("May not inspect: {names}").format(names=", ".join(one.conflicts)))
    if one.revoked:
        detail.append(_("Revoked laptops: {count}").format(count=one.revoked))
    return Row(one.id, one.name, "\n".join(detail), _("Laptops: {count}").format(count=one.laptops))


def _team_row(one: ForceTeam) -> Row:
    people = ", ".join(one.people) or _("nobody yet")
    return Row(one.name, one.name, "\n".join((", ".join(one.forces) or _("no forces yet"), people)))
