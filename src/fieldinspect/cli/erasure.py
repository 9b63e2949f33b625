"""Commands for what becomes of records: erase, retention, working copies."""

import argparse
import hashlib
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, opened, say, show
from fieldinspect.domain.custody import EraseReason, RetentionState
from fieldinspect.domain.errors import BadInput
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.report.certificate import render_certificate
from fieldinspect.services import audit, custody_words, erasure, receipts, retention, working_copies

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

CERTIFICATE = "destruction_certificate"


def add_commands(commands: "Commands") -> None:
    _add_erase(_group(commands, "erase", _("ask for erasures, confirm them, list and certify them")))
    _add_retention(_group(commands, "retention", _("how long records are kept, and what is due")))
    _add_copies(_group(commands, "working-copies", _("copies of visits that need not stay on this laptop")))
    sent = command(commands, "deliveries", _("list what was sent, and who has receipted it"))
    sent.set_defaults(command=_deliveries)


def _group(commands: "Commands", name: str, summary: str) -> "Commands":
    parser = commands.add_parser(name, help=summary, description=summary)
    return parser.add_subparsers(required=True, metavar="COMMAND")


def _add_erase(commands: "Commands") -> None:
    request = command(commands, "request", _("ask that records be erased for good; only a lead may"))
    request.add_argument("records", nargs="+", metavar="RECORD")
    request.add_argument(
        "--beneath", action="store_true", help=_("also everything that hangs beneath; each is named")
    )
    request.add_argument("--reason", choices=[str(one) for one in EraseReason], required=True)
    request.add_argument("--why", required=True, help=_("in words that name nobody"))
    request.add_argument("--basis", required=True, help=_("the legal basis, in words that name nobody"))
    request.set_defaults(command=_request)
    withdraw = command(commands, "withdraw", _("take a request back before it is confirmed"))
    withdraw.add_argument("request")
    withdraw.add_argument("--why", required=True)
    withdraw.set_defaults(command=_withdraw)
    confirm = command(
        commands, "confirm", _("confirm a request: what it names is destroyed; only the centre may")
    )
    confirm.add_argument("request")
    confirm.add_argument("--yes", action="store_true", help=_("it cannot be undone, and that is meant"))
    confirm.set_defaults(command=_confirm)
    listed = command(commands, "list", _("list the requests, and which laptops have acknowledged"))
    listed.set_defaults(command=_list)
    certificate = command(commands, "certificate", _("write the certificate of destruction as a PDF"))
    certificate.add_argument("request")
    certificate.add_argument("--out", type=Path, required=True)
    certificate.add_argument("--print-language", choices=("en", "cy"), default="en")
    certificate.add_argument(
        "--issued", type=date.fromisoformat, help=_("issue date, YYYY-MM-DD (else today)")
    )
    certificate.set_defaults(command=_certificate)


def _add_retention(commands: "Commands") -> None:
    review = command(commands, "review", _("list what is due, and what soon will be"))
    review.add_argument("--all", action="store_true", help=_("also what is kept"))
    review.set_defaults(command=_review)
    keep = command(commands, "keep", _("keep a record until a day, with a reason"))
    keep.add_argument("record")
    keep.add_argument("--until", type=date.fromisoformat, required=True)
    keep.add_argument("--why", required=True, help=_("in words that name nobody"))
    keep.set_defaults(command=_keep)
    destroy = command(commands, "destroy", _("ask that records whose time is over be erased"))
    destroy.add_argument("records", nargs="+", metavar="RECORD")
    destroy.add_argument("--why", required=True, help=_("in words that name nobody"))
    destroy.add_argument("--basis", required=True, help=_("the legal basis, in words that name nobody"))
    destroy.set_defaults(command=_destroy)
    classes = command(commands, "classes", _("list the classes and their periods, or change one"))
    classes.add_argument(
        "--set", nargs=2, metavar=("CLASS", "PERIOD"), help=_("24, publication+12 or for-good")
    )
    classes.add_argument("--why", default="")
    classes.add_argument("--published", type=date.fromisoformat, help=_("when the report was published"))
    classes.set_defaults(command=_classes)


