"""Commands for taking part: start an inspection, ask to join, admit, join."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli import roster_changes
from fieldinspect.cli.common import command, now, opened, read_input, say, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Policy
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.journal.roster import root_fingerprint
from fieldinspect.services import programme, team_edits, team_list, team_words
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.vault import StoredVault

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    start = command(commands, "start-inspection", _("start an inspection programme, as its lead"))
    start.add_argument("--title", required=True)
    start.add_argument("--envelope", choices=("hybrid", "x25519"), default="hybrid")
    start.add_argument("--marking", default=Policy.marking)
    start.add_argument("--contact", default="", help=_("how a force reaches the inspectorate"))
    start.add_argument(
        "--central",
        action="store_true",
        help=_("also be the centre, where the team has no other: confirms erasures"),
    )
    roster_changes.add_roots(start, required=False)
    start.add_argument(
        "--proposal",
        type=Path,
        help=_("file for what the holders of the root keys sign, where --root names them"),
    )
    start.set_defaults(command=_start)
    request = command(commands, "request", _("write the file that asks for this laptop to be admitted"))
    request.add_argument("--out", type=Path, required=True)
    request.set_defaults(command=_request)
    admit = command(commands, "admit", _("admit the laptop of a request and write the next team list"))
    admit.add_argument("request", type=Path)
    admit.add_argument("--role", action="append", default=[], dest="roles")
    admit.add_argument("--digits", required=True, help=_("the 20 digits read out by whoever asks"))
    admit.add_argument("--another-laptop", action="store_true", help=_("of somebody who takes part already"))
    roster_changes.add_output(admit)
    admit.set_defaults(command=_admit)
    join = command(commands, "join", _("take part in an inspection with its team list"))
    join.add_argument("roster", type=Path)
    join.add_argument("--digits", required=True, help=_("the 20 digits read out by whoever admitted you"))
    join.set_defaults(command=_join)
    team = command(commands, "team", _("list who takes part"))
    team.set_defaults(command=_team)


def _start(options: argparse.Namespace) -> int:
    if bool(options.roots) != (options.proposal is not None):
        raise BadInput(
            _("Give --root and --proposal together: the holders of the root keys sign the proposal")
        )
    with opened(options) as vault:
        policy = Policy(envelope=options.envelope, marking=options.marking)
        if options.roots:
            _propose(options, vault, policy)
            return 0
        inspection = programme.found_inspection(
            vault,
            options.title,
            now=now(),
            forms=shipped_forms(),
            policy=policy,
            contact=options.contact,
            central=options.central,
        )
        show({"inspection": inspection, "digits": programme.fingerprint(vault.roster_bytes())})
    return 0


def _propose(options: argparse.Namespace, vault: StoredVault, policy: Policy) -> None:
    proposal = programme.propose_inspection(
        vault,
        options.title,
        roster_changes.read_roots(options.roots),
        options.threshold,
        now=now(),
        policy=policy,
        contact=options.contact,
        central=options.central,
    )
    atomic_write(options.proposal, proposal.raw)
    show({"inspection": proposal.after.inspection, "sha256": proposal.digest})
    say(_("Pass the proposal to the holders of the root keys, then publish it in this vault."))


def _request(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        request = programme.enrolment_request(vault)
    atomic_write(options.out, request)
    digits = programme.request_digits(request)
    show({"digits": digits})
    say(_("Read these digits aloud to whoever admits you: {digits}").format(digits=digits))
    return 0


def _admit(options: argparse.Namespace) -> int:
    request = read_input(options.request)
    programme.check_request_digits(request, options.digits)
    with roster_changes.changing(options) as vault:
        _say_whose(vault, request)
        edit = programme.admission(request, options.roles, now=now(), another_laptop=options.another_laptop)
        outcome = team_list.change(vault, [edit], now=now(), onto=roster_changes.onto(options))
    roster_changes.hand_over(options, outcome)
    if outcome.in_force:
        digits = programme.fingerprint(outcome.raw)
        say(_("Read these digits aloud to whoever joins: {digits}").format(digits=digits))
    return 0


def _say_whose(vault: StoredVault, raw: bytes) -> None:
    """Say to whom another laptop would be given, and what they may do."""
    roster = vault.roster()
    known = team_edits.known_as(roster, programme.asking(programme.read_request(raw))) if roster else None
    if known is not None:
        roles = ", ".join(map(team_words.role_name, known.roles)) or _("none")
        say(
            _("{name} takes part already, as: {roles}. This asks for another laptop of theirs").format(
                name=known.name, roles=roles
            )
        )


def _join(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        programme.join(vault, read_input(options.roster), options.digits)
    return 0


def _team(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        roster = vault.roster()
    for person in roster.people if roster else ():
        known: dict[str, object] = {"person": person.id, "name": person.name, "roles": person.roles}
        if person.conflicts:
            known["conflicts"] = person.conflicts
        if person.valid_until:
            known["until"] = person.valid_until
        laptops = [one for one in roster.devices if one.person == person.id] if roster else []
        show(known | {"laptops": [{"device": one.id, "status": one.status} for one in laptops]})
    for team in roster.teams if roster else ():
        show({"team": team.name, "forces": team.forces, "members": team.members})
    if roster:
        digits = root_fingerprint(roster)
        show(
            {
                "version": roster.version,
                "expires": roster.expires,
                "threshold": roster.threshold,
                "digits": digits,
            }
        )
    return 0
