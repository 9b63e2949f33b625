"""Changing the team list: a change becomes a proposal, and a version in force once enough root keys signed it.

Where this vault holds the one root key of a small team, proposing, signing and publishing are one step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _, ngettext
from fieldinspect.journal import roster as rosters
from fieldinspect.journal.chain import ChainHead
from fieldinspect.services import proposals, team_edits, team_words
from fieldinspect.services.instruments import (
    NEXT_ROOT_KEY,
    ROOT_KEY,
    own_root,
    renew_signature,
    root_keys_here,
)
from fieldinspect.services.ports import Replica
from fieldinspect.services.proposals import Proposal
from fieldinspect.services.team_edits import Edit
from fieldinspect.services.team_ports import Places

_SIGNED: Final = "signed-team-list"
"""Name of the secret that says which text of which version this vault signed last."""
_START: Final = b'["{'
"""A JSON array of documents."""


class TeamVault(Replica, Places, Protocol):
    """The vault of somebody who changes the team list."""


@dataclass(frozen=True)
class Outcome:
    """What became of a change: the team list in force, or a proposal for the holders of root keys."""

    raw: bytes
    in_force: bool
    proposal: Proposal


@dataclass(frozen=True)
class Loss:
    """What revoking a laptop keeps and what it does not, as far as this vault can tell."""

    device: str
    name: str
    places: tuple[ChainHead, ...]
    kept: int
    """Entries of it here that go on counting."""
    undone: int
    """Entries of it here that no longer count."""


def signs_alone(vault: Replica) -> bool:
    """Tell whether this vault can put the next team list into force by itself."""
    roster = vault.roster()
    return roster is not None and roster.threshold == 1 and own_root(vault) is not None


def change(vault: Replica, edits: Sequence[Edit], *, now: datetime, onto: Proposal | None = None) -> Outcome:
    """Make the next team list with these changes, on top of a proposal where there is one already.

    Signed by this vault's root key where it has one, and in force at once where that is enough. What others signed
    of `onto` is dropped: they signed another text. Raises `BadInput`.
    """
    proposal = signed_here(vault, drafted(vault, edits, now=now, onto=onto))
    if proposal.is_complete:
        return Outcome(publish(vault, proposal, now=now), in_force=True, proposal=proposal)
    note_signed(vault, proposal)
    return Outcome(proposal.raw, in_force=False, proposal=proposal)


def drafted(
    vault: Replica, edits: Sequence[Edit], *, now: datetime, onto: Proposal | None = None
) -> Proposal:
    """Return the next team list with these changes, signed by nobody; raise `BadInput`."""
    roster = need_roster(vault)
    if onto is not None:
        _check_base(vault, roster, onto)
    start = onto.after if onto is not None else roster
    changed = start
    for edit in edits:
        changed = edit(changed)
    if changed == start:
        raise BadInput(_("This changes nothing in the team list"))
    return proposals.draft(changed, vault.roster_bytes(), now)


def signed_here(vault: Replica, proposal: Proposal) -> Proposal:
    """Return the proposal with the signature of each root key that this vault holds and that counts."""
    for key in root_keys_here(vault):
        if key.public.line in proposal.may_sign - proposal.signers:
            proposal = proposals.sign(proposal, key)
    return proposal


def sign_here(vault: Replica, proposal: Proposal, *, instead: bool = False) -> Proposal:
    """Sign a proposal with this vault's root key, where it follows the team list here; raise `BadInput`.

    One text of each version, unless `instead` says that the other was given up.
    """
    key = own_root(vault)
    if key is None:
        raise BadInput(_("This vault holds no root key of its team list"))
    _check_base(vault, need_roster(vault), proposal)
    version, _space, digest = (vault.secret(_SIGNED) or b"").decode().partition(" ")
    if version == str(proposal.after.version) and digest != proposal.digest and not instead:
        raise BadInput(
            _(
                "This vault signed another proposal for version {version}. Sign this one only if the other was given up"
            ).format(version=proposal.after.version)
        )
    signed = proposals.sign(proposal, key)
    note_signed(vault, signed)
    return signed


def note_signed(vault: Replica, proposal: Proposal) -> None:
    """Remember a proposal that leaves this vault with its signature."""
    if proposal.signers:
        vault.keep_secret(_SIGNED, f"{proposal.after.version} {proposal.digest}".encode())


def publish(vault: Replica, proposal: Proposal, *, now: datetime) -> bytes:
    """Put a proposal into force here, when enough root keys signed it; return the team list to pass on."""
    roster = need_roster(vault)
    _check_base(vault, roster, proposal)
    if not proposal.is_complete:
        raise BadInput(proposals.what_is_missing(proposal))
    if proposals.is_stale(proposal, now):
        raise BadInput(_("This proposal has expired. Make the change again"))
    history = rosters.read_history(vault.roster_bytes())
    signed = rosters.write_history([*(one for _roster, one in history), proposal.document()])
    vault.install_roster(signed)
    _settle_root_keys(vault)
    if set(roster.roots) != set(proposal.after.roots):
        renew_signature(vault, proposal.after.inspection, now=now)
    return signed


def take(vault: Replica, raw: bytes) -> list[str]:
    """Take a newer team list over, from its file; return what it changes, in words, nothing when it is no newer.

    Raises `BadInput` for one that does not follow ours.
    """
    before = need_roster(vault)
    if not vault.install_roster(raw):
        return []
    after = need_roster(vault)
    return [
        _("Version {version} of the team list is in force here").format(version=after.version),
        *team_words.differences(before, after),
    ]


def looks_like_one(start: bytes) -> bool:
    """Tell by its first bytes whether a file may be a team list."""
    return start.startswith(_START)


def rotate_own_root(vault: Replica, *, now: datetime) -> Outcome:
    """Put a new root key, made in this vault, in the place of the one it has; the old one signs for the last time.

    While a proposal for it is on its way, asking again proposes the same key: a signed proposal may name it already.
    """
    old = own_root(vault)
    if old is None:
        raise BadInput(_("This vault holds no root key of its team list"))
    _settle_root_keys(vault)  # the key in force may be one that was made here and published elsewhere
    roster = need_roster(vault)
    new = _next_root(vault)
    lines = [new.public.line if line == old.public.line else line for line in roster.roots]
    return change(vault, [team_edits.roots_set(lines, roster.threshold, keeper_stays=True)], now=now)


def _next_root(vault: Replica) -> SigningKey:
    """Return the key that waits to be published, or a new one where every key here was in force."""
    kept = vault.secret(NEXT_ROOT_KEY)
    if kept and (waiting := SigningKey(kept)).public.line not in vault.roots():
        return waiting
    new = SigningKey.generate()
    vault.keep_secret(NEXT_ROOT_KEY, new.secret_bytes())
    return new


def loss_of(vault: TeamVault, device: str, since: datetime | None = None) -> Loss:
    """Tell what revoking a laptop would keep: what was written before `since`, or all that is here."""
    roster = need_roster(vault)
    found = team_edits.find_device(roster, device)
    here = vault.last_places(found.id, since)
    places = tuple(team_edits.never_later(roster, found.id, here))
    kept = sum(place.sequence for place in places[: len(here)])
    held = vault.held_of(found.id)
    return Loss(found.id, roster.name_of(found.person), places, min(kept, held), max(0, held - kept))


def revoke(
    vault: TeamVault,
    device: str,
    reason: str,
    *,
    now: datetime,
    since: datetime | None = None,
    onto: Proposal | None = None,
) -> Outcome:
    """Revoke a laptop at the place each of its chains has here; with `since`, before what it wrote from then on."""
    edit = revocation_of(vault, device, reason, since=since)
    return change(vault, [edit], now=now, onto=onto)


def revocation_of(vault: TeamVault, device: str, reason: str, *, since: datetime | None = None) -> Edit:
    """Return the change that revokes a laptop by what is here of its chains; raise `BadInput`."""
    loss = loss_of(vault, device, since)
    if loss.device == vault.identity.device:
        raise BadInput(_("This is the laptop you are working on. Revoke it from another one"))
    return team_edits.revocation(loss.device, loss.places, reason)


def loss_sentences(loss: Loss) -> list[str]:
    """Say what a revocation keeps and what it does not."""
    kept = ngettext(
        "{count} entry of {name} from this laptop is here and goes on counting.",
        "{count} entries of {name} from this laptop are here and go on counting.",
        loss.kept,
    ).format(count=loss.kept, name=loss.name)
    undone = ngettext(
        "{count} entry stops counting; it stays to be seen in quarantine.",
        "{count} entries stop counting; they stay to be seen in quarantine.",
        loss.undone,
    ).format(count=loss.undone)
    return [
        kept,
        *([undone] if loss.undone else []),
        _(
            "What it wrote and this vault never received does not count: receive what others hold of it first."
        ),
        _("Nothing is sealed for it any more. What it holds already, it keeps."),
    ]


def _check_base(vault: Replica, roster: Roster, proposal: Proposal) -> None:
    after = proposal.after
    if after.inspection != roster.inspection:
        raise BadInput(_("This proposal belongs to another inspection. It was not used"))
    mine = rosters.read_history(vault.roster_bytes())[-1][1]
    if proposal.digest == rosters.digest(mine):
        raise BadInput(_("This proposal is in force here already"))
    if after.version <= roster.version:
        raise BadInput(
            _(
                "Version {version} of the team list is in force already, and it is another one. "
                "Make the change again from that"
            ).format(version=roster.version)
        )
    if after.version > roster.version + 1 or after.previous != rosters.digest(mine):
        raise BadInput(_("This proposal follows a team list that is not here. Receive that one first"))


def _settle_root_keys(vault: Replica) -> None:
    """Keep the root key that is in force under its name, and destroy one that no longer signs anything."""
    root = own_root(vault)
    held = vault.secret(ROOT_KEY)
    kept = root.secret_bytes() if root is not None else b""
    if held and held != kept:
        vault.keep_secret(ROOT_KEY, kept)


def need_roster(vault: Replica) -> Roster:
    """Return the team list in force; raise `BadInput` in a vault that has none."""
    roster = vault.roster()
    if roster is None:
        raise BadInput(_("This vault takes part in no inspection yet"))
    return roster
