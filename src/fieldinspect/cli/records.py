"""Commands for what an inspector records and reads."""

import argparse
import mimetypes
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, open_input, opened, pairs, say, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import FORM_OF, Kind
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.report.visit_summary import render_visit_summary
from fieldinspect.services import (
    answering,
    capture,
    finding,
    leaving_out,
    printing,
    reading,
    second_reading,
    streams,
)
from fieldinspect.services.audit import ConsultationLog

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands


def add_commands(commands: "Commands") -> None:
    _add_writing(commands)
    _add_reading(commands)
    summary = command(commands, "print", _("print the visit summary for the force contact"))
    summary.add_argument("visit")
    summary.add_argument("--out", type=Path, required=True)
    summary.add_argument("--print-language", choices=("en", "cy"), default="en")
    summary.add_argument("--issued", type=date.fromisoformat, help=_("issue date, YYYY-MM-DD (else today)"))
    summary.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="WORD",
        help=_("a capitalised word that is nobody's name"),
    )
    summary.set_defaults(command=_print)


def _add_writing(commands: "Commands") -> None:
    visit = command(commands, "start-visit", _("begin an unannounced station visit"))
    visit.add_argument("--station", required=True)
    visit.add_argument("--force", default="", help=_("the force's short name, such as north-wales"))
    _happened(visit).set_defaults(command=_start_visit)
    note = command(commands, "note", _("keep a note; without TEXT each line of standard input is one"))
    note.add_argument("visit")
    note.add_argument("text", nargs="?")
    note.add_argument("--reconstructed", action="store_true", help=_("written from memory"))
    _happened(note).set_defaults(command=_note)
    record = command(
        commands, "record", _("record a contact, observation, document, test, interview or matter")
    )
    record.add_argument("visit")
    record.add_argument("kind", choices=sorted({*FORM_OF, Kind.MATTER} - {Kind.VISIT}))
    record.add_argument("answers", nargs="*", metavar="NAME=VALUE")
    _happened(record).set_defaults(command=_record)
    answer = command(commands, "answer", _("answer questions of a record's form"))
    answer.add_argument("record")
    answer.add_argument("answers", nargs="+", metavar="PATH=VALUE")
    _happened(answer).set_defaults(command=_answer)
    correct = command(commands, "correct", _("correct a field, with a reason"))
    for name in ("record", "field", "value"):
        correct.add_argument(name)
    correct.add_argument("--reason", required=True)
    _happened(correct).set_defaults(command=_correct)
    withdraw = command(commands, "withdraw", _("withdraw a record, with a reason"))
    withdraw.add_argument("record")
    withdraw.add_argument("--reason", required=True)
    _happened(withdraw).set_defaults(command=_withdraw)
    close = command(commands, "close-visit", _("close a visit; refused while a safeguarding concern is open"))
    close.add_argument("visit")
    _happened(close).set_defaults(command=_close)
    complete = command(commands, "complete", _("say that a whole record is completed"))
    complete.add_argument("record")
    complete.add_argument("--not-yet", action="store_true", help=_("say that it is not completed after all"))
    complete.add_argument(
        "--leave-out", action="store_true", help=_("leave out the answers that do not count")
    )
    _happened(complete).set_defaults(command=_complete)
    attach = command(commands, "attach", _("seal a file into the vault"))
    attach.add_argument("record")
    attach.add_argument("file", type=Path)
    attach.add_argument("--caption", default="")
    _happened(attach).set_defaults(command=_attach)


def _add_reading(commands: "Commands") -> None:
    visits = command(commands, "visits", _("list the visits"))
    visits.set_defaults(command=_visits)
    timeline = command(commands, "timeline", _("show everything recorded under a visit"))
    timeline.add_argument("visit")
    timeline.set_defaults(command=_timeline)
    found = command(commands, "search", _("find words in everything that was written"))
    found.add_argument("words")
    found.add_argument("--limit", type=int, default=50)
    found.set_defaults(command=_search)


_OWN_COMMAND = {
    "second_of": "read-again",
    "returned": "return",
    "handed_in": "hand-in",
    "withdrawn": "withdraw",
    "closed": "close-visit",
    "completed": "complete",
}
"""Fields that have rules of their own, and the command that keeps them."""


def _written(given: Iterable[str]) -> dict[str, str]:
    """Read NAME=VALUE arguments; what has rules of its own is written by its own command."""
    found = pairs(given)
    for name in found:
        if name in _OWN_COMMAND or name.startswith(second_reading.BLIND):
            raise BadInput(
                _("{name} is written by the command “{command}”").format(
                    name=name, command=_OWN_COMMAND.get(name, "keep")
                )
            )
    return found


