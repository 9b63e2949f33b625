"""Commands for those who write forms: in a spreadsheet or as text, tried out, printed, published."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.cli.common import command, now, opened, read_input, say, show
from fieldinspect.cli.preview import Preview, Window
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Policy
from fieldinspect.files import atomic_write
from fieldinspect.forms import Session, load
from fieldinspect.forms.media import check_pictures, pictures_of
from fieldinspect.i18n import _, ngettext
from fieldinspect.interchange import authoring, pictures, workbook
from fieldinspect.interchange.lint import summary
from fieldinspect.interchange.starter import starter
from fieldinspect.interchange.survey import Finding
from fieldinspect.report.blank_form import render_blank_form
from fieldinspect.services import instruments, reading

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

_WRITERS: dict[str, Callable[[workbook.Workbook], bytes]] = {
    ".xlsx": workbook.to_xlsx,
    ".csv": workbook.to_csv,
    ".md": lambda book: workbook.to_markdown(book)[0],
}


def add_commands(commands: "Commands") -> None:
    forms = command(commands, "forms", _("write, check, try, print and publish forms"), vault=False)
    parts = forms.add_subparsers(required=True, metavar="COMMAND")
    new = command(parts, "new", _("begin a form: a small one that works"), vault=False)
    new.add_argument("target", type=Path, help=_("NAME/form.md, or NAME.xlsx to work in a spreadsheet"))
    new.add_argument("--title", required=True)
    new.add_argument("--welsh-title", default="")
    new.set_defaults(command=_new)
    check = command(parts, "lint", _("say what is wrong with forms, by sheet, row and column"), vault=False)
    check.add_argument("sources", nargs="+", type=Path, metavar="FORM")
    check.add_argument("--advice", action="store_true", help=_("say what could be better, too"))
    check.set_defaults(command=_lint)
    make = command(parts, "compile", _("compile a form to the XForm that the program loads"), vault=False)
    make.add_argument("source", type=Path, metavar="FORM")
    make.add_argument("--out", type=Path, help=_("file to write (else form.xml beside the source)"))
    _force(make).set_defaults(command=_compile)
    for name, summary_of, endings in (
        ("to-xlsx", _("write a form as a workbook"), (".xlsx",)),
        (
            "from-xlsx",
            _("write a workbook as text: .md, or .csv where cells have several lines"),
            (".md", ".csv"),
        ),
    ):
        turn = command(parts, name, summary_of, vault=False)
        turn.add_argument("source", type=Path, metavar="FROM")
        turn.add_argument("target", type=Path, metavar="TO")
        _force(turn).set_defaults(command=_convert, endings=endings)
    _add_use(parts)


def _force(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    return parser


def _add_use(parts: "Commands") -> None:
    preview = command(parts, "preview", _("try a form; nothing is kept"), vault=False)
    preview.add_argument("source", type=Path, metavar="FORM")
    preview.add_argument("--form-language", default="en")
    preview.add_argument("--text", action="store_true", help=_("in the terminal, not in a window"))
    preview.set_defaults(command=_preview)
    paper = command(parts, "print", _("print a blank form, to fill in by hand"), vault=False)
    paper.add_argument("source", type=Path, metavar="FORM")
    paper.add_argument("--out", type=Path, required=True)
    paper.add_argument("--print-language", choices=("en", "cy"), default="en")
    paper.add_argument("--marking", default=Policy.marking)
    _force(paper).set_defaults(command=_print)
    publish = command(parts, "publish", _("sign forms and put them into force for the inspection"))
    publish.add_argument("sources", nargs="*", type=Path, metavar="FORM")
    publish.add_argument("--shipped", action="store_true", help=_("the forms that come with the program"))
    publish.set_defaults(command=_publish)


def _check_target(target: Path, *, force: bool) -> None:
    if target.exists() and not force:
        raise BadInput(
            _("{file} is there already. Choose another name, or replace it with --force").format(
                file=target.name
            )
        )


def _name(source: Path) -> str:
    """Return the id that a form's file stands for: of form.md, the name of its folder."""
    return source.parent.resolve().name if source.stem == "form" else source.stem


def _source(path: Path) -> Path:
    return path / "form.md" if path.is_dir() else path


def _xform(path: Path) -> bytes:
    """Return the XForm of a source, compiled unless it is one; say which of its pictures are not there."""
    path = _source(path)
    data = read_input(path)
    if path.suffix.lower() == ".xml":
        load(data)
        return data
    book = workbook.read_workbook(data, path.suffix.lower())
    folder = pictures.media_folder(path)
    if unusable := pictures.unusable(book, folder):
        raise authoring.FormRefused(unusable)
    compiled = authoring.compile_workbook(book, _id(book, path))
    for one in pictures.missing(book, folder):
        say(str(one))
    return compiled


