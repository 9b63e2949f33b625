"""Who takes part, the changes that wait for the next version of the team list, and admitting by request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Person, Roster
from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services import (
    outsiders,
    programme,
    proposals,
    root_files,
    team_draft,
    team_edits,
    team_list,
    team_words,
)
from fieldinspect.services.reference import force_name
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

MOST_BYTES = 4 * 1024 * 1024
"""No request is longer."""
ROLES = (Role.INSPECTOR, Role.LEAD, Role.CENTRAL, Role.AUDITOR)


class Member(NamedTuple):
    """One person of the team list."""

    id: str
    name: str
    roles: Sequence[str]
    conflicts: Sequence[str]
    """Names of forces."""
    teams: Sequence[str]
    laptops: int
    """In use."""
    revoked: int


class ForceTeam(NamedTuple):
    """One team, its forces and its people, by their names."""

    name: str
    forces: Sequence[str]
    people: Sequence[str]


class Team(NamedTuple):
    """The team list as shown."""

    members: Sequence[Member] = ()
    teams: Sequence[ForceTeam] = ()
    digits: str = ""
    """What is read aloud to whoever joins; "" before there is an inspection."""
    standing: str = ""
    """The version, and until when it serves."""
    may_change: bool = False
    alone: bool = False
    """Whether this vault can put what waits into force by itself."""
    waiting: Sequence[str] = ()
    """What waits for the next version, in sentences."""
    lacking: str = ""
    """What is missing before it can be in force."""


class Asked(NamedTuple):
    """A request that was read."""

    raw: bytes
    name: str
    roles: str
    """Those this person has in the team list already: then this is another laptop of theirs. "" for somebody new."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_team(self, team: Team) -> None: ...

    def show_request(self, name: str, roles: str) -> None:
        """Name who asks, or "" when nobody does; `roles` are those of somebody who takes part already."""
        ...

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_done(self, sentence: str) -> None: ...


