"""Recipients and identities: X25519, the hybrid of ML-KEM-768 and X25519, and passphrases to read (C2SP age.md)."""

import hashlib
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from fieldinspect.crypto.age import base64, bech32
from fieldinspect.crypto.age.errors import HeaderMalformed
from fieldinspect.crypto.age.header import FILE_KEY_SIZE, Stanza
from fieldinspect.crypto.keys import hkdf

X25519: Final = "X25519"
HYBRID: Final = "mlkem768x25519"
SCRYPT: Final = "scrypt"
Kind = Literal["hybrid", "x25519"]

_X25519_PREFIX: Final = "age"
_X25519_SECRET: Final = "age-secret-key-"  # noqa: S105 - a prefix, not a secret
_X25519_INFO: Final = b"age-encryption.org/v1/X25519"
_HYBRID_PREFIX: Final = "age1pq"
_HYBRID_SECRET: Final = "age-secret-key-pq-"  # noqa: S105 - a prefix, not a secret
_HYBRID_INFO: Final = b"age-encryption.org/mlkem768x25519"
_SCRYPT_SALT: Final = b"age-encryption.org/v1/scrypt"
_KEY: Final = 32
_MLKEM_PUBLIC: Final = 1184
_MLKEM_CIPHERTEXT: Final = 1088
_MLKEM_SEED: Final = 64
_ENC: Final = _MLKEM_CIPHERTEXT + 32
_BODY: Final = FILE_KEY_SIZE + 16
_NONCE: Final = bytes(12)  # may be fixed: a wrap key is used once
_MAX_WORK: Final = 20  # 1 GiB of memory: what an untrusted file may ask of us
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Recipient(Protocol):
    """Who a file is sealed to."""

    @property
    def text(self) -> str: ...

    @property
    def is_hybrid(self) -> bool: ...

    def wrap(self, file_key: bytes) -> Stanza: ...


class Identity(Protocol):
    """What opens a file."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, None when the stanza is for somebody else; raise `HeaderMalformed`."""
        ...


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    public: bytes
    is_hybrid: bool = False

    @property
    def text(self) -> str:
        return bech32.encode(_X25519_PREFIX, self.public)

    def wrap(self, file_key: bytes) -> Stanza:
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.public))
        body = _x25519_aead(shared, share, self.public).encrypt(_NONCE, file_key, None)
        return Stanza(X25519, (base64.encode(share),), body)


