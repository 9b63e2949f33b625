"""Acceptance: which stored entries count, and why others do not (docs/formats/journal.md, section 5)."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from fieldinspect.domain.ids import founded_by
from fieldinspect.domain.kinds import may_write
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.entry import Body, Entry, Header
from fieldinspect.journal.fold import founding


class Reason(StrEnum):
    UNKNOWN_DEVICE = "unknown-device"
    WRONG_AUTHOR = "wrong-author"
    REVOKED = "revoked"
    ROLE = "role"
    UNREADABLE = "unreadable"
    KIND = "kind"
    ERASED = "erased"


class Gate:
    """Answers for one roster; who wrote it is answered once per device, not once per entry."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self._limits: dict[tuple[str, str], int] = {}
        for revoked in roster.revocations:
            place = (revoked.device, revoked.incarnation)
            self._limits[place] = min(revoked.sequence, self._limits.get(place, revoked.sequence))

    def writer(self, header: Header) -> Reason | None:
        """Judge the header alone: may this device speak for this author, here in its chain."""
        device = self.roster.device(header.device)
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
        return None if may_write(self.roster.every_role_of(header.author), body.kind) else Reason.ROLE


def of_another_kind(entries: Sequence[tuple[Entry, Body]]) -> Iterator[Entry]:
    """Yield the entries of one record that contradict its founder about kind, parent or inspection."""
    ordered = sorted(entries, key=lambda pair: (pair[0].header.clock, pair[0].id))
    founder, said = founding(ordered)
    if not founded_by(founder.header.record, founder.header.device):
        return
    for entry, body in ordered:
        if (body.kind, body.parent, body.inspection) != (said.kind, said.parent, said.inspection):
            yield entry


def rejudged(before: Roster | None, after: Roster) -> Callable[[str], bool]:
    """Return the question whether a device's entries must be judged again under a new roster."""

    def standing(roster: Roster | None, device: str) -> object:
        if roster is None:
            return None
        found = roster.device(device)
        revocations = [one for one in roster.revocations if one.device == device]
        return found and (found.person, roster.every_role_of(found.person), revocations)

    return lambda device: standing(before, device) != standing(after, device)
