"""Days and times in words, for screens and for sentences of services; plain Python."""

from datetime import datetime

from fieldinspect.i18n import _


def clock_time(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M")


def day(moment: datetime) -> str:
    """Return a day such as 14 March 2026."""
    local = moment.astimezone()
    return _("{day} {month} {year}").format(day=local.day, month=months()[local.month - 1], year=local.year)


def day_and_time(moment: datetime) -> str:
    return _("{day} at {time}").format(day=day(moment), time=clock_time(moment))


def months() -> tuple[str, ...]:
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