class X25519Identity:
    __slots__ = ("_key", "recipient")

    def __init__(self, secret: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(secret)
        self.recipient = X25519Recipient(self._key.public_key().public_bytes_raw())

    def unwrap(self, stanza: Stanza) -> bytes | None:
        if stanza.type != X25519:
            return None
        (share,) = _arguments(stanza, 1)
        public = _exactly(share, 32)
        shared = _exchange(self._key, public)
        return _opened(_x25519_aead(shared, public, self.recipient.public), stanza.body)


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    public: bytes
    """ML-KEM-768 encapsulation key (1,184 bytes), then X25519 public key (32)."""
    is_hybrid: bool = True

    @property
    def text(self) -> str:
        return bech32.encode(_HYBRID_PREFIX, self.public)

    def wrap(self, file_key: bytes) -> Stanza:
        both = _SUITE.encrypt(file_key, self._key(), _HYBRID_INFO)
        return Stanza(HYBRID, (base64.encode(both[:_ENC]),), both[_ENC:])

    def _key(self) -> MLKEM768X25519PublicKey:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.public[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(self.public[_MLKEM_PUBLIC:]),
        )


class HybridIdentity:
    __slots__ = ("_key", "_x25519", "recipient")

    def __init__(self, secret: bytes) -> None:
        # draft-ietf-hpke-pq, MLKEM768-X25519: the 32-byte key is expanded into the two seeds.
        seeds = hashlib.shake_256(secret).digest(_MLKEM_SEED + 32)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(seeds[:_MLKEM_SEED])
        self._x25519 = X25519PrivateKey.from_private_bytes(seeds[_MLKEM_SEED:])
        self._key = MLKEM768X25519PrivateKey(mlkem, self._x25519)
        public = mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()
        self.recipient = HybridRecipient(public)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        if stanza.type != HYBRID:
            return None
        (encoded,) = _arguments(stanza, 1)
        enc = _exactly(encoded, _ENC)
        _exchange(self._x25519, enc[_MLKEM_CIPHERTEXT:])  # a low-order point is malformed, not another's
        if len(stanza.body) != _BODY:
            raise HeaderMalformed
        try:
            return _SUITE.decrypt(enc + stanza.body, self._key, _HYBRID_INFO)
        except InvalidTag:
            return None


class ScryptIdentity:
    """A passphrase, to read what others made; we never write such files."""

    __slots__ = ("_passphrase",)

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase.encode()

    def unwrap(self, stanza: Stanza) -> bytes | None:
        if stanza.type != SCRYPT:
            return None
        encoded, work = _arguments(stanza, 2)
        salt = _exactly(encoded, 16)
        if not re.fullmatch("[1-9][0-9]{0,2}", work) or int(work) > _MAX_WORK or len(stanza.body) != _BODY:
            raise HeaderMalformed
        kdf = Scrypt(salt=_SCRYPT_SALT + salt, length=_KEY, n=1 << int(work), r=8, p=1)
        return _opened(ChaCha20Poly1305(kdf.derive(self._passphrase)), stanza.body)


@lru_cache(maxsize=1024)
def parse_recipient(text: str) -> Recipient:
    """Read `age1...` or `age1pq1...`; raise `ValueError`."""
    prefix, raw = bech32.decode(text)
    if prefix == _X25519_PREFIX and len(raw) == _KEY and text.islower():
        _probe(raw)
        return X25519Recipient(raw)
    if prefix == _HYBRID_PREFIX and len(raw) == _MLKEM_PUBLIC + 32 and text.islower():
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC])  # FIPS 203's check of the key
        _probe(raw[_MLKEM_PUBLIC:])
        return HybridRecipient(raw)
    raise ValueError("not an age recipient of a known type")


def _probe(public: bytes) -> None:
    """Raise `ValueError` for a point of low order: nothing can be sealed to it, so who named it would stop all."""
    X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(public))


def parse_identity(text: str) -> X25519Identity | HybridIdentity:
    """Read `AGE-SECRET-KEY-1...` or `AGE-SECRET-KEY-PQ-1...`; raise `ValueError`."""
    prefix, raw = bech32.decode(text)
    if len(raw) == _KEY and text.isupper():
        if prefix == _X25519_SECRET:
            return X25519Identity(raw)
        if prefix == _HYBRID_SECRET:
            return HybridIdentity(raw)
    raise ValueError("not an age identity of a known type")


def generate_identity(kind: Kind) -> tuple[str, str]:
    """Make a new key: the identity to keep secret, and the recipient to publish."""
    secret = os.urandom(_KEY)
    if kind == "hybrid":
        return bech32.encode(_HYBRID_SECRET, secret).upper(), HybridIdentity(secret).recipient.text
    return bech32.encode(_X25519_SECRET, secret).upper(), X25519Identity(secret).recipient.text


def _arguments(stanza: Stanza, count: int) -> tuple[str, ...]:
    if len(stanza.arguments) != count:
        raise HeaderMalformed
    return stanza.arguments


def _exactly(encoded: str, size: int) -> bytes:
    try:
        raw = base64.decode(encoded)
    except ValueError:
        raise HeaderMalformed from None
    if len(raw) != size:
        raise HeaderMalformed
    return raw


def _exchange(key: X25519PrivateKey, share: bytes) -> bytes:
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:  # the shared secret is all zeros: RFC 7748, section 6.1
        raise HeaderMalformed from None


def _x25519_aead(shared: bytes, share: bytes, public: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(bytes(hkdf(shared, _KEY, _X25519_INFO, share + public)))


def _opened(aead: ChaCha20Poly1305, body: bytes) -> bytes | None:
    # A longer body could hold a key that opens under several passphrases: looked at before decrypting.
    if len(body) != _BODY:
        raise HeaderMalformed
    try:
        return aead.decrypt(_NONCE, body, None)
    except InvalidTag:
        return None
