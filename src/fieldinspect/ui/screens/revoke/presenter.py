"""Revoking a laptop: what of it goes on counting is said before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import team_draft, team_list
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault


class Loss(NamedTuple):
    """What is shown: whose laptop, and what a revocation keeps."""

    name: str
    device: str
    sentences: Sequence[str]


class View(Protocol):
    """What the presenter says to the screen."""

    def show_loss(self, loss: Loss) -> None: ...

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def forget(self) -> None:
        """Empty the fields."""
        ...


class RevokePresenter:
    """`lost` is when it was lost, year-month-day and perhaps a time; "" where all that is here shall count."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._device = ""
        self._acting = Acting(view, context.jobs, lambda: None)

    def enter(self, place: Place) -> None:
        self._device = place.record
        self._view.show_problem("")
        self._view.forget()
        self.look("")

    def leave(self) -> None:
        """Nothing half done is kept."""

    def changed(self, _changes: Changes) -> None:
        """Keep what was counted when it was asked for; revoking counts anew."""

    def back(self) -> None:
        self._context.go(Place("team"))

    def look(self, lost: str) -> None:
        """Say what a revocation would keep."""
        device = self._device
        self._view.show_problem("")
        self._context.jobs.on_vault(
            lambda vault: _loss(vault, device, lost),
            self._view.show_loss,
            lambda problem: self._view.show_problem(problem.sentence),
        )

    def revoke(self, reason: str, lost: str) -> None:
        """Let the revocation wait for the next version."""
        if not reason:
            self._view.show_problem(_("Enter what happened to the laptop"))
            return
        device, now = self._device, self._context.clock()

        def work(vault: OpenVault) -> None:
            edit = team_list.revocation_of(vault, device, reason, since=_moment(lost))
            team_draft.collect(vault, edit, now=now)

        self._acting.act(work, lambda _nothing: self._waits())

    def _waits(self) -> None:
        self._context.tell(
            _("The revocation waits for the next version of the team list: put it into force soon")
        )
        self._context.go(Place("team"))


def _loss(vault: OpenVault, device: str, lost: str) -> Loss:
    loss = team_list.loss_of(vault, device, _moment(lost))
    return Loss(loss.name, loss.device, team_list.loss_sentences(loss))


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise BadInput(
            _("Enter the day as year-month-day, with a time if you know it: 2031-05-17 14:30")
        ) from None
