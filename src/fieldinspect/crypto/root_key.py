"""A root key in a file of its own, sealed under a passphrase. Format: docs/formats/roster.md, section 6.

Rules of this module:
1. What the file says in the open (public key, cost) is authenticated by what it seals.
2. The key keeps a ledger of what it signed last: no two versions of one number, unless its holder insists.
"""

import os
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from fieldinspect.crypto import argon
from fieldinspect.crypto.argon import Cost, derive_slot_key
from fieldinspect.crypto.passphrase import require_strength
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.crypto.slots import check_length
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

FORMAT: Final = "fieldinspect-rootkey/1"
SUFFIX: Final = ".root-key"
MAX_FILE: Final = 64 * 1024
_NONCE_SIZE: Final = 12


class RootKeyDamaged(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This is no root key file, or it is damaged. Use its other copy"))


class WrongRootPassphrase(BadInput):
    def __init__(self) -> None:
        super().__init__(_("The passphrase does not open this root key"))


class _Inside(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    secret: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    signed: dict[str, tuple[int, str]]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["fieldinspect-rootkey/1"]
    public: str
    memory: Annotated[int, msgspec.Meta(ge=argon.MEMORY_FLOOR, le=argon.MEMORY_CEILING)]
    passes: Annotated[int, msgspec.Meta(ge=argon.PASSES.start, lt=argon.PASSES.stop)]
    lanes: Annotated[int, msgspec.Meta(ge=argon.LANES.start, lt=argon.LANES.stop)]
    salt: Annotated[bytes, msgspec.Meta(min_length=argon.SALT_SIZE, max_length=argon.SALT_SIZE)]
    nonce: Annotated[bytes, msgspec.Meta(min_length=_NONCE_SIZE, max_length=_NONCE_SIZE)]
    sealed: bytes = b""


@dataclass(frozen=True)
class RootKey:
    """A root key that its passphrase opened: it signs, and goes back into its file with its ledger."""

    signing: SigningKey
    signed: dict[str, tuple[int, str]]
    """By inspection: the highest version that this key signed, and the SHA-256 (hex) of its text."""
    _cost: Cost
    _salt: bytes
    _wrapping: bytes = field(repr=False)

    def remember(self, inspection: str, version: int, digest: str) -> "RootKey":
        """Return the key with a line more in its ledger."""
        return RootKey(
            self.signing,
            {**self.signed, inspection: (version, digest)},
            self._cost,
            self._salt,
            self._wrapping,
        )

    def file(self) -> bytes:
        """Return the file: sealed under the same passphrase, with a nonce of its own."""
        inside = msgspec.json.encode(_Inside(self.signing.secret_bytes(), self.signed))
        cost, line = self._cost, self.signing.public.line
        nonce = os.urandom(_NONCE_SIZE)
        open_part = _File(FORMAT, line, cost.memory, cost.passes, cost.lanes, self._salt, nonce)
        sealed = ChaCha20Poly1305(self._wrapping).encrypt(nonce, inside, _associated(open_part))
        return msgspec.json.encode(msgspec.structs.replace(open_part, sealed=sealed)) + b"\n"


def make_root_key(passphrase: str, cost: Cost) -> RootKey:
    """Make a root key; raise `WeakPassphrase` below 60 bits, or `PassphraseTooLong`."""
    check_length(passphrase)
    require_strength(passphrase)
    salt = os.urandom(argon.SALT_SIZE)
    return RootKey(SigningKey.generate(), {}, cost, salt, derive_slot_key(passphrase, salt, cost))


def public_part(raw: bytes) -> PublicKey:
    """Return the public key a file says it has, not yet authenticated; raise `RootKeyDamaged`."""
    return _read(raw)[1]


def open_root_key(raw: bytes, passphrase: str) -> RootKey:
    """Return the key, in the time the file's cost asks; raise `WrongRootPassphrase` or `RootKeyDamaged`."""
    check_length(passphrase)
    file, public = _read(raw)
    cost = Cost(file.memory, file.passes, file.lanes)
    wrapping = derive_slot_key(passphrase, file.salt, cost)
    try:
        opened = ChaCha20Poly1305(wrapping).decrypt(file.nonce, file.sealed, _associated(file))
    except InvalidTag:
        raise WrongRootPassphrase from None
    try:
        inside = msgspec.json.decode(opened, type=_Inside)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise RootKeyDamaged from None
    signing = SigningKey(inside.secret)
    if signing.public != public:
        raise RootKeyDamaged
    return RootKey(signing, inside.signed, cost, file.salt, wrapping)


def _read(raw: bytes) -> tuple[_File, PublicKey]:
    try:
        file = msgspec.json.decode(raw[:MAX_FILE], type=_File)
        public = PublicKey.from_line(file.public)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise RootKeyDamaged from None
    if msgspec.json.encode(file) + b"\n" != raw:
        raise RootKeyDamaged
    return file, public


def _associated(file: _File) -> bytes:
    """Return the open part as bytes that the sealed part is bound to."""
    return b"fieldinspect-rootkey-v1\n" + msgspec.json.encode(msgspec.structs.replace(file, sealed=b""))
