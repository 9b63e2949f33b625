"""Working copies: what a lead or the centre holds for certain need not stay on an inspector's laptop for ever."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from fieldinspect.domain.custody import Founding, Hold, Member, WorkingCopy
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import UNERASABLE, Kind
from fieldinspect.domain.views import RecordView
from fieldinspect.i18n import _
from fieldinspect.services.ports import Replica, Write
from fieldinspect.services.receipts import receipted
from fieldinspect.services.standing import leads, roster_of
from fieldinspect.services.visits import PLANNED, all_visits, began

_NOBODY: Final[frozenset[str]] = frozenset()


def copies(vault: Replica, *, now: datetime, in_use: Collection[str] = _NOBODY) -> list[WorkingCopy]:
    """Return every visit on this laptop and whether its copy may go; `in_use` are records that somebody has open.

    None for a lead or the centre: theirs are the copies that everybody else's rest on.
    """
    if keeps_everything(vault):
        return []
    found = [_copy(vault, whole, now, in_use) for whole in _wholes(vault)]
    return sorted(found, key=lambda copy: (copy.begun, copy.visit))


def keeps_everything(vault: Replica) -> bool:
    """Tell whether this is the vault of a lead or of the centre."""
    return leads(roster_of(vault), vault.identity.person)


def remove(
    vault: Replica, visit: str, *, now: datetime, in_use: Collection[str] = _NOBODY, initiator: str = ""
) -> int:
    """Remove the copy of a visit from this laptop, and log it; return how many records that was.

    Bodies, keys, attachments and what is shown of them go; headers stay. It is no erasure: others keep what they have.
    Raises `BadInput` while anything holds it.
    """
    found = next((one for one in _wholes(vault) if any(view.id == visit for view in one)), None)
    if found is None:
        raise BadInput(_("This visit is not in the vault"))
    if keeps_everything(vault):
        raise BadInput(_("The vault of a lead or of the centre keeps what it holds"))
    if not _copy(vault, found, now, in_use).removable:
        raise BadInput(_("This working copy has to stay for now: see what holds it"))
    members = _members(vault, found)
    fields: dict[str, str | None] = {
        "visit": found[0].id,
        "records": "\n".join(sorted(member.id for member in members)),
        "count": str(len(members)),
    }
    inspection = roster_of(vault).inspection
    act = new_record_id(vault.identity.device)
    vault.write([Write(act, Kind.WORKING_COPY, inspection, inspection, fields, now)], initiator=initiator)
    return len(members)


def remove_due(vault: Replica, *, now: datetime, in_use: Collection[str] = _NOBODY) -> list[WorkingCopy]:
    """Remove every copy that is due, where the policy says that nobody needs to be asked; return what went.

    Nothing goes that hangs together with a record `in_use`.
    """
    if roster_of(vault).policy.remove_copies != "auto":
        return []
    due = [copy for copy in copies(vault, now=now, in_use=in_use) if copy.removable]
    for copy in due:
        remove(vault, copy.visit, now=now)
    return due


def bring_back(vault: Replica, visit: str, *, now: datetime, initiator: str = "") -> None:
    """Let the copy of a visit come back with the next bundle that holds everything."""
    said = next((one for one in removed(vault) if one.get("visit") == visit), None)
    if said is None:
        raise BadInput(_("No working copy of this visit was removed from this laptop"))
    inspection = roster_of(vault).inspection
    changes: dict[str, str | None] = {"brought_back": "true"}
    vault.write(
        [Write(said.record, Kind.WORKING_COPY, inspection, inspection, changes, now)], initiator=initiator
    )


def removed(vault: Replica) -> list[Founding]:
    """Return the removals of working copies on this laptop that still stand, oldest first."""
    acts = set(vault.removed().values())
    return [said for said in vault.founded(Kind.WORKING_COPY) if said.record in acts]


def _wholes(vault: Replica) -> list[tuple[RecordView, ...]]:
    """Return the visits here, those that were linked together; withdrawn ones are held like others."""
    withdrawn = [(view,) for view in vault.of_kind(Kind.VISIT) if view.withdrawn]
    return [*all_visits(vault), *withdrawn]


def _copy(vault: Replica, whole: Sequence[RecordView], now: datetime, in_use: Collection[str]) -> WorkingCopy:
    members = _members(vault, whole)
    records = {member.id for member in members}
    since = receipted(vault, [place for place in vault.places(sorted(records)) if place.whole])
    due = None
    if None not in since.values():
        days = timedelta(days=roster_of(vault).policy.keep_days)
        due = max((moment for moment in since.values() if moment is not None), default=now) + days
    holds = _holds(vault, whole, members, in_use)
    if due is None:
        holds.append(Hold.UNRECEIPTED)
    elif now < due:
        holds.append(Hold.TOO_EARLY)
    first = whole[0]
    return WorkingCopy(first.id, first.get("station"), began(first), len(records), due, tuple(holds))


def _holds(
    vault: Replica, whole: Sequence[RecordView], members: Sequence[Member], in_use: Collection[str]
) -> list[Hold]:
    records = {member.id for member in members}
    returned = {one.id for one in vault.with_field("returned")}
    holds: list[Hold] = []
    if any(view.get("closed") != "true" for view in whole):
        holds.append(Hold.NOT_CLOSED)
    if not records.isdisjoint(in_use) or not records.isdisjoint(returned):
        holds.append(Hold.IN_USE)
    if any(draft.about in records or draft.key.record in records for draft in vault.drafts()):
        holds.append(Hold.DRAFTS)
    if any(member.conflicts for member in members):
        holds.append(Hold.CONFLICTS)
    return holds


def _members(vault: Replica, whole: Sequence[RecordView]) -> list[Member]:
    plans = vault.members([view.get(PLANNED) for view in whole if view.get(PLANNED)])
    members = (member for view in whole for member in vault.family(view.id))
    return [member for member in (*members, *plans) if member.kind not in UNERASABLE]
