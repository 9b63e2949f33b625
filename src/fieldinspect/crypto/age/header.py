"""The textual header of an age file: version, stanzas, MAC (C2SP age.md, Header)."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from fieldinspect.crypto.age import base64
from fieldinspect.crypto.age.errors import (
    HeaderChanged,
    HeaderMalformed,
    HeaderTruncated,
    NotAge,
    VersionUnknown,
)
from fieldinspect.crypto.keys import hkdf

VERSION: Final = b"age-encryption.org/v1\n"
MAX_HEADER: Final = 64 * 1024
FILE_KEY_SIZE: Final = 16
_ANY_VERSION: Final = rb"age-encryption\.org/v[0-9]"
_STANZA: Final = b"-> "
_END: Final = b"--- "
_COLUMNS: Final = 64
_MAC_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Stanza:
    """The file key wrapped for one recipient: type and arguments, and the wrapped bytes."""

    type: str
    arguments: tuple[str, ...]
    body: bytes

    def text(self) -> str:
        encoded = base64.encode(self.body)
        # The last line is shorter than 64 columns, if need be empty: that is how a reader finds the end.
        lines = [encoded[start : start + _COLUMNS] for start in range(0, len(encoded) + 1, _COLUMNS)]
        return "\n".join(["-> " + " ".join((self.type, *self.arguments)), *lines]) + "\n"


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header and its exact bytes, MAC line included."""

    stanzas: tuple[Stanza, ...]
    raw: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the exact bytes, hex."""
        return hashlib.sha256(self.raw).hexdigest()

    def check_mac(self, file_key: bytes) -> None:
        """Raise `HeaderChanged` unless the MAC was made with this file key."""
        end = self.raw.rindex(_END)
        if self.raw[end:] != _END + _mac(file_key, self.raw[: end + 3]) + b"\n":
            raise HeaderChanged


def write_header(stanzas: Sequence[Stanza], file_key: bytes) -> Header:
    covered = VERSION + "".join(stanza.text() for stanza in stanzas).encode() + _END.rstrip()
    raw = covered + b" " + _mac(file_key, covered) + b"\n"
    if len(raw) > MAX_HEADER:
        raise ValueError("too many recipients for one header")
    return Header(tuple(stanzas), raw)


def read_header(source: "LineSource") -> Header:
    """Read the header and leave the source at the payload; raise `HeaderMalformed`."""
    lines = _Lines(source)
    first = source.readline(len(VERSION) + 1)
    if first != VERSION:
        raise _first_line_refused(first)
    lines.raw += first
    stanzas = []
    while (line := lines.next()).startswith(_STANZA):
        stanzas.append(_stanza(line, lines))
    if not line.startswith(_END) or not stanzas:
        raise HeaderMalformed
    if len(_decode(line[len(_END) : -1])) != _MAC_SIZE:
        raise HeaderMalformed
    return Header(tuple(stanzas), bytes(lines.raw))


def _first_line_refused(first: bytes) -> HeaderMalformed:
    if first and VERSION.startswith(first):
        return HeaderTruncated()
    return VersionUnknown() if re.match(_ANY_VERSION, first) else NotAge()


def _stanza(line: bytes, lines: "_Lines") -> Stanza:
    words = line[len(_STANZA) : -1].split(b" ")
    if not all(word and all(33 <= code <= 126 for code in word) for word in words):
        raise HeaderMalformed
    body = b""
    while True:
        part = lines.next()[:-1]
        if len(part) > _COLUMNS:
            raise HeaderMalformed
        body += _decode(part)
        if len(part) < _COLUMNS:
            break
    kind, *arguments = (word.decode("ascii") for word in words)
    return Stanza(kind, tuple(arguments), body)


def _decode(text: bytes) -> bytes:
    try:
        return base64.decode(text.decode("ascii"))
    except ValueError:
        raise HeaderMalformed from None


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return base64.encode(hmac.digest(bytes(hkdf(file_key, 32, b"header")), covered, "sha256")).encode()


class LineSource(Protocol):
    """A source that gives lines, as binary files do."""

    def readline(self, limit: int, /) -> bytes: ...


class _Lines:
    """Lines off a source, each with its line feed, within the size a header may have."""

    def __init__(self, source: LineSource) -> None:
        self._source = source
        self.raw = bytearray()

    def next(self) -> bytes:
        line = self._source.readline(MAX_HEADER - len(self.raw) + 1)
        self.raw += line
        if len(self.raw) > MAX_HEADER:
            raise HeaderMalformed
        if not line.endswith(b"\n"):
            raise HeaderTruncated
        return line
