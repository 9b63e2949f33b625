"""Starting an inspection whose root keys are kept off every laptop: a proposal for their holders to sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services import programme
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault


class View(Protocol):
    """What the presenter says to the screen."""

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_done(self, sentence: str) -> None: ...


class FoundPresenter:
    """Nothing is in force before the proposal comes back signed and is published here."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._acting = Acting(view, context.jobs, lambda: None)

    def enter(self, _place: Place) -> None:
        self._view.show_problem("")
        self._view.show_done("")

    def leave(self) -> None:
        """Public parts come from messages that are still there: nothing here is worth keeping."""

    def changed(self, _changes: Changes) -> None:
        """Whatever changed, the fields are the same."""

    def back(self) -> None:
        self._context.go(Place("begin"))

    def open_proposal(self) -> None:
        self._context.go(Place("proposal"))

    def propose(self, path: Path, title: str, lines: str, threshold: str) -> None:
        """Save the proposal; `lines` has a public part in each line, `threshold` is how many of them sign."""
        if not (threshold.isascii() and threshold.isdecimal() and len(threshold) < 3):
            self._view.show_problem(_("Enter how many of them sign each version, as a number"))
            return
        roots, count = [line for line in lines.splitlines() if line.strip()], int(threshold)
        now = self._context.clock()

        def work(vault: OpenVault) -> None:
            proposal = programme.propose_inspection(vault, title, roots, count, now=now)
            atomic_write(path, proposal.raw)

        self._acting.act(work, lambda _nothing: self._view.show_done(_next(path.name)))


def _next(file: str) -> str:
    return _(
        "Pass {file} to the holders of the root keys. When enough of them signed, open it here and publish it: "
        "then the inspection begins"
    ).format(file=file)
