"""Sending and fetching while people work: on a thread of its own, now when asked, else when it is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from fieldinspect.domain.depots import Credentials, Destination, SyncReport, SyncStep
from fieldinspect.domain.views import OutboxState
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import destinations, quarantine, queue
from fieldinspect.services.care import Stopped
from fieldinspect.services.queue import QueueOutlook
from fieldinspect.services.sync import Sync
from fieldinspect.ui.courier import SyncState
from fieldinspect.ui.text import clock_time

if TYPE_CHECKING:
    from fieldinspect.services.depot_ports import Depots, SyncEnvelope, SyncVault
    from fieldinspect.services.ports import Replica
    from fieldinspect.ui.jobs.lane import Background
    from fieldinspect.ui.jobs.port import Failed, Handle, Jobs, Problem, Timers

_LOOK_MS = 150
_TICK_MS = 60_000
"""How often it is asked whether something is due."""
_FETCH_EVERY = timedelta(minutes=10)
_TOO_LONG = timedelta(hours=48)
_LINE = 60
"""Letters of a reason that fit the line at the bottom."""


class Waiting(NamedTuple):
    """What has not gone yet: what nobody sealed, and what is sealed and waits."""

    outbox: OutboxState
    queue: QueueOutlook
    destinations: bool


def waiting(vault: SyncVault) -> Waiting:
    return Waiting(vault.outbox(), queue.outlook(vault), bool(vault.destinations()))


class _Step:
    """Crosses between the threads as one value; says stop where it is told how far the work is."""

    def __init__(self) -> None:
        self.latest: SyncStep | None = None
        self.stopped = False

    def __call__(self, step: SyncStep) -> None:
        self.latest = step
        if self.stopped:
            raise Stopped


class Delivering:
    """Implements ui.courier.Courier for one desk. `close` before the vault is closed."""

    def __init__(
        self,
        background: Background,
        jobs: Jobs,
        timers: Timers,
        depots: Depots,
        envelope: SyncEnvelope,
        clock: Callable[[], datetime],
    ) -> None:
        self._jobs, self._timers, self._clock = jobs, timers, clock
        self._depots, self._envelope = depots, envelope
        self._background = background
        self._sync = Sync(background.on_vault_now, depots, envelope, clock)
        self._told: list[Callable[[SyncState], None]] = []
        self._step = _Step()
        self._next: Handle | None = None
        self._closed = False
        self.state = SyncState()
        self.reached: dict[str, datetime] = {}

    def begin(self) -> None:
        """From now on, ask every minute whether something is due."""
        self._timers.after(_TICK_MS, self._tick)

    def close(self) -> None:
        self._closed = True
        self.stop()

    def listen(self, told: Callable[[SyncState], None]) -> None:
        self._told.append(told)

    def run(self, only: str = "", *, due: bool = False) -> None:
        if self.state.running or self._closed:
            return
        self._step = step = _Step()
        self._say(self.state._replace(running=True, step=None))
        self._look()
        self._jobs.aside(lambda: self._sync.run(step, only=only, due=due), self._ended, self._failed)

    def stop(self) -> None:
        self._step.stopped = True

    def check(
        self,
        destination: Destination,
        credentials: Credentials | None,
        done: Callable[[None], None],
        failed: Failed,
    ) -> None:
        def check() -> None:
            destinations.check(self._depots, destination, self._credentials(destination, credentials))

        def was_reached(_nothing: None) -> None:
            self.reached[destination.name] = self._clock()
            done(None)

        self._jobs.aside(check, was_reached, failed)

    def reach(
        self,
        destination: Destination,
        credentials: Credentials | None,
        done: Callable[[Destination], None],
        failed: Failed,
    ) -> None:
        def reach() -> Destination:
            return destinations.reach(self._depots, destination, self._credentials(destination, credentials))

        def was_reached(found: Destination) -> None:
            self.reached[found.name] = self._clock()
            done(found)

        self._jobs.aside(reach, was_reached, failed)

    def _credentials(self, destination: Destination, given: Credentials | None) -> Credentials:
        if given is not None:
            return given
        return self._background.on_vault_now(lambda vault: vault.credentials(destination.id))

    def ask_host_key(self, destination: Destination, done: Callable[[str], None], failed: Failed) -> None:
        self._jobs.aside(lambda: self._depots.host_key(destination), done, failed)

    def _tick(self) -> None:
        self._timers.after(_TICK_MS, self._tick)
        if not self.state.running:
            self._jobs.on_vault(self._reconsidered, lambda _tried: None, lambda _problem: None)
            self._jobs.on_vault(waiting, self._look_at)

    def _reconsidered(self, vault: Replica) -> bool:
        """Nobody asked for this, so nobody is told of a full disk here: at the next tick it is tried again."""
        return quarantine.reconsider(vault, self._envelope, now=self._clock())

    def _look_at(self, found: Waiting) -> None:
        now, last = self._clock(), self.state.ended
        is_due = found.queue.next_try is not None and found.queue.next_try <= now
        if found.destinations and (is_due or last is None or now - last > _FETCH_EVERY):
            self.run(due=True)

    def _look(self) -> None:
        if self.state.running:
            if self._step.latest != self.state.step:
                self._say(self.state._replace(step=self._step.latest))
            self._next = self._timers.after(_LOOK_MS, self._look)

    def _ended(self, report: SyncReport) -> None:
        now = self._clock()
        self.reached |= {one.destination: now for one in report.destinations if not one.trouble}
        self._say(SyncState(report=report, ended=now))

    def _failed(self, problem: Problem) -> None:
        self._say(SyncState(ended=self._clock(), trouble=problem.sentence))

    def _say(self, state: SyncState) -> None:
        self.state = state
        if not state.running and self._next is not None:
            self._next.cancel()
            self._next = None
        for told in self._told:
            told(state)


def told(found: Waiting, state: SyncState, now: datetime) -> tuple[str, bool]:
    """Return what the line at the bottom says of sending, and whether it is a warning."""
    if state.running:
        return _running(state.step), False
    oldest = min(filter(None, (found.outbox.oldest, found.queue.oldest)), default=None)
    count = found.outbox.entries + found.queue.waiting
    if oldest is not None and count and now - oldest >= _TOO_LONG:
        days = (now - oldest).days
        words = ngettext("Not sent for {days} day: {count}", "Not sent for {days} days: {count}", days)
        return words.format(days=days, count=count), True
    if found.queue.waiting and found.queue.reason:
        reason = found.queue.reason
        short = reason if len(reason) <= _LINE else reason[:_LINE].rsplit(" ", 1)[0] + "…"
        return _("Could not send: {reason}").format(reason=short), True
    if count and oldest is not None:
        return _("Waiting to be sent: {count}, for {age}").format(count=count, age=age(now - oldest)), False
    if found.queue.last_sent is not None:
        return _("All sent {time}").format(time=clock_time(found.queue.last_sent)), False
    return _("Offline: nothing waiting"), False


def age(passed: timedelta) -> str:
    """Return how long something has waited, in its largest unit."""
    minutes = max(1, int(passed.total_seconds()) // 60)
    if minutes < 60:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    if minutes < 24 * 60:
        return ngettext("{count} hour", "{count} hours", minutes // 60).format(count=minutes // 60)
    days = minutes // (24 * 60)
    return ngettext("{count} day", "{count} days", days).format(count=days)


def _running(step: SyncStep | None) -> str:
    if step is None:
        return _("Sending and fetching…")
    percent = step.done * 100 // step.size if step.size else 0
    words = (
        _("Sending {index} of {count}, {percent} %")
        if step.sending
        else _("Fetching {index} of {count}, {percent} %")
    )
    return words.format(index=step.index, count=step.count, percent=percent)
