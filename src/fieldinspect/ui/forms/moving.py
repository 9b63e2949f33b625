"""Moving a record to a newer version of its form: told what changes first, and never by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from fieldinspect.forms import Session
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import versions
from fieldinspect.ui.context import Context

if TYPE_CHECKING:
    from fieldinspect.services.versions import Move


class View(Protocol):
    """The offer as the presenter sees it."""

    def show_newer(self, there: bool) -> None:
        """Say that a newer version of the form is there, or take that away."""
        ...

    def show_move(self, sentences: Sequence[str]) -> None:
        """Say what moving would change."""
        ...


class Moving:
    """The offer to move the record in hand; owned by the form's presenter."""

    def __init__(self, view: View, context: Context, initiator: str, moved: Callable[[], None]) -> None:
        self._view = view
        self._context = context
        self._initiator = initiator
        self._moved = moved
        self._record = ""
        self._session: Session | None = None

    def begin(self, record: str, session: Session, *, newer: bool) -> None:
        """Take up a record whose form was just opened."""
        self._record, self._session = record, session
        self._view.show_newer(newer)

    def ask(self) -> None:
        """Work out what moving would change, and say so."""
        record, language = self._record, self._context.language
        self._context.jobs.on_vault(lambda vault: versions.plan_move(vault, record, language), self._show)

    def move(self) -> None:
        """Move the record, because the person says so."""
        record, now, who = self._record, self._context.clock(), self._initiator
        self._context.jobs.on_vault(
            lambda vault: versions.move(vault, record, happened=now, initiator=who),
            lambda _changes: self._moved(),
        )

    def _show(self, plan: Move) -> None:
        if self._session is not None:
            self._view.show_move(in_words(plan, self._session))


def in_words(plan: Move, session: Session) -> list[str]:
    """Return what moving changes, a sentence a line; `session` is the record in the form it has now."""
    kept = ngettext("{count} answer stays as it is.", "{count} answers stay as they are.", plan.kept).format(
        count=plan.kept
    )
    lines = [kept]
    lines += [
        _("No longer asked: {question} Your answer was: {answer}").format(
            question=asked(session, path), answer=answered(session, path, value)
        )
        for path, value in plan.dropped.items()
    ]
    lines += [no_longer_counts(session, path, value) for path, value in plan.closed.items()]
    lines += [
        _("To be answered again: {question} {problem}").format(question=asked(session, path), problem=problem)
        for path, problem in plan.retyped.items()
    ]
    if len(lines) > 1:
        lines.append(_("What no longer counts stays in the history of the record."))
    return lines


def asked(session: Session, path: str) -> str:
    """Return a question in words, ending like a sentence; its name where this form does not have it."""
    words = session.label(path) or path.rpartition("/")[2].replace("_", " ")
    return words if words.endswith((".", "?", "!")) else f"{words}."


def no_longer_counts(session: Session, path: str, value: str) -> str:
    """Return a sentence on an answer that is kept and does not count."""
    return _("Does not count any more: {question} Your answer was: {answer}").format(
        question=asked(session, path), answer=answered(session, path, value)
    )


def answered(session: Session, path: str, value: str) -> str:
    """Return an answer in words: the labels of what was chosen."""
    choices = session.state(path).choices if path in session.paths() else ()
    labels = {choice.value: choice.label for choice in choices}
    return ", ".join(labels.get(one, one) for one in value.split()) if labels else value
