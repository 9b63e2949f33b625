"""The survey sheet as an author thinks of it: questions in groups, and the places their words stand in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final

from fieldinspect.i18n import _
from fieldinspect.interchange.workbook import Row, Workbook

_TYPES: Final = (
    "text string integer int decimal range note geopoint geotrace geoshape gps location date time datetime dateTime "
    "image photo audio video file barcode calculate acknowledge trigger hidden start end today deviceid phonenumber "
    "username email imei simserial subscriberid audit background-audio start-geopoint xml-external csv-external "
    "osm percentage rank"
)
TYPES: Final = frozenset(_TYPES.split())
SELECTS: Final = ("select_one", "select_multiple", "rank")
_SELECT: Final = re.compile(
    r"(select_one|select one|select1|select_multiple|select multiple|select all that apply|rank)"
    r"(?:[ _]from)?\s+(?!_?(?:from_)?file\b)(\S+)(.*)\Z"
)
_FROM_FILE: Final = re.compile(r"select_(?:one|multiple)_from_file\s+(\S+)")
_BEGIN: Final = re.compile(r"begin[ _](group|repeat|lgroup|loop|looped group)\b", re.IGNORECASE)
_END: Final = re.compile(r"end[ _](group|repeat|lgroup|loop|looped group)\b", re.IGNORECASE)
_ALIASES: Final = {
    "relevance": "relevant",
    "calculate": "calculation",
    "read_only": "readonly",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "count": "repeat_count",
    "requiredmsg": "required_message",
    "constraining_message": "constraint_message",
    "jr:count": "repeat_count",
}
_COLUMNS: Final = (
    "type name label hint guidance_hint required required_message relevant constraint constraint_message calculation "
    "default readonly appearance choice_filter repeat_count trigger parameters image audio video big-image media "
    "autoplay rows body bind instance control save_to list_name form_title form_id version default_language "
    "public_key submission_url auto_send auto_delete style instance_name allow_choice_duplicates name "
    "clean_text_values disabled note compact_tag geometry"
)
COLUMNS: Final = frozenset(_COLUMNS.split())
TRANSLATED: Final = frozenset({"label", "hint", "constraint_message", "required_message", "guidance_hint"})


def canonical(header: str) -> tuple[str, str]:
    """Return a column's own name and its language, "" for none: "Label :: Cymraeg (cy)" is (label, Cymraeg (cy))."""
    base, _colons, language = header.partition("::")
    base = base.strip().lower()
    if not language and ":" in base and not base.startswith(("jr:", "odk:", "bind:", "body:", "media:")):
        base, _colon, language = base.partition(":")
    base = base.strip().replace(" ", "_") if base.strip() != "list name" else "list_name"
    return _ALIASES.get(base, base), language.strip()


@dataclass(frozen=True)
class Finding:
    """Something about a form, at its place; `fatal` means that it cannot be used as it is."""

    sentence: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    name: str = ""
    fatal: bool = True
    line: int = 0

    @property
    def place(self) -> str:
        """Return where it is, in words: sheet, row, column and the name of the question."""
        parts = [_("sheet “{sheet}”").format(sheet=self.sheet)] if self.sheet else []
        if self.row:
            parts.append(_("row {row}").format(row=self.row))
        if self.column:
            parts.append(_("column “{column}”").format(column=self.column))
        if self.name:
            parts.append(f"${{{self.name}}}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


@dataclass
class Question:
    """One row of the survey: what it is, and where in the form it stands."""

    row: Row
    type: str
    name: str
    path: str
    group: str
    choices: str = ""
    container: bool = False
    rest: str = ""


@dataclass
class Survey:
    """Every question of a survey in order, and what is wrong with the way its groups open and close."""

    questions: list[Question] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def named(self, name: str) -> list[Question]:
        return [one for one in self.questions if one.name == name]

    def at(self, path: str) -> Question | None:
        return next((one for one in self.questions if one.path == path), None)


def cell(row: Row, wanted: str) -> str:
    """Return the cell of a row by a column's own name, whatever its header calls it."""
    return next((text for header, text in row.cells.items() if canonical(header) == (wanted, "")), "")


def header_of(row: Row, wanted: str) -> str:
    """Return the header under which a row holds a column, or the column's own name."""
    return next((header for header in row.cells if canonical(header)[0] == wanted), wanted)


def read_survey(book: Workbook, root: str) -> Survey:
    """Read the survey sheet; questions without a type or a name are left to the checks of single rows."""
    survey = Survey()
    open_groups: list[tuple[str, Question]] = []
    for row in book.rows("survey"):
        if cell(row, "disabled").lower() in ("yes", "true"):
            continue
        kind = cell(row, "type")
        if ended := _END.match(kind):
            _close(survey, open_groups, row, _control(ended.group(1)))
            continue
        group = open_groups[-1][1].path if open_groups else f"/{root}"
        question = _question(row, kind, group)
        survey.questions.append(question)
        if begun := _BEGIN.match(kind):
            open_groups.append((_control(begun.group(1)), question))
    for control, question in open_groups:
        survey.findings.append(
            Finding(
                _(
                    "this {control} is never closed. Add a row of type end_{control} after its last question."
                ).format(control=control),
                "survey",
                question.row.number,
                "type",
                question.name,
                line=question.row.line,
            )
        )
    return survey


def _control(word: str) -> str:
    return "group" if word.lower() == "group" else "repeat"


def _close(survey: Survey, open_groups: list[tuple[str, Question]], row: Row, control: str) -> None:
    if open_groups and open_groups[-1][0] == control:
        open_groups.pop()
        return
    if not open_groups:
        sentence = _(
            "end_{control} closes nothing. Remove this row, or add begin_{control} before the first question."
        ).format(control=control)
    else:
        opened, question = open_groups[-1]
        sentence = _(
            "end_{control} stands where the {opened} “{name}” of row {row} is still open. Close that one first."
        ).format(control=control, opened=opened, name=question.name, row=question.row.number)
    survey.findings.append(Finding(sentence, "survey", row.number, "type", line=row.line))


def _question(row: Row, kind: str, group: str) -> Question:
    name = cell(row, "name")
    found = _SELECT.match(kind)
    choices, rest = (found.group(2), found.group(3).strip()) if found else ("", "")
    if found and found.group(1) == "rank" and kind.strip() == "rank":
        choices = ""
    container = _BEGIN.match(kind) is not None
    return Question(row, kind, name, f"{group}/{name}", group, choices, container, rest)


def known_type(kind: str) -> bool:
    """Tell whether a type is one that form compilers know."""
    if (
        kind in TYPES
        or _SELECT.match(kind)
        or _FROM_FILE.match(kind)
        or _BEGIN.match(kind)
        or _END.match(kind)
    ):
        return True
    if find_spec("pyxform") is None:
        return False
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    return kind in QUESTION_TYPE_DICT


def languages(book: Workbook) -> list[str]:
    """Return the languages of the survey's labels in the order of its columns, "" for a label without one."""
    found = [
        language for base, language in (canonical(one) for one in book.columns("survey")) if base == "label"
    ]
    return list(dict.fromkeys(found))


def survey_cells(survey: Survey) -> Iterator[tuple[Question, str, str, str]]:
    """Yield question, header, the column's own name and text of every cell that can hold a reference."""
    for question in survey.questions:
        for header, text in question.row.cells.items():
            yield question, header, canonical(header)[0], text
