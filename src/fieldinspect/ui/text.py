"""Times, sizes and kinds in words; plain Python."""

from collections.abc import Callable
from datetime import datetime

from fieldinspect.domain.kinds import Kind
from fieldinspect.i18n import _


def clock_time(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M")


def clock_seconds(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")


def day(moment: datetime) -> str:
    """Return a day such as 14 March 2026."""
    local = moment.astimezone()
    return _("{day} {month} {year}").format(day=local.day, month=_months()[local.month - 1], year=local.year)


def day_and_time(moment: datetime) -> str:
    return _("{day} at {time}").format(day=day(moment), time=clock_time(moment))


def size(count: int) -> str:
    """Return a size in bytes as people say it."""
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def kind_name(kind: str) -> str:
    """Return the name of a kind of record; one this program does not know keeps its own."""
    name = _KINDS.get(kind)
    return name() if name else kind


_KINDS: dict[str, Callable[[], str]] = {
    Kind.VISIT: lambda: _("Visit"),
    Kind.CONTACT: lambda: _("Contact"),
    Kind.OBSERVATION: lambda: _("Observation"),
    Kind.DOCUMENT: lambda: _("Document"),
    Kind.TEST: lambda: _("Test"),
    Kind.NOTE: lambda: _("Note"),
    Kind.INTERVIEW: lambda: _("Officer interview"),
    Kind.ATTACHMENT: lambda: _("Attachment"),
    Kind.MATTER: lambda: _("Matter"),
    Kind.INSPECTION: lambda: _("Inspection"),
    Kind.FORM_SET: lambda: _("Form set"),
    "said": lambda: _("Said"),
    "question": lambda: _("Question"),
    "action": lambda: _("Action"),
}


def _months() -> tuple[str, ...]:
    return (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )
