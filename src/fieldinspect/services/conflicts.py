"""Resolving a conflict: an entry like any other, which replaces every head (rulings 17)."""

from datetime import datetime

from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.views import Changes, Conflict
from fieldinspect.i18n import _
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.ports import Vault, Write


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
    roster = vault.roster()
    roles = roster.roles_of(vault.identity.person) if roster else frozenset()
    if roles.isdisjoint({Role.LEAD, Role.CENTRAL}):
        raise BadInput(_("Only a team lead settles a conflict. Both values are kept until then"))
    view = vault.record(conflict.record)
    if view is None:
        raise Bug(_("A record that should be in this vault is not. Nothing was changed"))
    write = Write(
        view.id,
        view.kind,
        view.parent,
        view.inspection,
        {conflict.field: value},
        happened,
        reason,
        resolves=True,
    )
    return vault.write([write], initiator=initiator)
