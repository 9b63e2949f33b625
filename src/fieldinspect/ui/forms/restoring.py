"""Rows removed on one laptop while somebody answered in them on another: shown until somebody decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.i18n import _
from fieldinspect.services import leaving_out
from fieldinspect.services.capture import ROW_REMOVED
from fieldinspect.ui.forms.laying import repeat_of
from fieldinspect.ui.forms.moving import answered, asked

if TYPE_CHECKING:
    from fieldinspect.forms import Session


class Lost(NamedTuple):
    """A row that is gone, and what was answered in it, a sentence each."""

    row: str
    name: str
    sentences: Sequence[str]


class View(Protocol):
    """What the presenter says to the screen."""

    def show_lost(self, rows: Sequence[Lost]) -> None:
        """Say what each row holds, and offer to bring it back or to leave it."""
        ...


class Form(Protocol):
    """The form in hand."""

    @property
    def session(self) -> Session | None: ...

    def bring_back(self, row: str) -> bool: ...

    def go_to(self, path: str) -> None: ...

    def write(self, fields: Mapping[str, str | None]) -> None: ...


class Restoring:
    """Owned by the form's presenter."""

    def __init__(self, view: View, form: Form) -> None:
        self._view, self._form = view, form
        self._noted: dict[str, str | None] = {}

    def begin(self, fields: Mapping[str, str]) -> None:
        """Take up a record whose form was just opened."""
        self._noted = {name: value for name, value in fields.items() if name.startswith(ROW_REMOVED)}
        self._show()

    def dropped(self) -> dict[str, str]:
        """Return what is written in the record and does not count, by path."""
        session = self._form.session
        return leaving_out.left_out(session, self._noted) if session is not None else {}

    def removed(self, fields: Mapping[str, str | None]) -> dict[str, str | None]:
        """Return the fields of a removal with a note of what went with the row: its remover saw that."""
        session, row = self._form.session, next(iter(fields))
        noted = leaving_out.with_removal(session, row, fields) if session is not None else dict(fields)
        self._noted |= {name: value for name, value in noted.items() if name.startswith(ROW_REMOVED)}
        return noted

    def bring_back(self, row: str) -> None:
        """Put a row where it was, with its answers."""
        session = self._form.session
        inside = next(iter(session.removed_rows().get(row, {})), "") if session is not None else ""
        if self._form.bring_back(row):
            self._show()
            self._form.go_to(inside)

    def leave_removed(self, row: str) -> None:
        """Let a row stay removed; its answers stay in the history."""
        session = self._form.session
        if session is not None:
            noted = leaving_out.leave_removed(row, session.removed_rows().get(row, {}))
            self._noted |= noted
            self._form.write(noted)
            self._show()

    def _show(self) -> None:
        session = self._form.session
        if session is not None:
            lost = leaving_out.lost_rows(session, self._noted)
            self._view.show_lost([_told(session, row, answers) for row, answers in lost.items()])


def _told(session: Session, row: str, answers: Mapping[str, str]) -> Lost:
    name = session.label(row) or session.label(repeat_of(row)) or _("Row")
    sentences = [
        _("{question} The answer was: {answer}").format(
            question=asked(session, path), answer=answered(session, path, value)
        )
        for path, value in answers.items()
    ]
    return Lost(row, name, sentences)
