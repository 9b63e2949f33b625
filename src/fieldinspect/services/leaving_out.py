"""What somebody wrote and a completed record will not show: told first, for nothing goes without a word.

A removal notes which answers the row then had. Where the row holds others, somebody wrote them elsewhere meanwhile.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from fieldinspect.domain.views import RecordView
from fieldinspect.forms import Session, load
from fieldinspect.services.capture import ROW_REMOVED
from fieldinspect.services.instruments import form_of
from fieldinspect.services.ports import Reader
from fieldinspect.services.writing import TRUE, view_of

Fields = Mapping[str, str | None]


def at_completion(vault: Reader, record: str, language: str | None = None) -> dict[str, str]:
    """Return the answers of a record that do not count when it is completed, by path; raise `BadInput` without one."""
    view = view_of(vault, record)
    return left_out(Session(load(form_of(vault, view)), _answers(view), language=language), view.fields)


def left_out(session: Session, fields: Fields) -> dict[str, str]:
    """Return what the form does not ask, offer or have a place for, save rows removed by whoever knew of it."""
    told = lost_rows(session, fields)
    removed = session.removed_rows()
    known = {path for row, answers in removed.items() if row not in told for path in answers}
    return session.dropped() | {
        path: value for path, value in session.unplaced().items() if path not in known
    }


def lost_rows(session: Session, fields: Fields) -> dict[str, dict[str, str]]:
    """Return the rows that are gone with answers their remover did not know of; `fields` are those of the record."""
    return {
        row: answers
        for row, answers in session.removed_rows().items()
        if fields.get(_noted(row, answers)) != TRUE
    }


def with_removal(session: Session, row: str, removal: Fields) -> dict[str, str | None]:
    """Return the fields of a removal just made, with a note of the answers that went with it."""
    answers = session.removed_rows().get(row, {})
    return {**removal, **(leave_removed(row, answers) if answers else {})}


def leave_removed(row: str, answers: Mapping[str, str]) -> dict[str, str | None]:
    """Return the fields that say that a row stays removed, by somebody who knows of these answers in it."""
    return {_noted(row, answers): TRUE}


def _noted(row: str, answers: Mapping[str, str]) -> str:
    """Return a field for these very answers: notes of two people never conflict."""
    digest = hashlib.sha256(msgspec.json.encode(sorted(answers.items()))).hexdigest()
    return f"{ROW_REMOVED}{row} {digest[:16]}"


def _answers(view: RecordView) -> dict[str, str]:
    return {name: value for name, value in view.fields.items() if name.startswith("/")}
