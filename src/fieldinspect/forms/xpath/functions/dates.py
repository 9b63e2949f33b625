"""Dates and times."""

from datetime import datetime

from fieldinspect.forms.xpath.functions.registry import here
from fieldinspect.forms.xpath.tree import Node
from fieldinspect.forms.xpath.values import (
    NAN,
    Evaluation,
    Value,
    date_text,
    date_time_text,
    days_since_epoch,
    parse_time,
    to_moment,
    to_string,
)
from fieldinspect.i18n import _

_SECONDS = 86_400


@here("today", 0, 0)
def today(evaluation: Evaluation, _node: Node) -> str:
    return date_text(evaluation.now())


@here("now", 0, 0)
def now(evaluation: Evaluation, _node: Node) -> str:
    return date_time_text(evaluation.now())


@here("date", 1, 1)
def date(evaluation: Evaluation, _node: Node, value: Value) -> str:
    """Return the value as a date; a moment that is not local midnight keeps its time."""
    moment = to_moment(value, evaluation.zone)
    if moment is None:
        return ""
    midnight = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    return date_text(moment) if midnight else date_time_text(moment)


@here("date-time", 1, 1)
def date_time(evaluation: Evaluation, _node: Node, value: Value) -> str:
    moment = to_moment(value, evaluation.zone)
    return "" if moment is None else date_time_text(moment)


@here("decimal-date-time", 1, 1)
def decimal_date_time(evaluation: Evaluation, _node: Node, value: Value) -> float:
    """Return days since 1970-01-01T00:00Z."""
    moment = to_moment(value, evaluation.zone)
    return NAN if moment is None else days_since_epoch(moment)


@here("decimal-time", 1, 1)
def decimal_time(evaluation: Evaluation, _node: Node, value: Value) -> float:
    """Return the local time of day as a fraction of a day."""
    time = parse_time(to_string(value))
    if time is None:
        moment = to_moment(value, evaluation.zone)
        if moment is None:
            return NAN
        time = moment.time()
    return (time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6) / _SECONDS


@here("format-date", 2, 2)
@here("format-date-time", 2, 2)
def format_date_time(evaluation: Evaluation, _node: Node, value: Value, pattern: Value) -> str:
    """Write a date with `%Y %y %m %n %b %d %e %a %H %h %M %S %3` as the ODK specification lists them."""
    moment = to_moment(value, evaluation.zone)
    if moment is None:
        return ""
    return _formatted(moment, to_string(pattern))


def _formatted(moment: datetime, pattern: str) -> str:
    written: list[str] = []
    characters = iter(pattern)
    for one in characters:
        if one != "%":
            written.append(one)
            continue
        code = next(characters, "")
        written.append(_part(moment, code))
    return "".join(written)


def _part(moment: datetime, code: str) -> str:
    match code:
        case "Y" | "y" | "m" | "d" | "H" | "M" | "S":
            return moment.strftime(f"%{code}")
        case "n":
            return str(moment.month)
        case "e":
            return str(moment.day)
        case "h":
            return str(moment.hour)
        case "3":
            return f"{moment.microsecond // 1000:03d}"
        case "b":
            return _months()[moment.month - 1]
        case "a":
            return _days()[moment.weekday()]
    return f"%{code}" if code != "%" else "%"


def _months() -> tuple[str, ...]:
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip


def _days() -> tuple[str, ...]:
    return _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")
