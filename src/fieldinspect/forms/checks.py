"""Whether a value is of its type, and the sentences for what is wrong with an answer."""

import math
import re
from collections.abc import Callable
from datetime import UTC

from fieldinspect.forms.xpath.values import parse_moment, parse_time
from fieldinspect.i18n import _

_INTEGER = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)\Z", re.ASCII)


def type_problem(kind: str, value: str, label: str) -> str:
    """Return a sentence when a value is not of an XForms type, or ""."""
    of_type = _TYPES.get(kind)
    return "" if of_type is None or of_type(value) else _wanted(kind, label)


def _wanted(kind: str, label: str) -> str:
    match kind:
        case "int" | "integer" | "long":
            return _("{label}: enter a whole number, such as 12").format(label=label)
        case "date":
            return _("{label}: enter a date, such as 2014-03-27").format(label=label)
        case "time":
            return _("{label}: enter a time on the 24-hour clock, such as 21:30").format(label=label)
        case "dateTime":
            return _("{label}: enter a date and a time, such as 2014-03-27T21:30").format(label=label)
        case "geopoint":
            return _("{label}: enter latitude and longitude, such as 51.48 -3.18").format(label=label)
    return _("{label}: enter a number, such as 12.5").format(label=label)


def _is_integer(value: str) -> bool:
    return _INTEGER.match(value) is not None


def _is_decimal(value: str) -> bool:
    return _DECIMAL.match(value) is not None


def _is_date(value: str) -> bool:
    return "T" not in value and parse_moment(value, UTC) is not None


def _is_time(value: str) -> bool:
    return parse_time(value) is not None


def _is_moment(value: str) -> bool:
    return parse_moment(value, UTC) is not None


def _point(value: str) -> bool:
    parts = value.split()
    if not 2 <= len(parts) <= 4 or not all(_DECIMAL.match(one) for one in parts):
        return False
    latitude, longitude = (float(one) for one in parts[:2])
    return math.fabs(latitude) <= 90 and math.fabs(longitude) <= 180


_TYPES: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(("int", "integer", "long"), _is_integer),
    **dict.fromkeys(("decimal", "double", "float"), _is_decimal),
    "date": _is_date,
    "time": _is_time,
    "dateTime": _is_moment,
    "geopoint": _point,
}


def canonical(kind: str, value: str) -> str:
    """Return a point as four decimals (latitude, longitude, altitude, accuracy); anything else as it is."""
    if kind != "geopoint" or not _point(value):
        return value
    parts = [float(one) for one in value.split()]
    return " ".join(repr(one) for one in [*parts, 0.0, 0.0][:4])


def missing(label: str) -> str:
    """Return the sentence for a required question without an answer."""
    return _("Answer “{label}”").format(label=label)


def not_allowed(label: str) -> str:
    """Return the sentence for an answer that breaks a constraint without a message of its own."""
    return _("{label}: change this answer, the form does not allow it").format(label=label)
