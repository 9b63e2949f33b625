"""Comments on answers, and what a reviewer asks for when a record is returned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Comment
from fieldinspect.forms import Session
from fieldinspect.services import review
from fieldinspect.services.capture import TRUE
from fieldinspect.services.review import Change
from fieldinspect.ui.context import Context
from fieldinspect.ui.forms.moving import answered, asked
from fieldinspect.ui.jobs.port import Failed, Problem
from fieldinspect.ui.text import day_and_time

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault


class Remark(NamedTuple):
    """A comment as a screen shows it; `question` is what it is about in words, "" for the record itself."""

    id: str
    path: str
    question: str
    text: str
    who: str
    asks: bool
    done: bool


class Standing(NamedTuple):
    """How a record stands between its author and whoever leads."""

    returned: bool = False
    reason: str = ""
    """Why it is or was returned."""
    mine: bool = False
    """This person is its author."""
    may_return: bool = False
    answered: bool = False
    """It came back, and whoever leads has not said that they saw it."""
    changes: Sequence[Change] = ()
    """Answers that the author changed since; on screen with the question in words for the field."""


class View(Protocol):
    """Comments as the presenter sees them."""

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Show every comment at its question, and let more be made."""
        ...

    def show_returned(self, reason: str, remarks: Sequence[Remark]) -> None:
        """Say why the record was returned and what is asked; "" and none when it was not."""
        ...

    def show_standing(self, standing: Standing) -> None:
        """Offer what this person may do with the record: return it, take that back, see what came of it."""
        ...

    def show_return_problem(self, sentence: str) -> None: ...


class Reviewing:
    """The comments on the record in hand; owned by the form's presenter."""

    def __init__(self, view: View, context: Context, initiator: str) -> None:
        self._view = view
        self._context = context
        self._initiator = initiator
        self._record = ""
        self._session: Session | None = None

    def begin(self, record: str, session: Session, comments: Sequence[Comment], returned: str) -> None:
        """Take up a record whose form was just opened."""
        self._record, self._session = record, session
        self._view.show_standing(Standing())
        self._show((comments, returned))
        self._do(lambda _vault: None)

    def reload(self) -> None:
        """Read the comments again, because somebody else's came in."""
        self._do(lambda _vault: None)

    def add(self, path: str, text: str, asks: bool) -> None:
        """Comment on an answer; `asks` makes it something the author has to do."""
        record, now, who = self._record, self._context.clock(), self._initiator
        self._do(
            lambda vault: review.comment(
                vault, record, text, happened=now, about=path, asks=asks, initiator=who
            )
        )

    def settle(self, comment: str) -> None:
        """Say that what a comment asks for is done."""
        now, who = self._context.clock(), self._initiator
        self._do(lambda vault: review.settle(vault, comment, happened=now, initiator=who))

    def hand_in(self) -> None:
        """Hand the record in again; what is still asked for is said."""
        record, now, who = self._record, self._context.clock(), self._initiator
        self._do(lambda vault: review.hand_in_again(vault, record, happened=now, initiator=who))

    def return_it(self, reason: str) -> None:
        """Return the record to its author, with every comment that asks for something."""
        record, now, who = self._record, self._context.clock(), self._initiator
        self._do(
            lambda vault: review.return_to_author(vault, record, reason, happened=now, initiator=who),
            self._not_returned,
        )

    def take_back(self) -> None:
        """Undo the return."""
        record, now, who = self._record, self._context.clock(), self._initiator
        self._do(
            lambda vault: review.take_back(vault, record, happened=now, initiator=who), self._not_returned
        )

    def accept(self) -> None:
        """Say that what the author changed was seen."""
        record, now, who = self._record, self._context.clock(), self._initiator
        self._do(lambda vault: review.accept(vault, record, happened=now, initiator=who))

    def _not_returned(self, problem: Problem) -> None:
        self._view.show_return_problem(problem.sentence)

    def _do(self, act: Callable[[Vault], object], failed: Failed | None = None) -> None:
        record = self._record

        def work(vault: Vault) -> tuple[str, Sequence[Comment], Standing]:
            act(vault)
            return record, *read(vault, record)

        self._context.jobs.on_vault(work, self._read_again, failed)

    def _read_again(self, found: tuple[str, Sequence[Comment], Standing]) -> None:
        record, comments, standing = found
        if record == self._record:
            self._show((comments, standing.reason if standing.returned else ""))
            self._view.show_standing(self._in_words(standing))

    def _in_words(self, standing: Standing) -> Standing:
        session = self._session
        if session is None:
            return standing
        changes = [
            Change(asked(session, field), answered(session, field, before), answered(session, field, after))
            for field, before, after in standing.changes
        ]
        return standing._replace(changes=changes)

    def _show(self, found: tuple[Sequence[Comment], str]) -> None:
        comments, returned = found
        session = self._session
        if session is None:
            return
        remarks = [
            Remark(
                one.id,
                one.about,
                asked(session, one.about) if one.about else "",
                one.text,
                ", ".join(filter(None, (one.author, day_and_time(one.happened)))),
                one.asks,
                one.done,
            )
            for one in comments
        ]
        self._view.show_remarks(remarks)
        waiting = [one for one in remarks if not one.done and (one.asks or not one.path)]
        self._view.show_returned(returned, waiting if returned else [])


def read(vault: Vault, record: str) -> tuple[list[Comment], Standing]:
    """Return the comments on a record, and how it stands."""
    view = vault.record(record)
    if view is None:
        return [], Standing()
    leads, mine = review.may_return(vault), view.author == vault.identity.person
    back = leads and view.get(review.HANDED_IN) == TRUE
    changes = review.changed_since(vault, record) if back else []
    return review.comments(vault, record), Standing(
        bool(view.get(review.RETURNED)),
        view.get(review.RETURNED) or (review.last_reason(vault, record) if back else ""),
        mine,
        leads and not mine,
        back,
        changes,
    )
