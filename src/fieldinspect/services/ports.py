"""The ports of the use cases: what they need of the vault, the envelope and the clock."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.custody import EntryPlace, Founding, Member, MergedBundle, PostedBundle
from fieldinspect.domain.entitlement import HeldBack
from fieldinspect.domain.purposes import Purpose
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.vault_keys import Rotated
from fieldinspect.domain.views import (
    Changes,
    Conflict,
    Draft,
    DraftKey,
    Identity,
    OutboxState,
    RecordView,
    SearchHit,
    VaultPlace,
    Version,
    VisitTally,
)
from fieldinspect.journal.chain import ChainReport
from fieldinspect.services.care import Care, Progress
from fieldinspect.services.key_ports import VaultKeys
from fieldinspect.services.quarantine_ports import QuarantineShelf
from fieldinspect.services.team_ports import Places


@dataclass(frozen=True)
class Write:
    """One act on one record, to become one entry. The vault adds place, clock, heads, seal and signature."""

    record: str
    kind: str
    parent: str
    inspection: str
    changes: Mapping[str, str | None]
    happened: datetime
    reason: str = ""
    reconstructed: bool = False
    resolves: bool = False
    """Replace every head of the fields, not only the displayed one."""
    typed: bool = False
    """Written in passing: what a lead decided with a reason is not replaced, and stands beside it as a conflict."""
    instead_of: str = ""
    """Replace this change and no other: several writes instead of one change stand beside each other."""


@dataclass(frozen=True)
class BlobRef:
    """A sealed attachment: SHA-256 of the ciphertext (hex) and size of the plain file in bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Merged:
    """What a merge did."""

    new: int
    known: int
    new_records: Mapping[str, int]
    changed_records: int
    conflicts: int
    quarantined: Mapping[str, int]
    records: frozenset[str]
    gaps: int
    """Entries missing in the chains this touched."""
    forks: int


class Reader(Protocol):
    """The reading half of a vault. Every answer is plain frozen values; order is that of the journal.

    Every answer passes services.blindness: of another's reading of a file that this person reads too there is no
    more in it than they may see.
    """

    @property
    def identity(self) -> Identity: ...

    def roster(self) -> Roster | None: ...

    def roots(self) -> frozenset[str]:
        """Return every root key that any of our team lists named, as OpenSSH writes it."""
        ...

    def record(self, record: str) -> RecordView | None: ...

    def children(self, parent: str, kinds: Sequence[str] = ()) -> list[RecordView]:
        """Return the records under a parent, by (happened, id); all kinds when none is named."""
        ...

    def children_of(self, parents: Sequence[str], kinds: Sequence[str] = ()) -> list[RecordView]: ...

    def of_kind(self, kind: str) -> list[RecordView]: ...

    def with_field(self, field: str) -> list[RecordView]:
        """Return the records whose field has a value."""
        ...

    def history(self, record: str, field: str) -> list[Version]:
        """Return every accepted value the field ever had, oldest first."""
        ...

    def as_it_stood(self, record: str, moment: datetime) -> Mapping[str, str]:
        """Return the fields of a record after the last entry written at this moment or before."""
        ...

    def conflicts(self) -> list[Conflict]: ...

    def counts(self, parent: str) -> Mapping[str, int]:
        """Return the number of records under a parent by kind, withdrawn ones left out."""
        ...

    def search(self, words: str, limit: int = 50) -> list[SearchHit]: ...

    def readings_over(self, records: Sequence[str]) -> frozenset[str]:
        """Return the readings of case files that these records are, or stand below."""
        ...

    def drafts(self, about: str = "") -> list[Draft]: ...

    def quarantined(self) -> Mapping[str, int]: ...

    def scope_of(self, record: str) -> str:
        """Return the id of the scope a record is held in, or ""."""
        ...

    def traces(
        self,
        *,
        before: tuple[int, str] | None,
        since: int,
        devices: Sequence[str],
        record: str,
        limit: int,
    ) -> list[Trace]:
        """Return the journal as traces, newest first: older than `before`, a (clock, entry id), not than `since`."""
        ...

    def held_back(self, people: Collection[str]) -> Mapping[str, Sequence[HeldBack]]:
        """Return, by person, the visits they may not hold although their scopes are theirs."""
        ...

    def barred_forces(self, person: str) -> frozenset[str]:
        """Return the forces somebody may not inspect: their conflicts of interest that no lead set aside."""
        ...

    def has_blob(self, digest: str) -> bool: ...

    def outbox(self) -> OutboxState: ...

    def tallies(self) -> Mapping[str, VisitTally]:
        """Return the counts of every visit that has something to count, by visit."""
        ...


