"""What an inspector does: start a visit, note, record, answer, correct, withdraw, attach.

By hand only words are written (`_WORDS`), answers to a form (fields that begin with "/"), that a section of one is
completed, and what a removed row had. Every other field says that something was done, and only what does it writes it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import BinaryIO, Final

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import UNERASABLE, Kind
from fieldinspect.domain.views import Changes, DraftKey, RecordView
from fieldinspect.i18n import _
from fieldinspect.services import writing
from fieldinspect.services.concerns import open_concerns
from fieldinspect.services.instruments import form_name
from fieldinspect.services.interests import conflicted
from fieldinspect.services.ports import Vault, Write
from fieldinspect.services.visits import is_waiting, whole
from fieldinspect.services.writing import FALSE, TRUE, inspection_of

__all__ = ["FALSE", "TRUE"]
SECTION_COMPLETED: Final = "completed:"
"""A field so begun says that the author calls one section of a form completed."""
ROW_REMOVED: Final = "removed:"
"""A field so begun says which answers a row had when it was removed (leaving_out)."""
_WORDS: Final = frozenset(
    {"text", "written_kind", "verbatim", "flagged", "caption", "category", "polarity", "stream", "restricted"}
    | {"language", "translation", "station", "force", "title", "title_cy", "contact"}
)


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
    if conflicted(vault, vault.identity.person, force):
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
        note, Kind.NOTE, visit, inspection_of(vault, visit), changes, happened, reconstructed=reconstructed
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
    _refuse_acts(fields or {})
    _refuse_conflicted(vault, (fields or {}).get("force", ""))
    return writing.begin(
        vault,
        kind,
        parent,
        {**(fields or {}), **(answers or {})},
        happened=happened,
        initiator=initiator,
    )


def answer(
    vault: Vault,
    record: str,
    values: Mapping[str, str | None],
    *,
    happened: datetime,
    promote: Sequence[DraftKey] = (),
    initiator: str = "",
) -> Changes:
    """Keep answers to a record's form, by field name (node path with row ids), or its words.

    No reason is asked for, so what a lead decided with one stays beside the new answer: leads see it as a conflict.
    """
    _refuse_unlawful(vault, record, values)
    return writing.change(
        vault, record, values, happened=happened, promote=promote, typed=True, initiator=initiator
    )


def correct(
    vault: Vault,
    record: str,
    field: str,
    value: str | None,
    *,
    reason: str,
    happened: datetime,
    promote: Sequence[DraftKey] = (),
    initiator: str = "",
) -> Changes:
    """Correct what was written; the original stays in the history, with this reason beside the new words."""
    if not reason.strip():
        raise BadInput(_("Enter why you are correcting it"))
    _refuse_unlawful(vault, record, {field: value})
    return writing.change(
        vault, record, {field: value}, happened=happened, reason=reason, promote=promote, initiator=initiator
    )


def withdraw(vault: Vault, record: str, reason: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Withdraw a record: kept, struck out everywhere, in no product."""
    if not reason.strip():
        raise BadInput(_("Enter why this is withdrawn"))
    view = writing.view_of(vault, record)
    _refuse_logs(view)
    if view.kind in (Kind.SAFEGUARDING_CONCERN, Kind.CONDUCT_MATTER):
        raise BadInput(_("A safeguarding concern or a conduct matter cannot be withdrawn"))
    return writing.change(
        vault, record, {"withdrawn": TRUE}, happened=happened, reason=reason, initiator=initiator
    )


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
    inspection = inspection_of(vault, parent)
    blob = vault.add_blob(attachment, source)
    changes = {"name": name, "media_type": media_type, "blob": blob.digest, "size": str(blob.size)}
    if caption:
        changes["caption"] = caption
    vault.write(
        [Write(attachment, Kind.ATTACHMENT, parent, inspection, changes, happened)], initiator=initiator
    )
    return attachment


def close_visit(vault: Vault, visit: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Close a visit and those linked to it; refused while a safeguarding concern is open."""
    view = writing.view_of(vault, visit)
    if view.kind != Kind.VISIT or is_waiting(view):
        raise BadInput(_("Only a visit is closed. Name the visit"))
    if open_concerns(vault, visit):
        raise BadInput(
            _("A safeguarding concern is still open. Check its outcome before you close the visit")
        )
    writes = [
        Write(view.id, view.kind, view.parent, view.inspection, {"closed": TRUE}, happened)
        for view in whole(vault, visit)
    ]
    return vault.write(writes, initiator=initiator)


def _refuse_unlawful(vault: Vault, record: str, values: Mapping[str, str | None]) -> None:
    view = writing.view_of(vault, record)
    _refuse_logs(view)
    _refuse_acts(values)
    if "force" in values:
        for force in (view.get("force"), values["force"] or ""):
            _refuse_conflicted(vault, force)


def _refuse_acts(values: Mapping[str, str | None]) -> None:
    for name in values:
        if not name.startswith(("/", SECTION_COMPLETED, ROW_REMOVED)) and name not in _WORDS:
            raise BadInput(
                _("“{field}” is not written by hand: what it says is done by an act of its own").format(
                    field=name
                )
            )


def _refuse_logs(view: RecordView) -> None:
    if view.kind in UNERASABLE - {Kind.INSPECTION}:
        raise BadInput(_("This is written by the program and tells what was done. It stays as it is"))
    if view.kind in (Kind.PLANNED_VISIT, Kind.VISIT_LINK):
        raise BadInput(_("A planned visit and a link between visits are changed where they were made"))
