"""SSHSIG signatures with Ed25519 keys, as `ssh-keygen -Y` makes and verifies them (OpenSSH PROTOCOL.sshsig).

Rules of this module:
1. Ed25519 and SHA-512 only; the armoured text has one accepted encoding, the one OpenSSH writes.
2. The namespace is signed too and always asked for: a signature on one kind of document is none on another.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from fieldinspect.crypto.signing import KEY_TYPE, PublicKey, SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

BUNDLE: Final = "fieldinspect-bundle@1"
ROSTER: Final = "fieldinspect-roster@1"
FORM_SET: Final = "fieldinspect-formset@1"
ENROLMENT: Final = "fieldinspect-enrolment@1"

_MAGIC: Final = b"SSHSIG"
_VERSION: Final = (1).to_bytes(4, "big")
_HASH: Final = b"sha512"
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----\n"
_END: Final = "-----END SSH SIGNATURE-----\n"
_COLUMNS: Final = 70
_MAX_TEXT: Final = 1024


class BadSignature(BadInput):
    """A signature is malformed, or is not over this message, namespace and key."""

    def __init__(self) -> None:
        super().__init__(_("A signature does not fit what it is said to sign. The file was changed or cut"))


@dataclass(frozen=True, slots=True)
class Signature:
    """A parsed signature: whose it says it is, and its 64 bytes."""

    key: PublicKey
    namespace: str
    raw: bytes

    def is_over(self, message: bytes) -> bool:
        return self.key.verifies(self.raw, signed_bytes(message, self.namespace))


def sign(message: bytes, namespace: str, key: SigningKey) -> str:
    """Return the armoured signature, ending with a line feed."""
    return _armor(key.public, namespace, key.sign(signed_bytes(message, namespace)))


def verify(armored: str, message: bytes, namespace: str) -> PublicKey:
    """Return the key that signed; raise `BadSignature`. Trusting it is the caller's."""
    signature = parse(armored)
    if signature.namespace != namespace or not signature.is_over(message):
        raise BadSignature
    return signature.key


def parse(armored: str) -> Signature:
    """Read an armoured signature without verifying it; raise `BadSignature`."""
    if len(armored) > _MAX_TEXT or not armored.startswith(_BEGIN) or not armored.endswith(_END):
        raise BadSignature
    try:
        fields = _Fields(base64.b64decode(armored[len(_BEGIN) : -len(_END)].replace("\n", ""), validate=True))
        signature = _signature(fields)
    except ValueError:
        raise BadSignature from None
    if _armor(signature.key, signature.namespace, signature.raw) != armored:
        raise BadSignature
    return signature


def signed_bytes(message: bytes, namespace: str) -> bytes:
    """Return the bytes that the Ed25519 signature covers."""
    digest = hashlib.sha512(message).digest()
    return _MAGIC + _string(namespace.encode()) + _string(b"") + _string(_HASH) + _string(digest)


def allowed_signers_line(principal: str, key: PublicKey, namespaces: tuple[str, ...]) -> str:
    """Return one line of an OpenSSH `allowed_signers` file, with its line feed."""
    return f'{principal} namespaces="{",".join(namespaces)}" {key.line}\n'


def _signature(fields: "_Fields") -> Signature:
    # What is skipped here is checked by `parse`, which makes the text again and compares.
    fields.take(len(_MAGIC) + len(_VERSION))
    key = PublicKey(fields.string()[-32:])
    namespace = fields.string().decode("ascii")
    fields.string()
    fields.string()
    return Signature(key, namespace, fields.string()[-64:])


def _armor(key: PublicKey, namespace: str, raw: bytes) -> str:
    signature = _string(KEY_TYPE) + _string(raw)
    blob = _MAGIC + _VERSION + _string(key.blob) + _string(namespace.encode())
    blob += _string(b"") + _string(_HASH) + _string(signature)
    text = base64.b64encode(blob).decode("ascii")
    lines = [text[start : start + _COLUMNS] + "\n" for start in range(0, len(text), _COLUMNS)]
    return _BEGIN + "".join(lines) + _END


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


class _Fields:
    """Reads SSH strings off a blob; `ValueError` at its end."""

    def __init__(self, blob: bytes) -> None:
        self._rest = blob

    def take(self, size: int) -> bytes:
        if size > len(self._rest):
            raise ValueError("cut short")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4), "big"))
