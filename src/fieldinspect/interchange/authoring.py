"""Forms as people write them (XLSForm: .md, .csv, .xls, .xlsx) to the XForm the program loads.

For authors and developers: it needs the `tools` extra (pyxform), which the desktop never imports.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.files import atomic_write
from fieldinspect.forms import Form, load
from fieldinspect.i18n import _
from fieldinspect.interchange.lint import explained, lint
from fieldinspect.interchange.survey import Finding
from fieldinspect.interchange.workbook import Sheet, Workbook, read_workbook

SOURCES: Final = (".md", ".csv", ".xlsx", ".xls")
_SHEETS: Final = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_MOST_TOLD: Final = 20


class FormRefused(BadInput):
    """A form that cannot be used; `findings` say where and why."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(one) for one in findings[:_MOST_TOLD]))


def compile_form(source: bytes, kind: str, name: str) -> bytes:
    """Compile an XLSForm of a kind (".md", ".xlsx" ...) whose root node is to be called `name`.

    The same source gives the same bytes. Raises FormRefused (a BadInput) with what the linter, pyxform or our own
    loader has against it, by sheet and row, and WorldFailed when pyxform is not installed.
    """
    return compile_workbook(read_workbook(source, kind), name)


def compile_workbook(book: Workbook, name: str) -> bytes:
    """Compile a form that was read already; see `compile_form`."""
    _need_pyxform()
    if fatal := [one for one in lint(book, name) if one.fatal]:
        raise FormRefused(fatal)
    compiled = _convert(book, name)
    try:
        load(compiled)
    except BadInput as error:
        raise FormRefused([explained(book, name, str(error))]) from error
    return compiled


def findings(book: Workbook, name: str) -> list[Finding]:
    """Return all there is to say about a form: the linter's findings, then what compiling or loading refuses."""
    found = lint(book, name)
    if any(one.fatal for one in found):
        return found
    try:
        compile_workbook(book, name)
    except FormRefused as refused:
        return [*refused.findings, *found]
    return found


def _need_pyxform() -> None:
    if find_spec("pyxform") is None:
        raise WorldFailed(_("Compiling forms needs pyxform. Install fieldinspect with its “tools” extra."))


def _convert(book: Workbook, name: str) -> bytes:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        result = convert(
            _for_pyxform(book), form_name=name, pretty_print=True, warnings=[], validate=False, enketo=False
        )
    except PyXFormError as error:
        raise FormRefused([explained(book, name, " ".join(str(error).split()))]) from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        # pyxform lets these out for sheets that are put together in a way it did not think of.
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise BadInput(
            _("This workbook cannot be read as a form ({reason}). Check the headers of its sheets.").format(
                reason=reason
            )
        ) from error
    return str(result.xform).encode()


def _for_pyxform(book: Workbook) -> dict[str, Any]:
    """Return the sheets as pyxform takes them, with empty rows where they are, so that its row numbers are true."""
    given: dict[str, Any] = {"sheet_names": list(book.sheets)}
    for name in _SHEETS:
        if name in book.sheets:
            given[name] = _rows(book.sheets[name])
            given[f"{name}_header"] = [dict.fromkeys(book.sheets[name].columns)]
    return given


def _rows(sheet: Sheet) -> list[dict[str, str]]:
    by_number = {row.number: dict(row.cells) for row in sheet.rows}
    return [by_number.get(number, {}) for number in range(2, max(by_number, default=1) + 1)]


def compile_folder(folder: Path) -> Form:
    """Compile `form.md` of an instrument's folder to `form.xml` beside it, and return the form."""
    source = folder / "form.md"
    try:
        text = source.read_bytes()
    except OSError as error:
        raise WorldFailed(_("There is no form.md in {folder}.").format(folder=folder)) from error
    compiled = compile_form(text, ".md", folder.name)
    atomic_write(folder / "form.xml", compiled)
    return load(compiled)
