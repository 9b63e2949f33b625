"""Which accounts of a loss were read: a note that this vault keeps to itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from fieldinspect.domain.views import Draft, DraftKey

if TYPE_CHECKING:
    from fieldinspect.domain.durability import LossReport
    from fieldinspect.services.ports import OpenVault

_KIND = "account_read"
_KEY = DraftKey(_KIND, _KIND)


def unread(vault: OpenVault) -> list[LossReport]:
    """Return the accounts that nobody has said to have read, oldest first."""
    losses = vault.losses()
    if not losses:
        return []
    said = next((draft.value for draft in vault.drafts() if draft.key == _KEY), "")
    return [one for one in losses if not said or one.noticed > datetime.fromisoformat(said)]


def say_read(vault: OpenVault, now: datetime) -> None:
    """Note that everything noticed until now was read."""
    losses = vault.losses()
    if losses:
        latest = max(one.noticed for one in losses).isoformat()
        vault.save_draft(Draft(_KEY, "", _KIND, latest, now, now))
