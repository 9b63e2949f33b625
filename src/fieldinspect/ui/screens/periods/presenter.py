"""The classes and their periods, and when the report was published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.custody import RetentionRule
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import retention
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

NAME = "periods"
FOR_GOOD, FROM_THE_DAY, FROM_PUBLICATION = "for-good", "day", "publication"


class Periods(NamedTuple):
    """What the screen shows."""

    rules: Mapping[str, RetentionRule]
    published: date | None
    leads: bool


class View(Protocol):
    """What the presenter says to the screen."""

    def show_periods(self, periods: Periods) -> None: ...

    def show_rule(self, name: str, rule: RetentionRule) -> None: ...

    def show_problem(self, sentence: str, about: str = "") -> None:
        """Say what is wrong; `about` is "months", "why", "published" or "" for the page."""
        ...

    def forget(self) -> None:
        """Empty the field of the reason."""
        ...


class PeriodsPresenter:
    """Only a lead changes anything; everybody may look."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = self._working = False
        self._rules: Mapping[str, RetentionRule] = {}
        self._chosen = ""

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, changes: Changes) -> None:
        if self._in_front and changes.initiator != NAME:
            self._read()

    def choose(self, name: str) -> None:
        if name in self._rules and name != self._chosen:
            self._chosen = name
            self._view.show_problem("")
            self._view.show_rule(name, self._rules[name])

    def set_rule(self, months: str, begins: str, why: str) -> None:
        """Change the period of the chosen class; `begins` is one of the three words above."""
        if begins != FOR_GOOD and not (months.isascii() and months.isdecimal() and len(months) < 5):
            self._view.show_problem(_("Enter a number of months"), "months")
            return
        if not why:
            self._view.show_problem(_("Enter why the period changes"), "why")
            return
        rule = RetentionRule(
            None if begins == FOR_GOOD else int(months), from_publication=begins == FROM_PUBLICATION
        )
        name, now = self._chosen, self._context.clock()
        self._act(lambda vault: retention.set_rule(vault, name, rule, why=why, happened=now, initiator=NAME))

    def set_publication(self, text: str) -> None:
        """Say when the report was published."""
        try:
            published = date.fromisoformat(text)
        except ValueError:
            self._view.show_problem(_("Enter the day as year-month-day, such as 2031-05-17"), "published")
            return
        now = self._context.clock()
        self._act(lambda vault: retention.set_publication(vault, published, happened=now, initiator=NAME))

    def back(self) -> None:
        self._context.go(Place("retention"))

    def _act(self, work: Callable[[OpenVault], Changes]) -> None:
        if self._working:
            return
        self._working = True
        self._view.show_problem("")

        def finished(_changes: Changes) -> None:
            self._working = False
            self._view.forget()
            self._context.tell(_("Saved"))
            self._read()

        def failed(problem: Problem) -> None:
            self._working = False
            self._view.show_problem(problem.sentence)

        self._context.jobs.on_vault(work, finished, failed)

    def _read(self) -> None:
        self._context.jobs.on_vault(_periods, self._show, self._failed)

    def _show(self, periods: Periods) -> None:
        self._rules = periods.rules
        self._chosen = self._chosen if self._chosen in periods.rules else next(iter(periods.rules), "")
        self._view.show_periods(periods)
        if self._chosen:
            self._view.show_rule(self._chosen, periods.rules[self._chosen])

    def _failed(self, problem: Problem) -> None:
        self._view.show_problem(problem.sentence)


def _periods(vault: OpenVault) -> Periods:
    roster = vault.roster()
    leads = roster is not None and Role.LEAD in roster.roles_of(vault.identity.person)
    return Periods(retention.rules(vault), retention.publication(vault), leads)
