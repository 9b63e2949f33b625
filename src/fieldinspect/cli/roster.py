"""Commands for the team list: `fieldinspect roster ...`. Whoever holds a root key needs no vault for theirs."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldinspect.cli import roster_changes
from fieldinspect.cli.common import command, now, opened, read_input, read_secret, say, show
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.errors import BadInput
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.journal.roster import read_history, root_fingerprint
from fieldinspect.services import outsiders, programme, proposals, root_files, team_list, team_words
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.services.proposals import Proposal

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

ROOT_PASSPHRASE_VARIABLE: Final = "FIELDINSPECT_ROOT_PASSPHRASE"  # noqa: S105 - the name of a variable


def add_commands(commands: "Commands") -> None:
    summary = _("the team list: root keys, proposals, changes, and files for outsiders")
    roster = commands.add_parser("roster", help=summary, description=summary)
    group = roster.add_subparsers(required=True, metavar="COMMAND")
    make = command(group, "make-root", _("make a root key in a file of its own"), vault=False)
    make.add_argument("file", type=Path, help=_("file to make: keep it off every laptop, and make a copy"))
    _add_root_passphrase(make)
    make.add_argument("--quick", action="store_true", help=_("the cheapest key derivation: for trials only"))
    make.set_defaults(command=_make_root)
    public = command(group, "show-root", _("print the public part of a root key"), vault=False)
    public.add_argument("file", type=Path)
    public.set_defaults(command=_show_root)
    look = command(group, "show", _("say in words what a proposal changes"), vault=False)
    look.add_argument("proposal", type=Path)
    look.set_defaults(command=_show)
    sign = command(group, "sign", _("sign a proposal with a root key from its file"), vault=False)
    sign.add_argument("proposal", type=Path)
    sign.add_argument("--key", type=Path, required=True, help=_("root key file"))
    _add_root_passphrase(sign)
    sign.add_argument(
        "--sha256",
        help=_("digest of the proposal that was read; asked for where the passphrase is not typed"),
    )
    sign.add_argument(
        "--instead", action="store_true", help=_("the other proposal for this version was given up")
    )
    sign.set_defaults(command=_sign)
    here = command(group, "sign-here", _("sign a proposal with the root key that this vault holds"))
    here.add_argument("proposal", type=Path)
    here.add_argument(
        "--instead", action="store_true", help=_("the other proposal for this version was given up")
    )
    here.set_defaults(command=_sign_here)
    publish = command(group, "publish", _("put a proposal into force that enough root keys signed"))
    publish.add_argument("proposal", type=Path)
    publish.add_argument("--out", type=Path, required=True, help=_("file for the team list"))
    publish.set_defaults(command=_publish)
    export = command(
        group, "export", _("write the team list in force to a file, for whoever joins or lacks it")
    )
    export.add_argument("--out", type=Path, required=True, help=_("file for the team list"))
    export.set_defaults(command=_export)
    take = command(group, "take", _("take a newer team list over from its file"))
    take.add_argument("file", type=Path)
    take.set_defaults(command=_take)
    allowed = command(group, "allowed-signers", _("write an allowed_signers file for OpenSSH"))
    allowed.add_argument("--out", type=Path, required=True)
    allowed.set_defaults(command=_allowed_signers)
    krl = command(group, "krl", _("write a key revocation list for OpenSSH"))
    krl.add_argument("--out", type=Path, required=True)
    krl.set_defaults(command=_krl)
    roster_changes.add_commands(group)


def _add_root_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root-passphrase-file",
        type=Path,
        help=_("file whose first line is the root key's passphrase (else {variable}, else asked for)").format(
            variable=ROOT_PASSPHRASE_VARIABLE
        ),
    )


def _make_root(options: argparse.Namespace) -> int:
    passphrase = read_secret(
        options.root_passphrase_file,
        ROOT_PASSPHRASE_VARIABLE,
        _("Passphrase for the root key: "),
        again=_("The same again: "),
    )
    line = root_files.make_file(options.file, passphrase, FLOOR_COST if options.quick else None)
    show({"public": line, "digits": team_words.key_digits(line)})
    say(_("Keep this file and a copy of it off every laptop that inspects, and the passphrase elsewhere."))
    return 0


def _show_root(options: argparse.Namespace) -> int:
    line = root_files.public_of(options.file)
    show({"public": line, "digits": team_words.key_digits(line)})
    return 0


def _show(options: argparse.Namespace) -> int:
    proposal = root_files.proposal_of(options.proposal)
    show(_facts(proposal))
    _say_what(proposal)
    return 0


def _say_what(proposal: Proposal) -> None:
    if proposal.before is not None:
        say(
            _("The digits of the team list in force: {digits}").format(
                digits=root_fingerprint(proposal.before)
            )
        )
    for sentence in team_words.proposal_sentences(proposal):
        say(sentence)
    say(proposals.what_is_missing(proposal))


def _facts(proposal: Proposal) -> dict[str, object]:
    old, new = proposal.lacking
    return {
        "inspection": proposal.after.inspection,
        "version": proposal.after.version,
        "sha256": proposal.digest,
        "signed": sorted(proposal.signers),
        "lacking": max(old, new),
        "complete": proposal.is_complete,
    }


def _sign(options: argparse.Namespace) -> int:
    shown = root_files.proposal_of(options.proposal)
    _say_what(shown)
    is_typed = options.root_passphrase_file is None and ROOT_PASSPHRASE_VARIABLE not in os.environ
    if options.sha256 != shown.digest and not (is_typed and options.sha256 is None):
        raise BadInput(
            _(
                "Read what this proposal changes, then give --sha256 as “roster show” prints it: where nobody types "
                "the passphrase, nothing else says that it was read"
            )
        )
    passphrase = read_secret(
        options.root_passphrase_file, ROOT_PASSPHRASE_VARIABLE, _("Passphrase of the root key: ")
    )
    signed = root_files.sign_file(options.proposal, shown, options.key, passphrase, instead=options.instead)
    show(_facts(signed))
    say(proposals.what_is_missing(signed))
    return 0


def _sign_here(options: argparse.Namespace) -> int:
    proposal = root_files.proposal_of(options.proposal)
    with opened(options) as vault:
        _say_what(proposal)
        signed = team_list.sign_here(vault, proposal, instead=options.instead)
    atomic_write(options.proposal, signed.raw)
    show(_facts(signed))
    return 0


def _publish(options: argparse.Namespace) -> int:
    proposal = root_files.proposal_of(options.proposal)
    with roster_changes.changing(options) as vault:
        if proposal.before is None:
            raw = programme.begin_inspection(vault, proposal, now=now(), forms=shipped_forms())
        else:
            raw = team_list.publish(vault, proposal, now=now())
    root_files.save_list(options.out, raw)
    show({"version": proposal.after.version, "digits": programme.fingerprint(raw)})
    say(_("This version is in force here. It goes to the others with your next bundle, or by this file."))
    return 0


def _export(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        raw = vault.roster_bytes()
    atomic_write(options.out, raw)
    show({"version": read_history(raw)[-1][0].version, "digits": programme.fingerprint(raw)})
    return 0


def _take(options: argparse.Namespace) -> int:
    raw = read_input(options.file)
    with opened(options) as vault:
        sentences = team_list.take(vault, raw)
        roster = vault.roster()
    show({"version": roster.version if roster else 0, "newer": bool(sentences)})
    for sentence in sentences or [_("This team list is not newer than the one here. Nothing was changed.")]:
        say(sentence)
    return 0


def _allowed_signers(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        atomic_write(options.out, outsiders.signers_file(vault))
    return 0


def _krl(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        atomic_write(options.out, outsiders.revocations_file(vault))
    say(
        _(
            "OpenSSH revokes a key as a whole: with this list it refuses what a lost laptop signed before it was "
            "lost, too."
        )
    )
    return 0