class TeamPresenter:
    """Changes collect in the vault; one step puts them into force, or saves them for the holders of root keys."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._asked: Asked | None = None
        self._acting = Acting(view, context.jobs, self._read)

    def enter(self, _place: Place) -> None:
        self._forget_request()
        self._view.show_done("")
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        """Keep nothing: a request is opened again."""

    def changed(self, _changes: Changes) -> None:
        """Keep showing the list; only a roster changes it, and that comes by this screen or with a bundle."""

    def see_member(self, person: str) -> None:
        self._context.go(Place("member", person))

    def see_team(self, name: str) -> None:
        """Go to a team, or with "" to a new one."""
        self._context.go(Place("force_team", name))

    def see_screen(self, screen: str) -> None:
        self._context.go(Place(screen))

    def open_request(self, path: Path) -> None:
        """Read a request and say whose it is, before anybody is admitted."""
        self._view.show_problem("")
        self._view.show_done("")
        self._context.jobs.on_vault(lambda vault: _requested(vault, path), self._opened, self._failed)

    def admit(self, role: str, digits: str) -> None:
        """Let whoever asked take part with the next version, when the digits are those of their request."""
        asked, now = self._asked, self._context.clock()
        if asked is None:
            self._view.show_problem(_("Open a request first"))
            return

        def work(vault: OpenVault) -> None:
            programme.check_request_digits(asked.raw, digits)
            roles = () if asked.roles else (role,)
            edit = programme.admission(asked.raw, roles, now=now, another_laptop=bool(asked.roles))
            team_draft.collect(vault, edit, now=now)

        self._acting.act(work, lambda _nothing: self._admitted(asked.name))

    def put_into_force(self, path: Path) -> None:
        """Put what waits into force, and save the team list for whoever joins."""
        now = self._context.clock()

        def work(vault: OpenVault) -> bytes:
            return root_files.publish_to(path, lambda: team_draft.put_into_force(vault, now=now))

        self._acting.act(work, lambda _raw: self._done(_in_force(path.name)))

    def save_proposal(self, path: Path) -> None:
        """Save what waits for the holders of root keys."""

        def work(vault: OpenVault) -> None:
            atomic_write(path, team_draft.proposal_file(vault))

        self._acting.act(
            work,
            lambda _nothing: self._done(
                _("Pass {file} to the holders of the root keys. Who gets it back signed publishes it").format(
                    file=path.name
                )
            ),
        )

    def save_list(self, path: Path) -> None:
        """Save the team list in force, for whoever joins or lacks it."""
        self._save_file(path, lambda vault: vault.roster_bytes())

    def save_signers(self, path: Path) -> None:
        """Save the keys of everybody, for outsiders who check signatures with OpenSSH."""
        self._save_file(path, outsiders.signers_file)

    def save_revocations(self, path: Path) -> None:
        """Save the keys of revoked laptops, for the same."""
        self._save_file(path, outsiders.revocations_file)

    def _save_file(self, path: Path, make: Callable[[OpenVault], bytes]) -> None:
        self._acting.act(
            lambda vault: atomic_write(path, make(vault)),
            lambda _nothing: self._done(_("Saved as {file}").format(file=path.name)),
        )

    def give_up(self) -> None:
        """Forget what waits."""
        self._acting.act(team_draft.give_up, lambda _nothing: self._done(_("The changes are given up")))

    def _opened(self, asked: Asked) -> None:
        self._asked = asked
        self._view.show_request(asked.name, asked.roles)

    def _admitted(self, name: str) -> None:
        self._forget_request()
        self._done(_("{name} is in the next version, which is not in force yet").format(name=name))

    def _forget_request(self) -> None:
        self._asked = None
        self._view.show_request("", "")

    def _done(self, sentence: str) -> None:
        self._view.show_done(sentence)

    def _failed(self, problem: Problem) -> None:
        self._view.show_problem(problem.sentence)

    def _read(self) -> None:
        now = self._context.clock()
        self._context.jobs.on_vault(lambda vault: _team(vault, now), self._view.show_team)


def _in_force(file: str) -> str:
    return _(
        "The new version is in force here. It goes to the others with your next bundle; give {file} to whoever "
        "joins, and read them the digits"
    ).format(file=file)


def _requested(vault: OpenVault, path: Path) -> Asked:
    raw = root_files.read_file(path, MOST_BYTES)
    request = programme.read_request(raw)
    roster = vault.roster()
    known = team_edits.known_as(roster, programme.asking(request)) if roster is not None else None
    roles = ", ".join(map(team_words.role_name, known.roles)) or _("none") if known else ""
    return Asked(raw, request.name, roles)


def _team(vault: OpenVault, now: datetime) -> Team:
    roster = vault.roster()
    if roster is None:
        return Team()
    pending = team_draft.pending(vault)
    waiting = team_list.signed_here(vault, pending) if pending else None
    alone = waiting.is_complete if waiting else False
    return Team(
        [_member(roster, one) for one in roster.people],
        [
            ForceTeam(one.name, [*map(force_name, one.forces)], [*map(roster.name_of, one.members)])
            for one in roster.teams
        ],
        programme.fingerprint(vault.roster_bytes()),
        team_words.serving(roster, now),
        may_change=team_list.signs_alone(vault) or Role.LEAD in roster.roles_of(vault.identity.person),
        alone=alone,
        waiting=team_words.proposal_sentences(waiting) if waiting else (),
        lacking=proposals.what_is_missing(waiting) if waiting and not alone else "",
    )


def _member(roster: Roster, person: Person) -> Member:
    devices = [one for one in roster.devices if one.person == person.id]
    active = len(roster.devices_of(person.id))
    return Member(
        person.id,
        person.name,
        person.roles,
        [*map(force_name, person.conflicts)],
        [team.name for team in roster.teams if person.id in team.members],
        active,
        sum(one.status == "revoked" for one in devices),
    )
