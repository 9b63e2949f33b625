"""Acceptance: which stored entries count, and why others do not (docs/formats/journal.md, section 5)."""

from collections.abc import Callable
from enum import StrEnum

from fieldinspect.domain.kinds import may_write
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.entry import Body, Header


class Reason(StrEnum):
    UNKNOWN_DEVICE = "unknown-device"
    WRONG_AUTHOR = "wrong-author"
    REVOKED = "revoked"
    ROLE = "role"
    UNREADABLE = "unreadable"


class Gate:
    """Answers for one roster; who wrote it is answered once per device, not once per entry."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._limits = {(r.device, r.incarnation): r.sequence for r in roster.revocations}

    def writer(self, header: Header) -> Reason | None:
        """Judge the header alone: may this device speak for this author, here in its chain."""
        device = self._roster.device(header.device)
        if device is None:
            return Reason.UNKNOWN_DEVICE
        if device.person != header.author:
            return Reason.WRONG_AUTHOR
        limit = self._limits.get((header.device, header.incarnation), self._limits.get((header.device, "")))
        if limit is not None and header.sequence > limit:
            return Reason.REVOKED
        return None

    def body(self, header: Header, body: Body) -> Reason | None:
        """Judge what was written, once the writer is accepted."""
        return None if may_write(self._roster.roles_of(header.author), body.kind) else Reason.ROLE


def rejudged(before: Roster | None, after: Roster) -> Callable[[str], bool]:
    """Return the question whether a device's entries must be judged again under a new roster."""

    def standing(roster: Roster | None, device: str) -> object:
        if roster is None:
            return None
        found = roster.device(device)
        revocations = [one for one in roster.revocations if one.device == device]
        return found and (found.person, roster.roles_of(found.person), revocations)

    return lambda device: standing(before, device) != standing(after, device)
