"""For whom, what is inside, and where the file goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.custody import SentState
from fieldinspect.domain.views import Changes, OutboxState, Recipient, Sealed
from fieldinspect.i18n import _
from fieldinspect.services import exchange, reading, receipts
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Replica


class Outgoing(NamedTuple):
    """What the page shows before anything is sealed."""

    recipients: Sequence[Recipient]
    outbox: OutboxState
    marking: str
    sent: Sequence[SentState] = ()
    """What was sealed here, newest first, and who has receipted it."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_outgoing(self, outgoing: Outgoing) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str) -> None: ...

    def show_sealed(self, sealed: Sealed) -> None: ...


class SendPresenter:
    """One seal at a time; a failure leaves everything unsent."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = False
        self._sealing = False

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def seal(self, people: Sequence[str], folder: Path, *, everything: bool) -> None:
        """Seal what these people lack into a new file in the folder."""
        if self._sealing:
            return
        if not people:
            self._view.show_problem(_("Choose who it is for"))
            return
        self._sealing = True
        self._view.show_problem("")
        self._view.show_working(True)
        envelope, chosen = self._context.envelope, list(people)
        self._context.jobs.on_vault(
            lambda vault: exchange.seal_bundle(vault, envelope, chosen, folder, everything=everything),
            self._sealed,
            self._failed,
        )

    def receive(self) -> None:
        self._context.go(Place("receive"))

    def _read(self) -> None:
        self._context.jobs.on_vault(_outgoing, self._view.show_outgoing)

    def _sealed(self, sealed: Sealed) -> None:
        self._sealing = False
        self._view.show_working(False)
        self._view.show_sealed(sealed)
        self._read()

    def _failed(self, problem: Problem) -> None:
        self._sealing = False
        self._view.show_working(False)
        self._view.show_problem(problem.sentence)


def _outgoing(vault: Replica) -> Outgoing:
    inspections = reading.inspections(vault)
    people = exchange.recipients(vault) if vault.roster() is not None else []
    marking = inspections[0].marking if inspections else ""
    me = vault.identity.device
    sent = [  # what was sealed for ourselves too needs no receipt from us
        replace(one, outstanding=tuple(laptop for laptop in one.outstanding if laptop.device != me))
        for one in receipts.deliveries(vault)
    ]
    return Outgoing(people, vault.outbox(), marking, sent)
