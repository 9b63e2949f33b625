"""Planned visits in words; plain Python."""

from fieldinspect.i18n import _
from fieldinspect.services.planning import Details, State
from fieldinspect.services.reference import force_name
from fieldinspect.ui.text import date_in_words


def where(details: Details) -> str:
    """Return where a planned visit is, in words."""
    return details.station or force_name(details.force)


def when(details: Details) -> str:
    """Return the day or the days of a planned visit, in words."""
    first = date_in_words(details.first)
    if details.first == details.last:
        return first
    return _("{first} to {last}").format(first=first, last=date_in_words(details.last))


def state_name(state: State) -> str:
    return {
        State.PLANNED: _("Planned"),
        State.BEGUN: _("In progress"),
        State.CLOSED: _("Closed"),
        State.CANCELLED: _("Cancelled"),
    }[state]