class Vault(Reader, Protocol):
    """The whole vault. Used from one thread, the store lane."""

    def write(
        self, writes: Sequence[Write], *, promote: Sequence[DraftKey] = (), initiator: str = ""
    ) -> Changes:
        """Append entries, update projections and delete the drafts they promote, in one transaction."""
        ...

    def save_draft(self, draft: Draft) -> None: ...

    def drop_draft(self, key: DraftKey) -> None: ...

    def add_blob(self, record: str, source: BinaryIO) -> BlobRef:
        """Seal a file's bytes under the record's key, made now if need be. Not yet part of any entry."""
        ...

    def open_blob(self, record: str, digest: str) -> AbstractContextManager[BinaryIO]:
        """Open an attachment for reading; raise `BadInput` when it is not here or was changed."""
        ...


class Custody(Protocol):
    """What became of records and bundles: erasures, receipts, working copies."""

    def founded(self, kind: str) -> list[Founding]:
        """Return what founders said first in each accepted record of a kind, in the order of the journal."""
        ...

    def erased(self) -> Mapping[str, str]:
        """Return every erased record with the request (record id) that it was erased by."""
        ...

    def removed(self) -> Mapping[str, str]:
        """Return every record whose working copy was removed here, with the record of kind `working_copy`."""
        ...

    def family(self, record: str) -> list[Member]:
        """Return a record and all that hangs beneath it, of every kind, parents before children."""
        ...

    def members(self, records: Sequence[str]) -> list[Member]:
        """Return those of the records that are shown here."""
        ...

    def orphans(self) -> list[Member]:
        """Return the records that hang beneath an erased one."""
        ...

    def places(self, records: Sequence[str]) -> list[EntryPlace]:
        """Return where the entries of these records stand."""
        ...

    def merged_bundles(self) -> list[MergedBundle]: ...

    def posted_bundles(self) -> list[PostedBundle]: ...


class Replica(Vault, Custody, QuarantineShelf, Protocol):
    """The vault as a party to an exchange."""

    @property
    def staging(self) -> Path:
        """The private folder in which incoming and outgoing bundles are put together."""
        ...

    def receiving_identities(self) -> Sequence[str]: ...

    def recipients(self) -> Sequence[str]:
        """Return the age recipients of this device, hybrid first."""
        ...

    def keep_secret(self, name: str, secret: bytes) -> None:
        """Keep a secret of this vault alone, such as a root key; it never travels."""
        ...

    def secret(self, name: str) -> bytes | None: ...

    def signing_key_line(self) -> str:
        """Return this device's public signing key, as OpenSSH writes it."""
        ...

    def sign(self, message: bytes, namespace: str) -> str:
        """Return the device's SSHSIG over the message, armoured."""
        ...

    def adopt_roster(self, raw: bytes, begin: Sequence[Write] = ()) -> None:
        """Keep the first team list of this vault: its own, or one whose digits were compared.

        Where it begins the inspection, write its first records in the same act.
        """
        ...

    def install_roster(self, raw: bytes) -> bool:
        """Keep the team lists that follow ours; False when there is none; raise `BadInput`."""
        ...

    def roster_bytes(self) -> bytes:
        """Return every team list from the first on, as one file."""
        ...

    def examine_chains(self) -> ChainReport: ...

    def outgoing(
        self, scopes: frozenset[str], sent: Mapping[str, int], people: Collection[str] = ()
    ) -> "Outgoing":
        """Gather what these people, who may hold these scopes, were not sent yet; with `sent` empty, everything.

        Every one of them may hold what it carries. Without people the scopes alone decide.
        """
        ...

    def waits(self, scopes: frozenset[str], sent: Mapping[str, int], people: Collection[str]) -> bool:
        """Tell whether `outgoing` would have anything, or the team list here is newer than the one they were sent."""
        ...

    def merge(
        self,
        lines: Iterable[bytes],
        keys: Mapping[str, Sequence[bytes]],
        blobs: Mapping[str, Path],
        receipt: "Receipt",
    ) -> Merged:
        """Take in entries, keys and blobs in one transaction with the receipt; nothing happens on failure."""
        ...

    def receipt(self, digest: str) -> "Receipt | None":
        """Return the receipt of a bundle file with this SHA-256 (hex), None when it was not merged here."""
        ...

    def record_sent(self, sent: "SentBundle") -> None: ...

    def sent_to(self, devices: Sequence[str]) -> Mapping[str, int]:
        """Return, by scope, the position up to which all these devices were sent what they may hold."""
        ...

    def next_bundle(self) -> tuple[int, str]:
        """Return the sequence of the next bundle of this device and the id of the one before, or ""."""
        ...


@dataclass(frozen=True)
class Outgoing:
    """What a bundle carries: entry lines in order, keys by record, and sealed blobs by digest."""

    lines: Callable[[], Iterator[bytes]]
    count: int
    keys: Mapping[str, Sequence[bytes]]
    blobs: Mapping[str, Path]
    scopes: frozenset[str]
    position: int
    """Up to which position of this vault everything is in it that the recipients may hold."""
    missing: int = 0
    """Attachments that belong to it but are not on this laptop."""
    since: Mapping[str, int] = field(default_factory=dict)
    """By scope, the position after which it begins: what comes before was sent already."""
    withheld: tuple[str, ...] = ()
    """Records that it leaves out, with all beneath them, though their scope is in it."""
    regained: tuple[str, ...] = ()
    """Records that were withheld before, and that it brings from the first on, with all beneath them."""


