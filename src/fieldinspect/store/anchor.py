"""The anchor: how far the vault came, kept outside its database. Format: docs/formats/anchor.md, in this order.

Rules of this module:
1. A record is written over the older of the two in its file: torn, it leaves the other.
2. Whatever cannot be read or written is an answer, never a failure: an anchor must not stand in anybody's way.
"""

import hmac
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from fieldinspect.crypto.sealing import CannotOpen, RecordKey
from fieldinspect.domain.durability import Heads
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.files import atomic_write, overwrite, private_folder, world_failures

NAME: Final = "anchor"
RECORD: Final = 4096
"""Bytes of a record: what disks write at once."""
_RECORDS: Final = 2
_MAGIC: Final = b"fieldinspect-anchor/1 "
_VAULT: Final = 32
_PREFIX: Final = len(_MAGIC) + _VAULT + 1
_PLAIN: Final = 1024
_SEALED: Final = 32 + 12 + _PLAIN + 16


class State(StrEnum):
    """What a copy is found to be."""

    READ = "read"
    ABSENT = "absent"
    DAMAGED = "damaged"
    FOREIGN = "foreign"


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    generation: int
    heads: Heads


@dataclass(frozen=True)
class Copy:
    """One file as it was found; `heads` is that of its newest record."""

    state: State
    generation: int = 0
    heads: Heads | None = None
    place: int = 1
    """Which of the two records is the newest."""


class Anchor:
    """Every copy of one vault's anchor: the one in its folder, and the one in the person's state folder.

    The one outside is of an incarnation, so that a vault and one restored from its backup never share it.
    """

    def __init__(self, key: bytes, vault: str, folder: Path, state: Path | None, incarnation: str) -> None:
        self._key = key
        self._seal = RecordKey(key)
        self._state = state
        self._incarnation = incarnation
        self._vault = vault
        self._prefix = _MAGIC + vault.encode() + b"\n"
        self._paths = [folder / NAME]
        if state is not None:
            self._paths.append(state / opaque_name(key, vault, incarnation))
        self.found = [self._read(path) for path in self._paths]
        """The copies as they were when the vault was opened."""
        self._places = [copy.place for copy in self.found]
        self._generation = max((copy.generation for copy in self.found), default=0)
        said = [copy.heads for copy in self.found]
        self._kept = said[0] if len(set(said)) == 1 else None
        self.trouble: WorldFailed | None = None
        """Why the last writing failed, None when every copy is up to date."""

    def expectations(self) -> list[Heads]:
        """Return what the readable copies say, the furthest first."""
        read = sorted(self.found, key=lambda copy: -copy.generation)
        return [copy.heads for copy in read if copy.heads is not None]

    def copies(self) -> list[Copy]:
        """Read every copy again."""
        return [self._read(path) for path in self._paths]

    def keep(self, heads: Heads) -> None:
        """Write down how far the vault came, unless that is what stands there; failures are kept in `trouble`."""
        if heads == self._kept and self.trouble is None:
            return
        if heads.incarnation != self._incarnation:
            self._follow(heads.incarnation)
        self._kept, self.trouble = heads, None
        self._generation += 1
        record = self._write(_Record(self._generation, heads))
        for number, path in enumerate(self._paths):
            try:
                with world_failures():
                    self._put(number, path, record)
            except WorldFailed as error:
                self.trouble = error

    def stand_alone(self) -> None:
        """Leave the copy outside to the vault that this one is restored from: the next incarnation has its own."""
        del self._paths[1:], self._places[1:]

    def _follow(self, incarnation: str) -> None:
        # The copy outside of the incarnation that ends is written to until the vault is closed: it has to say that
        # there is a later one, for who puts the folder back to before that.
        self._incarnation = incarnation
        if self._state is not None:
            path = self._state / opaque_name(self._key, self._vault, incarnation)
            self._paths.append(path)
            self._places.append(self._read(path).place)

    def _put(self, number: int, path: Path, record: bytes) -> None:
        place = 1 - self._places[number]
        if path.is_file() and path.stat().st_size == RECORD * _RECORDS:
            overwrite(path, place * RECORD, record)
        else:
            private_folder(path.parent)
            both = [bytes(RECORD), bytes(RECORD)]
            both[place] = record
            atomic_write(path, b"".join(both))
        self._places[number] = place

    def _write(self, record: _Record) -> bytes:
        plain = _encode(record)
        sealed = self._seal.seal(plain, self._prefix)
        return (self._prefix + sealed).ljust(RECORD, b"\0")

    def _read(self, path: Path) -> Copy:
        try:
            with path.open("rb") as file:
                raw = file.read(RECORD * _RECORDS + 1)  # more than that is no anchor, whoever put it there
        except FileNotFoundError:
            return Copy(State.ABSENT)
        except OSError:
            return Copy(State.DAMAGED)
        if len(raw) != RECORD * _RECORDS:
            return Copy(State.DAMAGED)
        records = [self._read_record(raw[place * RECORD :][:RECORD]) for place in range(_RECORDS)]
        return _newest(records)

    def _read_record(self, raw: bytes) -> _Record | State:
        prefix, sealed, rest = raw[:_PREFIX], raw[_PREFIX : _PREFIX + _SEALED], raw[_PREFIX + _SEALED :]
        if not any(raw):
            return State.ABSENT
        if not prefix.startswith(_MAGIC) or not prefix.endswith(b"\n") or any(rest):
            return State.DAMAGED
        if prefix != self._prefix:
            return State.FOREIGN
        try:
            plain = self._seal.open(sealed, prefix)
            record = msgspec.json.decode(plain, type=_Record)
        except (CannotOpen, msgspec.DecodeError):
            return State.DAMAGED
        return record if _encode(record) == plain else State.DAMAGED


def opaque_name(key: bytes, vault: str, incarnation: str) -> str:
    """Return the name of the copy outside: it says nothing, and nothing else has it."""
    return hmac.digest(key, f"fieldinspect anchor name\n{vault}\n{incarnation}".encode(), "sha256").hex()[:32]


def _encode(record: _Record) -> bytes:
    text = msgspec.json.encode({"generation": record.generation, "heads": asdict(record.heads)})
    return text.ljust(_PLAIN)  # one length for all: the file shows nothing of what it says


def _newest(records: Iterable[_Record | State]) -> Copy:
    found = list(records)
    read = [(one.generation, place) for place, one in enumerate(found) if isinstance(one, _Record)]
    if not read:
        states = {one for one in found if isinstance(one, State)}
        return Copy(next(state for state in (State.DAMAGED, State.FOREIGN, State.ABSENT) if state in states))
    generation, place = max(read)
    newest = found[place]
    assert isinstance(newest, _Record)  # noqa: S101 - only records were counted
    return Copy(State.READ, generation, newest.heads, place)
