"""Commands for the keys of a vault: `fieldinspect vault ...`."""

import argparse
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, show
from fieldinspect.crypto.passphrase import offer_passphrase
from fieldinspect.i18n import _

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    offer = command(commands, "offer-passphrase", _("print five words drawn at random"), vault=False)
    offer.set_defaults(command=_offer)


def _offer(_options: argparse.Namespace) -> int:
    show({"passphrase": offer_passphrase()})
    return 0
