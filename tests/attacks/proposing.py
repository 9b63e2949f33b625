"""Attacks by proposals of a team list: by who passes them on, and by one holder of a root key."""

from collections.abc import Callable
from dataclasses import replace

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.signed import DocumentChanged
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.journal.roster import RosterRefused, read_history, write_history
from fieldinspect.services import proposals, team_list
from fieldinspect.services.proposals import Proposal, ProposalRefused, read_proposal
from tests.attacks.catalogue import CARRIER, MEMBER, ROOT, Refused, attack
from tests.attacks.field import Field
from tests.team import NOW

NEWER = "2015-06-01T00:00:00+00:00"


def drafted(field: Field, **changes: object) -> Proposal:
    """Return a sound proposal on top of the lead's list, signed by nobody."""
    changed = replace(field.roster, **(changes or {"expires": NEWER}))  # type: ignore[arg-type]  # what is tried
    return proposals.draft(changed, field.lead.roster_bytes(), NOW)


def passed_on(name: str, by: str, make: Callable[[Field], bytes], ends: Refused) -> None:
    @attack(f"proposal: {name}", by=by, ends=ends)
    def _(field: Field) -> Callable[[], object]:
        raw = make(field)
        return lambda: read_proposal(raw)


def _signed_by_a_member(field: Field) -> bytes:
    own = SigningKey.generate()
    sound = drafted(field)
    forged = replace(sound, text=sound.text, signatures=(_signature(sound, own),))
    return forged.raw


def _signature(proposal: Proposal, key: SigningKey) -> str:
    return sshsig.sign(proposal.text.encode(), sshsig.ROSTER, key)


def _changed_after_it_was_signed(field: Field) -> bytes:
    signed = proposals.sign(drafted(field), field.root)
    return replace(signed, text=signed.text.replace("2015-06", "2035-06")).raw


def _without(field: Field) -> bytes:
    sound = drafted(field)
    shorter = sound.text.replace(field.roster.devices[-1].id, field.roster.devices[0].id)
    return replace(sound, text=shorter).raw


def _far_ahead(field: Field) -> bytes:
    sound = drafted(field)
    number = field.roster.version + 1
    return replace(sound, text=sound.text.replace(f'"version":{number}', f'"version":{number + 7}')).raw


passed_on("signed by a key that is no root", MEMBER, _signed_by_a_member, Refused(ProposalRefused, "no root"))
passed_on(
    "changed after a root signed it",
    CARRIER,
    _changed_after_it_was_signed,
    Refused(DocumentChanged, "changed after it was signed"),
)
passed_on("one laptop named as another", MEMBER, _without, Refused(RosterRefused, "cannot be read"))
passed_on("numbers skipped", MEMBER, _far_ahead, Refused(ProposalRefused, "does not follow"))
passed_on(
    "white space",
    CARRIER,
    lambda field: drafted(field).raw.replace(b'{"format"', b'{ "format"'),
    Refused(ProposalRefused, "changed on its way"),
)
passed_on(
    "a hundred thousand brackets",
    CARRIER,
    lambda _field: b"[" * 100_000,
    Refused(ProposalRefused, "not a proposal"),
)


@attack(
    "proposal: on top of a list from before a revocation", by=ROOT, ends=Refused(BadInput, "in force already")
)
def _(field: Field) -> Callable[[], object]:
    """Signed by the root as if nothing had happened since, and brought to the lead to be published."""
    field.aim_at("lead")
    older = write_history([raw for _roster, raw in read_history(field.lead.roster_bytes())])
    sound = proposals.sign(proposals.draft(replace(field.roster, expires=NEWER), older, NOW), field.root)
    field.lead.install_roster(field.next_list(policy=replace(field.roster.policy, keep_days=9)))
    return lambda: team_list.publish(field.lead, sound, now=NOW)


@attack("proposal: published before enough roots signed it", by=MEMBER, ends=Refused(BadInput, "signature"))
def _(field: Field) -> Callable[[], object]:
    field.aim_at("lead")
    sound = drafted(field)
    return lambda: team_list.publish(field.lead, sound, now=NOW)
