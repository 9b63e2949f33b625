"""Commands for review: comments, returning a record to its author, and case files read twice."""

import argparse
from typing import TYPE_CHECKING, Final

from fieldinspect.cli.common import command, now, opened, pairs, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _
from fieldinspect.services import review, second_reading
from fieldinspect.services.audit import ConsultationLog

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

_DIGITS: Final = 3


def add_commands(commands: "Commands") -> None:
    _add_review(commands)
    _add_readings(commands)


def _add_review(commands: "Commands") -> None:
    shown = command(commands, "show", _("show what a record holds, as far as you may see it"))
    shown.add_argument("record")
    shown.set_defaults(command=_show)
    comment = command(commands, "comment", _("comment on a record or one of its answers"))
    comment.add_argument("record")
    comment.add_argument("text")
    comment.add_argument("--about", default="", metavar="PATH", help=_("the answer it is about"))
    comment.add_argument("--asks", action="store_true", help=_("make it something the author has to do"))
    comment.set_defaults(command=_comment)
    listed = command(commands, "comments", _("list the comments on a record"))
    listed.add_argument("record")
    listed.set_defaults(command=_comments)
    back = command(commands, "return", _("return a record to its author, with a reason"))
    back.add_argument("record")
    back.add_argument("--reason", required=True)
    back.add_argument(
        "--ask", action="append", default=[], metavar="PATH=TEXT", help=_("what is asked of an answer")
    )
    back.set_defaults(command=_return)
    undo = command(commands, "take-back", _("take a return back before its author has answered"))
    undo.add_argument("record")
    undo.set_defaults(command=_take_back)
    out = command(commands, "returned", _("list what was returned, and what came back from its author"))
    out.set_defaults(command=_out)
    to_do = command(commands, "to-do", _("list what was returned to you, and what is asked"))
    to_do.set_defaults(command=_to_do)
    done = command(commands, "done", _("say that what a comment asks for is done"))
    done.add_argument("comment")
    done.set_defaults(command=_done)
    again = command(commands, "hand-in", _("hand in again what was returned to you"))
    again.add_argument("record")
    again.set_defaults(command=_hand_in)
    seen = command(commands, "accept", _("say that you have seen what its author changed"))
    seen.add_argument("record")
    seen.set_defaults(command=_accept)


def _add_readings(commands: "Commands") -> None:
    second = command(commands, "read-again", _("begin the second reading of a case file"))
    second.add_argument("review")
    second.set_defaults(command=_read_again)
    differing = command(commands, "differences", _("show where two readings of a file differ"))
    differing.add_argument("second", help=_("the second reading"))
    differing.add_argument("--wording", action="store_true", help=_("count free text too"))
    differing.set_defaults(command=_differences)
    stands = command(commands, "keep", _("let one reader's answer stand, with a reason"))
    stands.add_argument("second", help=_("the second reading"))
    stands.add_argument("path")
    stands.add_argument("--answer", choices=("first", "second"), required=True)
    stands.add_argument("--reason", required=True)
    stands.set_defaults(command=_keep)
    rates = command(commands, "agreement", _("show how far readers agree on each question, over all files"))
    rates.set_defaults(command=_agreement)


def _show(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        view = vault.record(options.record)
        if view is None:
            raise BadInput(_("This record is not in the vault. Receive it first"))
        ConsultationLog().opened(vault, [view.id], happened=now())
        show({**vars(view), "fields": dict(view.fields)})
    return 0


def _comment(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        made = review.comment(
            vault, options.record, options.text, happened=now(), about=options.about, asks=options.asks
        )
    show({"comment": made})
    return 0


def _comments(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        ConsultationLog().met(vault, [options.record], happened=now())
        for one in review.comments(vault, options.record):
            show(vars(one))
    return 0


def _return(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        asks = pairs(options.ask)
        review.return_to_author(vault, options.record, options.reason, asks=asks, happened=now())
    return 0


def _take_back(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        review.take_back(vault, options.record, happened=now())
    return 0


def _out(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        out = review.out(vault)
        ConsultationLog().met(vault, [one.record for one in out], happened=now())
        for one in out:
            changed = review.changed_since(vault, one.record) if one.answered else []
            show({**one._asdict(), "changed": [change._asdict() for change in changed]})
    return 0


def _to_do(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        for view, asked in review.to_do(vault):
            show({"record": view.id, "reason": view.get("returned"), "asked": [vars(one) for one in asked]})
    return 0


def _done(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        review.settle(vault, options.comment, happened=now())
    return 0


def _hand_in(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        review.hand_in_again(vault, options.record, happened=now())
    return 0


def _accept(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        review.accept(vault, options.record, happened=now())
    return 0


def _read_again(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        made = second_reading.begin(vault, options.review, happened=now())
    show({"record": made})
    return 0


def _differences(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        found = second_reading.compare(
            vault, options.second, language=options.language, wording=options.wording
        )
    for one in found.differences:
        show(one._asdict())
    show({"agreed": found.agreed, "of": found.both, "percent": found.percent, "rows": found.rows})
    return 0 if not found.differences else 1


def _keep(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        second_reading.keep(
            vault,
            options.second,
            options.path,
            second=options.answer == "second",
            reason=options.reason,
            happened=now(),
        )
    return 0


def _agreement(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        found = second_reading.rates(vault, language=options.language)
    for rate in found:
        n, agreed, kappa, alpha = rate.agreement
        coefficients = {
            name: None if value is None else round(float(value), _DIGITS)
            for name, value in (("kappa", kappa), ("alpha", alpha))
        }
        show(
            {
                "question": rate.question,
                "path": rate.path,
                "n": n,
                "agreed": agreed,
                "percent": rate.agreement.percent,
            }
            | coefficients
        )
    return 0
