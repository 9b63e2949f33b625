"""Commands for visit packs, and for a laptop in place of a lost one: pack, laptop."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, opened, read_input, say, show
from fieldinspect.domain.purposes import Purpose
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.files import atomic_write, check_place
from fieldinspect.i18n import _
from fieldinspect.services import packs, planning, programme, queue, replacing, root_files, schedule
from fieldinspect.services.depot_ports import DeskVault

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    summary = _("visit packs: all that an inspector needs for the visits planned for them")
    group = commands.add_parser("pack", help=summary, description=summary).add_subparsers(
        required=True, metavar="COMMAND"
    )
    make = command(group, "make", _("seal a pack for each person who is assigned"))
    make.add_argument("--to", action="append", default=[], metavar="NAME", help=_("only for this person"))
    _add_place(make, _("folder to put the packs into"))
    make.add_argument("--everything", action="store_true", help=_("also what they were sent before"))
    make.set_defaults(command=_make)
    take = command(group, "open", _("take a pack in and list the visits planned for you"))
    take.add_argument("pack", type=Path)
    take.set_defaults(command=_open)
    _add_laptop(commands)


def _add_laptop(commands: "Commands") -> None:
    summary = _("replace a lost laptop")
    group = commands.add_parser("laptop", help=summary, description=summary).add_subparsers(
        required=True, metavar="COMMAND"
    )
    replace = command(group, "replace", _("give somebody a laptop in place of a lost one, which is revoked"))
    replace.add_argument("lost", help=_("the lost laptop's id, or its owner's name"))
    replace.add_argument("--request", type=Path, required=True, help=_("request file of the new laptop"))
    replace.add_argument("--digits", required=True, help=_("the 20 digits read out by its owner"))
    replace.add_argument("--reason", required=True, help=_("what happened to the laptop"))
    replace.add_argument(
        "--since",
        type=datetime.fromisoformat,
        help=_("when it was lost; what it wrote from then on is undone"),
    )
    replace.add_argument("--out", type=Path, required=True, help=_("folder for the team list and the bundle"))
    replace.set_defaults(command=_replace)
    send = command(group, "send", _("seal all that somebody may hold, for their new laptop"))
    send.add_argument("person", help=_("name or id of a person"))
    _add_place(send, _("folder to put the bundle into"))
    send.set_defaults(command=_send)
    recover = command(group, "recover", _("take in what was sent for this new laptop"))
    recover.add_argument("bundle", type=Path)
    recover.set_defaults(command=_recover)


def _add_place(parser: argparse.ArgumentParser, out: str) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help=out)
    where.add_argument(
        "--depot", metavar="NAME", help=_("destination that it waits for in the vault, until `sync`")
    )


def _where(vault: DeskVault, options: argparse.Namespace) -> tuple[Path, queue.Keep | None]:
    return queue.bound_for(vault, options.depot) if options.depot else (options.out, None)


def _make(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        roster = planning.leading(vault)
        people = [schedule.person_called(roster, name) for name in options.to]
        folder, keep = _where(vault, options)
        made = packs.make(
            vault,
            BundleEnvelope(),
            folder,
            now=now(),
            people=people,
            everything=options.everything,
            keep=keep,
        )
    for one in made:
        show({"person": one.person, "visits": one.visits, "path": one.sealed.path if one.sealed else ""})
    return 0


def _open(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        found = packs.open_pack(vault, BundleEnvelope(), options.pack, now=now())
    if found.received.purpose != Purpose.VISIT_PACK:
        say(_("This is an ordinary bundle, not a visit pack. It was taken in all the same"))
    for one in found.to_do:
        show({"plan": one.id, "visit": one.visit, **vars(one.details)})
    return 0


def _replace(options: argparse.Namespace) -> int:
    request = read_input(options.request)
    programme.check_request_digits(request, options.digits)
    since: datetime | None = options.since
    if since is not None and since.tzinfo is None:
        since = since.astimezone()
    check_place(options.out / replacing.TEAM_LIST)
    with opened(options) as vault:
        done = replacing.replace_laptop(
            vault,
            BundleEnvelope(),
            request,
            options.lost,
            options.out,
            reason=options.reason,
            now=now(),
            since=since,
        )
    name = replacing.TEAM_LIST if done.outcome.in_force else replacing.PROPOSAL
    (root_files.save_list if done.outcome.in_force else atomic_write)(options.out / name, done.outcome.raw)
    show(
        {
            "person": done.person,
            "in_force": done.outcome.in_force,
            "team_list": str(options.out / name),
            "bundle": done.sealed.path if done.sealed else "",
        }
    )
    for sentence in replacing.told(done.loss):
        say(sentence)
    if done.outcome.in_force:
        digits = programme.fingerprint(done.outcome.raw)
        say(_("Read these digits aloud to whoever joins: {digits}").format(digits=digits))
    else:
        say(_("Root keys have to sign the proposal. Once it is published, seal the bundle: laptop send"))
    return 0


def _send(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        person = schedule.person_called(planning.leading(vault), options.person)
        folder, keep = _where(vault, options)
        sealed = replacing.send(vault, BundleEnvelope(), person, folder, now=now(), keep=keep)
    show(vars(sealed))
    return 0


def _recover(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        found = replacing.recover(vault, BundleEnvelope(), options.bundle, now=now())
    for card in found.visits:
        show(vars(card))
    say(replacing.gone())
    return 0
