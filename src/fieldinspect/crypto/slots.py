"""The slot file: which secrets open a vault. Format: docs/formats/slots.md, sections 2 and 3.

Rules of this module:
1. Bytes in, bytes out. The caller writes the bytes to copy A, durably, then to copy B.
2. No secret opens the vault through a copy that is not the current one.
3. Slots of unknown types are kept byte for byte.
"""

import hmac
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeVar

import msgspec

from fieldinspect.crypto import argon, recovery
from fieldinspect.crypto.argon import Cost, derive_slot_key
from fieldinspect.crypto.keys import CHECK_SIZE, MasterKey, hkdf
from fieldinspect.crypto.slot_types import (
    MAX_SLOTS,
    EscrowSlot,
    PassphraseSlot,
    RecoverySlot,
    any_slot,
    known_slot,
    seal,
    unwrap,
)
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

FORMAT: Final = "fieldinspect-slots/1"
MAX_FILE: Final = 64 * 1024


class WrongPassphrase(BadInput):
    def __init__(self) -> None:
        super().__init__(_("The passphrase does not open this vault"))


class WrongRecoveryCode(BadInput):
    def __init__(self) -> None:
        super().__init__(_("The recovery code does not open this vault. It may belong to another one"))


class SlotsDamaged(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("The vault's key file is damaged in both its copies. Restore it from a backup of the vault")
        )


class NewerVault(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This vault was made by a newer version. Update this app to open it"))


class PassphraseTooLong(BadInput):
    def __init__(self) -> None:
        super().__init__(_("Enter a passphrase of 1 to 1,024 characters"))


_S = TypeVar("_S", PassphraseSlot, RecoverySlot, EscrowSlot)


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["fieldinspect-slots/1"]
    vault: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    generation: Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]
    check: Annotated[bytes, msgspec.Meta(min_length=CHECK_SIZE, max_length=CHECK_SIZE)]
    slots: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(min_length=1, max_length=MAX_SLOTS)]


class _Envelope(msgspec.Struct, frozen=True):
    format: str


@dataclass(frozen=True)
class _Copy:
    raw: bytes
    line: bytes
    mac: bytes
    document: _Document

    def has_mac_of(self, key: bytes | bytearray) -> bool:
        return hmac.compare_digest(hmac.digest(key, self.line, "sha256"), self.mac)


@dataclass(frozen=True)
class SlotFile:
    """The well-formed copies of a slot file, newest first; not yet authenticated."""

    _copies: tuple[_Copy, ...]

    @property
    def vault(self) -> str:
        return self._copies[0].document.vault

    def escrows(self) -> tuple[tuple[str, EscrowSlot], ...]:
        """Return (vault, escrow slot) of each copy that has one: damage to one copy hides nothing in the other."""
        found = ((copy.document.vault, _escrow(copy)) for copy in self._copies)
        return tuple((vault, slot) for vault, slot in found if slot is not None)

    def types(self) -> tuple[str, ...]:
        """Return the slot types of the newest copy, to know which secrets may be asked for."""
        return tuple(any_slot(raw).type for raw in self._copies[0].document.slots)


def read_slots(a: bytes | None, b: bytes | None) -> SlotFile:
    """Read the two copies; raise `SlotsDamaged` when neither is well formed, or `NewerVault`."""
    copies = [copy for raw in (a, b) if raw is not None and (copy := _read_copy(raw)) is not None]
    if not copies:
        if any(_is_newer(raw) for raw in (a, b) if raw is not None):
            raise NewerVault
        raise SlotsDamaged
    unique = {copy.raw: copy for copy in copies}
    return SlotFile(tuple(sorted(unique.values(), key=lambda copy: -copy.document.generation)))


def unlock(slots: SlotFile, passphrase: str) -> MasterKey:
    """Return the master key, in the time the slot's cost asks; raise `WrongPassphrase`, `SlotsDamaged`."""
    check_length(passphrase)

    def slot_key(slot: PassphraseSlot) -> bytes:
        return derive_slot_key(passphrase, slot.salt, slot.cost)

    master = open_slot(slots, PassphraseSlot, slot_key)
    if master is None:
        raise WrongPassphrase
    return master


def unlock_with_recovery_code(slots: SlotFile, code: str) -> MasterKey:
    """Return the master key; raise `MistypedRecoveryCode` or `WrongRecoveryCode`."""
    secret = recovery.from_code(code)

    def slot_key(slot: RecoverySlot) -> bytes:
        return bytes(hkdf(secret, 32, recovery.LABEL, slot.salt))

    master = open_slot(slots, RecoverySlot, slot_key)
    if master is None:
        raise WrongRecoveryCode
    return master


def new_slots(vault: str, master: MasterKey, passphrase: str, cost: Cost) -> bytes:
    """Return the first slot file of a vault: one passphrase slot."""
    slot = _passphrase_slot(vault, 0, master, passphrase, cost)
    return _write(_Document(FORMAT, vault, 1, master.check_value(), (slot,)), master)


def with_passphrase(slots: SlotFile, master: MasterKey, passphrase: str, cost: Cost) -> bytes:
    """Return the file with a new passphrase in place of every old one; other slots are untouched."""

    def make(vault: str, index: int) -> msgspec.Raw:
        return _passphrase_slot(vault, index, master, passphrase, cost)

    return with_slot(slots, master, "passphrase", make)


