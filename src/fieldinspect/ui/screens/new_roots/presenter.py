"""Putting other root keys in place: the old ones and the new ones sign the version that does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import team_draft, team_edits, team_list, team_words
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault


class Roots(NamedTuple):
    """The root keys in force."""

    digits: Sequence[str]
    """The 20 digits of each."""
    threshold: int
    here: bool
    """Whether this vault holds one of them."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_roots(self, roots: Roots) -> None: ...

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def forget(self) -> None:
        """Empty the fields."""
        ...


class NewRootsPresenter:
    """A new key of this vault is one step where it signs alone; keys kept elsewhere wait for their signatures."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._acting = Acting(view, context.jobs, self._read)

    def enter(self, _place: Place) -> None:
        self._view.show_problem("")
        self._view.forget()
        self._read()

    def leave(self) -> None:
        """Nothing half done is kept."""

    def changed(self, _changes: Changes) -> None:
        """No entry changes a team list."""

    def back(self) -> None:
        self._context.go(Place("team"))

    def replace(self, lines: str, threshold: str) -> None:
        """Let these root keys, a public part a line, wait for the next version; `threshold` of them sign."""
        if not (threshold.isascii() and threshold.isdecimal() and len(threshold) < 3):
            self._view.show_problem(_("Enter how many of them sign each version, as a number"))
            return
        roots, count = [line for line in lines.splitlines() if line.strip()], int(threshold)
        now = self._context.clock()

        def work(vault: OpenVault) -> None:
            edit = team_edits.roots_set(roots, count, form_signers=[vault.signing_key_line()])
            team_draft.collect(vault, edit, now=now)

        self._acting.act(work, lambda _nothing: self._waits())

    def renew_own(self) -> None:
        """Make a new root key in this vault, in the place of the one it has."""
        now = self._context.clock()
        self._acting.act(lambda vault: team_list.rotate_own_root(vault, now=now), self._renewed)

    def _waits(self) -> None:
        self._context.tell(_("This waits for the next version of the team list, which is not in force yet"))
        self.back()

    def _renewed(self, outcome: team_list.Outcome) -> None:
        self._context.tell(
            _(
                "The new root key is in force. It goes to the others with your next bundle; the digits have changed"
            )
            if outcome.in_force
            else _("The new root key is made, and others have to sign: start again with a proposal")
        )
        self.back()

    def _read(self) -> None:
        self._context.jobs.on_vault(_roots, self._view.show_roots)


def _roots(vault: OpenVault) -> Roots:
    roster = vault.roster()
    if roster is None:
        return Roots((), 0, here=False)
    return Roots([*map(team_words.key_digits, roster.roots)], roster.threshold, team_list.signs_alone(vault))
