"""Commands for what came in and needs somebody: conflicts, and what was not taken over."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, opened, say, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import Conflict
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.i18n import _
from fieldinspect.services import conflicts, quarantine
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.conflict_context import context
from fieldinspect.services.conflicts import Decision
from fieldinspect.services.ports import Replica

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    _add_conflicts(_group(commands, "conflicts", _("fields with more than one value, and settling them")))
    _add_quarantine(_group(commands, "quarantine", _("what came in and was not taken over, and why")))


def _group(commands: "Commands", name: str, summary: str) -> "Commands":
    parser = commands.add_parser(name, help=summary, description=summary)
    return parser.add_subparsers(required=True, metavar="COMMAND")


def _add_conflicts(commands: "Commands") -> None:
    listed = command(commands, "list", _("list the fields with more than one value, with all around them"))
    listed.set_defaults(command=_list)
    settle = command(commands, "settle", _("settle a field in conflict, or all of them alike"))
    _add_which(settle)
    how = settle.add_mutually_exclusive_group(required=True)
    how.add_argument("--value", help=_("this value"))
    how.add_argument("--newest", action="store_true", help=_("the value that was written last"))
    how.add_argument("--by", metavar="NAME", help=_("what this person wrote; what they did not write stays"))
    how.add_argument("--combine", action="store_true", help=_("all values, one under the other"))
    settle.set_defaults(command=_settle)
    defer = command(commands, "defer", _("leave a field in conflict for later, saying why"))
    _add_which(defer)
    defer.set_defaults(command=_defer)


def _add_which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", nargs="?", default="")
    parser.add_argument("field", nargs="?", default="")
    parser.add_argument("--every", action="store_true", help=_("every field that is in conflict"))
    parser.add_argument("--reason", required=True)


def _add_quarantine(commands: "Commands") -> None:
    listed = command(commands, "list", _("list the entries that do not count by reason, and refused bundles"))
    listed.add_argument(
        "--reason", default="", help=_("list the entries set aside for this reason one by one")
    )
    listed.set_defaults(command=_set_aside)
    for name, summary, run in (
        ("try-again", _("receive a refused bundle after all, as after a new team list"), _try_again),
        ("save", _("copy a refused bundle, sealed as it is, into a folder"), _save),
        ("delete", _("delete the file of a refused bundle for good"), _delete),
    ):
        one = command(commands, name, summary)
        one.add_argument("bundle", help=_("its id, as listed"))
        if run is _save:
            one.add_argument("--out", type=Path, required=True)
        if run is _delete:
            one.add_argument("--yes", action="store_true", help=_("it cannot be undone, and that is meant"))
        one.set_defaults(command=run)


def _list(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        found = conflicts.listed(vault, ConsultationLog(), happened=now())
        later = conflicts.deferred(vault, found)
        for one in found:
            around = context(vault, one, language=options.language)
            left = later.get((one.record, one.field))
            values = [
                {
                    "value": version.value,
                    "author": version.author,
                    "written": version.written,
                    "reason": version.reason,
                }
                for version in one.versions
            ]
            facts = {"record": one.record, "kind": one.kind, "field": one.field, "values": values}
            if around is not None:
                facts |= {"station": around.station, "question": around.question, "before": around.before}
            show(facts | ({"later": left.reason, "left_by": left.name} if left else {}))
    return 0


def _settle(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        decisions = _decisions(vault, _which(vault, options), options)
        if not decisions:
            raise BadInput(_("None of the values is theirs. Nothing was changed"))
        conflicts.settle(vault, decisions, reason=options.reason, happened=now())
    show({"settled": len(decisions)})
    return 0


def _defer(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        conflicts.defer(vault, _which(vault, options), reason=options.reason, happened=now())
    return 0


def _which(vault: Replica, options: argparse.Namespace) -> Sequence[Conflict]:
    everything = vault.conflicts()
    if options.every != bool(options.record):
        chosen = everything if options.every else []
        wanted = (options.record, options.field)
        chosen = chosen or [one for one in everything if (one.record, one.field) == wanted]
        if chosen:
            return chosen
        raise BadInput(_("This field is not in conflict"))
    raise BadInput(_("Name a record and its field, or give --every"))


def _decisions(vault: Replica, chosen: Sequence[Conflict], options: argparse.Namespace) -> list[Decision]:
    if options.by is not None:
        author = _person(vault, options.by)
        theirs = ((one, conflicts.by(one, author)) for one in chosen)
        return [Decision(one, version.value) for one, version in theirs if version is not None]
    if options.newest:
        return [Decision(one, conflicts.newest(one)) for one in chosen]
    if options.combine:
        return [Decision(one, conflicts.combined(one)) for one in chosen]
    return [Decision(one, options.value) for one in chosen]


def _person(vault: Replica, given: str) -> str:
    roster = vault.roster()
    found = [person.id for person in (roster.people if roster else ()) if given in (person.id, person.name)]
    if len(found) != 1:
        raise BadInput(_("{name} is not in the team list").format(name=given))
    return found[0]


def _set_aside(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        if options.reason:
            for one in quarantine.entries(vault, options.reason):
                show({name: value for name, value in asdict(one).items() if value})
            return 0
        for group in quarantine.groups(vault):
            show({**group.reason._asdict(), "entries": group.number})
        for record in quarantine.of_newer_kinds(vault):
            show({"record": record.id, "kind": record.kind, "why": _("This needs a newer version")})
        for bundle in quarantine.refused(vault):
            step = quarantine.bundle_reason(bundle.reason).next_step
            show({"bundle": bundle.id, **asdict(bundle), "next_step": step})
    return 0


def _try_again(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        show(vars(quarantine.try_again(vault, BundleEnvelope(), options.bundle, now=now())))
    return 0


def _save(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        path = quarantine.save_copy(vault, options.bundle, options.out, happened=now())
    show({"file": path})
    return 0


def _delete(options: argparse.Namespace) -> int:
    if not options.yes:
        raise BadInput(_("It cannot be had back here. Give --yes if that is meant"))
    with opened(options) as vault:
        quarantine.delete(vault, options.bundle, now=now())
    say(_("Deleted. That it came, and when it was deleted, stays written down."))
    return 0
