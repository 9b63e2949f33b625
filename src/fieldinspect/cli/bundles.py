"""Commands for bundles: seal, inspect, verify, receive, outbox."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fieldinspect.cli.common import command, now, party, say, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.exchange.envelope import BundleEnvelope, signers
from fieldinspect.exchange.reader import inspect_bundle, verify_bundle
from fieldinspect.i18n import _
from fieldinspect.services import exchange, quarantine, queue
from fieldinspect.services.ports import Replica

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    seal = command(commands, "seal", _("seal what people lack into one encrypted, signed bundle"))
    seal.add_argument(
        "--to", action="append", required=True, metavar="NAME", help=_("name or id of a person")
    )
    where = seal.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help=_("folder to put the bundle into"))
    where.add_argument(
        "--depot", metavar="NAME", help=_("destination that it waits for in the vault, until `sync`")
    )
    seal.add_argument("--everything", action="store_true", help=_("also what they were sent before"))
    seal.set_defaults(command=_seal)
    look = command(commands, "inspect", _("tell what a bundle shows to anybody"), vault=False)
    look.add_argument("bundle", type=Path)
    look.set_defaults(command=_inspect)
    verify = command(commands, "verify", _("make every check of a bundle without taking it in"))
    verify.add_argument("bundle", type=Path)
    verify.set_defaults(command=_verify)
    receive = command(commands, "receive", _("verify, open and merge bundles"))
    receive.add_argument("bundles", type=Path, nargs="+")
    receive.set_defaults(command=_receive)
    outbox = command(commands, "outbox", _("tell what was not sealed for anybody yet"))
    outbox.set_defaults(command=_outbox)


def _seal(options: argparse.Namespace) -> int:
    with party(options) as vault:
        people = [_person(vault, given) for given in options.to]
        if options.depot:
            sealed = queue.seal_for(
                vault, BundleEnvelope(), people, options.depot, everything=options.everything, now=now()
            )
        else:
            sealed = exchange.seal_bundle(
                vault, BundleEnvelope(), people, options.out, everything=options.everything
            )
    show(vars(sealed))
    return 0


def _person(vault: Replica, given: str) -> str:
    roster = vault.roster()
    found = [person.id for person in (roster.people if roster else ()) if given in (person.id, person.name)]
    if not found:
        raise BadInput(_("{name} is not in the team list").format(name=given))
    if len(found) > 1:
        raise BadInput(
            _("Several people are called {name}. Give the id that `team` lists").format(name=given)
        )
    return found[0]


def _inspect(options: argparse.Namespace) -> int:
    outline = inspect_bundle(options.bundle)
    show({"size": outline.size, "recipients": outline.stanzas, "header": outline.env})
    return 0


def _verify(options: argparse.Namespace) -> int:
    with party(options) as vault:
        contents = verify_bundle(
            options.bundle, identities=vault.receiving_identities(), resolve_signer=signers(vault)
        )
    show(msgspec.to_builtins(contents.facts))
    say(_("Every check holds. Nothing was taken in."))
    return 0


def _receive(options: argparse.Namespace) -> int:
    with party(options) as vault:
        for path in options.bundles:
            show(vars(quarantine.receive(vault, BundleEnvelope(), path, now=now())))
        while quarantine.reconsider(vault, BundleEnvelope(), now=now()):
            pass  # one may have brought the team list that an earlier one was refused for
    return 0


def _outbox(options: argparse.Namespace) -> int:
    with party(options) as vault:
        show(vars(vault.outbox()))
    return 0
