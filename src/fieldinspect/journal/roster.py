"""Reading a roster: strict decoding, and the rules by which one roster follows another (docs/formats/roster.md)."""

import hashlib
from typing import Final

import msgspec

from fieldinspect.crypto.signed import open_document, sign_document, unverified_text
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _

FORMAT: Final = "fieldinspect-roster/1"
NAMESPACE: Final = "fieldinspect-roster@1"


class RosterRefused(BadInput):
    """A roster is malformed, not signed by enough of its roots, or does not follow ours."""


def write_roster(roster: Roster, roots: list[SigningKey]) -> bytes:
    """Return the signed roster file."""
    return sign_document(msgspec.json.encode(roster).decode(), roots, NAMESPACE)


def read_roster(raw: bytes) -> Roster:
    """Return a roster that is signed by its own roots; whether those are to be trusted is the caller's question."""
    return _open(raw, _decode(unverified_text(raw)))


def follow(ours: Roster, raw: bytes) -> Roster | None:
    """Return the roster if it may take the place of ours, None if it is ours or older; raise `RosterRefused`."""
    theirs = read_roster(raw)
    if theirs.inspection != ours.inspection:
        raise RosterRefused(_("This team list belongs to another inspection. It was not used"))
    if theirs.version <= ours.version:
        return None
    _open(raw, ours)
    return theirs


def digest(raw: bytes) -> str:
    """Return the name by which the next version refers to this one."""
    return hashlib.sha256(raw).hexdigest()


def root_fingerprint(roster: Roster) -> str:
    """Return 20 digits that stand for the roots, to be compared aloud: 4 groups of 5."""
    keys = "\n".join((str(roster.threshold), *sorted(roster.roots)))
    number = int.from_bytes(hashlib.sha256(b"fieldinspect roots v1\n" + keys.encode()).digest()) % 10**20
    text = f"{number:020d}"
    return " ".join(text[start : start + 5] for start in range(0, 20, 5))


def _decode(text: str) -> Roster:
    try:
        roster = msgspec.json.decode(text, type=Roster)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise RosterRefused(_("This team list cannot be read. Ask for it again")) from None
    if roster.format != FORMAT:
        raise RosterRefused(_("This team list was made by a newer version. Update this app to use it"))
    if not 1 <= roster.threshold <= len(roster.roots):
        raise RosterRefused(_("This team list asks for more signatures than it has signers. It was not used"))
    return roster


def _open(raw: bytes, trusted: Roster) -> Roster:
    roots = {_public(line) for line in trusted.roots}
    return _decode(open_document(raw, NAMESPACE, roots, trusted.threshold))


def _public(line: str) -> PublicKey:
    try:
        return PublicKey.from_line(line)
    except ValueError:
        raise RosterRefused(_("This team list cannot be read. Ask for it again")) from None
