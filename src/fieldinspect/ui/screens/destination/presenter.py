"""A new or changed destination is reached before it is kept; an SFTP server's key is compared by a person first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.depots import Credentials, DepotKind, Destination
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _
from fieldinspect.services import destinations
from fieldinspect.ui.context import Context, Place

if TYPE_CHECKING:
    from fieldinspect.domain.views import Changes
    from fieldinspect.services.depot_ports import DeskVault
    from fieldinspect.ui.courier import Courier
    from fieldinspect.ui.jobs.port import Problem


class View(Protocol):
    """What the presenter says to the screen."""

    def begin(self) -> None:
        """Show an empty form; nothing of an earlier one stays, least of all a secret."""
        ...

    def show_changing(self, destination: Destination) -> None:
        """Show what is kept, to be changed; nobody is shown the credentials."""
        ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str) -> None: ...

    def show_fingerprint(self, fingerprint: str) -> None:
        """Show the server's fingerprint to be compared; "" for none."""
        ...


class DestinationPresenter:
    """One thing at a time; what was typed stays on screen until it is kept."""

    def __init__(self, view: View, context: Context, courier: Courier) -> None:
        self._view = view
        self._context = context
        self._courier = courier
        self._busy = False
        self._changing: Destination | None = None
        self._wanted: tuple[Destination, Credentials | None] | None = None

    def enter(self, place: Place) -> None:
        self._busy, self._wanted, self._changing = False, None, None
        self._view.show_working(False)
        self._view.begin()
        if place.record:
            self._context.jobs.on_vault(
                lambda vault: destinations.named(vault, place.record), self._change, self._failed
            )

    def _change(self, kept: Destination) -> None:
        self._changing = kept
        self._view.show_changing(kept)

    def leave(self) -> None:
        """Forget what was typed: a secret does not wait on a screen nobody looks at."""
        self._wanted, self._changing = None, None
        self._view.begin()

    def changed(self, _changes: Changes) -> None:
        """Keep what is being typed."""

    def add(self, destination: Destination, credentials: Credentials) -> None:
        """Reach the destination, then keep it. An SFTP server is asked for its key first.

        One that is changed keeps the credentials and certificates that are not given anew.
        """
        if self._busy:
            return
        if not destination.name:
            self._view.show_problem(_("Give the destination a name"))
            return
        try:
            destinations.must_make_sense(destination)
        except BadInput as error:
            self._view.show_problem(str(error))
            return
        self._begin()
        old = self._changing
        if old is None:
            self._wanted = destination, credentials
        else:
            pinned = destination.pinned or ("" if old.kind is DepotKind.SFTP else old.pinned)
            given = credentials if credentials != Credentials() else None
            self._wanted = replace(destination, id=old.id, pinned=pinned), given
        if destination.kind is DepotKind.SFTP:
            self._courier.ask_host_key(self._wanted[0], self._compare, self._failed)
        else:
            self._reach()

    def trust(self) -> None:
        """Go on: the fingerprint is the one that the server's keeper told."""
        if not self._busy and self._wanted is not None:
            self._begin()
            self._reach()

    def back(self) -> None:
        self._context.go(Place("send"))

    def _compare(self, host_key: str) -> None:
        self._end()
        if self._wanted is not None:
            destination, credentials = self._wanted
            self._wanted = replace(destination, pinned=host_key), credentials
            if self._changing is not None and self._changing.pinned == host_key:
                self.trust()
            else:
                self._view.show_fingerprint(destinations.fingerprint(host_key))

    def _reach(self) -> None:
        if self._wanted is not None:
            self._courier.reach(*self._wanted, self._reached, self._failed)

    def _reached(self, destination: Destination) -> None:
        if self._wanted is None:
            self._end()
            return
        credentials = self._wanted[1]

        def keep(vault: DeskVault) -> Destination:
            if not destination.id:
                return destinations.add(vault, destination, credentials or Credentials())
            destinations.change(vault, destination, credentials)
            return destination

        self._context.jobs.on_vault(keep, self._kept, self._failed)

    def _kept(self, kept: Destination) -> None:
        self._end()
        self._context.go(Place("send"))
        self._context.tell(_("{name} can be reached, and signing in works").format(name=kept.name))

    def _failed(self, problem: Problem) -> None:
        self._end()
        self._view.show_fingerprint("")
        self._view.show_problem(problem.sentence)

    def _begin(self) -> None:
        self._busy = True
        self._view.show_problem("")
        self._view.show_working(True)

    def _end(self) -> None:
        self._busy = False
        self._view.show_working(False)