@dataclass(frozen=True)
class Receipt:
    """Proof kept of a bundle that was merged."""

    bundle: str
    device: str
    sequence: int
    previous: str
    created: str
    received: str
    digest: str


@dataclass(frozen=True)
class SentBundle:
    bundle: str
    sequence: int
    created: str
    devices: tuple[str, ...]
    scopes: frozenset[str]
    position: int
    entries: int
    digest: str
    path: str = ""
    size: int = 0
    """Bytes of the file."""
    since: Mapping[str, int] = field(default_factory=dict)
    """By scope, the position after which it begins."""
    withheld: tuple[str, ...] = ()
    regained: tuple[str, ...] = ()
    team_list: int = 0
    """The version that went with it."""


@dataclass(frozen=True)
class Parcel:
    """An opened bundle: verified facts, and the staged contents until the block that opened it ends."""

    bundle: str
    device: str
    sequence: int
    previous: str
    created: str
    digest: str
    lines: Callable[[], Iterator[bytes]]
    keys: Mapping[str, Sequence[bytes]]
    roster: bytes
    blobs: Mapping[str, Path]
    purpose: str = Purpose.ENTRIES


class Envelope(Protocol):
    """Sealing and opening of bundles: the exchange package behind a port."""

    def seal(
        self,
        replica: Replica,
        outgoing: Outgoing,
        people: Sequence[str],
        folder: Path,
        purpose: str = Purpose.ENTRIES,
    ) -> SentBundle:
        """Write one bundle file into the folder, for every active device of these people."""
        ...

    def open(self, replica: Replica, path: Path) -> AbstractContextManager[Parcel]:
        """Verify and open a bundle; raise a refusal (`BadInput`) that says why not."""
        ...


class VaultDoor(Protocol):
    """Finding, making and opening vaults: the store package behind a port."""

    def known(self) -> list[VaultPlace]: ...

    def create(self, nickname: str, person: str, passphrase: str) -> "OpenVault":
        """Make a vault for a person (their name); `BadInput` when the passphrase is too weak."""
        ...

    def open(self, place: VaultPlace, passphrase: str) -> "OpenVault":
        """Raise `WrongPassphrase`, `TooSoon`, `VaultIsOpen`, `NewerVault`, `SlotsDamaged` or `DatabaseDamaged`."""
        ...

    def open_with_recovery_code(self, place: VaultPlace, code: str, new_passphrase: str) -> "OpenVault":
        """Open by the recovery code and set a new passphrase.

        Raises `MistypedRecoveryCode` or `WrongRecoveryCode`, `WeakPassphrase`, `ChangeUncertain`, and what `open` does.
        """
        ...

    def open_with_shares(self, place: VaultPlace, shares: Sequence[str], new_passphrase: str) -> "OpenVault":
        """Open by two shares of the escrow and set a new passphrase.

        Raises `MistypedShare`, `NoEscrow`, `SharesDoNotFit` or `WrongShares`, `WeakPassphrase`, `ChangeUncertain`, and
        what `open` does.
        """
        ...

    def keys(self, vault: "OpenVault") -> VaultKeys:
        """Return the keys of a vault that is open here."""
        ...

    def wait(self, place: VaultPlace) -> int:
        """Return the seconds until a secret may be tried at this vault, 0 for at once."""
        ...

    def settle(self, place: VaultPlace) -> str:
        """Finish or undo a rotation that was interrupted; return what to tell the person before unlocking, or ""."""
        ...

    def rotate(
        self, place: VaultPlace, passphrase: str, new_passphrase: str, progress: Progress = ...
    ) -> Rotated:
        """Give a closed vault a new master key. What `progress` raises stops the work; nothing has changed then.

        Raises what `open` does, `WeakPassphrase`, and `WorldFailed` for want of room.
        """
        ...

    def restore(
        self, source: Path, passphrase: str = "", recovery_code: str = "", *, progress: Progress = ...
    ) -> "OpenVault":
        """Make a vault from a backup file, opened by either secret; none that is here is ever replaced."""
        ...


class OpenVault(Replica, Care, Places, Protocol):
    """A vault that somebody must close."""

    @property
    def escrow_changed(self) -> bool:
        """Whether others hold its shares than when it was opened last: to be told at once, by `escrow_sentences`."""
        ...

    def stop_when(self, asked: Callable[[], bool]) -> None:
        """Before every step ask whether to stop; a yes undoes what is being done and raises `WorldFailed`."""
        ...

    def close(self) -> None: ...
