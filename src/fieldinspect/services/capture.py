"""What an inspector does: start a visit, note, record, answer, correct, withdraw, attach."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import FORM_OF, Kind
from fieldinspect.domain.views import Changes, DraftKey, RecordView
from fieldinspect.i18n import _
from fieldinspect.services.concerns import open_concerns
from fieldinspect.services.instruments import form_name
from fieldinspect.services.ports import Vault, Write

TRUE, FALSE = "true", "false"


def start_visit(
    vault: Vault, *, inspection: str, station: str, force: str, happened: datetime, initiator: str = ""
) -> str:
    """Begin an unannounced visit; only where, everything else later. Return its id."""
    if not station.strip():
        raise BadInput(_("Enter the station you are visiting"))
    _refuse_conflicted(vault, force)
    visit = new_record_id(vault.identity.device)
    changes = {"station": station.strip(), "force": force, "form": form_name(vault, inspection, Kind.VISIT)}
    vault.write([Write(visit, Kind.VISIT, inspection, inspection, changes, happened)], initiator=initiator)
    return visit


def _refuse_conflicted(vault: Vault, force: str) -> None:
    roster = vault.roster()
    person = roster.person(vault.identity.person) if roster else None
    if person and force and force in person.conflicts:
        raise BadInput(
            _("You have a conflict of interest with this force. Ask your team lead to visit instead")
        )


def add_note(
    vault: Vault,
    visit: str,
    text: str,
    *,
    happened: datetime,
    written_kind: str = "note",
    verbatim: bool = False,
    flagged: bool = False,
    reconstructed: bool = False,
    promote: DraftKey | None = None,
    record: str = "",
    initiator: str = "",
) -> str:
    """Keep a note; `happened` is when its first character was typed. Return its id."""
    if not text.strip():
        raise BadInput(_("Enter the note"))
    changes: dict[str, str | None] = {"text": text, "written_kind": written_kind}
    changes.update({name: TRUE for name, on in (("verbatim", verbatim), ("flagged", flagged)) if on})
    note = record or new_record_id(vault.identity.device)
    write = Write(
        note, Kind.NOTE, visit, _inspection_of(vault, visit), changes, happened, reconstructed=reconstructed
    )
    vault.write([write], promote=[promote] if promote else [], initiator=initiator)
    return note


def add_record(
    vault: Vault,
    kind: str,
    parent: str,
    *,
    happened: datetime,
    answers: Mapping[str, str] | None = None,
    fields: Mapping[str, str] | None = None,
    initiator: str = "",
) -> str:
    """Begin a contact, observation, document, test, interview or matter under a visit. Return its id."""
    inspection = _inspection_of(vault, parent)
    changes: dict[str, str | None] = dict(fields or {})
    if kind in FORM_OF:
        changes["form"] = form_name(vault, inspection, kind)
    if kind == Kind.CONTACT:
        changes["ordinal"] = str(_next_ordinal(vault, parent))
    changes.update(answers or {})
    record = new_record_id(vault.identity.device)
    vault.write([Write(record, kind, parent, inspection, changes, happened)], initiator=initiator)
    return record


def _next_ordinal(vault: Vault, visit: str) -> int:
    mine = [view for view in vault.children(visit, [Kind.CONTACT]) if view.device == vault.identity.device]
    numbers = [int(given) for view in mine if (given := view.get("ordinal")).isdecimal()]
    return 1 + max(numbers, default=0)


def answer(
    vault: Vault,
    record: str,
    values: Mapping[str, str | None],
    *,
    happened: datetime,
    promote: Sequence[DraftKey] = (),
    initiator: str = "",
) -> Changes:
    """Keep answers to a record's form, by field name (node path with row ids)."""
    return _write(vault, record, values, happened=happened, promote=promote, initiator=initiator)


def correct(
    vault: Vault,
    record: str,
    field: str,
    value: str,
    *,
    reason: str,
    happened: datetime,
    promote: Sequence[DraftKey] = (),
    initiator: str = "",
) -> Changes:
    """Correct what was written; the original stays in the history, with this reason beside the new words."""
    return _write(
        vault, record, {field: value}, happened=happened, reason=reason, promote=promote, initiator=initiator
    )


def withdraw(vault: Vault, record: str, reason: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Withdraw a record: kept, struck out everywhere, in no product."""
    if not reason.strip():
        raise BadInput(_("Enter why this is withdrawn"))
    if _view(vault, record).kind in (Kind.SAFEGUARDING_CONCERN, Kind.CONDUCT_MATTER):
        raise BadInput(_("A safeguarding concern or a conduct matter cannot be withdrawn"))
    return _write(vault, record, {"withdrawn": TRUE}, happened=happened, reason=reason, initiator=initiator)


def attach(
    vault: Vault,
    parent: str,
    *,
    name: str,
    media_type: str,
    source: BinaryIO,
    happened: datetime,
    caption: str = "",
    initiator: str = "",
) -> str:
    """Seal a file into the vault under a visit or a record; its path is not kept. Return the attachment's id."""
    attachment = new_record_id(vault.identity.device)
    inspection = _inspection_of(vault, parent)
    blob = vault.add_blob(attachment, source)
    changes = {"name": name, "media_type": media_type, "blob": blob.digest, "size": str(blob.size)}
    if caption:
        changes["caption"] = caption
    vault.write(
        [Write(attachment, Kind.ATTACHMENT, parent, inspection, changes, happened)], initiator=initiator
    )
    return attachment


def close_visit(vault: Vault, visit: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Close a visit; refused while a safeguarding concern is open."""
    if open_concerns(vault, visit):
        raise BadInput(
            _("A safeguarding concern is still open. Check its outcome before you close the visit")
        )
    return _write(vault, visit, {"closed": TRUE}, happened=happened, initiator=initiator)


def _view(vault: Vault, record: str) -> RecordView:
    view = vault.record(record)
    if view is None:
        raise Bug(_("A record that should be in this vault is not. Nothing was changed"))
    return view


def _inspection_of(vault: Vault, record: str) -> str:
    view = _view(vault, record)
    return view.inspection or view.id


def _write(
    vault: Vault,
    record: str,
    values: Mapping[str, str | None],
    *,
    happened: datetime,
    reason: str = "",
    promote: Sequence[DraftKey] = (),
    initiator: str = "",
) -> Changes:
    view = _view(vault, record)
    write = Write(view.id, view.kind, view.parent, view.inspection, values, happened, reason)
    return vault.write([write], promote=promote, initiator=initiator)
