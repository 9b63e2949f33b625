"""Commands for the care of a vault: vault check, backup, restore, losses."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import (
    add_passphrase,
    command,
    now,
    opened,
    own_door,
    passphrase,
    percent,
    read_secret,
    say,
    show,
)
from fieldinspect.cli.keys import RECOVERY_CODE_VARIABLE
from fieldinspect.i18n import _
from fieldinspect.services import audit
from fieldinspect.services.durability import backed_up, backup_told, gaps_told, told, told_by_others

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    add_check(commands, "check")
    backup = command(commands, "backup", _("write everything of the vault into one encrypted file"))
    backup.add_argument("file", type=Path)
    backup.set_defaults(command=_backup)
    restore = command(commands, "restore", _("make a vault from a backup"), vault=False)
    restore.add_argument("file", type=Path)
    restore.add_argument("--vault", type=Path, required=True, help=_("folder to make"))
    restore.add_argument("--recovery-code", action="store_true", help=_("open it with the recovery code"))
    restore.add_argument("--code-file", type=Path, help=_("file whose first line is the recovery code"))
    add_passphrase(restore)
    restore.set_defaults(command=_restore)
    losses = command(commands, "losses", _("tell what went missing, here and by what others say"))
    losses.set_defaults(command=_losses)


def add_check(commands: "Commands", name: str) -> None:
    """Add the check under a name: it has two."""
    summary = _("verify every signature and link, and compare everything shown with the journal")
    check = command(commands, name, summary)
    check.add_argument("--repair", action="store_true", help=_("write anew what is shown wrongly"))
    check.add_argument("--tidy", action="store_true", help=_("remove files that nothing needs"))
    check.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        report = vault.check(percent, repair=options.repair, sweep=options.tidy)
        said = backup_told(vault.backup_state())
    for finding in report.findings:
        show({"part": finding.part, "harmless": finding.harmless, "finding": finding.sentence})
    show(
        {
            "entries": report.entries,
            "records": report.records,
            "attachments": report.attachments,
            "withheld": report.withheld,
            "repaired": report.repaired,
            "swept": report.swept,
        }
    )
    say(said)
    say(_("Everything is whole.") if report.whole else _("Not everything is whole: see the findings."))
    return 0 if report.whole else 1


def _backup(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        left_out = vault.back_up(options.file, now(), percent)
        audit.backed_up(vault, happened=now())
    if left_out:
        say(backed_up(options.file.name, left_out))
    show({"backup": options.file.name, "size": options.file.stat().st_size})
    return 0


def _restore(options: argparse.Namespace) -> int:
    folder: Path = options.vault
    if options.recovery_code or options.code_file:
        chosen = {
            "recovery_code": read_secret(options.code_file, RECOVERY_CODE_VARIABLE, _("Recovery code: "))
        }
    else:
        chosen = {"passphrase": passphrase(options)}
    door = own_door(folder.parent)
    vault = door.restore(options.file, **chosen, folder_name=folder.name, progress=percent)
    try:
        if vault.account is not None:
            for sentence in told(vault.account, vault.roster()):
                say(sentence)
        show({"vault": vault.identity.vault, "nickname": vault.identity.nickname})
    finally:
        vault.close()
    return 0


def _losses(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        roster = vault.roster()
        for account in vault.losses():
            show({"noticed": account.noticed, "account": told(account, roster)})
        for name, account in told_by_others(vault):
            show({"noticed": account.noticed, "by": name, "cause": account.cause, "missing": account.own})
        for sentence in gaps_told(vault.missing_entries(), roster):
            show({"missing": sentence})
    return 0
