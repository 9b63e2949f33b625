"""Synchronising: what waits is sent, what others left is fetched and received.

Rules of this module:
1. The vault is asked in short pieces on its own thread; what is long (the network) happens beside it.
2. One destination that fails stops no other. What went is written down at once.
3. The name of a bundle in a depot is chosen when it is queued: a broken try is gone on with, never doubled.
4. A bundle that was fetched is received exactly once; one that is for others is never fetched, but for its head.
5. Before a bundle goes, it is compared with the team list of now: it may have waited for days.
6. What is no whole bundle yet is looked at again when its size or the team list has changed, or when somebody asks.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from fieldinspect.domain.depots import (
    Credentials,
    Destination,
    DestinationReport,
    Fetched,
    QueuedBundle,
    QueueState,
    SyncReport,
    SyncStep,
)
from fieldinspect.domain.errors import FieldInspectError, WorldFailed
from fieldinspect.files import half_of, private_folder
from fieldinspect.services import quarantine, queue, recalling
from fieldinspect.services.care import Progress, Stopped
from fieldinspect.services.depot_ports import (
    BundleStuck,
    Depot,
    DepotFailed,
    DepotOdd,
    DepotRefused,
    Depots,
    OnVault,
    SyncEnvelope,
    SyncVault,
)
from fieldinspect.services.destinations import named
from fieldinspect.services.quarantine import NotReceived

HEAD: Final = 64 * 1024 + 16
"""Bytes of a bundle that tell whom it is for: the longest header, and the nonce after it."""

LATER: Final = frozenset({"no-bundle", "cut-short", "changed", quarantine.NOT_NOW})
"""Why a bundle is refused that somebody may be copying there at this moment, or that this laptop may not take yet."""

Tell = Callable[[SyncStep], None]
"""Told how far it is, on the thread that synchronises; what it raises (`Stopped`) stops everything."""


@dataclass(frozen=True)
class _Work:
    """What there is to do at one destination, as the vault sees it."""

    destination: Destination
    credentials: Credentials
    queued: tuple[QueuedBundle, ...]
    digests: dict[str, str]
    """By bundle, the SHA-256 of its file."""
    paths: dict[str, Path]
    known: frozenset[str]
    """Names that need no looking at: seen before, or put there by us."""
    seen: frozenset[str]
    delivered: frozenset[str]
    """Names of ours that everybody has receipted: nobody needs them there any more."""
    incoming: Path
    due: bool
    """Whether nobody asked for it."""
    judged_by: str

    @property
    def asked(self) -> int:
        """What tells this destination, with these credentials, from itself after a change."""
        return hash((self.destination, self.credentials))


@dataclass
class _Tally:
    destination: str
    sent: int = 0
    waiting: int = 0
    received: int = 0
    refused: int = 0
    others: int = 0
    troubles: list[str] = field(default_factory=list)

    def report(self) -> DestinationReport:
        return DestinationReport(
            self.destination, self.sent, self.waiting, self.received, self.refused, self.others,
            next(iter(self.troubles), ""),
        )  # fmt: skip


class Sync:
    """Synchronises one vault. Make one and keep it: a second run beside the first does nothing."""

    def __init__(
        self,
        on_vault: OnVault,
        depots: Depots,
        envelope: SyncEnvelope,
        now: Callable[[], datetime],
    ) -> None:
        self._on_vault = on_vault
        self._depots = depots
        self._envelope = envelope
        self._now = now
        self._running = threading.Lock()
        self._refused: set[int] = set()
        """Destinations, as they were then, that somebody must do something about: not asked again unasked."""
        self._later: dict[tuple[str, str], tuple[int, str]] = {}
        """By destination and name, what is looked at again: its size, and the team list by which it was refused."""

    def run(self, tell: Tell = lambda _step: None, *, only: str = "", due: bool = False) -> SyncReport:
        """Send and fetch at every destination, or at the one of this name or id.

        Not to be called on the vault's thread of a desk: it waits for that thread. With `due`, as when nobody asked,
        bundles are tried only when their time has come. Failures are told in the report, and kept in the queue.
        """
        if not self._running.acquire(blocking=False):
            return SyncReport((), busy=True)
        tallies: list[_Tally] = []
        try:
            for work in self._on_vault(lambda vault: _plan(vault, self._now(), only, due=due)):
                if due and work.asked in self._refused:
                    continue  # a wrong password, given again and again, locks an account
                self._refused.discard(work.asked)
                tallies.append(_Tally(work.destination.name, waiting=len(work.queued)))
                self._serve(work, tallies[-1], tell)
        except Stopped:
            return SyncReport(tuple(one.report() for one in tallies), stopped=True)
        finally:
            self._running.release()
        return SyncReport(tuple(one.report() for one in tallies))

    def _serve(self, work: _Work, tally: _Tally, tell: Tell) -> None:
        try:
            with self._depots.open(work.destination, work.credentials) as depot:
                if self._push(depot, work, tally, tell):
                    self._pull(depot, work, tally, tell)
        except Stopped:
            raise
        except FieldInspectError as error:
            self._note(work, error)
            tally.troubles.append(str(error))

    def _note(self, work: _Work, error: FieldInspectError) -> None:
        if isinstance(error, DepotRefused):
            self._refused.add(work.asked)

    def _push(self, depot: Depot, work: _Work, tally: _Tally, tell: Tell) -> bool:
        """Send the small ones first: one that is large or cursed holds up nothing behind it.

        Return whether the depot still answers. What fails for one bundle fails for those behind it, unless it is the
        bundle that is at fault: a server is not asked the same thing over and over.
        """
        queued = sorted(work.queued, key=lambda one: one.size)
        for index, one in enumerate(queued, 1):
            why = self._on_vault(partial(recalling.recalled, bundle=one.bundle, now=self._now()))
            if why:
                tally.waiting -= 1
                tally.troubles.append(why)
                continue
            told = _told(tell, SyncStep(work.destination.name, True, index, len(queued), 0, one.size))
            try:
                with _foreseen():
                    depot.put(work.paths[one.bundle], work.digests[one.bundle], told, name=one.name)
            except BundleStuck as error:
                self._did_not_go([one], tally, error, lasting=True)
            except (DepotFailed, DepotRefused) as error:
                self._note(work, error)
                self._did_not_go(queued[index - 1 :], tally, error, lasting=isinstance(error, DepotRefused))
                return error.reached
            else:
                went = replace(one, state=QueueState.SENT, sent=self._now(), next_try=None, reason="")
                self._on_vault(partial(_went, went=went))
                tally.sent += 1
                tally.waiting -= 1
        return True

    def _did_not_go(
        self, these: Sequence[QueuedBundle], tally: _Tally, error: FieldInspectError, *, lasting: bool
    ) -> None:
        tally.troubles.append(str(error))
        now = self._now()

        def keep(vault: SyncVault) -> None:
            for one in these:
                vault.keep_queued(queue.failed(one, error, now, lasting=lasting))

        self._on_vault(keep)

    def _pull(self, depot: Depot, work: _Work, tally: _Tally, tell: Tell) -> None:
        with _foreseen():
            sizes = depot.sizes()
        gone = work.seen - sizes.keys()
        if gone:
            self._on_vault(lambda vault: vault.forget_seen(work.destination.id, gone))
        with suppress(DepotRefused), _foreseen():  # where nobody may delete, whoever runs the depot clears it
            for name in work.delivered.intersection(sizes):
                depot.remove(name)
        fresh = [
            name
            for name, size in sorted(sizes.items())
            if name not in work.known
            and not (work.due and self._later.get((work.destination.id, name)) == (size, work.judged_by))
        ]
        _clear(work.incoming, {half_of(name) for name in fresh})
        for index, name in enumerate(fresh, 1):
            told = _told(tell, SyncStep(work.destination.name, False, index, len(fresh), 0, 0))
            try:
                self._fetch(depot, work, name, sizes[name], tally, told)
            except Stopped:
                raise
            except (WorldFailed, DepotRefused) as error:
                # A bundle that is gone meanwhile, forbidden, or too large for this disk holds up none of the others.
                if isinstance(error, DepotFailed | DepotRefused) and not error.reached:
                    raise
                tally.troubles.append(str(error))

    def _fetch(self, depot: Depot, work: _Work, name: str, size: int, tally: _Tally, told: Progress) -> None:
        with _foreseen():
            head = depot.head(name, HEAD)
        if not self._on_vault(lambda vault: self._envelope.is_for(vault, head)):
            tally.others += 1
            self._saw(work, name, Fetched.NOT_FOR_US)
            return
        path = work.incoming / name
        with _foreseen():
            depot.get(name, path, told)
        source = work.destination.name
        try:
            self._on_vault(
                lambda vault: quarantine.receive(vault, self._envelope, path, now=self._now(), source=source)
            )
        except NotReceived as refusal:
            tally.refused += 1
            tally.troubles.append(str(refusal))
            if refusal.reason in LATER:
                self._later[work.destination.id, name] = size, self._on_vault(quarantine.judged_by)
            elif not refusal.stays:
                self._saw(work, name, Fetched.REFUSED)
        else:
            tally.received += 1
            self._saw(work, name, Fetched.RECEIVED)
        path.unlink(missing_ok=True)

    def _saw(self, work: _Work, name: str, fetched: Fetched) -> None:
        self._on_vault(lambda vault: vault.keep_seen(work.destination.id, name, fetched, self._now()))


def _plan(vault: SyncVault, now: datetime, only: str, *, due: bool) -> list[_Work]:
    chosen = [named(vault, only)] if only else vault.destinations()
    digests = {one.bundle: one.digest for one in vault.posted_bundles()}
    queued = queue.waiting(vault)
    _clear(vault.outgoing_folder, {one.name for one in queued if one.sent is None})
    return [_work(vault, one, queued, digests, now, due=due) for one in chosen]


def _work(
    vault: SyncVault,
    destination: Destination,
    everything: list[QueuedBundle],
    digests: dict[str, str],
    now: datetime,
    *,
    due: bool,
) -> _Work:
    mine = [one for one in everything if one.destination == destination.id]
    queued = tuple(one for one in mine if (queue.is_due(one, now) if due else one.sent is None))
    seen = frozenset(vault.seen(destination.id))
    return _Work(
        destination,
        vault.credentials(destination.id),
        queued,
        {one.bundle: digests.get(one.bundle, "") for one in queued},
        {one.bundle: vault.outgoing_folder / one.name for one in queued},
        seen | {one.name for one in mine},
        seen,
        frozenset(one.name for one in mine if one.state is QueueState.DELIVERED),
        private_folder(vault.incoming_folder / destination.id),
        due,
        quarantine.judged_by(vault),
    )


@contextmanager
def _foreseen() -> Iterator[None]:
    """Turn what nobody foresaw of a depot or its library into its trouble: it must not stop the others."""
    try:
        yield
    except FieldInspectError:
        raise
    except Exception as error:
        raise DepotOdd from error


def _went(vault: SyncVault, went: QueuedBundle) -> None:
    vault.keep_queued(went)
    (vault.outgoing_folder / went.name).unlink(missing_ok=True)


def _clear(folder: Path, wanted: set[str]) -> None:
    """Remove what a crash left, and what nobody goes on with."""
    for path in folder.iterdir():
        if path.is_file() and path.name not in wanted:
            path.unlink(missing_ok=True)


def _told(tell: Tell, step: SyncStep) -> Progress:
    def progress(done: int, size: int) -> None:
        tell(replace(step, done=done, size=size))

    return progress
