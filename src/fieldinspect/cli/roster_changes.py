"""Commands that change the team list: each makes a version, or a proposal where root keys must sign it first."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, opened, pairs, say, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.files import atomic_write, check_place
from fieldinspect.i18n import _
from fieldinspect.services import proposals, root_files, team_edits, team_list, team_words
from fieldinspect.services.proposals import Proposal
from fieldinspect.services.team_edits import Edit
from fieldinspect.services.team_list import Outcome
from fieldinspect.store.vault import StoredVault

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

Making = Callable[[argparse.Namespace], Edit]


def add_commands(group: "Commands") -> None:
    _add_revoke(group)
    back = _add(group, "reinstate", _("take back the revocation of a laptop"), _reinstate)
    back.add_argument("device")
    role = _add(group, "role", _("give somebody a role, or end one"), _role)
    role.add_argument("person")
    role.add_argument("--begin", action="append", default=[], metavar="ROLE")
    role.add_argument("--end", action="append", default=[], metavar="ROLE")
    leave = _add(group, "leave", _("let somebody leave the team"), _leave)
    leave.add_argument("person")
    leave.add_argument("--on", default="", help=_("day or time, such as 2026-11-30; now where none is given"))
    conflicts = _add(group, "conflicts", _("name the forces that somebody may not inspect"), _conflicts)
    conflicts.add_argument("person")
    conflicts.add_argument("forces", nargs="*", metavar="FORCE")
    validity = _add(group, "validity", _("say from when until when somebody takes part"), _validity)
    validity.add_argument("person")
    validity.add_argument("--since", default="")
    validity.add_argument("--until", default="")
    team = _add(group, "team", _("make a team, or change its forces and people"), _team)
    team.add_argument("name")
    team.add_argument("--force", action="append", default=[], dest="forces")
    team.add_argument("--person", action="append", default=[], dest="people")
    gone = _add(group, "remove-team", _("take a team out"), _remove_team)
    gone.add_argument("name")
    minimum = _add(group, "minimum", _("ask for a later program or bundle format"), _minimum)
    minimum.add_argument("versions", nargs="+", metavar="NAME=VERSION", help=_("app=1.2 or format=1"))
    policy = _add(group, "policy", _("change the policy of the inspection"), _policy)
    policy.add_argument("--remove-copies", choices=("ask", "auto"))
    for name in ("--lock-minutes", "--keep-days", "--grace-days"):
        policy.add_argument(name, type=int)
    for name in ("--marking", "--handling"):
        policy.add_argument(name)
    signers = _add(group, "form-signers", _("name the laptops that may sign forms"), _form_signers)
    signers.add_argument("devices", nargs="*", metavar="DEVICE")
    renew = _add(group, "renew", _("let the team list serve until another day"), _renew)
    renew.add_argument("until", help=_("day, such as 2027-11-30"))
    _add_roots(group)


def _add(group: "Commands", name: str, summary: str, make: Making) -> argparse.ArgumentParser:
    parser = command(group, name, summary)
    add_output(parser)
    parser.set_defaults(command=_changed, make=make)
    return parser


def add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, help=_("file for the next team list, or for its proposal")
    )
    parser.add_argument(
        "--onto", type=Path, metavar="PROPOSAL", help=_("add to this proposal; signatures on it are dropped")
    )


def _add_revoke(group: "Commands") -> None:
    revoke = command(group, "revoke", _("revoke a lost or stolen laptop"))
    revoke.add_argument("device", help=_("its id, or the name of its person"))
    revoke.add_argument("--reason", required=True)
    revoke.add_argument("--lost", default="", help=_("when it was lost: what it wrote after that is undone"))
    revoke.add_argument("--dry-run", action="store_true", help=_("only say what would count"))
    add_output(revoke)
    revoke.set_defaults(command=_revoke)


def _add_roots(group: "Commands") -> None:
    roots = command(group, "roots", _("put other root keys in place, signed by the old and the new"))
    add_roots(roots, required=True)
    add_output(roots)
    roots.set_defaults(command=_roots)
    rotate = command(group, "rotate-root", _("put a new root key of this vault in the old one's place"))
    rotate.add_argument("--out", type=Path, required=True, help=_("file for the next team list"))
    rotate.set_defaults(command=_rotate)


def add_roots(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--root",
        action="append",
        default=[],
        dest="roots",
        required=required,
        help=_("public part of a root key, or a file that has it; once for each key"),
    )
    parser.add_argument("--threshold", type=int, default=1, help=_("how many of them sign each version"))


def read_roots(given: Sequence[str]) -> list[str]:
    """Return the public parts: lines as they are, or from root key files and text files."""
    return [one if one.startswith("ssh-") else root_files.public_of(Path(one)) for one in given]


@contextmanager
def changing(options: argparse.Namespace) -> Iterator[StoredVault]:
    """Open the vault for a change of the team list, once its file can be written."""
    check_place(options.out)
    with opened(options) as vault:
        yield vault


def hand_over(options: argparse.Namespace, outcome: Outcome) -> None:
    """Write what became of a change, and say what happens next."""
    (root_files.save_list if outcome.in_force else atomic_write)(options.out, outcome.raw)
    proposal = outcome.proposal
    show({"version": proposal.after.version, "in_force": outcome.in_force, "sha256": proposal.digest})
    for sentence in team_words.proposal_sentences(proposal):
        say(sentence)
    if outcome.in_force:
        say(_("This version is in force here. It goes to the others with your next bundle, or by this file."))
    else:
        say(_("This is a proposal. Pass it to the holders of the root keys, then publish it."))
        say(proposals.what_is_missing(proposal))


def onto(options: argparse.Namespace) -> Proposal | None:
    return root_files.proposal_of(options.onto) if options.onto is not None else None


def _changed(options: argparse.Namespace) -> int:
    with changing(options) as vault:
        edit = options.make(options)
        outcome = team_list.change(vault, [edit], now=now(), onto=onto(options))
    hand_over(options, outcome)
    return 0


def _revoke(options: argparse.Namespace) -> int:
    lost = _moment(options.lost) if options.lost else None
    with changing(options) as vault:
        loss = team_list.loss_of(vault, options.device, lost)
        for sentence in team_list.loss_sentences(loss):
            say(sentence)
        if options.dry_run:
            show({"device": loss.device, "kept": loss.kept, "undone": loss.undone})
            return 0
        outcome = team_list.revoke(
            vault, loss.device, options.reason, now=now(), since=lost, onto=onto(options)
        )
    hand_over(options, outcome)
    return 0


def _roots(options: argparse.Namespace) -> int:
    with changing(options) as vault:
        edit = team_edits.roots_set(
            read_roots(options.roots), options.threshold, form_signers=[vault.signing_key_line()]
        )
        outcome = team_list.change(vault, [edit], now=now(), onto=onto(options))
    hand_over(options, outcome)
    return 0


def _rotate(options: argparse.Namespace) -> int:
    with changing(options) as vault:
        outcome = team_list.rotate_own_root(vault, now=now())
    hand_over(options, outcome)
    return 0


def _reinstate(options: argparse.Namespace) -> Edit:
    return team_edits.reinstatement(options.device)


def _role(options: argparse.Namespace) -> Edit:
    return team_edits.roles_changed(options.person, begin=options.begin, end=options.end)


def _leave(options: argparse.Namespace) -> Edit:
    return team_edits.departure(
        options.person, _moment(team_edits.end_of_day(options.on)) if options.on else now()
    )


def _conflicts(options: argparse.Namespace) -> Edit:
    return team_edits.conflicts_set(options.person, options.forces)


def _validity(options: argparse.Namespace) -> Edit:
    return team_edits.validity_set(options.person, options.since, options.until)


def _team(options: argparse.Namespace) -> Edit:
    return team_edits.team_set(options.name, options.forces, options.people)


def _remove_team(options: argparse.Namespace) -> Edit:
    return team_edits.team_removed(options.name)


def _minimum(options: argparse.Namespace) -> Edit:
    return team_edits.minimum_set(pairs(options.versions))


def _policy(options: argparse.Namespace) -> Edit:
    names = ("remove_copies", "lock_minutes", "keep_days", "grace_days", "marking", "handling")
    return team_edits.policy_set(
        **{name: getattr(options, name) for name in names if getattr(options, name) is not None}
    )


def _form_signers(options: argparse.Namespace) -> Edit:
    return team_edits.form_signers_set(options.devices)


def _renew(options: argparse.Namespace) -> Edit:
    return team_edits.expiry_set(_moment(options.until), now())


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise BadInput(_("Write a date as 2026-11-30, not {text}").format(text=text)) from None
