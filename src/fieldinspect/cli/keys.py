"""Commands for the keys of a vault, and for holders of its escrow: `fieldinspect vault ...`, `fieldinspect escrow ...`.

A secret is read from a file, from the environment or from the keyboard: never from the command line, where every
program of this laptop could read it.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldinspect.cli import roster_changes
from fieldinspect.cli.common import (
    command,
    now,
    opened,
    own_door,
    passphrase,
    percent,
    place,
    read_input,
    read_secret,
    say,
    show,
)
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.passphrase import offer_passphrase
from fieldinspect.domain.errors import BadInput
from fieldinspect.files import write_new
from fieldinspect.i18n import _
from fieldinspect.services import team_edits, team_list, vault_keys

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands
    from fieldinspect.store.door import Door

NEW_PASSPHRASE_VARIABLE: Final = "FIELDINSPECT_NEW_PASSPHRASE"  # noqa: S105 - the name of a variable
RECOVERY_CODE_VARIABLE: Final = "FIELDINSPECT_RECOVERY_CODE"


def add_commands(commands: "Commands") -> None:
    offer = command(commands, "offer-passphrase", _("print five words drawn at random"), vault=False)
    offer.set_defaults(command=_offer)
    keys = command(commands, "keys", _("list what opens this vault, and who else can"))
    keys.set_defaults(command=_keys)
    change = command(commands, "change-passphrase", _("put a new passphrase in the place of the old one"))
    _add_new_passphrase(change)
    change.set_defaults(command=_change)
    code = command(commands, "recovery-code", _("make a recovery code; the one before stops working"))
    _add_paper(code)
    code.set_defaults(command=_recovery_code)
    recover = command(
        commands, "recover", _("open the vault with its recovery code and set a new passphrase"), vault=False
    )
    _add_vault(recover)
    recover.add_argument("--code-file", type=Path, help=_("file whose first line is the recovery code"))
    _add_new_passphrase(recover)
    recover.set_defaults(command=_recover)
    shares = command(
        commands,
        "open-with-shares",
        _("open the vault with two shares and set a new passphrase"),
        vault=False,
    )
    _add_vault(shares)
    shares.add_argument("shares", type=Path, nargs=2, metavar="SHARE", help=_("file that holds a share"))
    _add_new_passphrase(shares)
    shares.set_defaults(command=_open_with_shares)
    rotate = command(
        commands, "rotate", _("encrypt the whole vault under a new key, and destroy the old one")
    )
    _add_new_passphrase(rotate)
    _add_paper(rotate)
    rotate.set_defaults(command=_rotate)


def add_escrow_group(commands: "Commands") -> None:
    """Add `fieldinspect escrow ...`: the organisation's keys, any two of which open a vault."""
    summary = _("the organisation's keys: any two of three open a vault")
    escrow = commands.add_parser("escrow", help=summary, description=summary)
    group = escrow.add_subparsers(required=True, metavar="COMMAND")
    make = command(group, "make-key", _("make a key for somebody who is to hold a share"), vault=False)
    make.add_argument("--out", type=Path, required=True, help=_("file to make, to be kept secret"))
    make.set_defaults(command=_make_key)
    name = command(group, "set", _("name the three keys in the team list, or none"))
    name.add_argument(
        "recipients", nargs="*", metavar="RECIPIENT", help=_("public key that begins with age1")
    )
    roster_changes.add_output(name)
    name.set_defaults(command=_set_escrow)
    share = command(group, "open-share", _("open one's own share of a vault, from its key file"), vault=False)
    share.add_argument("--identity", type=Path, required=True, help=_("file that age-keygen made"))
    share.add_argument(
        "slots", type=Path, nargs="+", metavar="SLOTS", help=_("slots.a or slots.b of the vault")
    )
    share.add_argument("--out", type=Path, required=True, help=_("file to make for the share"))
    share.set_defaults(command=_open_share)


def _add_vault(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vault", type=Path, required=True, help=_("folder of the vault"))


def _add_new_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-passphrase-file",
        type=Path,
        help=_("file whose first line is the new passphrase (else {variable}, else asked for twice)").format(
            variable=NEW_PASSPHRASE_VARIABLE
        ),
    )
    parser.add_argument(
        "--quick", action="store_true", help=_("the cheapest key derivation: for trials only")
    )


def _add_paper(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--paper", type=Path, help=_("file to make for a page to print, in place of the code here")
    )


