"""Who takes part; and for the keeper of the team list, admitting somebody by their request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Role
from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services import programme
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Replica

MOST_BYTES = 4 * 1024 * 1024
"""No request is longer."""
ROLES = (Role.INSPECTOR, Role.LEAD, Role.CENTRAL, Role.AUDITOR)


class Member(NamedTuple):
    """One person of the team list."""

    name: str
    roles: Sequence[str]
    devices: int


class Team(NamedTuple):
    """The team list as shown."""

    members: Sequence[Member]
    digits: str
    """What the keeper reads aloud to whoever joins; "" before there is an inspection."""
    mine: bool
    """Whether this vault may admit people."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_team(self, team: Team) -> None: ...

    def show_request(self, name: str) -> None:
        """Name who asks, or "" when nobody does."""
        ...

    def show_problem(self, sentence: str) -> None: ...

    def show_admitted(self, sentence: str) -> None: ...


class TeamPresenter:
    """One request at a time; admitting writes the next team list to a file."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._request = b""

    def enter(self, _place: Place) -> None:
        self._request = b""
        self._view.show_request("")
        self._view.show_admitted("")
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        """Keep nothing: a request is opened again."""

    def changed(self, _changes: Changes) -> None:
        """Keep showing the list; only a roster changes it, and that comes by this screen or with a bundle."""

    def open_request(self, path: Path) -> None:
        """Read a request and say whose it is, before anybody is admitted."""
        self._view.show_problem("")
        self._context.jobs.aside(lambda: _requested(path), self._opened, self._failed)

    def admit(self, role: str, path: Path) -> None:
        """Admit whoever asked, and write the next team list."""
        if not self._request:
            self._view.show_problem(_("Open a request first"))
            return
        raw, now = self._request, self._context.clock()

        def work(vault: Replica) -> None:
            atomic_write(path, programme.admit(vault, raw, [role], now=now))

        self._context.jobs.on_vault(work, lambda _nothing: self._admitted(path), self._failed)

    def _opened(self, found: tuple[bytes, str]) -> None:
        self._request = found[0]
        self._view.show_request(found[1])

    def _admitted(self, path: Path) -> None:
        self._request = b""
        self._view.show_request("")
        self._view.show_admitted(
            _("Give {file} back to them, with your next bundle, and read them the digits").format(
                file=path.name
            )
        )
        self._read()

    def _failed(self, problem: Problem) -> None:
        self._view.show_problem(problem.sentence)

    def _read(self) -> None:
        self._context.jobs.on_vault(_team, self._view.show_team)


def _requested(path: Path) -> tuple[bytes, str]:
    with path.open("rb") as source:
        raw = source.read(MOST_BYTES)
    return raw, programme.read_request(raw).name


def _team(vault: Replica) -> Team:
    roster = vault.roster()
    if roster is None:
        return Team([], "", mine=False)
    members = [Member(one.name, one.roles, len(roster.devices_of(one.id))) for one in roster.people]
    mine = Role.ROOT in roster.roles_of(vault.identity.person)
    return Team(members, programme.fingerprint(vault.roster_bytes()), mine)
