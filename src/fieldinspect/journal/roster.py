"""Reading a roster: strict decoding, and the rules by which one roster follows another (docs/formats/roster.md)."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import MAXYEAR
from typing import Final

import msgspec

from fieldinspect.crypto.age.recipients import parse_recipient
from fieldinspect.crypto.signed import open_document, sign_document, unverified_text
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.crypto.slot_types import ESCROW_HOLDERS
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import is_id
from fieldinspect.domain.kinds import Scope
from fieldinspect.domain.roster import Roster, moment, release
from fieldinspect.i18n import _

FORMAT: Final = "fieldinspect-roster/1"
NAMESPACE: Final = "fieldinspect-roster@1"
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_LONGEST: Final = 4096
"""Letters of any text; a hybrid recipient has about 2000."""
_MOST_GRACE: Final = 366
_MOST_DAYS: Final = 3650
_MOST_MINUTES: Final = 15
_MOST_VERSIONS: Final = 1 << 31


class RosterRefused(BadInput):
    """A roster is malformed, not signed by enough of its roots, or does not follow ours."""


def write_roster(roster: Roster, roots: list[SigningKey]) -> bytes:
    """Return one signed roster."""
    return sign_document(text_of(roster), roots, NAMESPACE)


def text_of(roster: Roster) -> str:
    """Return the exact text that is signed."""
    return msgspec.json.encode(roster).decode()


def read_text(text: str) -> Roster:
    """Return the roster of a text that nobody need have signed yet; raise `RosterRefused`."""
    return _decode(text)


def text_digest(text: str) -> str:
    """Return the name by which the next version refers to a roster of this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_history(rosters: Sequence[bytes]) -> bytes:
    """Return the team list as it travels: the first roster, each that changed the roots, and the last."""
    read = [_decode(unverified_text(raw)) for raw in rosters]
    kept = [raw for place, raw in enumerate(rosters) if _must_travel(read, place)]
    return msgspec.json.encode([raw.decode() for raw in kept])


def _must_travel(rosters: Sequence[Roster], place: int) -> bool:
    if place in (0, len(rosters) - 1):
        return True
    here, before = rosters[place], rosters[place - 1]
    return (here.roots, here.threshold) != (before.roots, before.threshold)


def read_history(raw: bytes) -> list[tuple[Roster, bytes]]:
    """Return the rosters of a team list with their signed bytes, each verified to follow the one before.

    Whether the first one's roots are to be trusted is the caller's question. Raises `RosterRefused`.
    """
    first, *following = _split(raw)
    opened = _open(first, _decode(unverified_text(first)))
    if opened.version != 1:
        raise RosterRefused(_("This team list does not begin with its first version. Ask for it again"))
    return _verified((opened, first), following)


def newer(ours: Sequence[bytes], raw: bytes) -> list[tuple[Roster, bytes]]:
    """Return the rosters of a team list that follow ours, verified; none when it ends where ours does or before."""
    held = {(roster := _decode(unverified_text(one))).version: (roster, one) for one in ours}
    last = held[max(held)]
    theirs = [(_decode(unverified_text(one)), one) for one in _split(raw)]
    if theirs[0][0].inspection != last[0].inspection:
        raise RosterRefused(_("This team list belongs to another inspection. It was not used"))
    for roster, one in theirs:
        if roster.version in held and digest(held[roster.version][1]) != digest(one):
            raise RosterRefused(
                _("This team list contradicts the one here. Ask your team lead which one holds")
            )
    return _verified(last, [one for roster, one in theirs if roster.version > last[0].version])[1:]


def _verified(last: tuple[Roster, bytes], following: Sequence[bytes]) -> list[tuple[Roster, bytes]]:
    verified = [last]
    for signed in following:
        verified.append((_next(*verified[-1], signed), signed))
    return verified


def _laptops(roster: Roster) -> set[tuple[str, str, str]]:
    return {(device.id, device.person, device.signing) for device in roster.devices}


def _split(raw: bytes) -> list[bytes]:
    try:
        texts = msgspec.json.decode(raw, type=list[str])
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise RosterRefused(_("This team list cannot be read. Ask for it again")) from None
    rosters = [text.encode() for text in texts]
    if not rosters or msgspec.json.encode(texts) != raw:
        raise RosterRefused(_("This team list cannot be read. Ask for it again"))
    return rosters


def _next(before: Roster, before_raw: bytes, raw: bytes) -> Roster:
    """Return the roster if it may follow: signed by the old roots and its own, a higher number, nobody left out."""
    after = _open(raw, _decode(unverified_text(raw)))
    _open(raw, before)
    check_following(before, before_raw, after)
    return after


def check_following(before: Roster, before_raw: bytes, after: Roster) -> None:
    """Raise `RosterRefused` unless this text may follow, whoever signs it: same inspection, nobody left out."""
    follows = (
        after.inspection == before.inspection
        and after.version > before.version
        and (after.version > before.version + 1 or after.previous == digest(before_raw))
        and _laptops(before) <= _laptops(after)
        and all(before.every_role_of(person.id) <= after.every_role_of(person.id) for person in before.people)
    )
    if not follows:
        raise RosterRefused(_("This team list does not follow the one before it. It was not used"))


