"""The command that writes records for other programs: CSV, XLSX, XForm submissions."""

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, opened, say, show
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import Inspection
from fieldinspect.files import atomic_write, private_folder
from fieldinspect.i18n import _, ngettext
from fieldinspect.interchange.submission import instance_id, submission_xml
from fieldinspect.interchange.tables import csv_files, xlsx_file
from fieldinspect.services import exporting, reading
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.ports import Reader

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

SUMS = "SHA256SUMS"
Files = Iterator[tuple[str, bytes]]


def add_commands(commands: "Commands") -> None:
    export = command(
        commands, "export", _("write records for other programs; what is written is not encrypted")
    )
    export.add_argument("--out", type=Path, required=True, help=_("folder to write; it must be empty or new"))
    export.add_argument("--format", choices=("csv", "xlsx", "xform"), default="csv")
    export.add_argument(
        "--kind", action="append", choices=exporting.EXPORTED, help=_("only records of this kind")
    )
    export.add_argument("--labels", choices=("en", "cy"), default="en", help=_("the language of labels"))
    export.add_argument(
        "--restricted", action="store_true", help=_("include conduct matters and what survivors said")
    )
    export.add_argument(
        "--recipient", required=True, help=_("who it is for; this is kept in the vault's log")
    )
    export.set_defaults(command=_export)


def _export(options: argparse.Namespace) -> int:
    out: Path = options.out
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(_("The folder holds other files. Choose an empty one"))
    with opened(options) as vault:
        inspections = reading.inspections(vault)
        if not inspections:
            raise BadInput(_("This vault has no inspection yet. Receive a bundle from your team lead first"))
        exporting.log_readings(
            vault, options.kind or (), ConsultationLog(), happened=now(), restricted=options.restricted
        )
        sums = _write(out, _files(vault, inspections[0], options))
        digest = hashlib.sha256(sums).hexdigest()
        exporting.log_export(
            vault, inspections[0].id, digest, options.format, options.recipient, happened=now()
        )
    show({"folder": str(out), "files": sums.count(b"\n"), "sha256": digest})
    return 0


def _write(out: Path, files: Files) -> bytes:
    """Write the files and, last, their digests; return these."""
    private_folder(out)
    lines = []
    for name, content in files:
        private_folder((out / name).parent)
        atomic_write(out / name, content)
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    sums = "".join(lines).encode()
    atomic_write(out / SUMS, sums)
    return sums


def _files(vault: Reader, inspection: Inspection, options: argparse.Namespace) -> Files:
    kinds = options.kind or ()
    if options.format == "xform":
        left_out = exporting.count_left_out(vault, kinds, restricted=options.restricted)
        _tell_left_out(left_out.restricted, left_out.blind, left_out.formless)
        for answered in exporting.submissions(vault, kinds, restricted=options.restricted):
            folder = instance_id(answered.view.id).replace(":", "")
            yield f"{folder}/submission.xml", submission_xml(answered)
        return
    export = exporting.record_tables(vault, kinds, language=options.labels, restricted=options.restricted)
    _tell_left_out(export.left_out, export.blind)
    facts = (
        ("marking", inspection.marking),
        ("handling", inspection.handling),
        ("inspection", inspection.title),
        ("exported", now().isoformat(timespec="seconds")),
        ("exported_by", vault.identity.name),
        ("recipient", options.recipient),
    )
    if options.format == "xlsx":
        yield "records.xlsx", xlsx_file(export, facts)
    else:
        yield from csv_files(export, facts)


def _tell_left_out(restricted: int, blind: int, formless: Sequence[str] = ()) -> None:
    if restricted:
        say(
            ngettext(
                "{count} restricted record was left out.",
                "{count} restricted records were left out.",
                restricted,
            ).format(count=restricted)
        )
    if blind:
        say(
            ngettext(
                "{count} reading of a case file was left out: you read that file too, and are not done.",
                "{count} readings of case files were left out: you read those files too, and are not done.",
                blind,
            ).format(count=blind)
        )
    if formless:
        say(
            ngettext(
                "{count} record was left out: its form is not here, or not signed by the team list: {records}",
                "{count} records were left out: their forms are not here, or not signed by the team list: {records}",
                len(formless),
            ).format(count=len(formless), records=", ".join(formless))
        )
