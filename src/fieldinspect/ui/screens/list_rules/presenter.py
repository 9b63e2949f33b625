"""Until when the team list serves, the least version it asks for, and the policy; changes wait for the next version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import team_draft, team_edits
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

UNTIL, APP = "until", "app"
WHOLE = ("grace_days", "lock_minutes", "keep_days")
WORDS = ("marking", "handling")
"""Fields of the policy: numbers, and words."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_rules(self, rules: Mapping[str, str]) -> None:
        """Show the value of each rule by its name."""
        ...

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, working: bool) -> None: ...


class ListRulesPresenter:
    """What differs from what is shown is collected."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._shown: Mapping[str, str] = {}
        self._acting = Acting(view, context.jobs, lambda: None)

    def enter(self, _place: Place) -> None:
        self._view.show_problem("")
        self._context.jobs.on_vault(
            _rules, self._show, lambda problem: self._view.show_problem(problem.sentence)
        )

    def leave(self) -> None:
        """Nothing half done is kept."""

    def changed(self, _changes: Changes) -> None:
        """No entry changes a team list."""

    def back(self) -> None:
        self._context.go(Place("team"))

    def save(self, rules: Mapping[str, str]) -> None:
        """Let what differs wait for the next version."""
        changed = {name: value for name, value in rules.items() if value != self._shown.get(name, "")}
        if not changed:
            self._view.show_problem(_("Nothing was changed"))
            return
        now = self._context.clock()

        def work(vault: OpenVault) -> None:
            team_draft.collect(vault, *_edits(changed, now), now=now)

        self._acting.act(work, lambda _nothing: self._waits())

    def _waits(self) -> None:
        self._context.tell(_("This waits for the next version of the team list, which is not in force yet"))
        self.back()

    def _show(self, rules: Mapping[str, str]) -> None:
        self._shown = rules
        self._view.show_rules(rules)


def _edits(changed: Mapping[str, str], now: datetime) -> list[team_edits.Edit]:
    edits = []
    if UNTIL in changed:
        edits.append(team_edits.expiry_set(_day(changed[UNTIL]), now))
    if APP in changed:
        edits.append(team_edits.minimum_set({APP: changed[APP]}))
    policy: dict[str, str | int] = {name: changed[name] for name in WORDS if name in changed}
    policy |= {name: _number(changed[name]) for name in WHOLE if name in changed}
    if policy:
        edits.append(team_edits.policy_set(**policy))
    return edits


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise BadInput(_("Enter the day as year-month-day, such as 2031-05-17")) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise BadInput(_("Enter days and minutes as whole numbers"))
    return int(text)


def _rules(vault: OpenVault) -> dict[str, str]:
    waiting = team_draft.pending(vault)
    roster: Roster | None = waiting.after if waiting is not None else vault.roster()
    if roster is None:
        raise BadInput(_("This vault has no inspection yet"))
    policy = {name: str(getattr(roster.policy, name)) for name in (*WHOLE, *WORDS)}
    return {UNTIL: roster.expires[:10], APP: roster.minimum.get(APP, ""), **policy}
