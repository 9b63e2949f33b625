"""Erasing records: a lead asks, the centre confirms, every laptop destroys and says so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from fieldinspect.domain.custody import (
    Acknowledgement,
    DestructionCertificate,
    EraseReason,
    EraseState,
    ErasureView,
    Founding,
    Laptop,
    Member,
)
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import is_id, new_record_id
from fieldinspect.domain.kinds import UNERASABLE, Kind, Role
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.journal import erasure as rules
from fieldinspect.services.ports import Replica, Write
from fieldinspect.services.record_classes import DEPTH, classes_of
from fieldinspect.services.standing import roster_of
from fieldinspect.services.visits import parts

_LINE = 200


def beneath(vault: Replica, record: str) -> list[Member]:
    """Return a record and everything under it that an erasure can destroy: what a request would name.

    Visits that were linked to it go with a visit. Logs and erasures stay: that something was printed, disclosed or
    erased must remain provable.
    """
    found = (member for part in parts(vault, record) for member in vault.family(part))
    return [member for member in found if member.kind not in UNERASABLE]


def request(
    vault: Replica,
    records: Sequence[str],
    *,
    reason: EraseReason,
    why: str,
    basis: str,
    happened: datetime,
    initiator: str = "",
) -> str:
    """Ask that exactly these records be erased; only a lead may. Return the request's id.

    `basis` is the legal basis in a line, printed on the certificate; `why` stays in the vaults. Neither may name
    anybody.
    """
    roster = roster_of(vault)
    if Role.LEAD not in roster.roles_of(vault.identity.person):
        raise BadInput(_("Only a team lead asks for an erasure"))
    if not why.strip():
        raise BadInput(_("Enter why this is to be erased"))
    basis = basis.strip()
    if not basis or "\n" in basis or len(basis) > _LINE:
        raise BadInput(_("Enter the legal basis in one line, such as the article or the order"))
    named = sorted(dict.fromkeys(records))
    classes = _require_erasable(vault, named)
    fields: dict[str, str | None] = {
        rules.RECORDS: "\n".join(named),
        "classes": "\n".join(f"{name or '-'} {count}" for name, count in sorted(classes.items())),
        "category": str(reason),
        "why": why.strip(),
        "basis": basis,
    }
    return _write(vault, Kind.ERASURE_REQUEST, fields, happened, initiator)


def _require_erasable(vault: Replica, records: Sequence[str]) -> Counter[str]:
    """Return how many of which class these are; raise `BadInput` for what cannot be erased."""
    here = {member.id: member for member in vault.members(records)}
    if not records:
        raise BadInput(_("Choose what is to be erased"))
    if not vault.erased().keys().isdisjoint(records):
        raise BadInput(_("One of these records was erased already"))
    if len(here) < len(records):
        raise BadInput(_("One of these records is not in the vault. Receive it first"))
    if any(member.kind in UNERASABLE for member in here.values()):
        raise BadInput(_("A log, a form set, the inspection or an erasure itself cannot be erased"))
    classes = classes_of(_with_those_above(vault, list(here.values())))
    return Counter(classes[record] for record in records)


def _with_those_above(vault: Replica, members: Sequence[Member]) -> list[Member]:
    found = list(members)
    last = members
    for _depth in range(DEPTH):
        known = {member.id for member in found}
        last = vault.members(sorted({member.parent for member in last} - known))
        found.extend(last)
    return found


def withdraw(vault: Replica, asked: str, why: str, *, happened: datetime, initiator: str = "") -> Changes:
    """Take a request back before it is confirmed; only a lead may."""
    found = _find(vault, asked)
    if Role.LEAD not in roster_of(vault).roles_of(vault.identity.person):
        raise BadInput(_("Only a team lead withdraws a request to erase"))
    if found.state is EraseState.DONE:
        raise BadInput(_("This request is confirmed: what it named is erased and cannot come back"))
    if not why.strip():
        raise BadInput(_("Enter why this is withdrawn"))
    inspection = roster_of(vault).inspection
    changes: dict[str, str | None] = {"withdrawn": "true"}
    write = Write(asked, Kind.ERASURE_REQUEST, inspection, inspection, changes, happened, why.strip())
    return vault.write([write], initiator=initiator)


def confirm(vault: Replica, asked: str, *, happened: datetime, initiator: str = "") -> str:
    """Confirm a request: what it names is destroyed here at once, and wherever this arrives. Only the centre may.

    Whoever asked confirms only where the team has and had nobody else who leads or is the centre. Return the
    confirmation's id.
    """
    found = _find(vault, asked)
    roster, me = roster_of(vault), vault.identity.person
    if Role.CENTRAL not in roster.roles_of(me):
        raise BadInput(_("Only the centre confirms an erasure"))
    if found.state is EraseState.DONE:
        raise BadInput(_("This request is confirmed already"))
    if found.state is EraseState.WITHDRAWN:
        raise BadInput(_("This request was withdrawn"))
    said = next(one for one in vault.founded(Kind.ERASURE_REQUEST) if one.record == asked)
    if not rules.may_confirm(roster, said.author, me):
        raise BadInput(_("You asked for this erasure yourself. Somebody else has to confirm it"))
    fields: dict[str, str | None] = {rules.REQUEST: asked, rules.ENTRY: said.entry}
    if said.author == me:
        fields["alone"] = "true"
    return _write(vault, Kind.ERASURE, fields, happened, initiator)


def erasures(vault: Replica) -> list[ErasureView]:
    """Return every request to erase and what became of it, oldest first."""
    roster = roster_of(vault)
    confirmed: dict[str, Founding] = {}
    powerless: set[str] = set()
    requests = vault.founded(Kind.ERASURE_REQUEST)
    asked = {one.record: one for one in requests}
    effective = set(vault.erased().values())
    for said in vault.founded(Kind.ERASURE):
        request = asked.get(said.get(rules.REQUEST))
        if request is None or (request.entry != said.get(rules.ENTRY) and request.record not in effective):
            continue
        if rules.may_confirm(roster, request.author, said.author):
            confirmed.setdefault(request.record, said)
        else:
            powerless.add(request.record)
    words = _acknowledged(vault, roster)
    return [
        _view(vault, roster, one, confirmed.get(one.record), one.record in powerless, words)
        for one in requests
    ]


def _view(
    vault: Replica,
    roster: Roster,
    said: Founding,
    confirmation: Founding | None,
    powerless: bool,
    words: Mapping[str, Mapping[str, Acknowledgement]],
) -> ErasureView:
    shown = vault.record(said.record)
    withdrawn = shown is not None and shown.withdrawn
    view = ErasureView(
        said.record,
        said.entry,
        _state(confirmation, withdrawn, powerless),
        tuple(line for line in said.get(rules.RECORDS).split("\n") if is_id(line)),
        _classes(said.get("classes")),
        EraseReason(said.get("category")) if said.get("category") in set(EraseReason) else EraseReason.OTHER,
        said.get("why"),
        said.get("basis"),
        roster.name_of(said.author),
        said.written,
    )
    if confirmation is None:
        if withdrawn:
            history = vault.history(said.record, "withdrawn")
            view = replace(view, withdrawn_why=history[-1].reason if history else "")
        return view
    heard = words.get(confirmation.entry, {})
    return replace(
        view,
        confirmation=confirmation.entry,
        confirmed_by=roster.name_of(confirmation.author),
        confirmed=confirmation.written,
        alone=confirmation.author == said.author,
        acknowledged=tuple(sorted(heard.values(), key=lambda one: (one.written, one.entry))),
        outstanding=tuple(laptop(roster, device.id) for device in roster.devices if device.id not in heard),
    )


def _state(confirmation: Founding | None, withdrawn: bool, powerless: bool) -> EraseState:
    if confirmation is not None:
        return EraseState.DONE
    if withdrawn:
        return EraseState.WITHDRAWN
    return EraseState.POWERLESS if powerless else EraseState.ASKED


def _classes(said: str) -> dict[str, int]:
    pairs = (line.rpartition(" ") for line in said.split("\n"))
    return {name.removeprefix("-"): int(count) for name, _space, count in pairs if count.isdecimal()}


def _acknowledged(vault: Replica, roster: Roster) -> dict[str, dict[str, Acknowledgement]]:
    """Return the acknowledgements by confirmation (entry id) and device."""
    found: dict[str, dict[str, Acknowledgement]] = {}
    for said in vault.founded(Kind.ERASURE_ACKNOWLEDGEMENT):
        word = Acknowledgement(laptop(roster, said.device), said.entry, said.written)
        found.setdefault(said.get("confirmation"), {}).setdefault(said.device, word)
    return found


def acknowledge(vault: Replica) -> int:
    """Say, once for each erasure, that this laptop holds nothing more of it; return how many were said."""
    done = [one for one in erasures(vault) if one.state is EraseState.DONE]
    me, inspection = vault.identity.device, roster_of(vault).inspection
    writes = [
        Write(
            new_record_id(me),
            Kind.ERASURE_ACKNOWLEDGEMENT,
            inspection,
            inspection,
            {"confirmation": one.confirmation, rules.REQUEST: one.request},
            one.confirmed or one.asked,
        )
        for one in done
        if all(word.laptop.device != me for word in one.acknowledged)
    ]
    if writes:
        vault.write(writes)
    return len(writes)


def left_beneath(vault: Replica) -> list[Member]:
    """Return what hangs beneath an erased record and was not named: perhaps written by somebody who did not know."""
    return [member for member in vault.orphans() if member.kind not in UNERASABLE]


def certificate(vault: Replica, asked: str, issued: date) -> DestructionCertificate:
    """Return what the certificate of an erasure says; raise `BadInput` while it is not confirmed."""
    found = _find(vault, asked)
    if found.state is not EraseState.DONE:
        raise BadInput(_("Nothing is certified before it is erased: this request is not confirmed"))
    inspection = vault.record(roster_of(vault).inspection)
    title, marking = (inspection.get("title"), inspection.get("marking")) if inspection else ("", "")
    return DestructionCertificate(title, marking, found, issued)


def laptop(roster: Roster, device: str) -> Laptop:
    """Return a device with its person's name."""
    found = roster.device(device)
    revoked = any(one.device == device and not one.incarnation for one in roster.revocations)
    return Laptop(device, roster.name_of(found.person) if found else "", revoked)


def _find(vault: Replica, asked: str) -> ErasureView:
    found = next((one for one in erasures(vault) if one.request == asked), None)
    if found is None:
        raise BadInput(_("There is no such request to erase in this vault"))
    return found


def _write(
    vault: Replica, kind: Kind, fields: Mapping[str, str | None], happened: datetime, initiator: str
) -> str:
    inspection = roster_of(vault).inspection
    made = new_record_id(vault.identity.device)
    vault.write([Write(made, kind, inspection, inspection, fields, happened)], initiator=initiator)
    return made
