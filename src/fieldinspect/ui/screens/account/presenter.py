"""The account of a loss, in whole sentences; an earlier one when it is asked for by its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import durability
from fieldinspect.services.dates import day_and_time
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.losses import say_read, unread

if TYPE_CHECKING:
    from fieldinspect.domain.durability import LossReport
    from fieldinspect.domain.roster import Roster
    from fieldinspect.services.ports import OpenVault


class Told(NamedTuple):
    """One account: when it was noticed, by whom, and its sentences."""

    heading: str
    sentences: Sequence[str]


class Page(NamedTuple):
    accounts: Sequence[Told]
    waits: bool
    """Somebody has yet to say that they have read it."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_accounts(self, page: Page) -> None: ...


class AccountPresenter:
    """`go_on` brings the person where they were; nothing waits for it."""

    def __init__(self, view: View, context: Context, go_on: Callable[[], None]) -> None:
        self._view = view
        self._context = context
        self._go_on = go_on

    def enter(self, place: Place) -> None:
        """Show what was not read yet, or else the account of this number among all."""
        self._context.jobs.on_vault(lambda vault: _page(vault, place.record), self._view.show_accounts)

    def leave(self) -> None:
        """Leave it: what nobody said to have read is shown again after the next unlocking."""

    def changed(self, _changes: Changes) -> None:
        """Show nothing anew: an account never changes."""

    def read(self) -> None:
        """Note that it was read, and go on."""
        now = self._context.clock()
        self._context.jobs.on_vault(lambda vault: say_read(vault, now), lambda _nothing: self._go_on())

    def back(self) -> None:
        self._context.go(Place("care"))


def _page(vault: OpenVault, number: str) -> Page:
    roster, waiting = vault.roster(), unread(vault)
    own = [("", account) for account in vault.losses()]
    everything = [*own, *durability.told_by_others(vault)]
    if number.isdecimal() and int(number) < len(everything):
        chosen = [everything[int(number)]]
    else:
        chosen = [("", account) for account in waiting] or own[-1:]
    return Page(
        [
            Told(
                _("{name}'s laptop, {when}").format(name=name, when=day_and_time(account.noticed))
                if name
                else day_and_time(account.noticed),
                _sentences(account, roster, name),
            )
            for name, account in chosen
        ],
        any(account in waiting for _name, account in chosen),
    )


def _sentences(account: LossReport, roster: Roster | None, name: str) -> Sequence[str]:
    told = durability.told(account, roster)
    return (_("This is what the laptop of {name} told {name}:").format(name=name), *told) if name else told
