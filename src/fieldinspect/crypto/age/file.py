"""A whole age file: header, then payload."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from fieldinspect.crypto.age.errors import HeaderMalformed, HeaderTruncated, NoMatch
from fieldinspect.crypto.age.header import FILE_KEY_SIZE, Header, LineSource, read_header, write_header
from fieldinspect.crypto.age.recipients import SCRYPT, Identity, Recipient
from fieldinspect.crypto.age.stream import Sink, Source, StreamReader, StreamWriter
from fieldinspect.crypto.keys import hkdf

_NONCE: Final = 16


class FileSource(Source, LineSource, Protocol):
    """What `open_file` reads from: lines, then bytes."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened file: who of the stanzas and identities fitted, and the payload to read."""

    header: Header
    stanza: int
    identity: int
    payload: StreamReader


def begin(sink: Sink, recipients: Sequence[Recipient]) -> tuple[Header, StreamWriter]:
    """Write the header; return it and the writer of the payload, which must be closed."""
    if not recipients:
        raise ValueError("a file needs a recipient")
    if len({recipient.is_hybrid for recipient in recipients}) > 1:
        # One X25519 stanza would undo what the hybrid ones are for.
        raise ValueError("hybrid and other recipients do not mix")
    file_key = os.urandom(FILE_KEY_SIZE)
    header = write_header([recipient.wrap(file_key) for recipient in recipients], file_key)
    nonce = os.urandom(_NONCE)
    sink.write(header.raw + nonce)
    return header, StreamWriter(sink, hkdf(file_key, 32, b"payload", nonce))


def open_file(source: FileSource, identities: Sequence[Identity]) -> Opened:
    """Open a binary file; raise `HeaderMalformed`, `NoMatch` or `HeaderChanged`, then on reading `PayloadRefused`."""
    header = read_header(source)
    return open_payload(source, header, identities)


def open_payload(source: Source, header: Header, identities: Sequence[Identity]) -> Opened:
    """Open what follows a header that was read already."""
    if len(header.stanzas) > 1 and any(stanza.type == SCRYPT for stanza in header.stanzas):
        raise HeaderMalformed
    file_key, stanza, identity = _unwrap(header, identities)
    header.check_mac(file_key)
    nonce = source.read(_NONCE)
    if len(nonce) != _NONCE:
        raise HeaderTruncated
    return Opened(header, stanza, identity, StreamReader(source, hkdf(file_key, 32, b"payload", nonce)))


def _unwrap(header: Header, identities: Sequence[Identity]) -> tuple[bytes, int, int]:
    for number, identity in enumerate(identities):
        for place, stanza in enumerate(header.stanzas):
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                return file_key, place, number
    raise NoMatch