def digest(raw: bytes) -> str:
    """Return the name by which the next version refers to this one: of its text, whoever else signs it later."""
    return text_digest(unverified_text(raw))


def root_fingerprint(roster: Roster) -> str:
    """Return 20 digits that stand for the roots, to be compared aloud: 4 groups of 5."""
    keys = "\n".join((str(roster.threshold), *sorted(roster.roots)))
    return spoken_digits(b"fieldinspect roots v1\n" + keys.encode())


def spoken_digits(said: bytes) -> str:
    """Return 20 digits that stand for these bytes, in 4 groups of 5, to be read aloud."""
    text = f"{int.from_bytes(hashlib.sha256(said).digest()) % 10**20:020d}"
    return " ".join(text[start : start + 5] for start in range(0, 20, 5))


def _decode(text: str) -> Roster:
    try:
        roster = msgspec.json.decode(text, type=Roster)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise RosterRefused(_("This team list cannot be read. Ask for it again")) from None
    if roster.format != FORMAT:
        raise RosterRefused(_("This team list was made by a newer version. Update this app to use it"))
    if not 1 <= roster.threshold <= len(set(roster.roots)) == len(roster.roots):
        raise RosterRefused(_("This team list asks for more signatures than it has signers. It was not used"))
    if not all(each.isprintable() and len(each) <= _LONGEST for each in _texts(msgspec.to_builtins(roster))):
        raise RosterRefused(
            _(
                "This team list has a text in it that is too long, or cannot be shown in a line. It was not used"
            )
        )
    if not _is_sound(roster):
        raise RosterRefused(_("This team list cannot be read. Ask for it again"))
    if not _teams_are_sound(roster):
        raise RosterRefused(_("This team list names teams that cannot be. It was not used"))
    if any(not revoked.incarnation and revoked.sequence for revoked in roster.revocations):
        raise RosterRefused(
            _("This team list revokes a laptop without saying in which chain. It was not used")
        )
    return roster


def _texts(of: object) -> Iterator[str]:
    """Yield every text in a roster: people read them on terminals, which obey some."""
    if isinstance(of, str):
        yield of
    elif isinstance(of, dict):
        yield from _texts([*of.keys(), *of.values()])
    elif isinstance(of, list | tuple):
        for each in of:
            yield from _texts(each)


def _is_sound(roster: Roster) -> bool:
    """Tell whether every device is what its keys say, nobody is there twice, and every scope we use is."""
    ids = (
        [device.id for device in roster.devices],
        [person.id for person in roster.people],
        [scope.id for scope in roster.scopes],
        [scope.name for scope in roster.scopes],
    )
    try:
        keys_fit = all(PublicKey.from_line(one.signing).fingerprint == one.id for one in roster.devices)
        for device in roster.devices:
            for recipient in device.receiving:
                parse_recipient(recipient)
        for recipient in roster.escrow:
            parse_recipient(recipient)
        for signer in roster.form_signers:
            PublicKey.from_line(signer)
    except ValueError:
        return False
    return (
        keys_fit
        and _numbers_are_sound(roster)
        and _dates_are_sound(roster)
        and len(roster.escrow) == len(set(roster.escrow)) in (0, ESCROW_HOLDERS)
        and all(len(set(each)) == len(each) for each in ids)
        and {scope.name for scope in roster.scopes} >= set(Scope)
    )


def _numbers_are_sound(roster: Roster) -> bool:
    """Tell whether a version can be counted on from, and days and minutes can be reckoned with."""
    policy = roster.policy
    return (
        1 <= roster.version <= _MOST_VERSIONS
        and 1 <= policy.lock_minutes <= _MOST_MINUTES
        and 0 <= policy.keep_days <= _MOST_DAYS
    )


def _dates_are_sound(roster: Roster) -> bool:
    """Tell whether every date is a time, and every least version a version."""
    dates = [roster.expires, *(date for one in roster.people for date in (one.valid_from, one.valid_until))]
    try:
        sound = all(1 < read.year < MAXYEAR for date in dates if (read := moment(date)) is not None)
        for name in roster.minimum.keys() & {"app", "format"}:
            release(roster.minimum[name])
    except ValueError:
        return False
    return sound


def _teams_are_sound(roster: Roster) -> bool:
    """Tell whether each team has an id and a name of its own, forces that are slugs, and members who take part."""
    ids, names = [team.id for team in roster.teams], [team.name.strip() for team in roster.teams]
    named = [*(team.forces for team in roster.teams), *(person.conflicts for person in roster.people)]
    members = {member for team in roster.teams for member in team.members}
    return (
        all(map(is_id, ids))
        and all(names)
        and all(
            len(set(each)) == len(each) for each in (ids, names, *(team.members for team in roster.teams))
        )
        and all(_SLUG.fullmatch(slug) for slugs in named for slug in slugs)
        and members <= {person.id for person in roster.people}
        and 0 <= roster.policy.grace_days <= _MOST_GRACE
    )


def _open(raw: bytes, trusted: Roster) -> Roster:
    roots = {_public(line) for line in trusted.roots}
    return _decode(open_document(raw, NAMESPACE, roots, trusted.threshold))


def _public(line: str) -> PublicKey:
    try:
        return PublicKey.from_line(line)
    except ValueError:
        raise RosterRefused(_("This team list cannot be read. Ask for it again")) from None
