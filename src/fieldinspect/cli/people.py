"""Commands for taking part: start an inspection, ask to join, admit, join."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, opened, read_input, say, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Policy
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services import programme
from fieldinspect.services.instruments import shipped_forms

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
    start.set_defaults(command=_start)
    request = command(commands, "request", _("write the file that asks for this laptop to be admitted"))
    request.add_argument("--out", type=Path, required=True)
    request.set_defaults(command=_request)
    admit = command(commands, "admit", _("admit the laptop of a request and write the next team list"))
    admit.add_argument("request", type=Path)
    admit.add_argument("--role", action="append", default=[], dest="roles")
    admit.add_argument("--digits", required=True, help=_("the 20 digits read out by whoever asks"))
    admit.add_argument("--another-laptop", action="store_true", help=_("of somebody who takes part already"))
    admit.add_argument("--out", type=Path, required=True)
    admit.set_defaults(command=_admit)
    join = command(commands, "join", _("take part in an inspection with its team list"))
    join.add_argument("roster", type=Path)
    join.add_argument("--digits", required=True, help=_("the 20 digits read out by whoever admitted you"))
    join.set_defaults(command=_join)
    team = command(commands, "team", _("list who takes part"))
    team.set_defaults(command=_team)


def _start(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        policy = Policy(envelope=options.envelope, marking=options.marking)
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
    if "".join(programme.request_digits(request).split()) != "".join(options.digits.split()):
        raise BadInput(_("The digits are not those of this request. Ask for them again, by voice"))
    with opened(options) as vault:
        roster = programme.admit(
            vault, request, options.roles, now=now(), another_laptop=options.another_laptop
        )
    atomic_write(options.out, roster)
    say(_("Read these digits aloud to whoever joins: {digits}").format(digits=programme.fingerprint(roster)))
    return 0


def _join(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        programme.join(vault, read_input(options.roster), options.digits)
    return 0


def _team(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        roster = vault.roster()
    for person in roster.people if roster else ():
        show({"person": person.id, "name": person.name, "roles": person.roles})
    return 0
