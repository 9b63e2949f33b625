"""Review: comments on answers, and returning a record to its author as a to-do list."""

from datetime import datetime

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.views import Changes, Comment, RecordView
from fieldinspect.i18n import _
from fieldinspect.services.capture import TRUE
from fieldinspect.services.ports import Reader, Vault, Write


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
    view = _view(vault, record)
    fields: dict[str, str | None] = {"text": text.strip(), "about": about}
    if asks:
        fields["asks"] = TRUE
    made = new_record_id(vault.identity.device)
    vault.write([Write(made, Kind.COMMENT, record, view.inspection, fields, happened)], initiator=initiator)
    return made


def settle(vault: Vault, made: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Say that what a comment asked for was done."""
    return _set(vault, made, {"done": TRUE}, happened, "", initiator)


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


def return_to_author(
    vault: Vault, record: str, reason: str, *, happened: datetime, initiator: str = ""
) -> Changes:
    """Send a record back with a reason; its open comments are the to-do list. Only a lead or the centre may."""
    roster = vault.roster()
    roles = roster.roles_of(vault.identity.person) if roster else frozenset()
    if roles.isdisjoint({Role.LEAD, Role.CENTRAL}):
        raise BadInput(_("Only a team lead returns a record to its author"))
    if not reason.strip():
        raise BadInput(_("Enter why this is returned"))
    return _set(vault, record, {"returned": reason.strip()}, happened, reason.strip(), initiator)


def hand_in_again(vault: Vault, record: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Hand a returned record in again; refused while something that was asked for is not done."""
    waiting = [one for one in comments(vault, record) if one.asks and not one.done]
    if waiting:
        raise BadInput(_("Something that was asked for is not done yet: {text}").format(text=waiting[0].text))
    return _set(vault, record, {"returned": None}, happened, "", initiator)


def to_do(vault: Reader) -> list[tuple[RecordView, list[Comment]]]:
    """Return this person's returned records, with what is asked of them, oldest first."""
    mine = [view for view in vault.with_field("returned") if view.author == vault.identity.person]
    return [(view, [one for one in comments(vault, view.id) if one.asks and not one.done]) for view in mine]


def _view(vault: Reader, record: str) -> RecordView:
    view = vault.record(record)
    if view is None:
        raise BadInput(_("This record is not in the vault. Receive it first"))
    return view


def _set(
    vault: Vault, record: str, values: dict[str, str | None], happened: datetime, reason: str, initiator: str
) -> Changes:
    view = _view(vault, record)
    write = Write(view.id, view.kind, view.parent, view.inspection, values, happened, reason)
    return vault.write([write], initiator=initiator)
