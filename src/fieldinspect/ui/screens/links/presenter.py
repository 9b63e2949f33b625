"""Links between visits: what is suggested, what stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import linking
from fieldinspect.services.linking import Joined, Suggestion
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

NAME = "links"


class Listed(NamedTuple):
    """What the screen shows."""

    suggested: Sequence[Suggestion] = ()
    joined: Sequence[Joined] = ()


class View(Protocol):
    """What the presenter says to the screen."""

    def show_links(self, listed: Listed) -> None: ...

    def show_pair(self, pair: Suggestion | None) -> None:
        """Show two visits side by side, to say whether they are one."""
        ...

    def show_link(self, link: Joined | None) -> None:
        """Show a link that can be undone."""
        ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str, about: str = "") -> None:
        """Say what is wrong; `about` is "reason" or "" for the page."""
        ...


class LinksPresenter:
    """One pair or one link in hand at a time."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._acting = Acting(view, context.jobs, self._read)
        self._in_front = False
        self._listed = Listed()
        self._pair: Suggestion | None = None
        self._link: Joined | None = None

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._choose(None, None)
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def choose_pair(self, key: str) -> None:
        self._choose(next((one for one in self._listed.suggested if pair_key(one) == key), None), None)

    def choose_link(self, link: str) -> None:
        self._choose(None, next((one for one in self._listed.joined if one.link == link), None))

    def link(self) -> None:
        """Say that the two visits in hand are one."""
        if self._pair is None:
            return
        visits, now = [self._pair.first.visit, self._pair.second.visit], self._context.clock()
        self._acting.act(
            lambda vault: linking.link(vault, visits, happened=now, initiator=NAME),
            lambda _link: self._done(_("They are one visit now. Nothing was moved; it can be undone")),
        )

    def unlink(self, reason: str) -> None:
        if self._link is None:
            return
        if not reason:
            self._view.show_problem(_("Enter why the link is undone"), "reason")
            return
        link, now = self._link.link, self._context.clock()
        self._acting.act(
            lambda vault: linking.unlink(vault, link, reason=reason, happened=now, initiator=NAME),
            lambda _changes: self._done(_("They are separate visits again")),
        )

    def open_visit(self, visit: str) -> None:
        self._context.go(Place("visit", visit))

    def _done(self, sentence: str) -> None:
        self._choose(None, None)
        self._context.tell(sentence)

    def _choose(self, pair: Suggestion | None, link: Joined | None) -> None:
        self._pair, self._link = pair, link
        self._view.show_pair(pair)
        self._view.show_link(link)

    def _read(self) -> None:
        self._context.jobs.on_vault(_listed, self._show)

    def _show(self, listed: Listed) -> None:
        self._listed = listed
        self._view.show_links(listed)


def pair_key(pair: Suggestion) -> str:
    return f"{pair.first.visit} {pair.second.visit}"


def _listed(vault: OpenVault) -> Listed:
    return Listed(linking.suggestions(vault), linking.joined(vault))