def _add_copies(commands: "Commands") -> None:
    listed = command(commands, "list", _("list the visits here, and what keeps each copy"))
    listed.set_defaults(command=_copies)
    remove = command(commands, "remove", _("remove copies that may go; without VISIT every one of them"))
    remove.add_argument("visits", nargs="*", metavar="VISIT")
    remove.set_defaults(command=_remove)
    back = command(commands, "bring-back", _("let a removed copy come back with the next whole bundle"))
    back.add_argument("visit")
    back.set_defaults(command=_bring_back)


def _request(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        records = list(options.records)
        if options.beneath:
            records = [member.id for record in records for member in erasure.beneath(vault, record)]
        asked = erasure.request(
            vault,
            records,
            reason=EraseReason(options.reason),
            why=options.why,
            basis=options.basis,
            happened=now(),
        )
    show({"request": asked, "records": sorted(set(records))})
    say(custody_words.no_way_back())
    return 0


def _withdraw(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        erasure.withdraw(vault, options.request, options.why, happened=now())
    return 0


def _confirm(options: argparse.Namespace) -> int:
    if not options.yes:
        raise BadInput(custody_words.no_way_back() + " " + _("Say --yes if that is meant."))
    with opened(options) as vault:
        confirmation = erasure.confirm(vault, options.request, happened=now())
        found = next(one for one in erasure.erasures(vault) if one.request == options.request)
        left = [member.id for member in erasure.left_beneath(vault)]
    show({"confirmation": confirmation, "records": found.records, "alone": found.alone, "left_beneath": left})
    if found.alone:
        say(custody_words.both_roles())
    return 0


def _list(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        for one in erasure.erasures(vault):
            show(asdict(one))
    return 0


def _certificate(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        facts = erasure.certificate(vault, options.request, options.issued or now().date())
        pdf = render_certificate(facts, options.print_language)
        atomic_write(options.out, pdf)
        digest = hashlib.sha256(pdf).hexdigest()
        roster = vault.roster()
        inspection = roster.inspection if roster else ""
        audit.disclosed(
            vault, CERTIFICATE, inspection, {"digest": digest, "request": options.request}, happened=now()
        )
    show({"file": str(options.out), "sha256": digest, "outstanding": len(facts.erasure.outstanding)})
    return 0


def _review(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        found = retention.review(vault, today=now().date())
    for item in found:
        if options.all or item.state in (RetentionState.DUE, RetentionState.SOON):
            show(asdict(item))
    return 0


def _keep(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        kept = retention.keep(vault, options.record, options.until, options.why, happened=now())
    show({"decision": kept})
    return 0


def _destroy(options: argparse.Namespace) -> int:
    today = now().date()
    with opened(options) as vault:
        planned = retention.destruction(vault, options.records, today=today)
        asked = retention.destroy(
            vault, options.records, options.why, options.basis, today=today, happened=now()
        )
    show({"request": asked, "records": planned.named, "stays": planned.stays})
    say(custody_words.no_way_back())
    return 0


def _classes(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        if options.set:
            name, period = options.set
            retention.set_rule(vault, name, retention.read_rule(period), why=options.why, happened=now())
        if options.published:
            retention.set_publication(vault, options.published, happened=now())
        current, published = retention.rules(vault), retention.publication(vault)
    for name, rule in current.items():
        show(
            {
                "class": name,
                "records": custody_words.record_class(name),
                "period": retention.write_rule(rule),
                "kept": custody_words.rule(rule),
            }
        )
    show({"published": published})
    return 0


def _copies(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        for copy in working_copies.copies(vault, now=now()):
            show({**asdict(copy), "removable": copy.removable})
        for said in working_copies.removed(vault):
            show({"removed": said.get("visit"), "records": said.get("count"), "when": said.written})
    return 0


def _remove(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        visits = options.visits or [
            copy.visit for copy in working_copies.copies(vault, now=now()) if copy.removable
        ]
        for visit in visits:
            show({"visit": visit, "records": working_copies.remove(vault, visit, now=now())})
    return 0


def _bring_back(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        working_copies.bring_back(vault, options.visit, now=now())
    say(_("Ask your team lead for a bundle with everything: the visit comes back with it."))
    return 0


def _deliveries(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        for one in receipts.deliveries(vault):
            show(asdict(one))
    return 0
