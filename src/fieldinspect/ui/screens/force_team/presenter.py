"""One team of the team list; what changes here waits for the next version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import team_draft, team_edits
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault


class ForceTeam(NamedTuple):
    """The team as the next version has it, and who could be on it."""

    name: str
    """"" for a new one."""
    forces: Sequence[str]
    """Slugs."""
    members: Sequence[str]
    people: Sequence[tuple[str, str]]
    """Everybody who takes part: id and name."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_team(self, team: ForceTeam) -> None: ...

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, working: bool) -> None: ...


class ForceTeamPresenter:
    """A team keeps its name: another name is another team."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._name = ""
        self._acting = Acting(view, context.jobs, lambda: None)

    def enter(self, place: Place) -> None:
        self._name = name = place.record
        self._view.show_problem("")
        self._context.jobs.on_vault(lambda vault: _team(vault, name), self._view.show_team)

    def leave(self) -> None:
        """Nothing half done is kept."""

    def changed(self, _changes: Changes) -> None:
        """No entry changes a team list."""

    def back(self) -> None:
        self._context.go(Place("team"))

    def save(self, name: str, forces: Sequence[str], members: Sequence[str]) -> None:
        """Let the team wait for the next version as it is shown."""
        self._collect(team_edits.team_set(self._name or name, forces, members))

    def remove(self) -> None:
        self._collect(team_edits.team_removed(self._name))

    def _collect(self, edit: team_edits.Edit) -> None:
        now = self._context.clock()

        def work(vault: OpenVault) -> None:
            team_draft.collect(vault, edit, now=now)

        self._acting.act(work, lambda _nothing: self._waits())

    def _waits(self) -> None:
        self._context.tell(_("This waits for the next version of the team list, which is not in force yet"))
        self.back()


def _team(vault: OpenVault, name: str) -> ForceTeam:
    waiting = team_draft.pending(vault)
    roster = waiting.after if waiting is not None else vault.roster()
    if roster is None:
        raise BadInput(_("This vault has no inspection yet"))
    found = next((team for team in roster.teams if team.name == name), None)
    people = [(one.id, one.name) for one in roster.people if one.roles]
    if found is None:
        return ForceTeam("", (), (), people)
    return ForceTeam(found.name, found.forces, found.members, people)
