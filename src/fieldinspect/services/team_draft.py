"""Changes of the team list that collect in the vault until somebody puts them into force, or into a proposal."""

from datetime import datetime
from typing import Final

from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _
from fieldinspect.journal.roster import digest, read_history
from fieldinspect.services import proposals, team_list
from fieldinspect.services.ports import Replica
from fieldinspect.services.proposals import Proposal, read_proposal
from fieldinspect.services.team_edits import Edit

_DRAFT: Final = "next-team-list"


def pending(vault: Replica) -> Proposal | None:
    """Return what collected for the next version; None when nothing did, or the version is taken by another."""
    kept = vault.secret(_DRAFT)
    roster = vault.roster()
    if not kept or roster is None:
        return None
    proposal = read_proposal(kept)
    last = digest(read_history(vault.roster_bytes())[-1][1])
    return proposal if proposal.after.previous == last else None


def collect(vault: Replica, *edits: Edit, now: datetime) -> Proposal:
    """Add changes to those that wait for the next version, all or none; raise `BadInput`."""
    proposal = team_list.drafted(vault, edits, now=now, onto=pending(vault))
    vault.keep_secret(_DRAFT, proposal.raw)
    return proposal


def give_up(vault: Replica) -> None:
    """Forget the changes that wait."""
    vault.keep_secret(_DRAFT, b"")


def put_into_force(vault: Replica, *, now: datetime) -> bytes:
    """Sign the next version with this vault's root key and install it; return the team list to pass on."""
    proposal = _need(vault)
    signed = team_list.signed_here(vault, proposal)
    if not signed.is_complete:
        raise BadInput(proposals.what_is_missing(signed))
    raw = team_list.publish(vault, signed, now=now)
    give_up(vault)
    return raw


def proposal_file(vault: Replica) -> bytes:
    """Return the proposal for the holders of root keys, signed by this vault's own where it has one."""
    proposal = team_list.signed_here(vault, _need(vault))
    team_list.note_signed(vault, proposal)
    return proposal.raw


def _need(vault: Replica) -> Proposal:
    proposal = pending(vault)
    if proposal is None:
        raise BadInput(_("There is no change to put into force"))
    return proposal
