"""A schedule of visits from a table (CSV): read strictly, shown before anything is written, all of it or nothing.

Columns, in any order: date; and, where wanted, until, force, station, streams, unannounced, lead, assigned, contacts,
briefing. People are named as the team list names them; several are separated by semicolons.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _
from fieldinspect.services import planning
from fieldinspect.services.planning import Details
from fieldinspect.services.ports import Reader
from fieldinspect.services.reference import forces

COLUMNS: Final = (
    *("date", "until", "force", "station", "streams", "unannounced", "lead", "assigned", "contacts"),
    "briefing",
)
MOST_BYTES: Final = 1024 * 1024
MOST_ROWS: Final = 2000
MOST_PROBLEMS: Final = 20
"""Told at once: whoever has more mends these first."""


class Row(NamedTuple):
    """One line of the table as it would be planned."""

    line: int
    details: Details


class ScheduleRefused(BadInput):
    """Nothing of a schedule was planned: each problem with its line."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        self.problems = tuple(problems)
        lines = (
            _("Line {number}: {problem}").format(number=number, problem=problem)
            for number, problem in self.problems[:MOST_PROBLEMS]
        )
        super().__init__(_("Nothing was planned. Mend the table:\n{list}").format(list="\n".join(lines)))


def read_schedule(vault: Reader, raw: bytes) -> list[Row]:
    """Return the visits that a table asks for, each checked as if it were planned.

    Raises `ScheduleRefused` with every line that is wrong, `BadInput` for what is no table.
    """
    roster = planning.leading(vault)
    rows, problems = [], []
    for line, cells in _table(raw):
        try:
            details = planning.checked(vault, roster, _details(roster, cells))
        except BadInput as error:
            problems.append((line, str(error)))
        else:
            rows.append(Row(line, details))
    problems += _repeated(rows)
    if problems:
        raise ScheduleRefused(sorted(problems))
    if not rows:
        raise BadInput(_("The table has no visits. Enter one in each line below the names of the columns"))
    return rows


def _table(raw: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    if len(raw) > MOST_BYTES:
        raise BadInput(_("A schedule may have 1 MB. Divide it into several"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(_("The table is not UTF-8 text. Save it as “CSV UTF-8”")) from None
    if "\0" in text:
        raise BadInput(_("The table is not UTF-8 text. Save it as “CSV UTF-8”"))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        _check_names(names)
        for count, cells in enumerate(reader):
            if count >= MOST_ROWS:
                raise BadInput(_("A schedule may have 2,000 lines. Divide it into several"))
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                raise ScheduleRefused(
                    [(reader.line_num, _("It has more or fewer cells than there are columns"))]
                )
            yield reader.line_num, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    except csv.Error:
        raise ScheduleRefused(
            [(reader.line_num, _("It is not CSV: a quotation mark is out of place"))]
        ) from None


def _check_names(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or "date" not in names or len(set(names)) != len(names):
        raise BadInput(
            _("The first line names the columns, each once: {columns}. “date” must be among them").format(
                columns=", ".join(COLUMNS)
            )
        )


def _details(roster: Roster, cells: Mapping[str, str]) -> Details:
    first = _day(cells["date"])
    people = [person_called(roster, name) for name in _several(cells.get("assigned", ""))]
    return Details(
        first,
        _day(cells["until"]) if cells.get("until") else first,
        _force(cells.get("force", "")),
        cells.get("station", ""),
        tuple(_stream(name) for name in _several(cells.get("streams", ""))) or Details.streams,
        _yes(cells.get("unannounced", "")),
        person_called(roster, cells["lead"]) if cells.get("lead") else "",
        tuple(people),
        cells.get("contacts", ""),
        cells.get("briefing", ""),
    )


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _day(text: str) -> date:
    window = planning.read_window(text)
    if window is None or "/" in text:
        raise BadInput(_("“{text}” is no day. Write it as 2014-02-03").format(text=text))
    return window[0]


def _force(text: str) -> str:
    names = {
        name.casefold(): one.slug for one in forces().values() for name in (one.slug, one.name, one.name_cy)
    }
    if text and text.casefold() not in names:
        raise BadInput(_("“{text}” is no force of the register").format(text=text))
    return names[text.casefold()] if text else ""


def person_called(roster: Roster, text: str) -> str:
    """Return the id of the one person of this name or id; raise `BadInput`."""
    found = [one.id for one in roster.people if text in (one.id, one.name)]
    if not found:
        raise BadInput(_("{name} is not in the team list").format(name=text))
    if len(found) > 1:
        raise BadInput(_("Several people are called {name}. Give the id that `team` lists").format(name=text))
    return found[0]


def _stream(text: str) -> str:
    if text not in planning.PLANNABLE:
        raise BadInput(
            _("“{text}” is no stream. Write: {streams}").format(
                text=text, streams=", ".join(planning.PLANNABLE)
            )
        )
    return text


def _yes(text: str) -> bool:
    answer = {"": True, "yes": True, "no": False}.get(text.casefold())
    if answer is None:
        raise BadInput(_("Write “yes” or “no” under “unannounced”, not “{text}”").format(text=text))
    return answer


def _repeated(rows: Sequence[Row]) -> list[tuple[int, str]]:
    seen: dict[Details, int] = {}
    repeated = []
    for row in rows:
        if row.details in seen:
            problem = _("It says the same as line {number}").format(number=seen[row.details])
            repeated.append((row.line, problem))
        seen.setdefault(row.details, row.line)
    return repeated
