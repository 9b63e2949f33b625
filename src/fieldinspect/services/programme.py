"""Starting an inspection, and admitting people and laptops to it: offline, by files and a fingerprint said aloud."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec

from fieldinspect.crypto.age.recipients import parse_recipient
from fieldinspect.crypto.signed import document_of, open_document, unverified_text
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.crypto.sshsig import ENROLMENT
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.ids import is_id, new_id, new_record_id
from fieldinspect.domain.kinds import Kind, Role, Scope
from fieldinspect.domain.roster import Device, Person, Policy, Roster, SyncScope
from fieldinspect.i18n import _
from fieldinspect.journal import roster as rosters
from fieldinspect.journal.roster import spoken_digits
from fieldinspect.services import proposals, team_edits, team_list
from fieldinspect.services.instruments import ROOT_KEY, root_keys_here, sign_form_set, signer_under
from fieldinspect.services.ports import Replica, Write
from fieldinspect.services.proposals import Proposal

REQUEST_FORMAT: Final = "fieldinspect-request/1"
REQUEST_NAMESPACE: Final = ENROLMENT
_LONGEST_NAME: Final = 200
_SCOPES: Final = {
    Scope.TEAM: (Role.INSPECTOR, Role.LEAD, Role.CENTRAL, Role.AUDITOR),
    Scope.RESTRICTED: (Role.LEAD, Role.CENTRAL),
}
_FOUNDING: Final = "founding"


class Request(msgspec.Struct, frozen=True):
    """What a laptop says of itself when it asks to take part."""

    format: str
    person: str
    name: str
    device: str
    signing: str
    receiving: tuple[str, ...]


class _Founding(msgspec.Struct, frozen=True):
    """What the vault keeps of an inspection it proposed: what the records of its beginning will say."""

    title: str
    contact: str
    digest: str = ""


class RequestRefused(BadInput):
    def __init__(self) -> None:
        super().__init__(_("This enrolment request is damaged or was changed. Ask for it again"))


def found_inspection(
    vault: Replica,
    title: str,
    *,
    now: datetime,
    forms: Mapping[str, tuple[str, bytes]],
    policy: Policy | None = None,
    contact: str = "",
    central: bool = False,
) -> str:
    """Start an inspection: a root key of its own, this person as its lead, and its signed forms. Return its id.

    `central` makes this person the centre too, for a team that has no other: they confirm erasures.
    """
    begun = _beginning(vault, title, contact)
    root = SigningKey.generate()
    vault.keep_secret(ROOT_KEY, root.secret_bytes())
    roster = _first_roster(vault, [root.public.line], 1, policy or Policy(), now, central)
    _found(vault, proposals.sign(proposals.draft(roster, b"", now), root), begun, forms, now)
    return roster.inspection


def propose_inspection(
    vault: Replica,
    title: str,
    roots: Sequence[str],
    threshold: int,
    *,
    now: datetime,
    policy: Policy | None = None,
    contact: str = "",
    central: bool = False,
) -> Proposal:
    """Start an inspection whose root keys are kept off every laptop: return what their holders sign first.

    Nothing is in force until `begin_inspection` publishes it; proposing once more gives the one before up.
    """
    begun = _beginning(vault, title, contact)
    team_edits.check_roots(roots, threshold)
    roster = _first_roster(vault, roots, threshold, policy or Policy(), now, central)
    proposal = proposals.draft(roster, b"", now)
    vault.keep_secret(_FOUNDING, msgspec.json.encode(msgspec.structs.replace(begun, digest=proposal.digest)))
    return proposal


def begin_inspection(
    vault: Replica, proposal: Proposal, *, now: datetime, forms: Mapping[str, tuple[str, bytes]]
) -> bytes:
    """Begin the inspection that this vault proposed, once enough root keys signed; return its team list."""
    kept = vault.secret(_FOUNDING)
    begun = msgspec.json.decode(kept, type=_Founding) if kept is not None else None
    if vault.roster() is not None or begun is None or begun.digest != proposal.digest:
        raise BadInput(_("This vault did not propose this inspection. Publish it where it was proposed"))
    if not proposal.is_complete:
        raise BadInput(proposals.what_is_missing(proposal))
    _found(vault, proposal, begun, forms, now)
    return vault.roster_bytes()


def _beginning(vault: Replica, title: str, contact: str) -> "_Founding":
    if not title.strip():
        raise BadInput(_("Enter a title for the inspection"))
    if vault.roster() is not None:
        raise BadInput(_("This vault takes part in an inspection already"))
    return _Founding(title.strip(), contact)


def _found(
    vault: Replica,
    proposal: Proposal,
    begun: "_Founding",
    forms: Mapping[str, tuple[str, bytes]],
    now: datetime,
) -> None:
    inspection, policy = proposal.after.inspection, proposal.after.policy
    signer = signer_under(vault, proposal.after)
    if signer is None:
        raise Bug(_("A vault that founds an inspection could not sign its forms"))
    fields: dict[str, str | None] = {
        "title": begun.title,
        "marking": policy.marking,
        "handling": policy.handling,
        "contact": begun.contact,
    }
    form_set = sign_form_set(inspection, 1, now.isoformat(), forms, signer)
    # One act: a team list without its inspection is a vault that can neither go on nor begin again.
    vault.adopt_roster(
        rosters.write_history([proposal.document()]),
        [
            Write(inspection, Kind.INSPECTION, "", inspection, fields, now),
            Write(new_record_id(vault.identity.device), Kind.FORM_SET, inspection, inspection, form_set, now),
        ],
    )


def enrolment_request(vault: Replica) -> bytes:
    """Return the file that asks for this laptop to be admitted, signed by its own key."""
    me = vault.identity
    request = Request(
        REQUEST_FORMAT, me.person, me.name, me.device, vault.signing_key_line(), tuple(vault.recipients())
    )
    text = msgspec.json.encode(request).decode()
    return document_of(text, [vault.sign(text.encode(), REQUEST_NAMESPACE)])


def read_request(raw: bytes) -> Request:
    """Return a request that its own device signed; raise `BadInput`."""
    try:
        request = msgspec.json.decode(unverified_text(raw), type=Request)
        key = PublicKey.from_line(request.signing)
        for recipient in request.receiving:
            parse_recipient(recipient)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise RequestRefused from None
    open_document(raw, REQUEST_NAMESPACE, {key}, 1)
    whole = request.format == REQUEST_FORMAT and key.fingerprint == request.device and is_id(request.person)
    named = request.name.strip() and request.name.isprintable() and len(request.name) <= _LONGEST_NAME
    if not (whole and named and request.receiving):
        raise RequestRefused
    return request


def request_digits(raw: bytes) -> str:
    """Return the 20 digits of a request, which whoever asks reads aloud to whoever admits."""
    read_request(raw)
    return spoken_digits(b"fieldinspect request v1\n" + raw)


def asking(request: Request) -> Person:
    """Return who asks, with no role yet."""
    return Person(request.person, request.name, ())


def check_request_digits(raw: bytes, said: str) -> None:
    """Raise `BadInput` unless somebody said the 20 digits of this request."""
    if not are_said(said, request_digits(raw)):
        raise BadInput(_("The digits are not those of this request. Ask for them again, by voice"))


def are_said(said: str, digits: str) -> bool:
    """Tell whether these are the digits, however they were grouped."""
    heard = "".join(letter for letter in said if letter.isdecimal())
    return hmac.compare_digest(heard.encode(), digits.replace(" ", "").encode())


def admission(
    raw: bytes, roles: Sequence[str], *, now: datetime, another_laptop: bool = False
) -> team_edits.Edit:
    """Return the change that admits the person and laptop of a request; raise `BadInput`.

    Somebody who takes part already is only given another laptop, and only when that is what was meant.
    """
    request = read_request(raw)
    if not set(team_edits.ASKABLE).issuperset(roles):
        raise BadInput(_("Choose a role: inspector, lead, central or auditor"))
    chosen = tuple(str(Role(role)) for role in roles)
    person = replace(asking(request), roles=chosen, valid_from=now.isoformat())
    device = Device(request.device, request.person, request.signing, request.receiving)
    return team_edits.admission(device, person, another_laptop=another_laptop)


def admit(
    vault: Replica, raw: bytes, roles: Sequence[str], *, now: datetime, another_laptop: bool = False
) -> bytes:
    """Admit whoever asks, where this vault signs alone; return the next team list, installed here already."""
    return _alone(vault, admission(raw, roles, now=now, another_laptop=another_laptop), now)


def _alone(vault: Replica, edit: team_edits.Edit, now: datetime) -> bytes:
    if not team_list.signs_alone(vault):
        raise BadInput(_("This vault cannot sign its team list alone. Write a proposal for the root keys"))
    return team_list.change(vault, [edit], now=now).raw


def fingerprint(team_list: bytes) -> str:
    """Return the 20 digits that the operator reads aloud to whoever joins."""
    return rosters.root_fingerprint(rosters.read_history(team_list)[-1][0])


def join(vault: Replica, team_list: bytes, digits: str) -> None:
    """Take part in an inspection, when its team list has these 20 digits and names this laptop."""
    read = rosters.read_history(team_list)[-1][0]
    if not are_said(digits, rosters.root_fingerprint(read)):
        raise BadInput(_("The digits are not those of this team list. Ask for them again, by voice"))
    if read.device(vault.identity.device) is None:
        raise BadInput(_("This team list does not name this laptop. Send your enrolment request first"))
    vault.adopt_roster(team_list)


def _first_roster(
    vault: Replica, roots: Sequence[str], threshold: int, policy: Policy, now: datetime, central: bool
) -> Roster:
    """Return version 1 with this person as lead; roots that are kept elsewhere leave the forms to this laptop."""
    me, line = vault.identity, vault.signing_key_line()
    here = any(key.public.line in roots for key in root_keys_here(vault))
    roles = (Role.LEAD, *((Role.CENTRAL,) if central else ()), *((Role.ROOT,) if here else ()))
    recipients = team_edits.allowed(policy, vault.recipients())
    return Roster(
        format=rosters.FORMAT,
        inspection=new_record_id(me.device),
        version=1,
        previous="",
        issued=now.isoformat(),
        expires="",
        threshold=threshold,
        roots=tuple(roots),
        people=(Person(me.person, me.name, roles),),
        devices=(Device(me.device, me.person, line, recipients),),
        scopes=tuple(SyncScope(new_id(), name, tuple(roles)) for name, roles in _SCOPES.items()),
        policy=policy,
        form_signers=() if here else (line,),
    )
