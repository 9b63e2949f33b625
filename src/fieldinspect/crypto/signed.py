"""Signed documents: one exact text and the signatures over it. Format: docs/formats/roster.md, section 1."""

from collections.abc import Collection, Sequence
from typing import Annotated, Final

import msgspec

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

MAX_SIZE: Final = 16 * 1024 * 1024
MAX_SIGNATURES: Final = 16


class DocumentRefused(BadInput):
    """A signed document is not what it should be."""


class MalformedDocument(DocumentRefused):
    def __init__(self) -> None:
        super().__init__(_("This file is not a signed document in the form this app reads. It was not used"))


class DocumentChanged(DocumentRefused):
    def __init__(self) -> None:
        super().__init__(_("This document was changed after it was signed. It was not used"))


class NotSignedByEnough(DocumentRefused):
    def __init__(self) -> None:
        super().__init__(
            _("This document is not signed by enough of the people it needs to be signed by. It was not used")
        )


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    document: str
    signatures: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MAX_SIGNATURES)]


def sign_document(text: str, keys: Sequence[SigningKey], namespace: str) -> bytes:
    """Return the signed document; each key signs the exact UTF-8 bytes of the text."""
    message = text.encode()
    return msgspec.json.encode(_File(text, tuple(sshsig.sign(message, namespace, key) for key in keys)))


def document_of(text: str, signatures: Sequence[str]) -> bytes:
    """Return the signed document of signatures that were gathered elsewhere; nothing is verified."""
    return msgspec.json.encode(_File(text, tuple(signatures)))


def signers(raw: bytes, namespace: str) -> tuple[PublicKey, ...]:
    """Return the keys that signed, each signature verified and each key once; raise `DocumentRefused`."""
    file = _read(raw)
    message = file.document.encode()
    try:
        keys = tuple(sshsig.verify(armored, message, namespace) for armored in file.signatures)
    except sshsig.BadSignature:
        raise DocumentChanged from None
    if len(set(keys)) != len(keys):
        raise MalformedDocument
    return keys


def open_document(raw: bytes, namespace: str, trusted: Collection[PublicKey], threshold: int) -> str:
    """Return the text, when at least `threshold` of the trusted keys signed it; raise `DocumentRefused`.

    Valid signatures of other keys are allowed and not counted: new root keys sign beside the old ones.
    """
    if threshold < 1:
        raise ValueError("a threshold is at least 1")
    if len(set(trusted).intersection(signers(raw, namespace))) < threshold:
        raise NotSignedByEnough
    return _read(raw).document


def unverified_text(raw: bytes) -> str:
    """Return the text without looking at its signatures; to learn whose keys to ask for."""
    return _read(raw).document


def _read(raw: bytes) -> _File:
    if len(raw) > MAX_SIZE:
        raise MalformedDocument
    try:
        file = msgspec.json.decode(raw, type=_File)
        exact = msgspec.json.encode(file) == raw
    except (msgspec.DecodeError, UnicodeError):
        raise MalformedDocument from None
    if not exact:
        raise MalformedDocument
    return file
