"""Gathering: what lies in depots is fetched, opened ahead, and merged one after the other, by as many runners as like.

Rules of this module:
1. A bundle that one runner is at work on is left alone by the others; when that runner dies it is anybody's again.
2. Merging is one transaction with the receipts: whatever stops when, a bundle is merged once or not at all. Small
   bundles are merged together; a merge is a union, so that nothing shows how they came.
3. A depot that fails holds up no other. A bundle that is refused is kept, and holds up nothing behind it.
4. Between two bundles anybody may ask for the end.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from fieldinspect.domain.depots import Destination, Fetched
from fieldinspect.domain.errors import BadInput
from fieldinspect.services import quarantine, queue, standing
from fieldinspect.services.depot_ports import (
    Depot,
    DepotFailed,
    DepotRefused,
    Depots,
    SyncEnvelope,
    SyncVault,
)
from fieldinspect.services.exchange import NothingToSend
from fieldinspect.services.ports import Parcel, Receipt
from fieldinspect.services.quarantine import NotReceived
from fieldinspect.services.sync import HEAD, LATER

BATCH: Final = 32
"""Bundles that one runner claims, opens ahead and merges before it lets others look."""


class Opened(Protocol):
    """A bundle that was opened ahead."""

    @property
    def ours(self) -> bool:
        """Whether it was sealed for us; when not, nothing else is known of it."""
        ...

    @property
    def lines(self) -> Sequence[bytes]: ...

    @property
    def records(self) -> frozenset[str]:
        """The records its entries are of."""
        ...

    def parcel(self) -> Parcel | None: ...

    @property
    def checked(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Together:
    """A bundle that is merged with others in one transaction."""

    receipt: Receipt
    lines: Sequence[bytes]
    keys: Mapping[str, Sequence[bytes]]
    records: frozenset[str]


class Opening(Protocol):
    """A bundle that is being opened."""

    def result(self) -> Opened | None: ...


class Ahead(Protocol):
    """Opening bundles ahead: the package exchange.ahead behind a port."""

    def begin(self, path: Path, devices: Mapping[str, str]) -> Opening: ...


class GatheringEnvelope(SyncEnvelope, Protocol):
    def holding(self, path: Path, opened: object) -> AbstractContextManager[None]:
        """Have this path lent as it was opened, within the block."""
        ...


class SharedReplica(SyncVault, Protocol):
    """A replica that several processes share."""

    def alone(self) -> AbstractContextManager[None]:
        """Be the only one who changes the journal."""
        ...

    def checked(self, entries: frozenset[str]) -> AbstractContextManager[None]: ...

    def merge_together(self, together: Sequence[Together]) -> int:
        """Merge several bundles in one transaction, a receipt each; return how many were not here yet."""
        ...

    def claim(self, names: Sequence[str]) -> list[str]:
        """Return those of the names that are nobody else's; they are ours until `unclaim`, or until we die."""
        ...

    def unclaim(self, names: Sequence[str]) -> None: ...

    def unseen(self, destination: str, names: Sequence[str]) -> list[str]:
        """Return those of the names of which it is not known what became of them."""
        ...

    def keep_all_seen(self, destination: str, seen: Mapping[str, Fetched], when: datetime) -> None: ...


@runtime_checkable
class InPlace(Protocol):
    """A depot whose bundles can be read where they lie."""

    def path(self, name: str) -> Path: ...


@dataclass
class Gathered:
    """What one round did; `troubles` are sentences."""

    merged: int = 0
    entries: int = 0
    known: int = 0
    refused: int = 0
    others: int = 0
    sealed: int = 0
    troubles: list[str] = field(default_factory=list)


