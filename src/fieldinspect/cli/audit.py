"""Commands for the audit log: list it, export it."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, opened, say, show
from fieldinspect.domain.audit import Act, AuditQuery
from fieldinspect.domain.errors import BadInput
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import audit
from fieldinspect.services.ports import Reader

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    parser = commands.add_parser("audit", help=_("list and export who did what"))
    own = parser.add_subparsers(required=True, metavar="COMMAND")
    listed = command(
        own, "list", _("list what was collected, altered, read, disclosed and erased, newest first")
    )
    listed.add_argument("--limit", type=int, default=100)
    _choices(listed).set_defaults(command=_list)
    export = command(own, "export", _("write the log to a CSV file"))
    export.add_argument("--out", type=Path, required=True)
    _choices(export).set_defaults(command=_export)


def _choices(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--since", type=datetime.fromisoformat, help=_("from this date or time on"))
    parser.add_argument("--until", type=datetime.fromisoformat, help=_("before this date or time"))
    parser.add_argument("--person", default="", help=_("only what this person did (name)"))
    parser.add_argument("--record", default="", help=_("only what was written on this record"))
    parser.add_argument(
        "--act",
        action="append",
        default=[],
        choices=[str(act) for act in Act],
        help=_("only acts of this sort"),
    )
    return parser


def _query(vault: Reader, options: argparse.Namespace) -> AuditQuery:
    return AuditQuery(
        options.since.astimezone() if options.since else None,
        options.until.astimezone() if options.until else None,
        _person(vault, options.person),
        options.record,
        frozenset(Act(act) for act in options.act),
    )


def _person(vault: Reader, name: str) -> str:
    if not name:
        return ""
    roster = vault.roster()
    found = [person.id for person in (roster.people if roster else ()) if person.name == name]
    if len(found) != 1:
        raise BadInput(_("Nobody in the team list has exactly this name"))
    return found[0]


def _list(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        found, more = audit.first(vault, _query(vault, options), options.limit)
    for line in found:
        show(vars(line))
    if more:
        say(_("There is more. Ask for it with --limit or --until"))
    return 0


def _export(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        count = audit.export(
            vault,
            _query(vault, options),
            lambda content: atomic_write(options.out, content),
            happened=now(),
        )
    say(ngettext("{count} line was written", "{count} lines were written", count).format(count=count))
    return 0
