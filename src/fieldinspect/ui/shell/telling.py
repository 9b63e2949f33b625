"""What must be told without being asked: a loss, an anchor that could not be written, copies that may go."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from fieldinspect.i18n import _, ngettext
from fieldinspect.services import durability, working_copies
from fieldinspect.ui.context import Place
from fieldinspect.ui.jobs.port import Jobs, Timers
from fieldinspect.ui.losses import unread

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault
    from fieldinspect.ui.widgets.notice import Notice

COPIES_AFTER_MS = 3_000
"""Whoever unlocks wants to write first: the copies are looked through when that has begun."""


class News(NamedTuple):
    """What there is to be told after a commit."""

    lost: bool = False
    trouble: str = ""


class Telling:
    """Says each thing once a session, with the way to where something can be done about it."""

    def __init__(
        self,
        jobs: Jobs,
        timers: Timers,
        notice: Notice,
        go: Callable[[Place], None],
        clock: Callable[[], datetime],
        in_use: Callable[[], Collection[str]],
    ) -> None:
        self._jobs = jobs
        self._timers = timers
        self._notice = notice
        self._go = go
        self._clock = clock
        self._in_use = in_use
        self._told_loss = False
        self._told_trouble = ""

    def begin(self, *, loss_is_shown: bool) -> None:
        """Look, a little later, whether copies may go; `loss_is_shown` says that the account is in front."""
        self._told_loss = loss_is_shown
        self._timers.after(COPIES_AFTER_MS, self._look_at_copies)

    def tell(self, news: News) -> None:
        if news.lost and not self._told_loss:
            self._told_loss = True
            self._notice.say(
                _("Something happened to this vault that you should read"),
                wrong=True,
                action=_("Read it"),
                run=lambda: self._go(Place("account")),
            )
        elif news.trouble and news.trouble != self._told_trouble:
            self._notice.say(
                news.trouble,
                wrong=True,
                action=_("Care of this vault"),
                run=lambda: self._go(Place("care")),
            )
        self._told_trouble = news.trouble

    def _look_at_copies(self) -> None:
        now, in_use = self._clock(), self._in_use()
        self._jobs.on_vault(lambda vault: _copies(vault, now, in_use), self._tell_copies)

    def _tell_copies(self, found: tuple[int, int]) -> None:
        may_go, gone = found
        if gone:
            said = ngettext(
                "{count} visit whose days are over was removed from this laptop; others keep it",
                "{count} visits whose days are over were removed from this laptop; others keep them",
                gone,
            ).format(count=gone)
        elif may_go:
            said = ngettext(
                "{count} visit need not stay on this laptop: a team lead or the centre has all of it",
                "{count} visits need not stay on this laptop: a team lead or the centre has all of them",
                may_go,
            ).format(count=may_go)
        else:
            return
        if self._notice.isHidden():  # what is said already matters more
            self._notice.say(said, action=_("See the copies"), run=lambda: self._go(Place("copies")))


def news(vault: OpenVault) -> News:
    """Return what the vault has to tell; cheap enough to be asked after every commit."""
    trouble = vault.anchor_trouble
    said = [durability.anchor_not_kept(trouble)] if trouble else []
    said += [durability.not_swept()] if vault.sweep_trouble else []
    return News(bool(unread(vault)), " ".join(said))


def _copies(vault: OpenVault, now: datetime, in_use: Collection[str]) -> tuple[int, int]:
    """Return how many copies may go, and how many the policy has just removed."""
    roster = vault.roster()
    if roster is None or working_copies.keeps_everything(vault):
        return 0, 0
    gone = len(working_copies.remove_due(vault, now=now, in_use=in_use))
    return sum(one.removable for one in working_copies.copies(vault, now=now, in_use=in_use)), gone
