"""The streams beside the station visit: focus groups, interviews with victims, and case-file reviews."""

from datetime import datetime
from typing import Final, NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes, RecordView
from fieldinspect.i18n import _
from fieldinspect.services import writing
from fieldinspect.services.capture import add_record
from fieldinspect.services.ports import Reader, Vault
from fieldinspect.services.writing import TRUE

STREAMS: Final = (
    Kind.STAFF_FOCUS_GROUP,
    Kind.PARTNER_FOCUS_GROUP,
    Kind.VICTIM_FOCUS_GROUP,
    Kind.VICTIM_INTERVIEW,
    Kind.CASE_FILE_REVIEW,
)
COMPLETED: Final = "completed"
"""The author says that the whole record is completed."""


class StreamCard(NamedTuple):
    """One record in a list; `mine` tells whether this person wrote it."""

    id: str
    kind: str
    happened: datetime
    author: str
    """The person's name."""
    mine: bool
    completed: bool
    returned: bool
    second_of: str
    """The review that this is a second reading of, or ""."""


def begin(vault: Vault, kind: str, parent: str = "", *, happened: datetime, initiator: str = "") -> str:
    """Begin a record of a stream under a visit, or under the latest inspection. Return its id."""
    return add_record(vault, kind, parent or _inspection(vault), happened=happened, initiator=initiator)


def _inspection(vault: Reader) -> str:
    found = vault.of_kind(Kind.INSPECTION)
    if not found:
        raise BadInput(_("Start or join an inspection first"))
    return max(found, key=lambda view: (view.happened, view.id)).id


def cards(vault: Reader) -> list[StreamCard]:
    """Return the records of all streams that were not withdrawn, latest first."""
    roster, person = vault.roster(), vault.identity.person
    views = [view for kind in STREAMS for view in vault.of_kind(kind) if not view.withdrawn]
    return [
        StreamCard(
            view.id,
            view.kind,
            view.happened,
            roster.name_of(view.author) if roster else "",
            view.author == person,
            is_completed(view),
            bool(view.get("returned")),
            view.get("second_of"),
        )
        for view in sorted(views, key=lambda view: (view.happened, view.id), reverse=True)
    ]


def is_completed(view: RecordView) -> bool:
    return view.get(COMPLETED) == TRUE


def say_completed(
    vault: Vault, record: str, completed: bool, *, happened: datetime, initiator: str = ""
) -> Changes:
    """Note that the author calls a whole record completed, or takes it back."""
    if writing.view_of(vault, record).withdrawn:
        raise BadInput(_("This record was withdrawn"))
    values = {COMPLETED: TRUE if completed else None}
    return writing.change(vault, record, values, happened=happened, initiator=initiator)
