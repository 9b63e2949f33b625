"""Writing one record, as the acts of the other services do; what may be written by hand is for capture to say."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import FORM_OF, Kind
from fieldinspect.domain.views import Changes, DraftKey, RecordView
from fieldinspect.i18n import _
from fieldinspect.services.instruments import form_name
from fieldinspect.services.ports import Reader, Vault, Write

TRUE, FALSE = "true", "false"


def view_of(vault: Reader, record: str) -> RecordView:
    """Return a record; raise `BadInput` when it is not in this vault."""
    view = vault.record(record)
    if view is None:
        raise BadInput(_("This record is not in the vault. Receive it first"))
    return view


def inspection_of(vault: Reader, record: str) -> str:
    """Return the inspection that a record is or belongs to."""
    view = view_of(vault, record)
    return view.inspection or view.id


def begin(
    vault: Vault,
    kind: str,
    parent: str,
    fields: Mapping[str, str | None],
    *,
    happened: datetime,
    initiator: str = "",
) -> str:
    """Begin a record with the form now in force for its kind, a contact with its number. Return its id."""
    inspection = inspection_of(vault, parent)
    changes: dict[str, str | None] = dict(fields)
    if kind in FORM_OF:
        changes["form"] = form_name(vault, inspection, kind)
    if kind == Kind.CONTACT:
        changes["ordinal"] = str(_next_ordinal(vault, parent))
    record = new_record_id(vault.identity.device)
    vault.write([Write(record, kind, parent, inspection, changes, happened)], initiator=initiator)
    return record


def _next_ordinal(vault: Vault, visit: str) -> int:
    mine = [view for view in vault.children(visit, [Kind.CONTACT]) if view.author == vault.identity.person]
    numbers = [int(given) for view in mine if (given := view.get("ordinal")).isdecimal()]
    return 1 + max(numbers, default=0)


def change(
    vault: Vault,
    record: str,
    values: Mapping[str, str | None],
    *,
    happened: datetime,
    reason: str = "",
    promote: Sequence[DraftKey] = (),
    typed: bool = False,
    initiator: str = "",
) -> Changes:
    """Write fields of a record that is there."""
    view = view_of(vault, record)
    write = Write(view.id, view.kind, view.parent, view.inspection, values, happened, reason, typed=typed)
    return vault.write([write], promote=promote, initiator=initiator)
