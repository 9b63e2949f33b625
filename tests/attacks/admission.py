"""Attacks on the team list, on being admitted and on receipts: by members, strangers and a holder of a root key."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age import bech32
from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signed import (
    DocumentChanged,
    MalformedDocument,
    NotSignedByEnough,
    sign_document,
    unverified_text,
)
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Device, Person
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.exchange.refusals import UnknownSigner
from fieldinspect.journal.roster import RosterRefused, read_history, write_history, write_roster
from fieldinspect.services import exchange, programme, receipts
from fieldinspect.services.programme import RequestRefused
from tests.attacks.catalogue import MEMBER, ROOT, STRANGER, NoEffect, Quarantined, Refused, attack
from tests.attacks.field import Field, Pen
from tests.exchange.making import Forged
from tests.team import NOW

ENOUGH = Refused(NotSignedByEnough, "not signed by enough")
UNREADABLE = Refused(RosterRefused, "cannot be read")
NO_SUCCESSOR = Refused(RosterRefused, "does not follow the one before it")


def carrying(field: Field, team_list: bytes) -> Path:
    """Return a sound bundle by ben that carries this team list."""
    ben = field.writer()
    ben.roster = team_list
    ben.seal()
    return ben.path


# --- team lists in bundles


@attack("team list: signed by a root of a member's making", by=MEMBER, ends=ENOUGH)
def _(field: Field) -> Path:
    return carrying(field, field.next_list(SigningKey.generate()))


@attack("team list: a member's own roots, signed by them", by=MEMBER, ends=ENOUGH)
def _(field: Field) -> Path:
    own = SigningKey.generate()
    return carrying(field, field.next_list(own, roots=(own.public.line,)))


@attack("team list: the roots exchanged by the old ones alone", by=ROOT, ends=ENOUGH)
def _(field: Field) -> Path:
    return carrying(field, field.next_list(roots=(SigningKey.generate().public.line,)))


@attack("team list: an earlier one in a later bundle", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Path:
    first = read_history(field.lead.roster_bytes())[0][1]
    return carrying(field, write_history([first]))


@attack(
    "team list: of another inspection",
    by=MEMBER,
    ends=Refused(RosterRefused, "belongs to another inspection"),
)
def _(field: Field) -> Path:
    own = SigningKey.generate()
    first = replace(
        field.roster,
        inspection=new_record_id(field.ben.identity.device),
        version=1,
        previous="",
        roots=(own.public.line,),
    )
    return carrying(field, write_history([write_roster(first, [own])]))


@attack("team list: two of one number", by=ROOT, ends=Refused(RosterRefused, "contradicts the one here"))
def _(field: Field) -> Path:
    other = field.next_list(expires="2031-01-01T00:00:00+00:00")
    field.lead.install_roster(field.next_list())
    field.ann.install_roster(field.lead.roster_bytes())
    return carrying(field, other)


@attack("team list: a laptop left out", by=ROOT, ends=NO_SUCCESSOR)
def _(field: Field) -> Path:
    return carrying(field, field.next_list(devices=field.roster.devices[:-1]))


@attack("team list: a laptop handed to another person", by=ROOT, ends=NO_SUCCESSOR)
def _(field: Field) -> Path:
    first, *others = field.roster.devices
    mine = field.ben.identity.person
    return carrying(field, field.next_list(devices=(replace(first, person=mine), *others)))


@attack("team list: a role that never was", by=ROOT, ends=NO_SUCCESSOR)
def _(field: Field) -> Path:
    people = tuple(replace(one, roles=("auditor",), former_roles=()) for one in field.roster.people)
    return carrying(field, field.next_list(people=people))


@attack("team list: a version that skips back", by=ROOT, ends=NO_SUCCESSOR)
def _(field: Field) -> Path:
    return carrying(field, field.next_list(previous="0" * 64))


@attack(
    "team list: no signature needed",
    by=ROOT,
    ends=Refused(RosterRefused, "more signatures than it has signers"),
)
def _(field: Field) -> Path:
    return carrying(field, field.next_list(threshold=0))


@attack(
    "team list: one root counted twice",
    by=ROOT,
    ends=Refused(RosterRefused, "more signatures than it has signers"),
)
def _(field: Field) -> Path:
    line = field.root.public.line
    return carrying(field, field.next_list(roots=(line, line), threshold=2))


@attack("team list: a number beyond 64 bits", by=ROOT, ends=UNREADABLE)
def _(field: Field) -> Path:
    """Nothing could be kept under it, and no honest list could ever follow."""
    return carrying(field, field.next_list(version=1 << 70, previous=""))


def with_policy(name: str, **policy: int) -> None:
    @attack(f"team list: {name}", by=ROOT, ends=UNREADABLE)
    def _(field: Field) -> Path:
        return carrying(field, field.next_list(policy=replace(field.roster.policy, **policy)))


with_policy("more days than a calendar has", keep_days=10**12)
with_policy("a vault that never locks", lock_minutes=10**9)


def with_laptop(name: str, *, signing: bytes = b"", receiving: bytes = b"\x09" + bytes(31)) -> None:
    @attack(f"team list: {name}", by=ROOT, ends=UNREADABLE)
    def _(field: Field) -> Path:
        blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + (signing or SigningKey.generate().public.raw)
        named = base64.b64encode(hashlib.sha256(blob).digest()).rstrip(b"=").decode()
        line = f"ssh-ed25519 {base64.b64encode(blob).decode()}"
        laptop = Device(f"SHA256:{named}", field.ben.identity.person, line, (_recipient(receiving),))
        return carrying(field, field.next_list(devices=(*field.roster.devices, laptop)))


def _recipient(raw: bytes) -> str:
    return bech32.encode("age", raw)


# Without a fault it would be taken: see the mutants of these two.
with_laptop("a laptop whose key verifies everything", signing=b"\1" + bytes(31))
with_laptop("a laptop to which nothing can be sealed", receiving=bytes(32))


@attack("team list: somebody who took part before the first year", by=ROOT, ends=UNREADABLE)
def _(field: Field) -> Path:
    first, *others = field.roster.people
    early = replace(first, valid_from="0001-01-01T00:00:00+14:00")
    return carrying(field, field.next_list(people=(early, *others)))


@attack(
    "team list: signed as another kind of document",
    by=MEMBER,
    ends=Refused(DocumentChanged, "changed after it was signed"),
)
def _(field: Field) -> Path:
    history = [raw for _roster, raw in read_history(field.lead.roster_bytes())]
    text = json.loads(unverified_text(history[-1])) | {"version": field.roster.version + 1}
    forged = sign_document(msgspec.json.encode(text).decode(), [field.root], sshsig.FORM_SET)
    return carrying(field, msgspec.json.encode([*(raw.decode() for raw in history), forged.decode()]))


@attack("team list: a hundred thousand brackets", by=MEMBER, ends=UNREADABLE)
def _(field: Field) -> Path:
    return carrying(field, b"[" * 100_000)


@attack(
    "team list: a stranger's bundle that admits the stranger",
    by=STRANGER,
    ends=Refused(NotSignedByEnough, "not signed by enough"),
)
def _(field: Field) -> Path:
    key, root = SigningKey.generate(), SigningKey.generate()
    person = Person(new_id(), "Mallory", ("lead",))
    laptop = Device(key.public.fingerprint, person.id, key.public.line, field.roster.devices[0].receiving)
    writer = field.writer()
    writer.roster = field.next_list(
        root, people=(*field.roster.people, person), devices=(*field.roster.devices, laptop)
    )
    return Forged(writer, signer=key, facts={"device": key.public.fingerprint}).write(
        field.folder / "attack.fib"
    )


@attack(
    "team list: a sound one in a stranger's bundle",
    by=STRANGER,
    ends=Refused(UnknownSigner, "not in your team list"),
)
def _(field: Field) -> Path:
    """It is offered, and brings nothing that names the stranger."""
    key = SigningKey.generate()
    facts = {"device": key.public.fingerprint}
    return Forged(field.writer(), signer=key, facts=facts).write(field.folder / "attack.fib")


# --- being admitted: the target is the lead's vault


def request(
    field: Field, key: SigningKey | None = None, signed_by: SigningKey | None = None, **lies: object
) -> bytes:
    """Return an enrolment request of a stranger that says what you like."""
    key = key or SigningKey.generate()
    said = {
        "format": programme.REQUEST_FORMAT,
        "person": new_id(),
        "name": "Mallory",
        "device": key.public.fingerprint,
        "signing": key.public.line,
        "receiving": field.roster.devices[0].receiving,
    } | lies
    return sign_document(msgspec.json.encode(said).decode(), [signed_by or key], sshsig.ENROLMENT)


def admission(
    name: str, make: Callable[[Field], bytes], ends: Refused, roles: tuple[str, ...] = ("inspector",)
) -> None:
    @attack(f"request: {name}", by=STRANGER, ends=ends)
    def _(field: Field) -> Callable[[], object]:
        field.aim_at("lead")
        raw = make(field)
        return lambda: programme.admit(field.lead, raw, roles, now=NOW)


DAMAGED = Refused(RequestRefused, "damaged or was changed")
_other = SigningKey.generate()
admission("signed by another key than it names", lambda field: request(field, signed_by=_other), ENOUGH)
admission(
    "words changed after it was signed",
    lambda field: request(field).replace(b"Mallory", b"Malory "),
    Refused(DocumentChanged, "changed after it was signed"),
)
admission(
    "for a laptop of another name", lambda field: request(field, device=_other.public.fingerprint), DAMAGED
)
admission(
    "in the name of a member",
    lambda field: request(field, person=field.ann.identity.person),
    Refused(BadInput, "says that it is another laptop of ann"),
)
admission(
    "shown a second time",
    lambda field: programme.enrolment_request(field.ann),
    Refused(BadInput, "takes part already"),
)
admission(
    "a laptop of ann's for somebody new",
    lambda field: request(field, key=field.ann._pen.signer),
    Refused(BadInput, "belongs to ann already"),
)
admission("a person's id that is a path", lambda field: request(field, person="../../x"), DAMAGED)
admission("no name", lambda field: request(field, name=" \t"), DAMAGED)
admission("a name as long as a book", lambda field: request(field, name="x" * 10_000_000), DAMAGED)
admission("a name in two lines", lambda field: request(field, name="Mallory\nlead"), DAMAGED)
admission(
    "a name that turns the line round", lambda field: request(field, name="Mallory \u202edael"), DAMAGED
)
admission("no key to seal to", lambda field: request(field, receiving=()), DAMAGED)
admission(
    "a key to which nothing can be sealed",
    lambda field: request(field, receiving=(_recipient(bytes(32)),)),
    DAMAGED,
)
admission("a role that nobody asks for", request, Refused(BadInput, "Choose a role"), ("root",))
admission(
    "a team list instead",
    lambda field: field.lead.roster_bytes(),
    Refused(MalformedDocument, "not a signed document"),
)
admission(
    "signed as a bundle's manifest",
    lambda field: sign_document(unverified_text(request(field, _other)), [_other], sshsig.BUNDLE),
    Refused(DocumentChanged, "changed after it was signed"),
)


@attack(
    "a false team list with digits of its own, read aloud by a stranger",
    by=STRANGER,
    ends=Refused(BadInput, "takes part in an inspection already"),
)
def _(field: Field) -> Callable[[], object]:
    own = SigningKey.generate()
    first = replace(field.roster, version=1, previous="", roots=(own.public.line,))
    false = write_history([write_roster(first, [own])])
    return lambda: programme.join(field.ann, false, programme.fingerprint(false))


@attack(
    "a false team list under the digits of the true one",
    by=STRANGER,
    ends=Refused(BadInput, "digits are not those of this team list"),
)
def _(field: Field) -> Callable[[], object]:
    """Carla is to join; on its way to her the team list is exchanged for one that names her too."""
    carla = field.newcomer("carla")
    own = SigningKey.generate()
    person = Person(carla.identity.person, "carla", ("inspector",))
    laptop = Device(
        carla.identity.device, person.id, carla.signing_key_line(), field.roster.devices[0].receiving
    )
    first = replace(
        field.roster,
        version=1,
        previous="",
        roots=(own.public.line,),
        people=(*field.roster.people, person),
        devices=(*field.roster.devices, laptop),
    )
    false = write_history([write_roster(first, [own])])
    return lambda: programme.join(carla, false, programme.fingerprint(field.lead.roster_bytes()))


# --- receipts


def ann_sent(field: Field) -> tuple[str, str]:
    """Let ann seal a bundle for the lead; return its id and digest."""
    sealed = exchange.seal_bundle(
        field.ann, BundleEnvelope(), [field.lead.identity.person], field.folder, everything=True, now=NOW
    )
    (posted,) = [one for one in field.ann.posted_bundles() if one.bundle == sealed.bundle]
    return posted.bundle, posted.digest


def receipt(field: Field, by: str, bundle: str, digest: str, **lies: object) -> Path:
    """Return a bundle with a receipt in the chain that the laptop writes at present."""
    vault = getattr(field, by)
    pen, key = Pen(vault, vault.identity.incarnation, 50), RecordKey.generate()
    begun, record = pen.new_record(), pen.new_record()
    said = {"bundle": bundle, "digest": digest, "sender": field.ann.identity.device, "count": "9"}
    lines = (
        pen.line(begun, key, {"heads": ""}, kind=Kind.CHAIN, parent=pen.inspection),
        pen.line(record, key, said, kind=Kind.RECEIPT, parent=pen.inspection, **lies),
    )
    return field.sends(*lines, keys=dict.fromkeys((begun, record), (key.secret,)), by=by)


def nobody_receipted(field: Field) -> Callable[[], object]:
    def look() -> None:
        states = receipts.deliveries(field.ann)
        assert states
        assert not any(state.delivered for state in states)

    return look


@attack("receipt: by somebody it was not sealed for", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """Ann's vault counts the receipts of whom she sealed for; ben's says nothing of the lead's laptop."""
    field.receive(receipt(field, "ben", *ann_sent(field)))
    return nobody_receipted(field)


@attack("receipt: for another file of that name", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    bundle, _digest = ann_sent(field)
    field.receive(receipt(field, "lead", bundle, "0" * 64))
    return nobody_receipted(field)


@attack("receipt: in the lead's name", by=MEMBER, ends=Quarantined("wrong-author"))
def _(field: Field) -> Path:
    pen, key = Pen(field.ben), RecordKey.generate()
    record = pen.new_record()
    said = dict(zip(("bundle", "digest"), ann_sent(field), strict=True))
    lead = field.lead.identity.person
    line = pen.line(record, key, said, kind=Kind.RECEIPT, parent=pen.inspection, author=lead)
    return field.sends(line, keys={record: (key.secret,)})


@attack("receipt: on a record that the lead founded", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """A receipt is its founder's word: what ben writes on a receipt of the lead's is not the lead's."""
    bundle, digest = ann_sent(field)
    pen, key = Pen(field.ben), RecordKey.generate()
    record = new_record_id(field.lead.identity.device)
    line = pen.line(
        record, key, {"bundle": bundle, "digest": digest}, kind=Kind.RECEIPT, parent=pen.inspection
    )
    field.receive(field.sends(line, keys={record: (key.secret,)}))
    return nobody_receipted(field)
