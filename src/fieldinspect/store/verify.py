"""Signatures of incoming entries: each by a device of the roster."""

from collections.abc import Sequence

from fieldinspect.crypto.signing import PublicKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _
from fieldinspect.journal.entry import Entry, is_signed_by


class UnknownWriter(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("This bundle holds entries by a device that is not in your team list. It was not merged")
        )


class ForgedEntry(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This bundle holds an entry whose signature is wrong. It was not merged"))


class SignatureCheck:
    """Raises for the first entry that is not its device's; otherwise returns nothing.

    The signatures of entries `checked` by their ids were verified already: a device's id is the digest of its key.
    """

    def __init__(self, roster: Roster, checked: frozenset[str] = frozenset()) -> None:
        self._checked = checked
        self._keys = {device.id: PublicKey.from_line(device.signing) for device in roster.devices}

    def __call__(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            key = self._keys.get(entry.header.device)
            if key is None:
                raise UnknownWriter
            if entry.id not in self._checked and not is_signed_by(entry, key):
                raise ForgedEntry
