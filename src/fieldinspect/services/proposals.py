"""Proposal files: the exact text of the next team list and the signatures so far (docs/formats/roster.md, 7).

Whoever holds a root key needs the file and no vault: the team list it follows is in it, verified before anything is
shown or signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

from fieldinspect.crypto import signed, sshsig
from fieldinspect.crypto.root_key import RootKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster, moment
from fieldinspect.i18n import _, ngettext
from fieldinspect.journal import roster as rosters

FORMAT: Final = "fieldinspect-proposal/1"
MAX_FILE: Final = signed.MAX_SIZE
VALID: Final = timedelta(days=365)


class ProposalRefused(BadInput):
    """A proposal is malformed, was changed, or does not follow the team list it names."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    team_list: str
    document: str
    signatures: Annotated[tuple[str, ...], msgspec.Meta(max_length=signed.MAX_SIGNATURES)]


@dataclass(frozen=True)
class Proposal:
    """A proposal that was read: its signatures verify, and it may follow the team list in it."""

    before: Roster | None
    """None at the founding of an inspection."""
    after: Roster
    text: str
    team_list: bytes
    signatures: tuple[str, ...]
    signers: frozenset[str]
    """Public key lines of whoever signed."""

    @property
    def raw(self) -> bytes:
        file = _File(FORMAT, self.team_list.decode(), self.text, self.signatures)
        return msgspec.json.encode(file) + b"\n"

    @property
    def digest(self) -> str:
        return rosters.text_digest(self.text)

    @property
    def lacking(self) -> tuple[int, int]:
        """Return how many signatures of the roots in force, and of the roots it names, are missing."""
        before = 0 if self.before is None else _lacking(self.before, self.signers)
        return before, _lacking(self.after, self.signers)

    @property
    def is_complete(self) -> bool:
        return self.lacking == (0, 0)

    @property
    def may_sign(self) -> frozenset[str]:
        """Public key lines of the roots whose signatures count."""
        return frozenset((*(self.before.roots if self.before else ()), *self.after.roots))

    def document(self) -> bytes:
        """Return the signed roster, for a team list."""
        return signed.document_of(self.text, self.signatures)


def _lacking(roster: Roster, signers: frozenset[str]) -> int:
    return max(0, roster.threshold - len(signers.intersection(roster.roots)))


def draft(changed: Roster, team_list: bytes, now: datetime) -> Proposal:
    """Return the changed roster as the next version after a team list, signed by nobody; b"" to found with it."""
    last = rosters.read_history(team_list)[-1] if team_list else None
    following = replace(
        changed,
        version=last[0].version + 1 if last else 1,
        previous=rosters.digest(last[1]) if last else "",
        issued=now.isoformat(),
        expires=_expiry(changed, last[0] if last else None, now),
    )
    file = _File(FORMAT, team_list.decode(), rosters.text_of(following), ())
    return _opened(file)


def _expiry(changed: Roster, last: Roster | None, now: datetime) -> str:
    """Return the day that was chosen, now or before; without one, or once it has passed, a year from now."""
    if last is None or not changed.expires:
        return (now + VALID).isoformat()
    begun, until = moment(last.issued), moment(changed.expires)
    of_itself = begun is not None and until == begun + VALID
    chosen = changed.expires != last.expires or not of_itself
    return changed.expires if chosen and until is not None and until > now else (now + VALID).isoformat()


def read_proposal(raw: bytes) -> Proposal:
    """Return a proposal, everything in it verified; raise `BadInput`."""
    try:
        file = msgspec.json.decode(raw[: MAX_FILE + 1], type=_File)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise ProposalRefused(_("This is not a proposal for a team list. Ask for the file again")) from None
    if len(raw) > MAX_FILE or msgspec.json.encode(file) + b"\n" != raw or file.format != FORMAT:
        raise ProposalRefused(_("This proposal was changed on its way. Ask for the file again"))
    return _opened(file)


def _opened(file: _File) -> Proposal:
    after = rosters.read_text(file.document)
    if rosters.text_of(after) != file.document:  # nobody signs what we could not put into words
        raise ProposalRefused(
            _("This proposal says something that this version of the program does not know. Update it first")
        )
    before: Roster | None = None
    if file.team_list:
        before, before_raw = rosters.read_history(file.team_list.encode())[-1]
        rosters.check_following(before, before_raw, after)
        follows = after.version == before.version + 1
    else:
        follows = after.version == 1 and not after.previous
    if not follows:
        raise ProposalRefused(_("This proposal does not follow the team list in it. It was not used"))
    signers = _signers(file)
    proposal = Proposal(
        before, after, file.document, file.team_list.encode(), file.signatures, frozenset(signers)
    )
    if not proposal.signers <= proposal.may_sign:
        raise ProposalRefused(
            _("A key that is no root of this team list signed this proposal. It was not used")
        )
    return proposal


def _signers(file: _File) -> Sequence[str]:
    if not file.signatures:
        return ()
    document = signed.document_of(file.document, file.signatures)
    return [key.line for key in signed.signers(document, rosters.NAMESPACE)]


def sign(proposal: Proposal, key: SigningKey) -> Proposal:
    """Return the proposal with one more signature; raise `BadInput` for a key whose signature does not count."""
    line = key.public.line
    if line not in proposal.may_sign:
        raise BadInput(_("This key is none of the root keys of this team list. Take the right key file"))
    if line in proposal.signers:
        raise BadInput(_("This key signed this proposal already. Pass it on to the next holder"))
    signature = sshsig.sign(proposal.text.encode(), rosters.NAMESPACE, key)
    return replace(proposal, signatures=(*proposal.signatures, signature), signers=proposal.signers | {line})


def sign_with_file(proposal: Proposal, key: RootKey, *, instead: bool = False) -> tuple[Proposal, RootKey]:
    """Sign with a key kept in a file, which remembers the version; write the key back before the proposal.

    Raises `BadInput` where it signed a later version, and where it signed another text of this one, unless `instead`
    says that the other was given up: two lists of one number set a team against itself.
    """
    after = proposal.after
    version, digest = key.signed.get(after.inspection, (0, ""))
    if version > after.version:
        raise BadInput(
            _("This key signed version {version} already. An older proposal is not signed after it").format(
                version=version
            )
        )
    if version == after.version and digest != proposal.digest and not instead:
        raise BadInput(
            _(
                "This key signed another proposal for version {version}. Sign this one only if the other was given up"
            ).format(version=version)
        )
    return sign(proposal, key.signing), key.remember(after.inspection, after.version, proposal.digest)


def what_is_missing(proposal: Proposal) -> str:
    """Say what is still missing before the proposal can be published."""
    old, new = proposal.lacking
    if not old and not new:
        return _("Enough root keys signed. Anybody of the team can publish it")
    if old and new and proposal.before and set(proposal.before.roots) != set(proposal.after.roots):
        return _("Signatures missing: {old} of the root keys in force, {new} of the new ones").format(
            old=old, new=new
        )
    most = max(old, new)
    return ngettext("{count} signature is missing", "{count} signatures are missing", most).format(count=most)


def is_stale(proposal: Proposal, now: datetime) -> bool:
    """Tell whether the version would have expired before anybody could use it."""
    expires = moment(proposal.after.expires)
    return expires is not None and expires < now