def _door(options: argparse.Namespace) -> "Door":
    folder: Path = options.vault
    quick = getattr(options, "quick", False)
    door = own_door(folder.parent, FLOOR_COST if quick else None)
    if sentence := door.settle(place(options)):
        say(sentence)
    return door


def _new_passphrase(options: argparse.Namespace) -> str:
    file: Path | None = options.new_passphrase_file
    return read_secret(file, NEW_PASSPHRASE_VARIABLE, _("New passphrase: "), again=_("The same again: "))


def _offer(_options: argparse.Namespace) -> int:
    show({"passphrase": offer_passphrase()})
    return 0


def _keys(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        state = vault_keys.keys_state(vault, _door(options).keys(vault))
    show(
        {
            "recovery_code": state.recovery,
            "escrow": [{"name": holder.name, "recipient": holder.recipient} for holder in state.holders],
        }
    )
    for sentence in vault_keys.escrow_sentences(state):
        say(sentence)
    return 0


def _change(options: argparse.Namespace) -> int:
    with _door(options).closed(place(options)) as keys:
        keys.change_passphrase(passphrase(options), _new_passphrase(options))
    say(_("The passphrase is changed. The old one no longer opens this vault."))
    return 0


def _recovery_code(options: argparse.Namespace) -> int:
    _refuse_existing(options.paper)
    door = _door(options)
    with door.closed(place(options)) as keys:
        code = keys.new_recovery_code(passphrase(options))
    _hand_over(options, door, code)
    return 0


def _recover(options: argparse.Namespace) -> int:
    code = read_secret(options.code_file, RECOVERY_CODE_VARIABLE, _("Recovery code: "))
    _door(options).open_with_recovery_code(place(options), code, _new_passphrase(options)).close()
    say(_("The vault is open to the new passphrase. The recovery code goes on working."))
    return 0


def _open_with_shares(options: argparse.Namespace) -> int:
    shares = [read_secret(path, "", "") for path in options.shares]
    _door(options).open_with_shares(place(options), shares, _new_passphrase(options)).close()
    say(_("The vault is open to the new passphrase. Destroy both shares."))
    return 0


def _rotate(options: argparse.Namespace) -> int:
    _refuse_existing(options.paper)
    door = _door(options)
    given, new = passphrase(options), _new_passphrase(options)
    code = door.rotate(place(options), given, new, percent).recovery_code
    _hand_over(options, door, code)
    say(_("The vault has a new key. Nothing that opened it before does so now; make a new backup."))
    return 0


def _make_key(options: argparse.Namespace) -> int:
    secret, recipient = vault_keys.make_holder_key()
    write_new(options.out, secret.encode())
    show({"recipient": recipient})
    return 0


def _set_escrow(options: argparse.Namespace) -> int:
    with roster_changes.changing(options) as vault:
        edit = team_edits.escrow_set(options.recipients)
        outcome = team_list.change(vault, [edit], now=now(), onto=roster_changes.onto(options))
    roster_changes.hand_over(options, outcome)
    say(
        _(
            "Send this team list with the next bundle: each vault seals its shares anew when it is opened next."
        )
    )
    return 0


def _open_share(options: argparse.Namespace) -> int:
    copies = [read_input(path) for path in options.slots[:2]]
    share = vault_keys.open_share(copies, _text(read_input(options.identity)))
    write_new(options.out, share.encode() + b"\n")
    say(_("Hand this share only to whoever opens the vault, and by another way than the other holder's."))
    return 0


def _text(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        raise BadInput(_("This file holds no single age key. Choose the file that age-keygen made")) from None


def _refuse_existing(paper: Path | None) -> None:
    """Refuse before anything is changed: afterwards the code would be nowhere."""
    if paper is not None and paper.exists():
        raise BadInput(_("There is a file of this name already. Choose another name"))


def _hand_over(options: argparse.Namespace, door: "Door", code: str) -> None:
    if options.paper is None:
        show({"recovery_code": code})
        return
    from fieldinspect.report.recovery_paper import render_recovery_paper

    folder = options.vault
    nickname = next((one.nickname for one in door.known() if one.folder == str(folder)), folder.name)
    with door.closed(place(options)) as keys:
        paper = vault_keys.recovery_paper(code, nickname, keys.state(), now().date())
    write_new(options.paper, render_recovery_paper(paper, options.language))
    say(_("Print the page, lock it away, and delete the file."))
