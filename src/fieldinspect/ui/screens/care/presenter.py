"""What is there to be told of the vault, and the long work on it: backing up and checking."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.durability import BackupState, CheckReport, LossReport
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import audit, durability
from fieldinspect.services.care import HeldStill
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.jobs.progress import Watch
from fieldinspect.ui.losses import unread

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault


class Lost(NamedTuple):
    """One account in the list: whose, what it says first."""

    account: LossReport
    sentence: str
    read: bool = True
    person: str = ""
    """"" for this vault; else whose laptop told it."""


class State(NamedTuple):
    """What the screen shows."""

    backup: BackupState
    trouble: str
    lost: Sequence[Lost]


class View(Protocol):
    """What the presenter says to the screen."""

    def show_state(self, state: State) -> None: ...

    def show_backing_up(self, percent: int | None) -> None: ...

    def show_backed_up(self, sentence: str) -> None: ...

    def show_checking(self, percent: int | None) -> None: ...

    def show_report(self, report: CheckReport | None) -> None: ...

    def show_gaps(self, sentences: Sequence[str]) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class CarePresenter:
    """One backup and one check at a time. A check holds the vault, so it ends when the page is left."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = False
        self._backing_up = Watch(context.timers, view.show_backing_up)
        self._checking = Watch(context.timers, view.show_checking)

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False
        self._checking.stop()

    def changed(self, _changes: Changes) -> None:
        if self._in_front and not self._checking.running:
            self._read()

    # Backup

    def back_up(self, path: Path) -> None:
        """Write a backup while people go on working."""
        if self._backing_up.running:
            return
        self._view.show_problem("")
        self._view.show_backed_up("")
        progress, now = self._backing_up.begin(), self._context.clock()

        def held(still: HeldStill) -> None:
            self._context.jobs.aside(
                lambda: still.write(path, progress),
                lambda _nothing: self._let_go(still, None, path.name),
                lambda problem: self._let_go(still, problem, path.name),
            )

        self._context.jobs.on_vault(lambda vault: vault.begin_backup(now), held, self._not_backed_up)

    def stop_backup(self) -> None:
        self._backing_up.stop()

    def _let_go(self, still: HeldStill, problem: Problem | None, name: str) -> None:
        def done(_nothing: None) -> None:
            self._backing_up.end()
            if problem is not None:
                self._view.show_problem(problem.sentence)
            else:
                self._view.show_backed_up(durability.backed_up(name, still.left_out))
            self._read()

        made, now = problem is None, self._context.clock()

        def end(vault: OpenVault) -> None:
            vault.end_backup(still, made=made)
            if made:
                audit.backed_up(vault, happened=now)

        self._context.jobs.on_vault(end, done, self._not_backed_up)

    def _not_backed_up(self, problem: Problem) -> None:
        self._backing_up.end()
        self._view.show_problem(problem.sentence)

    # Check

    def check(self, *, repair: bool = False, sweep: bool = False) -> None:
        """Verify everything; repair or sweep only when asked to."""
        if self._checking.running:
            return
        self._view.show_problem("")
        self._view.show_report(None)
        progress = self._checking.begin()
        self._context.jobs.on_vault(
            lambda vault: vault.check(progress, repair=repair, sweep=sweep), self._checked, self._not_checked
        )

    def stop_check(self) -> None:
        self._checking.stop()

    def _checked(self, report: CheckReport) -> None:
        self._checking.end()
        self._view.show_report(report)
        self._read()

    def _not_checked(self, problem: Problem) -> None:
        self._checking.end()
        self._view.show_problem(problem.sentence)

    # What is missing

    def look_for_gaps(self) -> None:
        """Look through the chains of all devices for what never came."""
        self._context.jobs.on_vault(
            lambda vault: durability.gaps_told(vault.missing_entries(), vault.roster()),
            lambda told: self._view.show_gaps(told or (_("Nothing is missing of what others wrote"),)),
        )

    def open_account(self, place: str) -> None:
        """Open the whole account of a loss: the number it has in the list of all of them, or whose it is."""
        self._context.go(Place("account", place))

    def _read(self) -> None:
        self._context.jobs.on_vault(_state, self._view.show_state)


def _state(vault: OpenVault) -> State:
    roster, trouble, waiting = vault.roster(), vault.anchor_trouble, unread(vault)
    own = [Lost(one, durability.told(one, roster)[0], one not in waiting) for one in vault.losses()]
    others = [
        Lost(one, durability.told(one, roster)[0], person=name)
        for name, one in durability.told_by_others(vault)
    ]
    return State(
        vault.backup_state(), durability.anchor_not_kept(trouble) if trouble else "", [*own, *others]
    )
