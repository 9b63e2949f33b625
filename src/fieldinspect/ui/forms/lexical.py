"""Between what people type and what a form stores (XML Schema lexical values). What cannot be read stays as typed."""

import re
from datetime import date, datetime
from unicodedata import decimal

_DATE = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2}|[^\W\d_]+)[\s./-]+(\d{2}|\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.h]?(\d{2})")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?P<by>[\s,])\d{3}(?:(?P=by)\d{3})*(?:\.\d+)?")
"""Thousands set apart. A comma anywhere else may stand for a point: then it is for the person to say what they mean."""


_MEASURED = ("int", "integer", "decimal", "date", "time", "dateTime")


def to_lexical(kind: str, typed: str, months: tuple[str, ...] = ()) -> str:
    """Return what to store for a question of an XForms type; `months` are names to read in dates."""
    text = _western(typed.strip()) if kind in _MEASURED else typed if kind == "string" else typed.strip()
    if not text.strip():
        return ""
    if kind == "date":
        return _date(text, months) or text
    if kind == "time":
        return _time(text) or text
    if kind == "dateTime":
        return _moment(text, months) or text
    if kind in ("int", "integer", "decimal"):
        return _number(text)
    return text


def to_words(kind: str, stored: str) -> str:
    """Return a stored value as people write it."""
    try:
        if kind == "date":
            return date.fromisoformat(stored).strftime("%d/%m/%Y")
        if kind == "time" and len(stored) >= 5 and stored[2] == ":":
            return stored[:5]
        if kind == "dateTime":
            return datetime.fromisoformat(stored).strftime("%d/%m/%Y %H:%M")
    except ValueError:
        return stored
    return stored


def readable(kind: str, typed: str, months: tuple[str, ...] = ()) -> bool:
    """Tell whether what was typed can be read as the type asked for."""
    text = _western(typed.strip())
    if not text:
        return True
    if kind == "date":
        return bool(_date(text, months))
    if kind == "time":
        return bool(_time(text))
    if kind == "dateTime":
        return bool(_moment(text, months))
    if kind in ("int", "integer"):
        return re.fullmatch(r"[+-]?\d+", _number(text)) is not None
    if kind == "decimal":
        return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", _number(text)) is not None
    return True


def _date(text: str, months: tuple[str, ...]) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    found = _DATE.fullmatch(text)
    if found is None:
        return ""
    day, month, year = found.groups()
    number = int(month) if month.isdigit() else _month(month, months)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day)).isoformat()
    except ValueError:
        return ""


def _month(word: str, months: tuple[str, ...]) -> int:
    fits = [place + 1 for place, name in enumerate(months) if name.casefold().startswith(word.casefold())]
    return fits[0] if len(fits) == 1 else 0


def _time(text: str) -> str:
    found = _TIME.fullmatch(text.replace(" ", ""))
    if found is None:
        return f"{text}.000"[:12] if re.fullmatch(r"\d\d:\d\d:\d\d", text) else ""
    hour, minute = int(found[1]), int(found[2])
    return f"{hour:02}:{minute:02}:00.000" if hour < 24 and minute < 60 else ""


def _moment(text: str, months: tuple[str, ...]) -> str:
    day, _space, clock = text.rpartition(" ")
    on, at = _date(day.strip(), months), _time(clock)
    if not on or not at:
        return ""
    try:
        return datetime.fromisoformat(f"{on}T{at}").astimezone().isoformat(timespec="milliseconds")
    except (OverflowError, ValueError):
        return ""  # an edge of the calendar


def _number(text: str) -> str:
    sign = text[:1] if text[:1] in ("+", "-") else ""
    rest = text.removeprefix(sign).lstrip()
    if _GROUPED.fullmatch(rest):
        rest = re.sub(r"[\s,]", "", rest)
    return f"{sign}{rest}" if re.fullmatch(r"[\d.]+", rest) else text


def _western(text: str) -> str:
    """Return a text with the digits of every script as 0 to 9."""
    return "".join(str(decimal(one)) if one.isdecimal() else one for one in text)
