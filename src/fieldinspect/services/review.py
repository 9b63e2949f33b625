"""Review: comments on answers, and returning a record to its author as a to-do list.

A lead or the centre returns a record with a reason and with what is asked of single answers; its author does it and
hands the record in again; whoever leads sees what changed since, and says that it was seen. Every step is an entry.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import HANDED_IN as HANDED_IN
from fieldinspect.domain.kinds import RETURNED as RETURNED
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes, Comment, RecordView
from fieldinspect.i18n import _
from fieldinspect.services.ports import Reader, Vault, Write
from fieldinspect.services.standing import leads
from fieldinspect.services.writing import TRUE, change, view_of


class Returned(NamedTuple):
    """A record that was returned; `answered` when its author has handed it in again."""

    record: str
    kind: str
    author: str
    """The person's name."""
    reason: str
    answered: bool


class Change(NamedTuple):
    """An answer that changed, as XForms writes it; "" for none."""

    field: str
    before: str
    after: str


def comment(
    vault: Vault,
    record: str,
    text: str,
    *,
    happened: datetime,
    about: str = "",
    asks: bool = False,
    initiator: str = "",
) -> str:
    """Comment on a record or one of its fields; `asks` makes it something the author has to do. Return its id."""
    if not text.strip():
        raise BadInput(_("Enter the comment"))
    view = view_of(vault, record)
    fields: dict[str, str | None] = {"text": text.strip(), "about": about}
    if asks:
        fields["asks"] = TRUE
    made = new_record_id(vault.identity.device)
    vault.write([Write(made, Kind.COMMENT, record, view.inspection, fields, happened)], initiator=initiator)
    return made


def settle(vault: Vault, made: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Say that what a comment asked for was done."""
    return change(vault, made, {"done": TRUE}, happened=happened, initiator=initiator)


def comments(vault: Reader, record: str) -> list[Comment]:
    """Return the comments on a record, oldest first."""
    roster = vault.roster()
    return [
        Comment(
            view.id,
            record,
            view.get("about"),
            view.get("text"),
            roster.name_of(view.author) if roster else "",
            view.happened,
            view.get("asks") == TRUE,
            view.get("done") == TRUE,
        )
        for view in vault.children(record, [Kind.COMMENT])
        if not view.withdrawn
    ]


def may_return(vault: Reader) -> bool:
    """Tell whether this person returns records: a lead or the centre."""
    roster = vault.roster()
    return roster is not None and leads(roster, vault.identity.person)


def _need_lead(vault: Reader) -> None:
    if not may_return(vault):
        raise BadInput(_("Only a team lead returns a record to its author"))


def return_to_author(
    vault: Vault,
    record: str,
    reason: str,
    *,
    happened: datetime,
    asks: Mapping[str, str] | None = None,
    initiator: str = "",
) -> Changes:
    """Send a record back with a reason, and with what `asks` of single answers, by field, in one act.

    Its open comments are the to-do list. Only a lead or the centre may; a record that is back already stays as it is,
    and `BadInput` says so.
    """
    _need_lead(vault)
    if not reason.strip():
        raise BadInput(_("Enter why this is returned"))
    view = view_of(vault, record)
    if view.get(RETURNED):
        raise BadInput(_("This was returned already: {reason}").format(reason=view.get(RETURNED)))
    given = {about: text.strip() for about, text in (asks or {}).items()}
    if not all(given.values()):
        raise BadInput(_("Enter the comment"))
    back = {RETURNED: reason.strip(), HANDED_IN: None}
    writes = [
        Write(record, view.kind, view.parent, view.inspection, back, happened, reason.strip()),
        *(
            Write(
                new_record_id(vault.identity.device),
                Kind.COMMENT,
                record,
                view.inspection,
                {"text": text, "about": about, "asks": TRUE},
                happened,
            )
            for about, text in given.items()
        ),
    ]
    return vault.write(writes, initiator=initiator)


def take_back(vault: Vault, record: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Undo a return that the author has not answered yet; what was asked stays as comments."""
    _need_lead(vault)
    if not view_of(vault, record).get(RETURNED):
        raise BadInput(_("This is not returned to its author"))
    return change(vault, record, {RETURNED: None}, happened=happened, initiator=initiator)


def hand_in_again(vault: Vault, record: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Hand a returned record in again; refused while something that was asked for is not done."""
    view = view_of(vault, record)
    if not view.get(RETURNED):
        raise BadInput(_("This is not returned to its author"))
    if view.author != vault.identity.person:
        raise BadInput(_("Only its author hands a record in again"))
    waiting = [one for one in comments(vault, record) if one.asks and not one.done]
    if waiting:
        raise BadInput(_("Something that was asked for is not done yet: {text}").format(text=waiting[0].text))
    return change(vault, record, {RETURNED: None, HANDED_IN: TRUE}, happened=happened, initiator=initiator)


def accept(vault: Vault, record: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Say that what the author did after a return was seen; the record leaves the list of those to look at."""
    _need_lead(vault)
    if view_of(vault, record).get(HANDED_IN) != TRUE:
        raise BadInput(_("Its author has not handed this in again"))
    return change(vault, record, {HANDED_IN: None}, happened=happened, initiator=initiator)


def out(vault: Reader) -> list[Returned]:
    """Return what is with its author or came back from them, for those who return records; the latter first."""
    if not may_return(vault):
        return []
    roster = vault.roster()
    views = [*vault.with_field(HANDED_IN), *vault.with_field(RETURNED)]
    return [
        Returned(
            view.id,
            view.kind,
            roster.name_of(view.author) if roster else "",
            view.get(RETURNED) or last_reason(vault, view.id),
            answered=not view.get(RETURNED),
        )
        for view in views
        if not view.withdrawn
    ]


def last_reason(vault: Reader, record: str) -> str:
    """Return why a record was last returned, "" when it never was."""
    return next((one.value for one in reversed(vault.history(record, RETURNED)) if one.value), "")


def changed_since(vault: Reader, record: str) -> list[Change]:
    """Return the answers that differ from what they were when the record was last returned, by field."""
    moments = [one.written for one in vault.history(record, RETURNED) if one.value]
    if not moments:
        return []
    then, now = vault.as_it_stood(record, moments[-1]), view_of(vault, record).fields
    fields = sorted(name for name in then.keys() | now.keys() if name.startswith("/"))
    changes = [Change(name, then.get(name, ""), now.get(name, "")) for name in fields]
    return [one for one in changes if one.before != one.after]


def to_do(vault: Reader) -> list[tuple[RecordView, list[Comment]]]:
    """Return this person's returned records, with what is asked of them, oldest first."""
    mine = [view for view in vault.with_field(RETURNED) if view.author == vault.identity.person]
    return [(view, [one for one in comments(vault, view.id) if one.asks and not one.done]) for view in mine]
