"""Fields with two values or more: settling, combining, deferring, and undoing what was settled (rulings 17).

1. Every settlement is an entry that replaces exactly the heads that were looked at; many at once are one act.
2. Only a lead or the centre settles, defers and undoes; every replica judges that again (journal/acceptance).
3. Deferring changes no value: it is a comment that says who will not decide now, and why. It lapses when another
   value comes in.
4. Undoing puts every value back beside the others, each as an entry of its own; nothing is ever taken away.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from fieldinspect.domain import kinds
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes, Conflict, RecordView, Version
from fieldinspect.i18n import _
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.ports import Reader, Replica, Vault, Write
from fieldinspect.services.standing import leads
from fieldinspect.services.writing import change, view_of

DEFERRED: Final = "deferred"
"""Field of a comment: which heads it defers."""


class Decision(NamedTuple):
    """What is to stand; None for no value."""

    conflict: Conflict
    value: str | None


class Deferral(NamedTuple):
    """Who left a conflict for later, when and why."""

    comment: str
    """Record id."""
    name: str
    when: datetime
    reason: str


class Merge(NamedTuple):
    """A bundle that was merged without a question: whose, when it came, and how many entries it had."""

    name: str
    came: datetime
    entries: int


def only_leads() -> str:
    return _("Only a team lead settles a conflict. Both values are kept until then")


def may_settle(vault: Reader) -> bool:
    roster = vault.roster()
    return roster is not None and leads(roster, vault.identity.person)


def listed(vault: Vault, log: ConsultationLog, *, happened: datetime) -> list[Conflict]:
    """Return every field in conflict; readings of case files that their values are of count as consulted."""
    found = vault.conflicts()
    log.met(vault, [conflict.record for conflict in found], happened=happened)
    return found


def resolve(
    vault: Vault,
    conflict: Conflict,
    value: str | None,
    *,
    reason: str,
    happened: datetime,
    initiator: str = "",
) -> Changes:
    """Give a field one value again: one of those in conflict, or a new one. Only a lead or the centre may."""
    return settle(vault, [Decision(conflict, value)], reason=reason, happened=happened, initiator=initiator)


def settle(
    vault: Vault, decisions: Sequence[Decision], *, reason: str, happened: datetime, initiator: str = ""
) -> Changes:
    """Settle many conflicts alike, in one act; `BadInput` when one is not as it was looked at."""
    _need_lead(vault)
    _need_unchanged(vault, [one.conflict for one in decisions])
    views = {one.conflict.record: view_of(vault, one.conflict.record) for one in decisions}
    writes = [
        _write(views[one.conflict.record], one.conflict.field, one.value, reason, happened, resolves=True)
        for one in decisions
    ]
    return vault.write(writes, initiator=initiator)


def undo(
    vault: Vault, decisions: Sequence[Decision], *, reason: str, happened: datetime, initiator: str = ""
) -> Changes:
    """Put back every value that these settlements replaced; `BadInput` when somebody has written there since."""
    _need_lead(vault)
    writes = []
    for conflict, value in decisions:
        view = view_of(vault, conflict.record)
        last = vault.history(conflict.record, conflict.field)[-1]
        if last.value != value or last.author != vault.identity.person or conflict.field in view.conflicts:
            raise BadInput(_("Somebody has written there since, so this cannot be undone. Settle it anew"))
        writes += [
            _write(view, conflict.field, one.value, reason, happened, instead_of=last.change)
            for one in conflict.versions
        ]
    return vault.write(writes, initiator=initiator)


def combined(conflict: Conflict) -> str:
    """Return all the values, one under the other, each once: nothing that anybody wrote is lost."""
    return "\n".join(dict.fromkeys(one.value for one in conflict.versions if one.value))


def newest(conflict: Conflict) -> str | None:
    """Return the value that was written last: the one that is displayed meanwhile."""
    return conflict.versions[-1].value


def by(conflict: Conflict, author: str) -> Version | None:
    """Return what this person (id) wrote last, None when none of the values is theirs."""
    return next((one for one in reversed(conflict.versions) if one.author == author), None)


def defer(
    vault: Vault, conflicts: Sequence[Conflict], *, reason: str, happened: datetime, initiator: str = ""
) -> Changes:
    """Leave conflicts for later, saying why; they stay as they are."""
    _need_lead(vault)
    if not reason.strip():
        raise BadInput(_("Enter why this is left for later"))
    _need_unchanged(vault, conflicts)
    writes = [
        Write(
            new_record_id(vault.identity.device),
            Kind.COMMENT,
            one.record,
            view_of(vault, one.record).inspection,
            {"text": reason.strip(), "about": one.field, DEFERRED: _heads(one)},
            happened,
        )
        for one in conflicts
    ]
    return vault.write(writes, initiator=initiator)


def take_up(vault: Vault, deferral: Deferral, *, happened: datetime, initiator: str = "") -> Changes:
    """Bring a conflict back from those for later."""
    _need_lead(vault)
    return change(vault, deferral.comment, {DEFERRED: None}, happened=happened, initiator=initiator)


def deferred(vault: Reader, conflicts: Sequence[Conflict]) -> dict[tuple[str, str], Deferral]:
    """Return, by (record, field), those of the conflicts that were left for later as they stand."""
    roster = vault.roster()
    if roster is None or not conflicts:
        return {}
    waiting = {(one.record, one.field): _heads(one) for one in conflicts}
    found: dict[tuple[str, str], Deferral] = {}
    for said in vault.of_kind(Kind.COMMENT):
        place = said.parent, said.get("about")
        led = kinds.leads(roster.every_role_of(said.author))
        if led and said.get(DEFERRED) and waiting.get(place) == said.get(DEFERRED):
            name = roster.name_of(said.author)
            found[place] = Deferral(said.id, name, said.happened, said.get("text"))
    return found


def merged(vault: Replica) -> list[Merge]:
    """Return the bundles that were merged here, latest first."""
    roster = vault.roster()
    owners = {device.id: roster.name_of(device.person) for device in roster.devices} if roster else {}
    return [
        Merge(owners.get(one.device, ""), one.received, one.entries)
        for one in reversed(vault.merged_bundles())
    ]


def _need_lead(vault: Reader) -> None:
    if not may_settle(vault):
        raise BadInput(only_leads())


def _need_unchanged(vault: Reader, conflicts: Sequence[Conflict]) -> None:
    standing = {(one.record, one.field): _heads(one) for one in vault.conflicts()}
    if any(standing.get((one.record, one.field)) != _heads(one) for one in conflicts):
        raise BadInput(_("Something new has come in for this field. Look at it again, then decide"))


def _heads(conflict: Conflict) -> str:
    changes = "\n".join(sorted(one.change for one in conflict.versions))
    return hashlib.sha256(changes.encode()).hexdigest()[:32]


def _write(
    view: RecordView,
    field: str,
    value: str | None,
    reason: str,
    happened: datetime,
    *,
    resolves: bool = False,
    instead_of: str = "",
) -> Write:
    return Write(
        view.id,
        view.kind,
        view.parent,
        view.inspection,
        {field: value},
        happened,
        reason,
        resolves=resolves,
        instead_of=instead_of,
    )
