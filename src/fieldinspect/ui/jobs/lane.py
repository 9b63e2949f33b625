"""The background in Qt: one thread owns the vault, a small pool does the rest.

Signals are owned by an object of the GUI thread and received by methods of that object: a signal owned by a
worker, or a plain function connected to it, would run on the worker.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from fieldinspect.ui.jobs.port import Failed, Family, Handle, Problem

if TYPE_CHECKING:
    from fieldinspect.domain.views import Changes
    from fieldinspect.services.depot_ports import DeskVault
    from fieldinspect.services.ports import OpenVault, SentBundle

T = TypeVar("T")


class _Outcome(NamedTuple):
    wanted: Callable[[], bool]
    done: Callable[[Any], None]
    failed: Failed | None
    value: Any
    error: BaseException | None


class _Watched:
    """A vault that tells of every commit; everything else goes straight through."""

    def __init__(self, vault: DeskVault, committed: Callable[[Changes], None]) -> None:
        self._vault = vault
        self._committed = committed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vault, name)

    def write(self, *arguments: Any, **named: Any) -> Changes:
        changes = self._vault.write(*arguments, **named)
        self._committed(changes)
        return changes

    def merge(self, *arguments: Any, **named: Any) -> Any:
        from fieldinspect.domain.views import Changes

        merged = self._vault.merge(*arguments, **named)
        self._committed(Changes(merged.records))
        return merged

    def record_sent(self, sent: SentBundle) -> None:
        from fieldinspect.domain.views import Changes

        self._vault.record_sent(sent)
        self._committed(Changes(frozenset()))  # no record changed, but what waits to be sent did

    def record_queued(self, sent: SentBundle, destination: str) -> None:
        from fieldinspect.domain.views import Changes

        self._vault.record_queued(sent, destination)
        self._committed(Changes(frozenset()))


class Background(QObject):
    """Jobs for the presenters and the lane for the shell; lives in the GUI thread."""

    changes_committed = Signal(object)
    """Changes: what a commit touched and who asked."""
    problem_met = Signal(object)
    """Problem: a failure that the asker did not want to answer for."""
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = ThreadPoolExecutor(1, "store-lane")
        self._pool = ThreadPoolExecutor(2, "pool")
        self._vault: DeskVault | None = None
        self._busy = 0
        self._job, self._stopped_job = 0, -1
        """Numbers of the job on the store lane, and of the one to be stopped."""
        self._finished.connect(self._hand_over)

    @property
    def busy(self) -> int:
        """How many jobs were asked and not yet answered."""
        return self._busy

    def on_vault(
        self,
        work: Callable[[DeskVault], T],
        done: Callable[[T], None],
        failed: Failed | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """As in the contract; when `wanted` says no in the end, nobody is told."""
        self._start(self._store, lambda: work(self._open()), done, failed, wanted)

    def aside(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Failed | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self._start(self._pool, work, done, failed, wanted)

    def open_vault(self, work: Callable[[], OpenVault], done: Callable[[None], None], failed: Failed) -> None:
        def keep() -> None:
            vault = work()
            vault.stop_when(lambda: self._stopped_job == self._job)
            self._vault = cast("DeskVault", _Watched(cast("DeskVault", vault), self.changes_committed.emit))

        self._start(self._store, keep, done, failed)

    def on_vault_now(self, work: Callable[[DeskVault], T]) -> T:
        """Run a piece of work on the vault's thread and wait for it: for what runs aside, never for the window."""
        return self._store.submit(lambda: work(self._open())).result()

    def stop_job(self) -> None:
        """Stop the job the vault is at: it fails at its next step, which undoes it. The next one is not meant."""
        self._stopped_job = self._job

    def close_vault(self, done: Callable[[None], None], failed: Failed | None = None) -> None:
        def close() -> None:
            vault, self._vault = self._vault, None
            if vault is not None:
                vault.close()

        self._start(self._store, close, done, failed)

    def asker(self) -> Asker:
        """Return a door for somebody who will be gone before the background is."""
        return Asker(self)

    def stop(self) -> None:
        """Wait for the running work; the rest is dropped. After this nothing can be asked."""
        self._store.shutdown(wait=True, cancel_futures=False)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _open(self) -> DeskVault:
        if self._vault is None:
            from fieldinspect.domain.errors import Bug
            from fieldinspect.i18n import _

            raise Bug(_("The vault is locked."))
        return self._vault

    def _start(
        self,
        executor: ThreadPoolExecutor,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Failed | None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self._busy += 1

        def run() -> None:
            if executor is self._store:
                self._job += 1  # read and written by this one thread; the window's only compares
            try:
                outcome = _Outcome(wanted, done, failed, work(), None)
            except BaseException as error:  # noqa: BLE001 - handed to the asker, who shows a sentence
                outcome = _Outcome(wanted, done, failed, None, error)
            self._finished.emit(outcome)

        executor.submit(run)

    @Slot(object)
    def _hand_over(self, outcome: _Outcome) -> None:
        self._busy -= 1
        if not outcome.wanted():
            return
        if outcome.error is None:
            outcome.done(outcome.value)
            return
        from fieldinspect.ui.jobs.problems import problem

        told = problem(outcome.error)
        if outcome.failed is not None:
            outcome.failed(told)
        else:
            self.problem_met.emit(told)


class Asker:
    """A door to the background that can be shut: the work is done all the same, but nobody is told.

    What is asked after that is told to nobody either: a window that closes still writes down what it had.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self._here = True

    def on_vault(
        self, work: Callable[[DeskVault], T], done: Callable[[T], None], failed: Failed | None = None
    ) -> None:
        self._background.on_vault(work, done, failed, self._is_here)

    def aside(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed | None = None) -> None:
        self._background.aside(work, done, failed, self._is_here)

    def shut(self) -> None:
        self._here = False

    def _is_here(self) -> bool:
        return self._here


class QtTimers(QObject):
    """Calls to come, by single-shot timers of the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stopped = False

    def after(self, milliseconds: int, call: Callable[[], None]) -> Handle:
        running = _Running(self, milliseconds, call)
        if self._stopped:
            running.cancel()
        return running

    def stop(self) -> None:
        """Forget every call to come, and those asked for later too: whoever asks is gone."""
        self._stopped = True
        for timer in self.findChildren(QTimer):
            timer.stop()
            timer.deleteLater()


class _Running:
    """A call to come; cancelling one that was made already does nothing."""

    def __init__(self, owner: QObject, milliseconds: int, call: Callable[[], None]) -> None:
        self._call = call
        self._timer: QTimer | None = QTimer(owner)
        self._timer.setSingleShot(True)
        # Not the bound method: a connection to one does not keep its object, and a forgotten handle would never call.
        self._timer.timeout.connect(lambda: self._fire())
        self._timer.start(milliseconds)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None

    def _fire(self) -> None:
        self.cancel()
        self._call()


__all__ = ["Asker", "Background", "Family", "Problem", "QtTimers"]