@dataclass
class Gathering:
    """Gathers for one replica; used from the replica's thread."""

    vault: SharedReplica
    depots: Depots
    envelope: GatheringEnvelope
    ahead: Ahead | None
    now: Callable[[], datetime]
    asked_to_end: Callable[[], bool] = lambda: False
    _later: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict, init=False)
    """By destination and name, what was refused for now: its size then, and what judged it."""

    def round(self) -> Gathered:
        """Look into every depot once and merge what is new; raise what the database says (`WorldFailed`)."""
        done = Gathered()
        for destination in self.vault.destinations():
            if self.asked_to_end():
                break
            try:
                depot = self.depots.open(destination, self.vault.credentials(destination.id))
                with depot:
                    self._gather(depot, destination, done)
            except (DepotFailed, DepotRefused) as error:
                done.troubles.append(f"{destination.name}: {error}")
        return done

    def send(self, destination: str) -> int:
        """Seal for everybody what they lack, to wait for a destination; return how many bundles were sealed."""
        roster = self.vault.roster()
        if roster is None:
            return 0
        sealed = 0
        mine = self.vault.identity.person
        for person in roster.people:
            if person.id == mine or person.has_left(self.now()) or not roster.devices_of(person.id):
                continue
            if self.asked_to_end():
                break
            try:
                queue.seal_for(self.vault, self.envelope, [person.id], destination, now=self.now())
            except NothingToSend:
                continue
            sealed += 1
        return sealed

    def _gather(self, depot: Depot, destination: Destination, done: Gathered) -> None:
        sizes, seen = depot.sizes(), self.vault.seen(destination.id)
        gone = seen.keys() - sizes.keys()
        if gone:
            self.vault.forget_seen(destination.id, frozenset(gone))
        mine = {one.name for one in self.vault.queue() if one.destination == destination.id}
        judged_by = quarantine.judged_by(self.vault)
        fresh = iter(
            [
                name
                for name in sorted(sizes)
                if name not in seen
                and name not in mine
                and self._later.get((destination.id, name)) != (sizes[name], judged_by)
            ]
        )
        while not self.asked_to_end() and (batch := list(islice(fresh, BATCH))):
            claimed = self.vault.claim(batch)
            try:
                # Another runner may have merged them between our look and our claim.
                self._merge(depot, destination, self.vault.unseen(destination.id, claimed), sizes, done)
            finally:
                self.vault.unclaim(claimed)

    def _merge(
        self,
        depot: Depot,
        destination: Destination,
        names: Sequence[str],
        sizes: Mapping[str, int],
        done: Gathered,
    ) -> None:
        seen: dict[str, Fetched] = {}
        waiting = list(self._fetched(depot, names, seen))
        try:
            with self.vault.alone():
                opened = {path: opening.result() if opening else None for path, opening in waiting}
                merged = self._merged_together([one for one in opened.values() if one is not None], done)
                for path, one in opened.items():
                    if self.asked_to_end() and not merged:
                        break
                    became = (
                        Fetched.RECEIVED
                        if merged and one is not None and one.ours
                        else self._receive(path, one, destination, sizes[path.name], done)
                    )
                    if became is not None:
                        seen[path.name] = became
        finally:
            done.others += sum(1 for fetched in seen.values() if fetched is Fetched.NOT_FOR_US)
            if seen:
                self.vault.keep_all_seen(destination.id, seen, self.now())
            if not isinstance(depot, InPlace):
                for path, _opening in waiting:
                    path.unlink(missing_ok=True)

    def _merged_together(self, opened: Sequence[Opened], done: Gathered) -> bool:
        """Merge what was opened ahead in one transaction: many small bundles cost little more than one.

        False when one of them is not as it should be: then each is received by itself, and told of by itself.
        """
        ours = [(one, parcel) for one in opened if one.ours and (parcel := one.parcel()) is not None]
        if len(ours) < 2:
            return False
        try:
            for _one, parcel in ours:
                self.vault.install_roster(parcel.roster)
            roster = self.vault.roster()
            if roster is None or any(roster.device(parcel.device) is None for _one, parcel in ours):
                return False
            standing.may_receive(roster, self.vault.identity, self.now())
            with self.vault.checked(frozenset[str]().union(*(one.checked for one, _parcel in ours))):
                together = [self._together(one, parcel) for one, parcel in ours]
                before = done.merged
                done.merged += self.vault.merge_together(together)
        except BadInput:
            return False
        done.known += len(ours) - (done.merged - before)
        done.entries += sum(len(one.lines) for one, _parcel in ours)
        return True

    def _together(self, one: Opened, parcel: Parcel) -> Together:
        receipt = Receipt(
            parcel.bundle,
            parcel.device,
            parcel.sequence,
            parcel.previous,
            parcel.created,
            self.now().isoformat(),
            parcel.digest,
        )
        return Together(receipt, one.lines, parcel.keys, one.records)

    def _fetched(
        self, depot: Depot, names: Sequence[str], seen: dict[str, Fetched]
    ) -> Iterator[tuple[Path, Opening | None]]:
        """Yield where each bundle lies, all of them being opened meanwhile; over a network only those for us."""
        roster = self.vault.roster()
        devices = {device.id: device.signing for device in roster.devices} if roster else {}
        for name in names:
            in_place = depot.path(name) if isinstance(depot, InPlace) else None
            whose_is_told = in_place is not None and self.ahead is not None
            if not whose_is_told and not self.envelope.is_for(self.vault, depot.head(name, HEAD)):
                seen[name] = Fetched.NOT_FOR_US
                continue
            path = in_place or self.vault.incoming_folder / name
            if in_place is None:
                depot.get(name, path)
            yield path, self.ahead.begin(path, devices) if self.ahead else None

    def _receive(
        self, path: Path, opened: Opened | None, destination: Destination, size: int, done: Gathered
    ) -> Fetched | None:
        """Receive one bundle by itself; None when it is to be looked at again once it or our team list is another."""
        if opened is not None and not opened.ours:
            return Fetched.NOT_FOR_US
        checked = opened.checked if opened else frozenset()
        try:
            with self.envelope.holding(path, opened), self.vault.checked(checked):
                received = quarantine.receive(
                    self.vault, self.envelope, path, now=self.now(), source=destination.name
                )
        except NotReceived as refusal:
            done.refused += 1
            done.troubles.append(str(refusal))
            if refusal.reason in LATER:
                self._later[destination.id, path.name] = size, quarantine.judged_by(self.vault)
                return None
            return None if refusal.stays else Fetched.REFUSED
        done.known += received.already_received
        done.merged += not received.already_received
        done.entries += received.new_entries
        return Fetched.RECEIVED
