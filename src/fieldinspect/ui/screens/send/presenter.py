"""Where to, for whom, what is inside, what has gone, and what came in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.depots import Destination
from fieldinspect.domain.views import Changes, OutboxState, Recipient, Sealed
from fieldinspect.i18n import _
from fieldinspect.services import conflicts, destinations, exchange, outbox, queue, reading
from fieldinspect.services.conflicts import Merge
from fieldinspect.services.outbox import Item
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.courier import Courier, SyncState
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.depot_ports import SyncVault


class Outgoing(NamedTuple):
    """What the page shows before anything is sealed, and what became of what was."""

    recipients: Sequence[Recipient]
    outbox: OutboxState
    marking: str
    sent: Sequence[Item] = ()
    """What was sealed here, newest first."""
    destinations: Sequence[Destination] = ()
    contacts: Mapping[str, datetime] = {}
    """When each destination was last reached, by id."""
    received: Sequence[Merge] = ()
    """What came in, latest first."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_outgoing(self, outgoing: Outgoing) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str) -> None: ...

    def show_sealed(self, sealed: Sealed) -> None: ...

    def show_sync(self, state: SyncState) -> None: ...

    def show_said(self, sentence: str) -> None:
        """Say what came of something that was asked for."""
        ...


class SendPresenter:
    """One seal and one run at a time; a failure leaves everything unsent."""

    def __init__(self, view: View, context: Context, courier: Courier) -> None:
        self._view = view
        self._context = context
        self._courier = courier
        self._in_front = False
        self._busy = False
        courier.listen(self._sync_moved)

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._view.show_said("")
        self._view.show_sync(self._courier.state)
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def seal(self, people: Sequence[str], folder: Path, *, everything: bool) -> None:
        """Seal what these people lack into a new file in the folder."""
        envelope, chosen = self._context.envelope, list(people)
        self._seal(
            chosen, lambda vault: exchange.seal_bundle(vault, envelope, chosen, folder, everything=everything)
        )

    def seal_for(self, people: Sequence[str], destination: str, *, everything: bool) -> None:
        """Seal what these people lack, and send it to a destination (its id)."""
        envelope, chosen, now = self._context.envelope, list(people), self._context.clock()
        self._seal(
            chosen,
            lambda vault: queue.seal_for(
                vault, envelope, chosen, destination, everything=everything, now=now
            ),
            lambda: self._courier.run(destination),
        )

    def sync(self, destination: str = "") -> None:
        """Send what waits and fetch what others left, everywhere or at one destination."""
        self._view.show_problem("")
        self._view.show_said("")
        self._courier.run(destination)

    def stop(self) -> None:
        self._courier.stop()

    def check(self, destination: Destination) -> None:
        """Reach a destination and sign in."""
        if self._busy:
            return
        self._begin()

        def reached(_nothing: None) -> None:
            self._done(_("{name} can be reached, and signing in works").format(name=destination.name))

        self._courier.check(destination, None, reached, self._failed)

    def add_destination(self) -> None:
        self._context.go(Place("destination"))

    def change_destination(self, destination: str) -> None:
        self._context.go(Place("destination", destination))

    def remove(self, destination: str) -> None:
        """Forget a destination and its credentials."""
        self._do(lambda vault: destinations.remove(vault, destination), _("Forgotten, with its credentials"))

    def cancel(self, bundle: str) -> None:
        """Take a bundle that has not gone out of the queue."""
        words = _("Taken out. What was in it waits to be sealed again")
        self._do(lambda vault: queue.cancel(vault, bundle), words)

    def save(self, bundle: str, folder: Path) -> None:
        """Copy a bundle that waits to a stick or folder."""
        self._do(
            lambda vault: outbox.save_copy(vault, bundle, folder), _("Saved. It also goes on waiting here")
        )

    def receive(self) -> None:
        self._context.go(Place("receive"))

    def see_quarantine(self) -> None:
        self._context.go(Place("quarantine"))

    def _seal(
        self,
        people: Sequence[str],
        work: Callable[[SyncVault], Sealed],
        done: Callable[[], None] = lambda: None,
    ) -> None:
        if self._busy:
            return
        if not people:
            self._view.show_problem(_("Choose who it is for"))
            return
        self._begin()

        def sealed(found: Sealed) -> None:
            self._done("")
            self._view.show_sealed(found)
            done()

        self._context.jobs.on_vault(work, sealed, self._failed)

    def _do(self, work: Callable[[SyncVault], object], words: str) -> None:
        if self._busy:
            return
        self._begin()
        self._context.jobs.on_vault(work, lambda _nothing: self._done(words), self._failed)

    def _begin(self) -> None:
        self._busy = True
        self._view.show_problem("")
        self._view.show_said("")
        self._view.show_working(True)

    def _done(self, words: str) -> None:
        self._busy = False
        self._view.show_working(False)
        self._view.show_said(words)
        self._read()

    def _failed(self, problem: Problem) -> None:
        self._busy = False
        self._view.show_working(False)
        self._view.show_problem(problem.sentence)
        self._read()

    def _sync_moved(self, state: SyncState) -> None:
        if self._in_front:
            self._view.show_sync(state)
            if not state.running:
                self._read()

    def _read(self) -> None:
        reached = dict(self._courier.reached)
        self._context.jobs.on_vault(lambda vault: _outgoing(vault, reached), self._view.show_outgoing)


def _outgoing(vault: SyncVault, reached: Mapping[str, datetime]) -> Outgoing:
    inspections = reading.inspections(vault)
    people = exchange.recipients(vault) if vault.roster() is not None else []
    marking = inspections[0].marking if inspections else ""
    known, sent = vault.destinations(), outbox.last_contact(vault)
    contacts = {
        one.id: max(times)
        for one in known
        if (times := [at for at in (sent.get(one.id), reached.get(one.name)) if at])
    }
    return Outgoing(
        people, vault.outbox(), marking, outbox.items(vault), known, contacts, conflicts.merged(vault)
    )
