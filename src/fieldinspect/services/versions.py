"""Moving a record to a newer version of its form: only when the person says so, knowing what changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import Changes, RecordView
from fieldinspect.forms import Session, load
from fieldinspect.i18n import _
from fieldinspect.services.instruments import form_name, form_of, form_xml
from fieldinspect.services.ports import Reader, Vault
from fieldinspect.services.writing import change


@dataclass(frozen=True)
class Move:
    """What moving a record would do to its answers, by path. Nothing is lost: the journal keeps every value."""

    form: str
    """Name of the version moved to."""
    kept: int = 0
    dropped: Mapping[str, str] = field(default_factory=dict)
    """Answers to questions that are no longer asked."""
    closed: Mapping[str, str] = field(default_factory=dict)
    """Answers to questions that the newer form does not put to this record, or choices no longer offered."""
    retyped: Mapping[str, str] = field(default_factory=dict)
    """Answers of another type than is asked for now, or that a limit does not allow, with the problem in a sentence."""


def newer_form(vault: Reader, record: RecordView) -> str:
    """Return the name of the form now in force when it is not the record's own, else ""."""
    current = form_name(vault, record.inspection, record.kind)
    return "" if current == record.get("form") else current


def plan_move(vault: Reader, record: str, language: str | None = None) -> Move:
    """Tell what moving a record to the form now in force would change, in a language of its forms.

    Raises `BadInput` when it has that form.
    """
    view = _view(vault, record)
    form = newer_form(vault, view)
    if not form:
        raise BadInput(_("This record already has the newest version of its form"))
    before = Session(load(form_of(vault, view)), _answers(view), language=language)
    after = Session(load(form_xml(vault, view.inspection, view.kind)), _answers(view), language=language)
    dropped = _new(before.unplaced(), after.unplaced())
    closed = _new(before.dropped(), after.dropped())
    retyped = _new(_unfit(before), _unfit(after))
    gone = dropped.keys() | closed.keys() | retyped.keys()
    return Move(form, sum(path not in gone for path in _answers(view)), dropped, closed, retyped)


def move(vault: Vault, record: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Move a record to the form now in force; its answers stay as they are."""
    form = plan_move(vault, record).form
    return change(vault, record, {"form": form}, happened=happened, initiator=initiator)


def _unfit(session: Session) -> dict[str, str]:
    return {one.path: one.sentence for one in session.problems() if one.kind in ("type", "constraint")}


def _new(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {path: words for path, words in after.items() if path not in before}


def _view(vault: Reader, record: str) -> RecordView:
    view = vault.record(record)
    if view is None or not view.get("form"):
        raise BadInput(_("This record has no form"))
    return view


def _answers(view: RecordView) -> dict[str, str]:
    return {name: value for name, value in view.fields.items() if name.startswith("/")}