def _happened(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--happened", type=datetime.fromisoformat, help=_("when it happened (else now)"))
    return parser


def _when(options: argparse.Namespace) -> datetime:
    given: datetime | None = options.happened
    return given.astimezone() if given and given.tzinfo is None else given or now()


def _start_visit(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        inspections = reading.inspections(vault)
        if not inspections:
            raise BadInput(_("This vault has no inspection yet. Receive a bundle from your team lead first"))
        visit = capture.start_visit(
            vault,
            inspection=inspections[0].id,
            station=options.station,
            force=options.force,
            happened=_when(options),
        )
    show({"visit": visit})
    return 0


def _note(options: argparse.Namespace) -> int:
    import sys

    texts = (
        [options.text]
        if options.text is not None
        else [line for line in sys.stdin.read().splitlines() if line]
    )
    with opened(options) as vault:
        for text in texts:
            note = capture.add_note(
                vault, options.visit, text, happened=_when(options), reconstructed=options.reconstructed
            )
            show({"note": note})
    return 0


def _record(options: argparse.Namespace) -> int:
    answers, fields = _apart(_written(options.answers))
    with opened(options) as vault:
        fitted = answering.fit_new(vault, options.kind, options.visit, answers, language=options.language)
        record = capture.add_record(
            vault,
            options.kind,
            options.visit,
            happened=_when(options),
            answers={name: value for name, value in fitted.fields.items() if value},
            fields=fields,
        )
    _tell(fitted)
    show({"record": record})
    return 0


def _answer(options: argparse.Namespace) -> int:
    answers, fields = _apart(_written(options.answers))
    with opened(options) as vault:
        fitted = answering.fit(vault, options.record, answers, language=options.language)
        capture.answer(vault, options.record, fitted.fields | fields, happened=_when(options))
    _tell(fitted)
    return 0


def _apart(given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return answers to a form, and the other fields."""
    answers = {name: value for name, value in given.items() if name.startswith("/")}
    return answers, {name: value for name, value in given.items() if name not in answers}


def _tell(fitted: answering.Fitted) -> None:
    for problem in fitted.problems:
        say(problem)


def _correct(options: argparse.Namespace) -> int:
    answers, fields = _apart(_written([f"{options.field}={options.value}"]))
    with opened(options) as vault:
        fitted = answering.fit(vault, options.record, answers, language=options.language)
        changes = fitted.fields | fields
        corrected = changes.pop(options.field)
        capture.correct(
            vault, options.record, options.field, corrected, reason=options.reason, happened=_when(options)
        )
        if changes:  # what the form itself changes with it
            capture.answer(vault, options.record, changes, happened=_when(options))
    _tell(fitted)
    return 0


def _withdraw(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        capture.withdraw(vault, options.record, options.reason, happened=_when(options))
    return 0


def _close(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        capture.close_visit(vault, options.visit, happened=_when(options))
    return 0


def _complete(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        if not options.not_yet and not options.leave_out:
            _refuse_unseen(leaving_out.at_completion(vault, options.record))
        streams.say_completed(vault, options.record, not options.not_yet, happened=_when(options))
    return 0


def _refuse_unseen(left_out: Mapping[str, str]) -> None:
    if left_out:
        answers = "; ".join(f"{path} = {value}" for path, value in left_out.items())
        raise BadInput(
            _(
                "These answers will not be in what is completed: {answers}. Complete it with --leave-out"
            ).format(answers=answers)
        )


def _attach(options: argparse.Namespace) -> int:
    media_type = mimetypes.guess_type(options.file.name)[0] or "application/octet-stream"
    with open_input(options.file) as source, opened(options) as vault:
        attachment = capture.attach(
            vault,
            options.record,
            name=options.file.name,
            media_type=media_type,
            source=source,
            caption=options.caption,
            happened=_when(options),
        )
    show({"attachment": attachment})
    return 0


def _visits(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        for card in reading.visits(vault):
            show(vars(card))
    return 0


def _timeline(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        ConsultationLog().opened(vault, [options.visit], happened=now())
        for item in reading.timeline(vault, options.visit):
            show(vars(item))
    return 0


def _search(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        hits = finding.find(vault, options.words, ConsultationLog(), happened=now(), limit=options.limit)
    for hit in hits:
        show(vars(hit))
    return 0 if hits else 1


def _print(options: argparse.Namespace) -> int:
    with opened(options) as vault:
        number = printing.next_copy(vault, options.visit)
        copy = printing.Copy(
            options.issued or now().date(),
            number,
            options.print_language,
            confirmed=frozenset(options.confirm),
        )
        printed = printing.issue_summary(
            vault,
            render_visit_summary,
            options.visit,
            copy,
            happened=now(),
            deliver=lambda pdf: atomic_write(options.out, pdf),
        )
    say(_("Copy {number}, SHA-256 {digest}").format(number=printed.copy, digest=printed.sha256))
    return 0
