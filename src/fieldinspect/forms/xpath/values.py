"""The four XPath types and how one becomes another, as ODK XForms has it.

A value is a str, a float, a bool or a list of nodes. Dates are strings in their ISO 8601 form; as numbers they
are days since 1970-01-01T00:00Z (ODK XForms specification, "Data types").
"""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal

from fieldinspect.forms.xpath.tree import Node, string_value

Value = str | float | bool | list[Node]
# Every compiled expression: (context node, its position, size of the context, the evaluation) -> value.
Closure = Callable[[Node, int, int, "Evaluation"], Value]

NAN = math.nan
MOST_WORK = 2_000_000  # nodes looked at and characters joined in one change: seconds, whatever a form asks
_NUMBER = re.compile(r"\s*-?(?:\d+\.?\d*|\.\d+)\s*\Z", re.ASCII)
_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:T(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?)?\Z",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


class WorkLimitError(Exception):
    """A form asked for more evaluation than one change may cost."""


class Evaluation:
    """What an expression may know beyond its context node: the clock, the instances, the node asked for.

    A session supplies one; plain documents are evaluated with this class itself.
    """

    origin: Node
    work: int = 0

    def __init__(self, origin: Node, now: Callable[[], datetime], root: Node | None = None) -> None:
        self.origin = origin
        self.now = now
        self.root = root if root is not None else origin.root
        self._zone: tzinfo | None = None

    @property
    def zone(self) -> tzinfo:
        """The zone in which times without one are read."""
        if self._zone is None:
            self._zone = self.now().tzinfo or UTC
        return self._zone

    def spend(self, nodes: int) -> None:
        """Count nodes looked at or characters joined; raises WorkLimitError past MOST_WORK."""
        self.work += nodes
        if self.work > MOST_WORK:
            raise WorkLimitError

    def instance(self, name: str) -> Node | None:  # noqa: ARG002 - a session answers
        """Return the document element's parent of a secondary instance, or None."""
        return None

    def index(self, instance: str, names: tuple[str, ...], key: str) -> dict[str, list[Node]] | None:  # noqa: ARG002 - a session answers
        """Return the nodes at `names` below a choice list by the text of their child `key`.

        None when there is no such list, or when it can change.
        """
        return None

    def choice_label(self, path: str, value: str, context: Node) -> str:  # noqa: ARG002 - a session answers
        """Return the label of a select's choice in the language in force."""
        return ""

    def text(self, key: str) -> str:  # noqa: ARG002 - a session answers
        """Return an itext string in the language in force."""
        return ""

    def random(self) -> float:
        """Return a number from 0 up to 1."""
        return 0.0

    def new_id(self) -> str:
        """Return a fresh UUID."""
        return ""


def to_string(value: Value) -> str:
    """Return the XPath string() of a value."""
    if type(value) is str:
        return value
    if type(value) is list:
        return string_value(value[0]) if value else ""
    if type(value) is bool:
        return "true" if value else "false"
    return number_text(value)  # type: ignore[arg-type]  # only float is left


def number_text(value: float) -> str:
    """Return a number as XPath writes it: no exponent, no trailing `.0`."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def to_number(value: Value, zone: tzinfo) -> float:
    """Return the number() of a value; an ISO date counts as days since 1970."""
    if type(value) is float:
        return value
    if type(value) is list:
        if not value:
            return NAN
        text = string_value(value[0])
    elif type(value) is str:
        text = value
    else:
        return float(value)  # type: ignore[arg-type]  # bool, or an int that slipped in
    if _NUMBER.match(text):
        return float(text)
    moment = parse_moment(text, zone)
    return days_since_epoch(moment) if moment is not None else NAN


def to_boolean(value: Value) -> bool:
    """Return the boolean() of a value."""
    if type(value) is float:
        return value == value and value != 0.0
    return bool(value)


def strings(value: Value) -> list[str]:
    """Return the string of each node of a node set, or of the one value."""
    if type(value) is list:
        return [string_value(one) for one in value]
    return [to_string(value)]


def numbers(values: Sequence[Value], zone: tzinfo) -> list[float]:
    """Return the number of each node of each node set, and of each other value."""
    found: list[float] = []
    for value in values:
        if type(value) is list:
            found += [to_number(string_value(one), zone) for one in value]
        else:
            found.append(to_number(value, zone))
    return found


def parse_moment(text: str, zone: tzinfo) -> datetime | None:
    """Read an ISO 8601 date or dateTime; a date is its first moment; without a zone it is local."""
    match = _DATE.match(text.strip())
    if match is None:
        return None
    part = match.groupdict()
    try:
        moment = datetime(
            int(part["year"]),
            int(part["month"]),
            int(part["day"]),
            int(part["hour"] or 0),
            int(part["minute"] or 0),
            int(part["second"] or 0),
            int(((part["fraction"] or "") + "000000")[:6]),
            tzinfo=_offset(part["zone"]) or zone,
        )
    except ValueError:
        return None
    return moment


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset >= _DAY:
        return None
    return timezone(offset if text[0] == "+" else -offset)


def days_since_epoch(moment: datetime) -> float:
    """Return days since 1970-01-01T00:00Z, with the time as a fraction."""
    return (moment - _EPOCH) / _DAY


def moment_from_days(days: float, zone: tzinfo) -> datetime | None:
    """Return the local moment of a number of days since 1970, or None when no calendar has it."""
    try:
        return local(_EPOCH + timedelta(days=days), zone)
    except (OverflowError, ValueError):
        return None


def local(moment: datetime, zone: tzinfo) -> datetime | None:
    """Return a moment in a zone, or None at an edge of the calendar, where the zone has no such date."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return None


def to_moment(value: Value, zone: tzinfo) -> datetime | None:
    """Return the local moment a date, dateTime or number of days stands for, or None."""
    if type(value) is not float and type(value) is not bool:
        text = to_string(value)
        if not _NUMBER.match(text):
            moment = parse_moment(text, zone)
            return None if moment is None else local(moment, zone)
    return moment_from_days(to_number(value, zone), zone)


def date_text(moment: datetime) -> str:
    """Return the local date of a moment."""
    return date(moment.year, moment.month, moment.day).isoformat()


def date_time_text(moment: datetime) -> str:
    """Return a moment as ODK writes a dateTime: milliseconds and the offset."""
    return moment.isoformat(timespec="milliseconds")


_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?\Z", re.ASCII)


def parse_time(text: str) -> time | None:
    """Read a time of day, `21:30` or `21:30:00.000+01:00`; an offset is read over: it is the wall clock."""
    match = _TIME.match(text.strip())
    if match is None:
        return None
    hour, minute, second, fraction = match.groups()
    try:
        return time(int(hour), int(minute), int(second or 0), int(((fraction or "") + "000000")[:6]))
    except ValueError:
        return None