def _pictures(path: Path, xml: bytes) -> dict[str, bytes]:
    """Return the pictures of a form that are in the folder beside its source, by name."""
    found = pictures.read_pictures(pictures.media_folder(_source(path)), pictures_of(load(xml)))
    check_pictures(found)
    return found


def _id(book: workbook.Workbook, path: Path) -> str:
    """Return the id that the form gives itself, or else that of its file."""
    return next((row.get("form_id") for row in book.rows("settings") if row.get("form_id")), _name(path))


def _new(options: argparse.Namespace) -> int:
    target: Path = options.target
    if target.suffix not in _WRITERS:
        target = target / "form.md"
    if target.exists():
        raise BadInput(_("{file} is there already. Choose another name").format(file=target.name))
    version = f"{date.today():%Y%m%d}01"
    book = starter(_name(target), options.title, options.welsh_title, version)
    target.parent.mkdir(parents=True, exist_ok=True)
    atomic_write(target, _WRITERS[target.suffix](book))
    say(_("{file} is a form that works. Change it, then run forms lint.").format(file=target))
    return 0


def _lint(options: argparse.Namespace) -> int:
    failed = False
    for path in map(_source, options.sources):
        found = _findings(path)
        for one in found:
            if one.fatal or options.advice:
                place = f"{path}:{one.line}" if one.line else str(path)
                advice = _("{place}: advice: {problem}").format(place=place, problem=one)
                print(f"{place}: {one}" if one.fatal else advice)
        say(f"{path}: {summary(found)}")
        failed = failed or any(one.fatal for one in found)
    return 1 if failed else 0


def _findings(path: Path) -> list[Finding]:
    data = read_input(path)
    if path.suffix.lower() == ".xml":
        try:
            _pictures(path, data)
        except BadInput as error:
            return [Finding(str(error))]
        return []
    book, folder = workbook.read_workbook(data, path.suffix.lower()), pictures.media_folder(path)
    wrong = [*pictures.unusable(book, folder), *pictures.missing(book, folder)]
    return sorted([*wrong, *authoring.findings(book, _id(book, path))], key=lambda one: not one.fatal)


def _compile(options: argparse.Namespace) -> int:
    source = _source(options.source)
    own = source.with_name("form.xml")
    target: Path = options.out or own
    _check_target(target, force=options.force or target.resolve() == own.resolve())
    compiled = _xform(source)
    atomic_write(target, compiled)
    form = load(compiled)
    show({"form": form.id, "version": form.version, "sha256": form.digest, "path": str(target)})
    return 0


def _convert(options: argparse.Namespace) -> int:
    source, target = _source(options.source), options.target
    if target.suffix not in options.endings:
        raise BadInput(
            _("The name {file} does not fit what is written. Choose one of these endings: {endings}").format(
                file=target.name, endings=", ".join(options.endings)
            )
        )
    _check_target(target, force=options.force)
    book = workbook.read_workbook(read_input(source), source.suffix.lower())
    atomic_write(target, _WRITERS[target.suffix](book))
    broken = workbook.to_markdown(book)[1] if target.suffix == ".md" else 0
    if broken:
        say(
            ngettext(
                "In {count} cell a line break became a space: text tables have one line a row. Write .csv to keep it.",
                "In {count} cells line breaks became spaces: text tables have one line a row. Write .csv to keep them.",
                broken,
            ).format(count=broken)
        )
    return 0


def _preview(options: argparse.Namespace) -> int:
    xml = _xform(options.source)
    window: Window | None = options.window
    if window is not None and not options.text and has_display(sys.platform, os.environ):
        return window(xml, _pictures(options.source, xml), options.language, options.form_language)
    Preview(Session(load(xml), language=options.form_language), input, print).run()
    return 0


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a window can be shown: elsewhere than on Unix, or when the session says where."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return platform in ("win32", "darwin") or any(environment.get(name) for name in named)


def _print(options: argparse.Namespace) -> int:
    _check_target(options.out, force=options.force)
    xml = _xform(options.source)
    shown = _pictures(options.source, xml)
    paper = render_blank_form(load(xml), options.print_language, options.marking, shown)
    atomic_write(options.out, paper)
    return 0


def _publish(options: argparse.Namespace) -> int:
    chosen = (
        {name: xml for name, (_version, xml) in instruments.shipped_forms().items()}
        if options.shipped
        else {}
    )
    shown: dict[str, dict[str, bytes]] = {}
    for path in options.sources:
        xml = _xform(path)
        name = load(xml).id
        chosen[name], shown[name] = xml, _pictures(path, xml)
    if not chosen:
        raise BadInput(_("Name the forms to publish, or --shipped for those that come with the program"))
    with opened(options) as vault:
        inspections = reading.inspections(vault)
        if not inspections:
            raise BadInput(_("This vault has no inspection yet. Receive a bundle from your team lead first"))
        version = instruments.publish_forms(vault, inspections[0].id, chosen, now=now(), pictures=shown)
    show({"form_set": version, "forms": sorted(chosen)})
    return 0
