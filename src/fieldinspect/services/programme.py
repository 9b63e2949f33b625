"""Starting an inspection, and admitting people and laptops to it: offline, by files and a fingerprint said aloud."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from fieldinspect.crypto.age.recipients import parse_recipient
from fieldinspect.crypto.signed import document_of, open_document, unverified_text
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.crypto.slot_types import ESCROW_HOLDERS
from fieldinspect.crypto.sshsig import ENROLMENT
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import is_id, new_id, new_record_id
from fieldinspect.domain.kinds import Kind, Role, Scope
from fieldinspect.domain.roster import Device, Person, Policy, Roster, SyncScope
from fieldinspect.i18n import _
from fieldinspect.journal import roster as rosters
from fieldinspect.journal.roster import spoken_digits
from fieldinspect.services.instruments import ROOT_KEY, sign_form_set
from fieldinspect.services.ports import Replica, Write

REQUEST_FORMAT: Final = "fieldinspect-request/1"
REQUEST_NAMESPACE: Final = ENROLMENT
_VALID: Final = timedelta(days=365)
_SCOPES: Final = {
    Scope.TEAM: (Role.INSPECTOR, Role.LEAD, Role.CENTRAL, Role.AUDITOR),
    Scope.RESTRICTED: (Role.LEAD, Role.CENTRAL),
}
_ASKABLE: Final = frozenset({Role.INSPECTOR, Role.LEAD, Role.CENTRAL, Role.AUDITOR})


class Request(msgspec.Struct, frozen=True):
    """What a laptop says of itself when it asks to take part."""

    format: str
    person: str
    name: str
    device: str
    signing: str
    receiving: tuple[str, ...]


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
    if not title.strip():
        raise BadInput(_("Enter a title for the inspection"))
    if vault.roster() is not None:
        raise BadInput(_("This vault takes part in an inspection already"))
    root = SigningKey.generate()
    policy = policy or Policy()
    roster = _first_roster(vault, root, policy, now, central)
    vault.keep_secret(ROOT_KEY, root.secret_bytes())
    vault.adopt_roster(rosters.write_history([rosters.write_roster(roster, [root])]))
    inspection = roster.inspection
    fields: dict[str, str | None] = {
        "title": title.strip(),
        "marking": policy.marking,
        "handling": policy.handling,
        "contact": contact,
    }
    form_set = sign_form_set(inspection, 1, now.isoformat(), forms, [root])
    vault.write(
        [
            Write(inspection, Kind.INSPECTION, "", inspection, fields, now),
            Write(new_record_id(vault.identity.device), Kind.FORM_SET, inspection, inspection, form_set, now),
        ]
    )
    return inspection


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
    if not (whole and request.name.strip() and request.receiving):
        raise RequestRefused
    return request


def request_digits(raw: bytes) -> str:
    """Return the 20 digits of a request, which whoever asks reads aloud to whoever admits."""
    read_request(raw)
    return spoken_digits(b"fieldinspect request v1\n" + raw)


def admit(
    vault: Replica, raw: bytes, roles: Sequence[str], *, now: datetime, another_laptop: bool = False
) -> bytes:
    """Admit the person and laptop of a request; return the next team list, which is installed here already.

    Somebody who takes part already is only given another laptop, and only when that is what was meant.
    """
    request = read_request(raw)
    roster, root = _mine(vault)
    known, laptop = roster.person(request.person), roster.device(request.device)
    if laptop is not None and laptop.person != request.person:
        raise BadInput(_("This laptop belongs to {name} already").format(name=roster.name_of(laptop.person)))
    if known is not None and not another_laptop:
        raise BadInput(
            _("{name} takes part already. Say that this is another laptop").format(name=known.name)
        )
    if known is None and (not roles or not _ASKABLE.issuperset(roles)):
        raise BadInput(_("Choose a role: inspector, lead, central or auditor"))
    recipients = _allowed(roster.policy, request.receiving)
    person = known or Person(
        request.person,
        request.name,
        tuple(str(Role(role)) for role in roles),
        valid_from=now.isoformat(),
    )
    device = Device(request.device, request.person, request.signing, recipients)
    people = (*(p for p in roster.people if p.id != person.id), person)
    devices = (*(d for d in roster.devices if d.id != device.id), device)
    return _publish(vault, replace(roster, people=people, devices=devices), root, now)


def set_escrow(vault: Replica, recipients: Sequence[str], *, now: datetime) -> bytes:
    """Name the three keys any two of which open every vault of the inspection, or none; return the next team list.

    It is installed here already; each vault seals its shares anew when it is opened next. Raises `BadInput`.
    """
    roster, root = _mine(vault)
    chosen = tuple(recipient.strip() for recipient in recipients)
    if chosen and len(set(chosen)) != ESCROW_HOLDERS:
        raise BadInput(_("Name three different keys, or none"))
    try:
        for recipient in chosen:
            parse_recipient(recipient)
    except ValueError:
        raise BadInput(
            _("This is not a public key of age: it begins with age1 and is one long word")
        ) from None
    return _publish(vault, replace(roster, escrow=chosen), root, now)


def _publish(vault: Replica, changed: Roster, root: SigningKey, now: datetime) -> bytes:
    """Sign the changed roster as the next version, install it here and return the team list."""
    history = rosters.read_history(vault.roster_bytes())
    following = replace(
        changed,
        version=changed.version + 1,
        previous=rosters.digest(history[-1][1]),
        issued=now.isoformat(),
        expires=(now + _VALID).isoformat(),
    )
    signed = rosters.write_history(
        [*(one for _roster, one in history), rosters.write_roster(following, [root])]
    )
    vault.install_roster(signed)
    return signed


def fingerprint(team_list: bytes) -> str:
    """Return the 20 digits that the operator reads aloud to whoever joins."""
    return rosters.root_fingerprint(rosters.read_history(team_list)[-1][0])


def join(vault: Replica, team_list: bytes, digits: str) -> None:
    """Take part in an inspection, when its team list has these 20 digits and names this laptop."""
    read = rosters.read_history(team_list)[-1][0]
    said = "".join(letter for letter in digits if letter.isdecimal())
    if not hmac.compare_digest(said.encode(), rosters.root_fingerprint(read).replace(" ", "").encode()):
        raise BadInput(_("The digits are not those of this team list. Ask for them again, by voice"))
    if read.device(vault.identity.device) is None:
        raise BadInput(_("This team list does not name this laptop. Send your enrolment request first"))
    vault.adopt_roster(team_list)


def _first_roster(vault: Replica, root: SigningKey, policy: Policy, now: datetime, central: bool) -> Roster:
    me = vault.identity
    roles = (Role.LEAD, *((Role.CENTRAL,) if central else ()), Role.ROOT)
    person = Person(me.person, me.name, roles)
    device = Device(me.device, me.person, vault.signing_key_line(), _allowed(policy, vault.recipients()))
    scopes = tuple(SyncScope(new_id(), name, tuple(roles)) for name, roles in _SCOPES.items())
    return Roster(
        format=rosters.FORMAT,
        inspection=new_record_id(me.device),
        version=1,
        previous="",
        issued=now.isoformat(),
        expires=(now + _VALID).isoformat(),
        threshold=1,
        roots=(root.public.line,),
        people=(person,),
        devices=(device,),
        scopes=scopes,
        policy=policy,
    )


def _allowed(policy: Policy, recipients: Sequence[str]) -> tuple[str, ...]:
    """Return one age recipient: hybrid, unless the policy asks for X25519 (rulings 15)."""
    hybrid = [recipient for recipient in recipients if recipient.startswith("age1pq1")]
    classic = [recipient for recipient in recipients if not recipient.startswith("age1pq1")]
    chosen = classic if policy.envelope == "x25519" else hybrid
    if not chosen:
        raise BadInput(_("This laptop has no key of the kind that the inspection's policy asks for"))
    return tuple(chosen[:1])


def _mine(vault: Replica) -> tuple[Roster, SigningKey]:
    roster, secret = vault.roster(), vault.secret(ROOT_KEY)
    if roster is None or secret is None:
        raise BadInput(_("Only the vault that started the inspection can change its team list"))
    return roster, SigningKey(secret)
