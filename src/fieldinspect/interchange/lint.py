"""What is wrong with a form, said to its author: sheet, row, column, ${name}, and what to do about it.

The checks here come before compiling, so that a slip is told in the author's terms; what the compiler and the
loader refuse beyond them is mapped back to its row by `faults`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from fieldinspect.forms.body import MOST_CHOICES
from fieldinspect.forms.xml import DEEPEST
from fieldinspect.forms.xpath.compiler import compile_expression
from fieldinspect.forms.xpath.functions import library
from fieldinspect.forms.xpath.parser import parse
from fieldinspect.forms.xpath.syntax import ExpressionError
from fieldinspect.i18n import _, ngettext
from fieldinspect.interchange.pictures import lint_media
from fieldinspect.interchange.survey import (
    COLUMNS,
    SELECTS,
    TRANSLATED,
    TYPES,
    Finding,
    Question,
    Survey,
    canonical,
    cell,
    header_of,
    known_type,
    languages,
    read_survey,
    survey_cells,
)
from fieldinspect.interchange.workbook import Row, Workbook

_REFERENCE: Final = re.compile(r"\$\{\s*(last-saved#)?([^}]*?)\s*\}")
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)
_HOUSE_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_EXPRESSIONS: Final = frozenset(
    {"relevant", "constraint", "calculation", "choice_filter", "required", "readonly", "repeat_count"}
)
_PLAIN: Final = frozenset({"", "yes", "no", "true", "false", "true()", "false()"})
_NAMELESS: Final = frozenset({"note", "calculate"})
# What other tools accept and this program, by decision, does not.
_REFUSED: Final = (
    (re.compile(r"\bor_other\b"), "or_other"),
    (re.compile(r"\bsearch\s*\("), "search()"),
    (re.compile(r"\bselect[_ ]one[_ ]external\b"), "select_one_external"),
    (re.compile(r"\bex:"), "ex:"),
)
_OTHER_FILE: Final = re.compile(r"from[_ ]file\b|(?:csv|xml)-external\b")
_REPEAT: Final = re.compile(r"begin[ _](?!group\b)", re.IGNORECASE)
_DOUBLE_EQUALS: Final = re.compile(r"[^=!<>]==")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_ONE: Final = re.compile(r"select[_ ]?(?:one|1)\b")
_MOST_TOLD: Final = 200


def lint(book: Workbook, name: str) -> list[Finding]:
    """Return everything found, what is fatal first, both in the order of the sheets; a root of that name."""
    if not book.rows("survey"):
        return [
            Finding(
                _(
                    "there is no sheet “survey” with questions. A form needs one, with the columns type, name, label."
                )
            )
        ]
    survey = read_survey(book, name)
    found = [
        *_columns(book),
        *survey.findings,
        *_rows(survey),
        *_duplicates(survey),
        *_nesting(survey),
        *_references(survey),
        *_expressions(survey),
        *_choice_lists(book, survey),
        *_wording(book, survey),
        *lint_media(book),
    ]
    found.sort(key=lambda one: (not one.fatal, one.sheet != "survey", one.sheet, one.row))
    return found[:_MOST_TOLD]


def _at(question: Question, column: str, sentence: str, *, fatal: bool = True) -> Finding:
    row = question.row
    return Finding(
        sentence, "survey", row.number, header_of(row, column), question.name, fatal=fatal, line=row.line
    )


def _columns(book: Workbook) -> Iterator[Finding]:
    for needed in ("type", "name"):
        if needed not in {canonical(one)[0] for one in book.columns("survey")}:
            yield Finding(_("the column “{column}” is missing. Add it.").format(column=needed), "survey", 1)
    for header in book.columns("survey"):
        base = canonical(header)[0]
        if base in COLUMNS or ":" in base:
            continue
        near = get_close_matches(base, COLUMNS, 1)
        if near:
            sentence = _("this column is not used. Is it “{near}”? Correct its header.").format(near=near[0])
        else:
            sentence = _("this column is not used. Remove it, or correct its header.")
        yield Finding(sentence, "survey", 1, header, fatal=False)


def _rows(survey: Survey) -> Iterator[Finding]:
    for question in survey.questions:
        for pattern, feature in _REFUSED:
            if any(pattern.search(text) for text in question.row.cells.values()):
                yield _at(question, "type", _refused(feature))
        if problem := _type_problem(question.type):
            yield _at(question, "type", problem)
        if question.type and (problem := _name_problem(question)):
            yield _at(question, "name", problem)
        elif question.name and not _HOUSE_NAME.match(question.name):
            yield _at(question, "name", _("write names in lower case with underscores."), fatal=False)


def _type_problem(kind: str) -> str:
    if not kind:
        return _("the type is missing. Enter one, such as text or select_one.")
    if _OTHER_FILE.search(kind):
        return _(
            "this takes its choices from another file, and a form carries none. Copy them into the sheet “choices”."
        )
    if kind.replace(" ", "_") in SELECTS:
        return _("{type} needs the name of a list of choices after it, such as {type} yes_no.").format(
            type=kind
        )
    return "" if known_type(kind) else _unknown_type(kind)


def _name_problem(question: Question) -> str:
    name = question.name
    if not name:
        nameless = question.type in _NAMELESS
        return "" if nameless else _("the name is missing. Enter one, in lower case, such as time_admitted.")
    if _NAME.match(name):
        return ""
    return _(
        "“{name}” cannot be a name: use letters, digits and underscores, and begin with a letter."
    ).format(name=name)


def _refused(feature: str) -> str:
    return _("this form uses {feature}, which is not supported. Write the choices out instead.").format(
        feature=feature
    )


def _unknown_type(kind: str) -> str:
    first, space, rest = kind.partition(" ")
    near = get_close_matches(
        first.replace("-", "_"), [*TYPES, *SELECTS, "begin_group", "begin_repeat"], 1, 0.7
    )
    if near and near[0] != first:
        return _("there is no type “{type}”. Is it “{near}”?").format(
            type=kind, near=f"{near[0]}{space}{rest}"
        )
    return _("there is no type “{type}”. Common ones are text, integer, date, select_one, note.").format(
        type=kind
    )


def _duplicates(survey: Survey) -> Iterator[Finding]:
    seen: dict[str, Question] = {}
    for question in survey.questions:
        if not question.name:
            continue
        first = seen.setdefault(question.path.lower(), question)
        if first is not question:
            yield _at(
                question,
                "name",
                _("“{name}” is already the name of row {row} in the same group. Rename one of them.").format(
                    name=question.name, row=first.row.number
                ),
            )


def _nesting(survey: Survey) -> Iterator[Finding]:
    """Yield the first row that goes too deep; a repeat is two elements of the compiled form in each other."""
    depths: dict[str, int] = {}
    for question in survey.questions:
        if not question.container:
            continue
        depth = depths.get(question.group, 0) + (2 if _REPEAT.match(question.type) else 1)
        depths[question.path] = depth
        if depth >= DEEPEST:
            sentence = _(
                "groups are nested too deep here: {most} in each other are the most, and a repeat counts as two. "
                "Close some before you begin this one."
            )
            yield _at(question, "type", sentence.format(most=DEEPEST - 1))
            return


def _references(survey: Survey) -> Iterator[Finding]:
    counts = Counter(one.name for one in survey.questions)
    for question, header, _base, text in survey_cells(survey):
        for name in dict.fromkeys(found[1] for found in _REFERENCE.findall(text)):
            if counts[name] == 1:
                continue
            if counts[name]:
                sentence = _(
                    "${{{name}}} could be any of {count} questions with that name. Give each a name of its own."
                )
                yield _at(question, header, sentence.format(name=name, count=counts[name]))
                continue
            near = get_close_matches(name, counts, 1)
            if near:
                sentence = _("no question is called “{name}”. Is it ${{{near}}}?")
                yield _at(question, header, sentence.format(name=name, near=near[0]))
            else:
                sentence = _("no question is called “{name}”. Correct the name, or add the question.")
                yield _at(question, header, sentence.format(name=name))


def _expressions(survey: Survey) -> Iterator[Finding]:
    for question, header, base, text in survey_cells(survey):
        if base not in _EXPRESSIONS or text.strip().lower() in _PLAIN:
            continue
        if problem := expression_problem(text):
            yield _at(
                question,
                header,
                _("{problem}. It reads “{text}”.").format(problem=problem, text=_short(text)),
            )


def expression_problem(text: str) -> str:
    """Return a clause that says what is wrong with an expression as authors write it, or ""."""
    try:
        compile_expression(parse(_REFERENCE.sub("/form/question", text)))
    except (ExpressionError, RecursionError) as error:
        unknown = re.search(r"“([\w:-]+)\(\)”", str(error))
        near = get_close_matches(unknown.group(1), library(), 1, 0.8) if unknown else []
        if near and unknown and unknown.group(1) not in library():
            return _("{problem}; perhaps {near}() is meant").format(problem=error, near=near[0])
        if _DOUBLE_EQUALS.search(_QUOTED.sub("''", text)):
            return _("{problem}; write “=” once for “is equal to”").format(problem=error)
        return str(error)
    return ""


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}…"


def _choice_lists(book: Workbook, survey: Survey) -> Iterator[Finding]:
    lists: dict[str, list[Row]] = defaultdict(list)
    for row in book.rows("choices"):
        lists[cell(row, "list_name")].append(row)
    several = {one.choices for one in survey.questions if not _ONE.match(one.type)}
    yield from _list_rows(book, lists, several)
    used = {question.choices for question in survey.questions}
    for question in survey.questions:
        name = question.choices
        if name and name not in lists and not name.startswith("${"):
            near = get_close_matches(name, lists, 1, 0.5)
            if near:
                sentence = _("no list of choices is called “{name}”. Is it “{near}”?").format(
                    name=name, near=near[0]
                )
            else:
                sentence = _(
                    "no list of choices is called “{name}”. Add its rows to the sheet “choices”."
                ).format(name=name)
            yield _at(question, "type", sentence)
    mentioned = " ".join(text for one in survey.questions for text in one.row.cells.values())
    for name, rows in lists.items():
        if name and name not in used and f"'{name}'" not in mentioned:
            yield Finding(
                _("the list “{name}” is not used by any question. Remove it, or use it.").format(name=name),
                "choices",
                rows[0].number,
                fatal=False,
                line=rows[0].line,
            )


def _list_rows(book: Workbook, lists: dict[str, list[Row]], several: set[str]) -> Iterator[Finding]:
    long = [name for name, rows in lists.items() if len(rows) > MOST_CHOICES]
    for name in long:
        yield Finding(
            _(
                "the list “{name}” has {count} choices, and {most} is the most. "
                "Keep the choices that one inspection needs, or ask for text instead."
            ).format(count=len(lists[name]), name=name, most=MOST_CHOICES),
            "choices",
            lists[name][0].number,
        )
    if long:
        return  # the rows of such a list need no further words
    duplicates_meant = any(
        cell(row, "allow_choice_duplicates").lower() in ("yes", "true") for row in book.rows("settings")
    )
    for name, rows in lists.items():
        seen: dict[str, int] = {}
        for row in rows:
            value = cell(row, "name")
            first = 0 if duplicates_meant else seen.setdefault(value, row.number)
            column, sentence = _choice_problem(name, value, first if first != row.number else 0)
            if sentence:
                fatal = " " not in value or name in several
                yield Finding(
                    sentence, "choices", row.number, header_of(row, column), fatal=fatal, line=row.line
                )


def _choice_problem(name: str, value: str, first: int) -> tuple[str, str]:
    """Return a column and what is wrong with it in one row of a list, or ""; `first` is where the value is already."""
    if not name:
        return "list_name", _("the name of the list is missing. Enter it.")
    if not value:
        return "name", _("the name of the choice is missing. Enter a short code.")
    if " " in value:
        return "name", _(
            "“{value}” has a space in it. Write underscores: answers are kept separated by spaces."
        ).format(value=value)
    if first:
        return "name", _(
            "“{value}” is already in row {row} of the list “{name}”. Rename one of them."
        ).format(value=value, row=first, name=name)
    return "", ""


def _wording(book: Workbook, survey: Survey) -> Iterator[Finding]:
    """Yield what lacks words in a language that the form has; of one without any words, its column alone."""
    used = {canonical(header)[1] for one in survey.questions for header in one.row.cells}
    spoken = [one for one in languages(book) if one in used and one]
    for language in languages(book):
        if language not in used:
            yield Finding(
                _(
                    "there are no words in {language} at all. Translate the form, or remove the column."
                ).format(language=language),
                "survey",
                1,
                f"label::{language}",
                fatal=False,
            )
    rows = [(one.row, "survey", one.name) for one in survey.questions]
    rows += [(row, "choices", "") for row in book.rows("choices")]
    for row, sheet, name in rows:
        said: dict[str, set[str]] = defaultdict(set)
        for header in row.cells:
            base, language = canonical(header)
            if base in TRANSLATED and language:
                said[base].add(language)
        for base, those in said.items():
            for language in spoken:
                if language not in those:
                    yield Finding(
                        _("there are no words in {language}. Translate this cell.").format(language=language),
                        sheet,
                        row.number,
                        f"{base}::{language}",
                        name,
                        fatal=False,
                        line=row.line,
                    )


def explained(book: Workbook, name: str, reason: str) -> Finding:
    """Return a refusal of the compiler or the loader as a finding: its paths and row numbers in the author's terms."""
    survey = read_survey(book, name)
    if numbered := re.search(r"\[row\s*:\s*(\d+)\]\s*", reason):
        row = int(numbered.group(1))
        sheet = next((one for one in ("choices", "settings", "entities") if f"'{one}'" in reason), "survey")
        sentence = reason.replace(numbered.group(0), "").strip()
        question = next((one for one in survey.questions if one.row.number == row), None)
        named = question.name if question and sheet == "survey" else ""
        return Finding(_("this does not compile: {reason}").format(reason=sentence), sheet, row, name=named)
    first: Question | None = None
    words = reason
    for path in sorted(
        set(re.findall(rf"/{re.escape(name)}(?:/\w[\w-]*(?:\.\w[\w-]*)*)+", reason)), key=len, reverse=True
    ):
        question = survey.at(path.partition(":")[0])
        if question is not None:
            told = _("${{{name}}} (row {row})").format(name=question.name, row=question.row.number)
            words = words.replace(path, told)
            if first is None or reason.index(path) < reason.index(first.path):
                first = question
    if first is not None:
        return Finding(words, "survey", first.row.number, name=first.name, line=first.row.line)
    return Finding(words)


def summary(found: list[Finding]) -> str:
    """Return how many errors and how much advice there is, in one sentence."""
    errors = sum(1 for one in found if one.fatal)
    advice = len(found) - errors
    if not found:
        return _("Nothing to mend.")
    told = ngettext("{count} error", "{count} errors", errors).format(count=errors)
    more = ngettext("{count} piece of advice", "{count} pieces of advice", advice).format(count=advice)
    return _("{errors}, {advice}.").format(errors=told, advice=more)
