"""What is due and what soon will be, and the two things that can be decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.custody import Destruction, RetentionItem, RetentionState
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.services import retention
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

NAME = "retention"
_PRESSING = (RetentionState.DUE, RetentionState.SOON)


class Review(NamedTuple):
    """What the screen shows."""

    items: Sequence[RetentionItem] = ()
    leads: bool = False
    hidden: int = 0
    """How many are kept or wait, and are not listed."""


class Chosen(NamedTuple):
    """One record and what destroying it would name; None while its time is not over."""

    item: RetentionItem
    destruction: Destruction | None
    leads: bool


class View(Protocol):
    """What the presenter says to the screen."""

    def show_review(self, review: Review) -> None: ...

    def show_chosen(self, chosen: Chosen | None) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str, about: str = "") -> None:
        """Say what is wrong; `about` is "until", "keep", "why", "basis" or "" for the page."""
        ...

    def forget(self) -> None:
        """Empty the fields."""
        ...


class RetentionPresenter:
    """One decision at a time."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = False
        self._acting = Acting(view, context.jobs, self._acted)
        self._everything = False
        self._chosen = ""

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front and not self._acting.running:
            self._read()

    def list_everything(self, everything: bool) -> None:
        self._everything = everything
        self._read()

    def choose(self, record: str) -> None:
        if record != self._chosen:
            self._chosen = record
            self._view.show_problem("")
            self._read()

    def keep(self, until: str, why: str) -> None:
        """Keep the chosen record until a day, with a reason."""
        day = _day(until)
        if day is None:
            self._view.show_problem(_("Enter the day as year-month-day, such as 2031-05-17"), "until")
            return
        if not why:
            self._view.show_problem(_("Enter why this is kept longer"), "keep")
            return
        record, now = self._chosen, self._context.clock()
        if not record:
            return
        self._acting.act(
            lambda vault: retention.keep(vault, record, day, why, happened=now, initiator=NAME),
            lambda _decision: self._context.tell(_("It is kept until then")),
        )

    def destroy(self, why: str, basis: str) -> None:
        """Ask that the chosen record be erased, with what hangs beneath it and is due too."""
        if not why:
            self._view.show_problem(_("Enter why this is to be erased"), "why")
            return
        if not basis:
            sentence = _("Enter the legal basis in one line, such as the article or the order")
            self._view.show_problem(sentence, "basis")
            return
        record, now = self._chosen, self._context.clock()
        if not record:
            return
        self._acting.act(
            lambda vault: retention.destroy(
                vault, [record], why, basis, today=now.date(), happened=now, initiator=NAME
            ),
            lambda _request: self._context.tell(
                _("Asked for. The centre has to confirm it before anything is erased")
            ),
        )

    def see_requests(self) -> None:
        self._context.go(Place("erasures"))

    def see_periods(self) -> None:
        self._context.go(Place("periods"))

    def _acted(self) -> None:
        self._view.forget()
        self._read()

    def _read(self) -> None:
        today, everything, record = self._context.clock().date(), self._everything, self._chosen
        self._context.jobs.on_vault(
            lambda vault: _review(vault, today, everything, record), self._show, self._failed
        )

    def _show(self, found: tuple[Review, Chosen | None]) -> None:
        review, chosen = found
        if chosen is not None and self._chosen not in ("", chosen.item.record):
            return  # another was chosen meanwhile, and is on its way
        self._chosen = chosen.item.record if chosen else ""
        self._view.show_review(review)
        self._view.show_chosen(chosen)

    def _failed(self, problem: Problem) -> None:
        self._view.show_problem(problem.sentence)


def _review(vault: OpenVault, today: date, everything: bool, record: str) -> tuple[Review, Chosen | None]:
    roster = vault.roster()
    if roster is None:
        return Review(), None
    leads = Role.LEAD in roster.roles_of(vault.identity.person)
    found = retention.review(vault, today=today)
    listed = [item for item in found if everything or item.state in _PRESSING]
    review = Review(listed, leads, len(found) - len(listed))
    if not listed:
        return review, None
    item = next((one for one in listed if one.record == record), listed[0])
    planned = None
    if item.state is RetentionState.DUE and not item.asked:
        planned = retention.destruction(vault, [item.record], today=today)
    return review, Chosen(item, planned, leads)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
