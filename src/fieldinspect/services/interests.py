"""Conflicts of interest: who may not inspect which force, and the permission that a lead gives in spite of one."""

from datetime import datetime

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.i18n import _
from fieldinspect.services.ports import Reader, Vault, Write


def conflicted(vault: Reader, person: str, force: str) -> bool:
    """Tell whether somebody has a conflict of interest with a force, and no permission in spite of it."""
    return force in vault.barred_forces(person)


def permit(vault: Vault, person: str, force: str, *, reason: str, happened: datetime) -> str:
    """Let somebody inspect a force in spite of a conflict of interest; return the permission's id.

    Raises `BadInput` without a reason, for whoever is no lead, for one's own conflict, and for what is permitted.
    """
    roster = vault.roster()
    if roster is None or Role.LEAD not in roster.roles_of(vault.identity.person):
        raise BadInput(_("Only a lead can permit a visit in spite of a conflict of interest"))
    if person == vault.identity.person:
        raise BadInput(_("Nobody sets their own conflict of interest aside. Ask another lead"))
    if not reason.strip():
        raise BadInput(_("Enter why this person may inspect the force in spite of the conflict of interest"))
    known = roster.person(person)
    if known is not None and force in known.conflicts and not conflicted(vault, person, force):
        raise BadInput(_("A lead has permitted {name} to inspect this force already").format(name=known.name))
    record = new_record_id(vault.identity.device)
    fields: dict[str, str | None] = {"person": person, "force": force, "reason": reason.strip()}
    inspection = roster.inspection
    vault.write([Write(record, Kind.CONFLICT_OVERRIDE, inspection, inspection, fields, happened)])
    return record
