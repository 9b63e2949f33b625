"""The slots a slot file may hold, and the wrap each carries. Format: docs/formats/slots.md, section 3."""

import hashlib
from typing import Annotated, Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from fieldinspect.crypto import argon
from fieldinspect.crypto.argon import Cost
from fieldinspect.crypto.keys import MASTER_KEY_SIZE, MasterKey

MAX_SLOTS: Final = 16
ESCROW_HOLDERS: Final = 3
_WRAPPED_SIZE: Final = MASTER_KEY_SIZE + 16
_NONCE: Final = bytes(12)  # may be fixed: every wrap has a fresh salt, and so a fresh key
_MAX_RECIPIENT: Final = 4096
_MAX_SEALED: Final = 4096

_Index = Annotated[int, msgspec.Meta(ge=0, lt=MAX_SLOTS)]
_Salt = Annotated[bytes, msgspec.Meta(min_length=argon.SALT_SIZE, max_length=argon.SALT_SIZE)]
_Wrapped = Annotated[bytes, msgspec.Meta(min_length=_WRAPPED_SIZE, max_length=_WRAPPED_SIZE)]


class PassphraseSlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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

    def parameters(self) -> tuple[str, ...]:
        return (str(self.memory), str(self.passes), str(self.lanes), _base64(self.salt))


class RecoverySlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["recovery"]
    index: _Index
    salt: _Salt
    wrapped: _Wrapped = b""

    def parameters(self) -> tuple[str, ...]:
        return (_base64(self.salt),)


class SealedShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: Annotated[int, msgspec.Meta(ge=1, le=ESCROW_HOLDERS)]
    recipient: Annotated[str, msgspec.Meta(min_length=1, max_length=_MAX_RECIPIENT)]
    sealed: Annotated[bytes, msgspec.Meta(min_length=1, max_length=_MAX_SEALED)]


class EscrowSlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["escrow"]
    index: _Index
    threshold: Literal[2]
    salt: _Salt
    shares: Annotated[
        tuple[SealedShare, ...], msgspec.Meta(min_length=ESCROW_HOLDERS, max_length=ESCROW_HOLDERS)
    ]
    wrapped: _Wrapped = b""

    def __post_init__(self) -> None:
        if [share.number for share in self.shares] != list(range(1, ESCROW_HOLDERS + 1)):
            raise ValueError("the shares of a slot are numbered 1, 2, 3")
        if len(set(self.recipients)) != ESCROW_HOLDERS:
            raise ValueError("each share of a slot has its own recipient")

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(share.recipient for share in self.shares)

    def parameters(self) -> tuple[str, ...]:
        shares = hashlib.sha256(msgspec.json.encode(self.shares)).hexdigest()
        return (str(self.threshold), _base64(self.salt), shares)


class AnySlot(msgspec.Struct, frozen=True):
    """What every slot has, of whatever type."""

    type: str
    index: _Index


Slot = PassphraseSlot | RecoverySlot | EscrowSlot
_KNOWN: Final[dict[str, type[Slot]]] = {
    "passphrase": PassphraseSlot,
    "recovery": RecoverySlot,
    "escrow": EscrowSlot,
}


def any_slot(raw: msgspec.Raw) -> AnySlot:
    return msgspec.json.decode(raw, type=AnySlot)


def known_slot(raw: msgspec.Raw, kind: str) -> Slot | None:
    """Return the slot, None of a type this release does not know; raise `ValueError` for any but its one encoding."""
    known = _KNOWN.get(kind)
    if known is None:
        return None
    slot: Slot = msgspec.json.decode(raw, type=known)
    if msgspec.json.encode(slot) != bytes(raw):
        raise ValueError("a slot is not in its one encoding")
    return slot


def seal(slot: Slot, vault: str, key: bytes, master: MasterKey) -> msgspec.Raw:
    """Return the slot's text with the master key wrapped in it."""
    wrapped = ChaCha20Poly1305(key).encrypt(_NONCE, master.secret(), _associated(slot, vault))
    return msgspec.Raw(msgspec.json.encode(msgspec.structs.replace(slot, wrapped=wrapped)))


def unwrap(slot: Slot, vault: str, check: bytes, key: bytes) -> MasterKey | None:
    """Return the master key when this slot key fits and the key has the check value."""
    try:
        secret = ChaCha20Poly1305(key).decrypt(_NONCE, slot.wrapped, _associated(slot, vault))
    except InvalidTag:
        return None
    master = MasterKey(secret)
    return master if master.has_check_value(check) else None


def _associated(slot: Slot, vault: str) -> bytes:
    fields = ["fieldinspect-slot-v1", vault, str(slot.index), slot.type, *slot.parameters()]
    return "".join(field + "\n" for field in fields).encode()


def _base64(raw: bytes) -> str:
    return str(msgspec.to_builtins(raw))
