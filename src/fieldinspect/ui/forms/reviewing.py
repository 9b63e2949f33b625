"""Comments on answers, and what a reviewer asks for when a record is returned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Comment
from fieldinspect.forms import Session
from fieldinspect.services import review
from fieldinspect.ui.context import Context
from fieldinspect.ui.forms.moving import asked
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


class View(Protocol):
    """Comments as the presenter sees them."""

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Show every comment at its question, and let more be made."""
        ...

    def show_returned(self, reason: str, remarks: Sequence[Remark]) -> None:
        """Say why the record was returned and what is asked; "" and none when it was not."""
        ...


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
        self._show((comments, returned))

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

    def _do(self, act: Callable[[Vault], object]) -> None:
        record = self._record

        def work(vault: Vault) -> tuple[str, Sequence[Comment], str]:
            act(vault)
            return record, *read(vault, record)

        self._context.jobs.on_vault(work, self._read_again)

    def _read_again(self, found: tuple[str, Sequence[Comment], str]) -> None:
        record, comments, returned = found
        if record == self._record:
            self._show((comments, returned))

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


def read(vault: Vault, record: str) -> tuple[list[Comment], str]:
    """Return the comments on a record, and why it was returned, "" when it was not."""
    view = vault.record(record)
    return review.comments(vault, record), view.get("returned") if view else ""
