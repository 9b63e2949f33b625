"""Commands for a vault of one's own: create, check."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.care import add_check
from fieldinspect.cli.common import add_passphrase, command, own_door, passphrase, show
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.passphrase import offer_passphrase
from fieldinspect.i18n import _

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    create = command(commands, "create-vault", _("make an encrypted vault"), vault=False)
    create.add_argument("--vault", type=Path, required=True, help=_("folder to make"))
    create.add_argument("--name", required=True, help=_("your own name"))
    create.add_argument("--nickname", help=_("what to call the vault on the unlock screen"))
    create.add_argument(
        "--quick", action="store_true", help=_("the cheapest key derivation: for trials only")
    )
    add_passphrase(create)
    create.set_defaults(command=_create)
    offer = command(commands, "offer-passphrase", _("print five words drawn at random"), vault=False)
    offer.set_defaults(command=_offer)
    add_check(commands, "check-vault")


def add_group(commands: "Commands") -> "Commands":
    """Add `fieldinspect vault ...` and return the group, for other modules to add their commands to."""
    summary = _("keys, care and rescue of one's own vault")
    group = commands.add_parser("vault", help=summary, description=summary)
    return group.add_subparsers(required=True, metavar="COMMAND")


def _create(options: argparse.Namespace) -> int:
    folder: Path = options.vault
    door = own_door(folder.parent, FLOOR_COST if options.quick else None)
    vault = door.create(
        options.nickname or folder.name, options.name, passphrase(options), folder_name=folder.name
    )
    show({"vault": vault.identity.vault, "person": vault.identity.person, "device": vault.identity.device})
    vault.close()
    return 0


def _offer(_options: argparse.Namespace) -> int:
    print(offer_passphrase())
    return 0