def with_recovery_code(slots: SlotFile, master: MasterKey) -> tuple[bytes, str]:
    """Return the file with a new recovery slot in place of any old one, and the code to write down."""
    secret = recovery.generate_recovery_secret()

    def make(vault: str, index: int) -> msgspec.Raw:
        salt = os.urandom(argon.SALT_SIZE)
        key = bytes(hkdf(secret, 32, recovery.LABEL, salt))
        return seal(RecoverySlot("recovery", index, salt), vault, key, master)

    return with_slot(slots, master, "recovery", make), recovery.to_code(secret)


def escrow_recipients(slots: SlotFile, master: MasterKey) -> tuple[str, ...]:
    """Return the recipients of the escrow slot of the current file, none where it has no such slot."""
    slot = _escrow(_current(slots, master))
    return slot.recipients if slot else ()


def repaired(slots: SlotFile, master: MasterKey, a: bytes | None, b: bytes | None) -> bytes | None:
    """Return the current file when a copy on disk is missing, damaged or stale, else None."""
    current = _current(slots, master).raw
    return None if a == b == current else current


def current(a: bytes | None, b: bytes | None, key: bytes) -> bytes:
    """Return the current file by its MAC, `key` being the slots subkey; raise `SlotsDamaged` or `NewerVault`."""
    return _newest(read_slots(a, b), key).raw


def _read_copy(raw: bytes) -> _Copy | None:
    line, feed, mac = raw.partition(b"\n")
    if len(raw) > MAX_FILE or not feed or len(mac) != 65:
        return None
    try:
        document = msgspec.json.decode(line, type=_Document)
        known = [any_slot(slot) for slot in document.slots]
        for slot, each in zip(document.slots, known, strict=True):
            known_slot(slot, each.type)
        digest = bytes.fromhex(mac[:-1].decode("ascii"))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    indexes = [slot.index for slot in known]
    canonical = _file(line, digest) == raw and msgspec.json.encode(document) == line
    ordered = indexes == sorted(set(indexes))
    # Each passphrase slot may ask for gigabytes and minutes before any MAC is known: a writer makes one.
    few = [slot.type for slot in known].count("passphrase") <= 1
    return _Copy(raw, line + b"\n", digest, document) if canonical and ordered and few else None


def _escrow(copy: _Copy) -> EscrowSlot | None:
    found = (known_slot(raw, any_slot(raw).type) for raw in copy.document.slots)
    return next((slot for slot in found if isinstance(slot, EscrowSlot)), None)


def _is_newer(raw: bytes) -> bool:
    try:
        found = msgspec.json.decode(raw[:MAX_FILE].partition(b"\n")[0], type=_Envelope).format
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False
    name, _slash, number = found.partition("/")
    return name == "fieldinspect-slots" and number.isdecimal() and len(number) < 10 and int(number) > 1


def open_slot(slots: SlotFile, kind: type[_S], slot_key: Callable[[_S], bytes]) -> MasterKey | None:
    """Return the master key from a slot of this kind in the current file, None when the key fits none.

    Raises `SlotsDamaged`.
    """
    for copy in slots._copies:
        for raw in copy.document.slots:
            slot = known_slot(raw, any_slot(raw).type)
            if not isinstance(slot, kind):
                continue
            master = unwrap(slot, copy.document.vault, copy.document.check, slot_key(slot))
            if master is not None and _current(slots, master) is copy:
                return master
    return None


def _current(slots: SlotFile, master: MasterKey) -> _Copy:
    return _newest(slots, master.slots_mac())


def _newest(slots: SlotFile, key: bytes | bytearray) -> _Copy:
    copy = next((copy for copy in slots._copies if copy.has_mac_of(key)), None)
    if copy is None:
        raise SlotsDamaged
    return copy


def with_slot(
    slots: SlotFile, master: MasterKey, kind: str, make: Callable[[str, int], msgspec.Raw] | None
) -> bytes:
    """Return the file with a new slot of this kind in place of every old one, or with none."""
    old = _current(slots, master).document
    kept = [(slot.index, raw) for raw in old.slots if (slot := any_slot(raw)).type != kind]
    taken = {slot.index for slot in map(any_slot, old.slots)}
    # A fresh index where there is room: nothing in the associated data of an old wrap ever comes back.
    free = [index for index in range(MAX_SLOTS) if index not in taken]
    choices = free + [slot.index for slot in map(any_slot, old.slots) if slot.type == kind]
    if make is not None:
        if not choices:
            raise BadInput(_("This vault has as many keys as it may have. Remove one first"))
        kept.append((choices[0], make(old.vault, choices[0])))
    new = msgspec.structs.replace(
        old, generation=old.generation + 1, slots=tuple(raw for _index, raw in sorted(kept))
    )
    return _write(new, master)


def _passphrase_slot(vault: str, index: int, master: MasterKey, passphrase: str, cost: Cost) -> msgspec.Raw:
    check_length(passphrase)
    salt = os.urandom(argon.SALT_SIZE)
    slot = PassphraseSlot("passphrase", index, cost.memory, cost.passes, cost.lanes, salt)
    return seal(slot, vault, derive_slot_key(passphrase, salt, cost), master)


def _write(document: _Document, master: MasterKey) -> bytes:
    line = msgspec.json.encode(document)
    return _file(line, _mac(master, line + b"\n"))


def _file(line: bytes, mac: bytes) -> bytes:
    return line + b"\n" + mac.hex().encode() + b"\n"


def _mac(master: MasterKey, line: bytes) -> bytes:
    return hmac.digest(master.slots_mac(), line, "sha256")


def check_length(passphrase: str) -> None:
    """Raise `PassphraseTooLong` for what can be no passphrase: nothing is asked of the slots."""
    if not 1 <= len(unicodedata.normalize("NFC", passphrase)) <= argon.MAX_PASSPHRASE:
        raise PassphraseTooLong
