"""Escrow: any two of three holders open a vault, its owner is not needed. Format: docs/formats/slots.md, 3.3.

A holder opens the share sealed to their key and hands it on as text; the vault is opened with two such texts.
"""

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from fieldinspect.crypto import argon, shamir
from fieldinspect.crypto.age import bech32
from fieldinspect.crypto.age.errors import AgeRefused, NoMatch
from fieldinspect.crypto.age.file import begin, open_file
from fieldinspect.crypto.age.recipients import Identity, parse_recipient
from fieldinspect.crypto.keys import MasterKey, hkdf
from fieldinspect.crypto.slot_types import ESCROW_HOLDERS, EscrowSlot, SealedShare, seal
from fieldinspect.crypto.slots import SlotFile, open_slot, with_slot
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

LABEL: Final = b"fieldinspect escrow v1"
_PREFIX: Final = "fieldinspect-share-"
_SECRET_SIZE: Final = 32
_VAULT_SIZE: Final = 16


class NoEscrow(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("No organisation keys open this vault: its team list named none when it was last opened")
        )


class NotAHolder(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This key is none of the three that this vault's shares are sealed to"))


class ShareDamaged(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("The sealed share is damaged. Use the other copy of the key file, or another holder")
        )


class MistypedShare(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("This is not a whole share: a character is wrong or missing. Ask its holder for it again")
        )


class SharesDoNotFit(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _(
                "These are not two different shares of this vault as it is now. Open two shares from its key file"
            )
        )


class WrongShares(BadInput):
    def __init__(self) -> None:
        super().__init__(_("The two shares do not open this vault. One of them may not be genuine"))


@dataclass(frozen=True)
class OpenShare:
    """One opened share: its place on the line, and for which escrow slot of which vault it was made."""

    number: int
    points: bytes
    vault: str
    salt: bytes

    @property
    def text(self) -> str:
        """Return the share as checksummed text, to be handed over."""
        return bech32.encode(
            _PREFIX, bytes([self.number]) + self.points + bytes.fromhex(self.vault) + self.salt
        )


def read_share(text: str) -> OpenShare:
    """Read a share's text, white space aside; raise `MistypedShare`."""
    try:
        prefix, raw = bech32.decode("".join(text.split()))
    except ValueError:
        raise MistypedShare from None
    whole = prefix == _PREFIX and len(raw) == 1 + _SECRET_SIZE + _VAULT_SIZE + argon.SALT_SIZE
    if not whole or not 1 <= raw[0] <= ESCROW_HOLDERS:
        raise MistypedShare
    points, rest = raw[1 : 1 + _SECRET_SIZE], raw[1 + _SECRET_SIZE :]
    return OpenShare(raw[0], points, rest[:_VAULT_SIZE].hex(), rest[_VAULT_SIZE:])


def with_escrow(slots: SlotFile, master: MasterKey, recipients: Sequence[str]) -> bytes:
    """Return the file with its escrow sealed anew to three age recipients, or without any where none is named."""
    if not recipients:
        return with_slot(slots, master, "escrow", None)
    secret = os.urandom(_SECRET_SIZE)
    shares = tuple(
        SealedShare(number, recipient, _sealed(bytes([number]) + points, recipient))
        for recipient, (number, points) in zip(recipients, shamir.split(secret, ESCROW_HOLDERS), strict=True)
    )

    def make(vault: str, index: int) -> msgspec.Raw:
        slot = EscrowSlot("escrow", index, 2, os.urandom(argon.SALT_SIZE), shares)
        return seal(slot, vault, _slot_key(secret, slot), master)

    return with_slot(slots, master, "escrow", make)


def open_share(slots: SlotFile, identity: Identity) -> OpenShare:
    """Open the share that is sealed to this key; raise `NoEscrow`, `NotAHolder` or `ShareDamaged`."""
    if not slots.escrows():
        raise NoEscrow
    damaged = False
    for vault, slot in slots.escrows():
        for share in slot.shares:
            try:
                points = _opened(share, identity)
            except NoMatch:
                continue
            except (AgeRefused, ValueError):
                damaged = True
                continue
            return OpenShare(share.number, points, vault, slot.salt)
    raise ShareDamaged if damaged else NotAHolder


def _opened(share: SealedShare, identity: Identity) -> bytes:
    plain = open_file(io.BytesIO(share.sealed), [identity]).payload.readall()
    if len(plain) != 1 + _SECRET_SIZE or plain[0] != share.number:
        raise ValueError("not the share it says it is")
    return plain[1:]


def check_shares(slots: SlotFile, one: OpenShare, other: OpenShare) -> None:
    """Raise `NoEscrow` or `SharesDoNotFit` for what cannot open this vault: nothing secret is learnt by it."""
    here = {(vault, slot.salt) for vault, slot in slots.escrows()}
    if not here:
        raise NoEscrow
    place = (one.vault, one.salt)
    if one.number == other.number or place != (other.vault, other.salt) or place not in here:
        raise SharesDoNotFit


def unlock_with_shares(slots: SlotFile, one: OpenShare, other: OpenShare) -> MasterKey:
    """Return the master key from two shares; raise `NoEscrow`, `SharesDoNotFit` or `WrongShares`."""
    check_shares(slots, one, other)
    secret = shamir.combine((one.number, one.points), (other.number, other.points))
    master = open_slot(slots, EscrowSlot, lambda slot: _slot_key(secret, slot))
    if master is None:
        raise WrongShares
    return master


def _slot_key(secret: bytes, slot: EscrowSlot) -> bytes:
    return bytes(hkdf(secret, 32, LABEL, slot.salt))


def _sealed(plain: bytes, recipient: str) -> bytes:
    sink = io.BytesIO()
    _header, stream = begin(sink, [parse_recipient(recipient)])
    stream.write(plain)
    stream.close()
    return sink.getvalue()
