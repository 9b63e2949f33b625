"""Commands for planned visits, and for visits that are one: plan, visit."""

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, open_input, opened, say, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import interests, linking, planning, schedule
from fieldinspect.services.planning import PLANNABLE, Details, Planned
from fieldinspect.services.ports import Reader

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    summary = _("the schedule: plan visits, assign people, cancel")
    group = commands.add_parser("plan", help=summary, description=summary).add_subparsers(
        required=True, metavar="COMMAND"
    )
    command(group, "list", _("list the planned visits, and what clashes")).set_defaults(command=_list)
    add = command(group, "add", _("plan a visit"))
    _add_details(add)
    add.set_defaults(command=_add)
    change = command(group, "change", _("change a planned visit: what is given is written, the rest stays"))
    change.add_argument("plan")
    _add_details(change)
    change.add_argument("--reason", default="")
    change.set_defaults(command=_change)
    assign = command(group, "assign", _("assign somebody to a planned visit, or take them off it"))
    assign.add_argument("plan")
    assign.add_argument("person", help=_("name or id of a person"))
    assign.add_argument("--off", action="store_true", help=_("take them off it"))
    assign.set_defaults(command=_assign)
    cancel = command(group, "cancel", _("cancel a planned visit, with a reason"))
    cancel.add_argument("plan")
    cancel.add_argument("--reason", required=True)
    cancel.set_defaults(command=_cancel)
    begin = command(group, "begin", _("begin a planned visit at its door"))
    begin.add_argument("plan")
    begin.add_argument("--station", default="", help=_("where, if the plan names only a force"))
    begin.set_defaults(command=_begin)
    table = command(group, "import", _("plan the visits of a table (CSV); shown only, unless confirmed"))
    table.add_argument("table", type=Path)
    table.add_argument("--confirm", action="store_true", help=_("plan them"))
    table.set_defaults(command=_import)
    permit = command(group, "permit", _("let somebody inspect a force in spite of a conflict of interest"))
    permit.add_argument("person", help=_("name or id of a person"))
    permit.add_argument("force", help=_("the force's short name, such as north-wales"))
    permit.add_argument("--reason", required=True)
    permit.set_defaults(command=_permit)
    _add_links(commands)


def _add_links(commands: "Commands") -> None:
    summary = _("visits that are one: link, unlink")
    group = commands.add_parser("visit", help=summary, description=summary).add_subparsers(
        required=True, metavar="COMMAND"
    )
    join = command(group, "link", _("say that visits started apart are one; nothing is moved"))
    join.add_argument("visits", nargs="+", metavar="VISIT")
    join.set_defaults(command=_link)
    part = command(group, "unlink", _("undo a link between visits, with a reason"))
    part.add_argument("link")
    part.add_argument("--reason", required=True)
    part.set_defaults(command=_unlink)
    command(group, "links", _("list the links, and visits that may be one")).set_defaults(command=_links)


def _add_details(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--date", type=date.fromisoformat, help=_("the day, YYYY-MM-DD, or the first of several")
    )
    parser.add_argument("--until", type=date.fromisoformat, help=_("the last day, if there are several"))
    parser.add_argument("--force", help=_("the force's short name, such as north-wales"))
    parser.add_argument("--station")
    parser.add_argument("--stream", action="append", choices=sorted(PLANNABLE), dest="streams")
    parser.add_argument("--announced", action="store_true", default=None, help=_("the force knows of it"))
    parser.add_argument("--lead", help=_("name or id of the lead of the visit"))
    parser.add_argument("--assign", action="append", metavar="NAME", help=_("name or id of a person"))
    parser.add_argument("--contacts", help=_("whom to ask for at the force"))
    parser.add_argument("--briefing")


def _details(vault: Reader, options: argparse.Namespace, before: Details | None) -> Details:
    """Return the details that the options ask for, over those there were."""
    if before is None and options.date is None:
        raise BadInput(_("Give the day: --date YYYY-MM-DD"))
    start = before or Details(options.date, options.date)
    first = options.date or start.first
    given = {
        "first": first,
        "last": options.until or (first if options.date else start.last),
        "force": options.force,
        "station": options.station,
        "streams": tuple(options.streams) if options.streams else None,
        "unannounced": False if options.announced else None,
        "lead": _person(vault, options.lead) if options.lead else None,
        "assigned": tuple(_person(vault, name) for name in options.assign) if options.assign else None,
        "contacts": options.contacts,
        "briefing": options.briefing,
    }
    return replace(start, **{name: value for name, value in given.items() if value is not None})


def _person(vault: Reader, given: str) -> str:
    return schedule.person_called(planning.leading(vault), given)


def _list(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        found = planning.planned(vault)
        roster = vault.roster()
        names = {person.id: person.name for person in (roster.people if roster else ())}
        for one in found:
            show(_shown(one, names))
        for notice in planning.warnings(vault, found):
            show({"warning": notice.clash, "plan": notice.plan, "other": notice.other,
                  "person": names.get(notice.person, notice.person)})  # fmt: skip
    return 0


def _shown(one: Planned, names: dict[str, str]) -> dict[str, object]:
    facts: dict[str, object] = {"plan": one.id, "visit": one.visit, "state": one.state, **vars(one.details)}
    facts["assigned"] = [names.get(person, person) for person in one.details.assigned]
    facts["lead"] = names.get(one.details.lead, one.details.lead)
    return facts


def _add(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        show({"plan": planning.plan(vault, _details(vault, options, None), happened=now())})
    return 0


def _change(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        before = planning.one(vault, options.plan).details
        planning.change(
            vault, options.plan, _details(vault, options, before), reason=options.reason, happened=now()
        )
    return 0


def _assign(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        person = _person(vault, options.person)
        planning.assign(vault, options.plan, person, away=options.off, happened=now())
    return 0


def _cancel(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        planning.cancel(vault, options.plan, reason=options.reason, happened=now())
    return 0


def _begin(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        show({"visit": planning.begin(vault, options.plan, station=options.station, happened=now())})
    return 0


def _import(options: argparse.Namespace) -> int:
    with open_input(options.table) as table:
        raw = table.read(schedule.MOST_BYTES + 1)
    with opened(options) as vault:
        rows = schedule.read_schedule(vault, raw)
        if options.confirm:
            for made in planning.plan_all(vault, [row.details for row in rows], happened=now()):
                show({"plan": made})
            return 0
    for row in rows:
        show({"line": row.line, **vars(row.details)})
    say(
        ngettext(
            "{count} visit would be planned. Give --confirm to plan it",
            "{count} visits would be planned. Give --confirm to plan them",
            len(rows),
        ).format(count=len(rows))
    )
    return 0


def _permit(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        person = _person(vault, options.person)
        interests.permit(vault, person, options.force, reason=options.reason, happened=now())
    return 0


def _link(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        show({"link": linking.link(vault, options.visits, happened=now())})
    return 0


def _unlink(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        linking.unlink(vault, options.link, reason=options.reason, happened=now())
    return 0


def _links(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        joined, suggested = linking.joined(vault), linking.suggestions(vault)
    for one in joined:
        show({"link": one.link, "visits": [side.visit for side in one.sides], "by": one.author})
    for pair in suggested:
        show({"may be one": [pair.first.visit, pair.second.visit], "station": pair.first.station})
    return 0
