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
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from fieldinspect.crypto import argon, recovery
from fieldinspect.crypto.argon import Cost, derive_slot_key
from fieldinspect.crypto.keys import CHECK_SIZE, MASTER_KEY_SIZE, MasterKey, hkdf
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

FORMAT: Final = "fieldinspect-slots/1"
MAX_FILE: Final = 64 * 1024
MAX_SLOTS: Final = 16
_WRAPPED_SIZE: Final = MASTER_KEY_SIZE + 16
_NONCE: Final = bytes(12)  # may be fixed: every wrap has a fresh salt, and so a fresh key


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


_Index = Annotated[int, msgspec.Meta(ge=0, lt=MAX_SLOTS)]
_Salt = Annotated[bytes, msgspec.Meta(min_length=argon.SALT_SIZE, max_length=argon.SALT_SIZE)]
_Wrapped = Annotated[bytes, msgspec.Meta(min_length=_WRAPPED_SIZE, max_length=_WRAPPED_SIZE)]


class _PassphraseSlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["passphrase"]
    index: _Index
    memory: Annotated[int, msgspec.Meta(ge=argon.MEMORY_FLOOR, le=argon.MEMORY_CEILING)]
    passes: Annotated[int, msgspec.Meta(ge=argon.PASSES.start, lt=argon.PASSES.stop)]
    lanes: Annotated[int, msgspec.Meta(ge=argon.LANES.start, lt=argon.LANES.stop)]
    salt: _Salt
    wrapped: _Wrapped = b""

    @property
    def cost(self) -> Cost:
        return Cost(self.memory, self.passes, self.lanes)


class _RecoverySlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["recovery"]
    index: _Index
    salt: _Salt
    wrapped: _Wrapped = b""


class _AnySlot(msgspec.Struct, frozen=True):
    """What every slot has, of whatever type; `raw` is its text in the document."""

    type: str
    index: _Index


_S = TypeVar("_S", _PassphraseSlot, _RecoverySlot)
_KNOWN: Final = {"passphrase": _PassphraseSlot, "recovery": _RecoverySlot}


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

    def has_mac_of(self, master: MasterKey) -> bool:
        return hmac.compare_digest(_mac(master, self.line), self.mac)


@dataclass(frozen=True)
class SlotFile:
    """The well-formed copies of a slot file, newest first; not yet authenticated."""

    _copies: tuple[_Copy, ...]

    @property
    def vault(self) -> str:
        return self._copies[0].document.vault

    def types(self) -> tuple[str, ...]:
        """Return the slot types of the newest copy, to know which secrets may be asked for."""
        return tuple(_any_slot(raw).type for raw in self._copies[0].document.slots)


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
    _check_length(passphrase)

    def slot_key(slot: _PassphraseSlot) -> bytes:
        return derive_slot_key(passphrase, slot.salt, slot.cost)

    master = _open(slots, _PassphraseSlot, slot_key)
    if master is None:
        raise WrongPassphrase
    return master


def unlock_with_recovery_code(slots: SlotFile, code: str) -> MasterKey:
    """Return the master key; raise `MistypedRecoveryCode` or `WrongRecoveryCode`."""
    secret = recovery.from_code(code)

    def slot_key(slot: _RecoverySlot) -> bytes:
        return bytes(hkdf(secret, 32, recovery.LABEL, slot.salt))

    master = _open(slots, _RecoverySlot, slot_key)
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

    return _replace(slots, master, "passphrase", make)


def with_recovery_code(slots: SlotFile, master: MasterKey) -> tuple[bytes, str]:
    """Return the file with a new recovery slot in place of any old one, and the code to write down."""
    secret = recovery.generate_recovery_secret()

    def make(vault: str, index: int) -> msgspec.Raw:
        salt = os.urandom(argon.SALT_SIZE)
        key = bytes(hkdf(secret, 32, recovery.LABEL, salt))
        return _seal(_RecoverySlot("recovery", index, salt), vault, key, master)

    return _replace(slots, master, "recovery", make), recovery.to_code(secret)


def repaired(slots: SlotFile, master: MasterKey, a: bytes | None, b: bytes | None) -> bytes | None:
    """Return the current file when a copy on disk is missing, damaged or stale, else None."""
    current = _current(slots, master).raw
    return None if a == b == current else current


def _read_copy(raw: bytes) -> _Copy | None:
    line, feed, mac = raw.partition(b"\n")
    if len(raw) > MAX_FILE or not feed or len(mac) != 65:
        return None
    try:
        document = msgspec.json.decode(line, type=_Document)
        known = [_any_slot(slot) for slot in document.slots]
        for slot, any_slot in zip(document.slots, known, strict=True):
            _decode_known(slot, any_slot.type)
        digest = bytes.fromhex(mac[:-1].decode("ascii"))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    indexes = [slot.index for slot in known]
    canonical = _file(line, digest) == raw and msgspec.json.encode(document) == line
    ordered = indexes == sorted(set(indexes))
    return _Copy(raw, line + b"\n", digest, document) if canonical and ordered else None


