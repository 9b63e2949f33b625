"""Forms as people write them (XLSForm: .md, .csv, .xls, .xlsx) to the XForm the program loads.

For authors and developers: it needs the `tools` extra (pyxform), which the desktop never imports.
"""

import re
from importlib.util import find_spec
from pathlib import Path
from zipfile import BadZipFile

from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.files import atomic_write
from fieldinspect.forms import Form, load
from fieldinspect.i18n import _

SOURCES = (".md", ".csv", ".xlsx", ".xls")
# What other tools accept and our runtime, by decision, does not (design: forms).
_REFUSED = (
    (re.compile(r"\bor_other\b"), "or_other"),
    (re.compile(r"\bsearch\s*\("), "search()"),
    (re.compile(r"\bselect_one_external\b"), "select_one_external"),
)


def compile_form(source: bytes, kind: str, name: str) -> bytes:
    """Compile an XLSForm of a kind (".md", ".xlsx" ...) whose root node is to be called `name`.

    The same source gives the same bytes. Raises BadInput with what pyxform or our own loader has against it, and
    WorldFailed when pyxform is not installed.
    """
    if find_spec("pyxform") is None:
        raise WorldFailed(_("Compiling forms needs pyxform. Install fieldinspect with its “tools” extra."))
    if kind not in SOURCES:
        raise BadInput(
            _("A form is written as .md, .csv, .xlsx or .xls, not {kind}.").format(kind=kind or "?")
        )
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        result = convert(
            source,
            form_name=name,
            pretty_print=True,
            file_type=kind,
            warnings=[],
            validate=False,
            enketo=False,
        )
    except PyXFormError as error:
        reason = " ".join(str(error).split())
        if "not recognized as a supported type" in reason:  # pyxform's words for a file it cannot make out
            raise BadInput(
                _(
                    "This file is not a form in {kind}. Choose a workbook or table with a survey sheet."
                ).format(kind=kind)
            ) from error
        raise BadInput(_("This form does not compile: {reason}").format(reason=reason)) from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, BadZipFile) as error:
        # pyxform and the readers under it let these out for a workbook that is damaged or is something else.
        raise BadInput(
            _(
                "This workbook cannot be read as a form ({reason}). Save it again as .xlsx and check its sheets."
            ).format(reason=" ".join(str(error).split())[:200] or type(error).__name__)
        ) from error
    compiled = str(result.xform).encode()
    load(compiled)
    return compiled


def refused_features(source: str) -> list[str]:
    """Return what a form uses that our runtime does not support, by name."""
    return [name for pattern, name in _REFUSED if pattern.search(source)]


def compile_folder(folder: Path) -> Form:
    """Compile `form.md` of an instrument's folder to `form.xml` beside it, and return the form."""
    source = folder / "form.md"
    try:
        text = source.read_bytes()
    except OSError as error:
        raise WorldFailed(_("There is no form.md in {folder}.").format(folder=folder)) from error
    if found := refused_features(text.decode()):
        raise BadInput(
            _("This form uses {names}, which is not supported. Write the choices out instead.").format(
                names=", ".join(found)
            )
        )
    compiled = compile_form(text, ".md", folder.name)
    atomic_write(folder / "form.xml", compiled)
    return load(compiled)