def _is_newer(raw: bytes) -> bool:
    try:
        found = msgspec.json.decode(raw[:MAX_FILE].partition(b"\n")[0], type=_Envelope).format
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False
    name, _slash, number = found.partition("/")
    return name == "fieldinspect-slots" and number.isdecimal() and int(number) > 1


def _any_slot(raw: msgspec.Raw) -> _AnySlot:
    return msgspec.json.decode(raw, type=_AnySlot)


def _decode_known(raw: msgspec.Raw, kind: str) -> _PassphraseSlot | _RecoverySlot | None:
    known = _KNOWN.get(kind)
    if known is None:
        return None
    slot: _PassphraseSlot | _RecoverySlot = msgspec.json.decode(raw, type=known)
    if msgspec.json.encode(slot) != bytes(raw):
        raise ValueError("a slot is not in its one encoding")
    return slot


def _open(slots: SlotFile, kind: type[_S], slot_key: Callable[[_S], bytes]) -> MasterKey | None:
    for copy in slots._copies:
        for raw in copy.document.slots:
            slot = _decode_known(raw, _any_slot(raw).type)
            if not isinstance(slot, kind):
                continue
            master = _unwrap(slot, copy.document, slot_key(slot))
            if master is not None and _current(slots, master) is copy:
                return master
    return None


def _unwrap(slot: _PassphraseSlot | _RecoverySlot, document: _Document, key: bytes) -> MasterKey | None:
    try:
        secret = ChaCha20Poly1305(key).decrypt(_NONCE, slot.wrapped, _associated(slot, document.vault))
    except InvalidTag:
        return None
    master = MasterKey(secret)
    return master if master.has_check_value(document.check) else None


def _current(slots: SlotFile, master: MasterKey) -> _Copy:
    copy = next((copy for copy in slots._copies if copy.has_mac_of(master)), None)
    if copy is None:
        raise SlotsDamaged
    return copy


def _replace(slots: SlotFile, master: MasterKey, kind: str, make: Callable[[str, int], msgspec.Raw]) -> bytes:
    old = _current(slots, master).document
    kept = [(slot.index, raw) for raw in old.slots if (slot := _any_slot(raw)).type != kind]
    taken = {slot.index for slot in map(_any_slot, old.slots)}
    # A fresh index where there is room: nothing in the associated data of an old wrap ever comes back.
    free = [index for index in range(MAX_SLOTS) if index not in taken]
    choices = free + [slot.index for slot in map(_any_slot, old.slots) if slot.type == kind]
    if not choices:
        raise BadInput(_("This vault has as many keys as it may have. Remove one first"))
    kept.append((choices[0], make(old.vault, choices[0])))
    new = msgspec.structs.replace(
        old, generation=old.generation + 1, slots=tuple(raw for _index, raw in sorted(kept))
    )
    return _write(new, master)


def _passphrase_slot(vault: str, index: int, master: MasterKey, passphrase: str, cost: Cost) -> msgspec.Raw:
    _check_length(passphrase)
    salt = os.urandom(argon.SALT_SIZE)
    slot = _PassphraseSlot("passphrase", index, cost.memory, cost.passes, cost.lanes, salt)
    return _seal(slot, vault, derive_slot_key(passphrase, salt, cost), master)


def _seal(slot: _PassphraseSlot | _RecoverySlot, vault: str, key: bytes, master: MasterKey) -> msgspec.Raw:
    wrapped = ChaCha20Poly1305(key).encrypt(_NONCE, master.secret(), _associated(slot, vault))
    return msgspec.Raw(msgspec.json.encode(msgspec.structs.replace(slot, wrapped=wrapped)))


def _associated(slot: _PassphraseSlot | _RecoverySlot, vault: str) -> bytes:
    facts = msgspec.to_builtins(slot)
    parameters = [str(value) for name, value in facts.items() if name not in {"type", "index", "wrapped"}]
    fields = ["fieldinspect-slot-v1", vault, str(slot.index), slot.type, *parameters]
    return "".join(field + "\n" for field in fields).encode()


def _write(document: _Document, master: MasterKey) -> bytes:
    line = msgspec.json.encode(document)
    return _file(line, _mac(master, line + b"\n"))


def _file(line: bytes, mac: bytes) -> bytes:
    return line + b"\n" + mac.hex().encode() + b"\n"


def _mac(master: MasterKey, line: bytes) -> bytes:
    return hmac.digest(master.slots_mac(), line, "sha256")


def _check_length(passphrase: str) -> None:
    if not 1 <= len(unicodedata.normalize("NFC", passphrase)) <= argon.MAX_PASSPHRASE:
        raise PassphraseTooLong
