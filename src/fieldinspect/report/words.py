"""The printed words of dates, bands, roles and categories, in the language in force."""

from collections.abc import Iterable
from datetime import date

from fieldinspect.domain.summary import (
    Activity,
    ConcernCategory,
    Count,
    HalfDay,
    Part,
    Recipient,
    RoleBand,
    VisitSummary,
)
from fieldinspect.i18n import _
from fieldinspect.services.dates import months

_NO_BREAK = "\u00a0"


def day(moment: date) -> str:
    """Return a date as "3 March 2026", which does not break over a line."""
    return _NO_BREAK.join((str(moment.day), months()[moment.month - 1], str(moment.year)))


def half_days(visited: tuple[HalfDay, ...]) -> str:
    """Return when a visit was made: one half-day, both halves of a day, or from one to another."""
    first, last = visited[0], visited[-1]
    if first == last:
        return _half_day(first)
    if first.day == last.day:
        return _("{day}, before and after noon").format(day=day(first.day))
    return _("From {first} to {last}").format(first=_half_day(first), last=_half_day(last))


def _half_day(half: HalfDay) -> str:
    if half.part is Part.MORNING:
        return _("{day} (before noon)").format(day=day(half.day))
    return _("{day} (after noon)").format(day=day(half.day))


def copy_of(summary: VisitSummary) -> str:
    """Return what tells this copy from every other."""
    return _("{reference}, version {version}, copy {copy}").format(
        reference=summary.reference, version=summary.version, copy=summary.copy
    )


def issued(summary: VisitSummary) -> str:
    """Return when the copy was issued, and to whom by role."""
    sentences = {
        Recipient.FORCE_CONTACT: _("{day}, to the force contact"),
        Recipient.CHIEF_OFFICER: _("{day}, to the chief officer"),
        Recipient.POLICING_BODY: _("{day}, to the local policing body"),
    }
    return sentences[summary.recipient].format(day=day(summary.issued))


def count(shown: Count) -> str:
    if shown.withheld:
        return "[c]"
    if shown.high is None:
        return _("{low} or more").format(low=shown.low)
    if shown.low == 0:
        return _("fewer than {number}").format(number=shown.high + 1)
    return _("{low} to {high}").format(low=shown.low, high=shown.high)


def role(band: RoleBand) -> str:
    return {
        RoleBand.CONSTABLE: _("Constables"),
        RoleBand.SPECIALIST: _("Specialist officers and staff"),
        RoleBand.SUPERVISOR: _("Sergeants"),
        RoleBand.MANAGER: _("Inspectors and more senior officers"),
        RoleBand.STAFF: _("Police staff"),
        RoleBand.OTHER: _("Others"),
        RoleBand.OFFICERS: _("Constables, and specialist officers and staff"),
        RoleBand.LEADERS: _("Sergeants and more senior officers"),
        RoleBand.STAFF_AND_OTHERS: _("Police staff and others"),
        RoleBand.ANYBODY: _("Officers, staff and others"),
    }[band]


def activity(kind: Activity) -> str:
    return {
        Activity.CONVERSATIONS: _("Conversations"),
        Activity.OBSERVATIONS: _("Observations"),
        Activity.TESTS: _("Tests of systems and records"),
        Activity.DOCUMENTS: _("Documents"),
        Activity.INTERVIEWS: _("Interviews with officers"),
    }[kind]


def concern(category: ConcernCategory) -> str:
    return {
        ConcernCategory.PERSON_AT_RISK: _("The safety of a person who may be at risk"),
        ConcernCategory.CHILD_AT_RISK: _("The safety of a child who may be at risk"),
        ConcernCategory.UNREVIEWED_RISK: _("Risk assessments that were waiting for review"),
        ConcernCategory.CUSTODY_SAFETY: _("Safety in custody"),
        ConcernCategory.INFORMATION_SECURITY: _("The security of information"),
        ConcernCategory.OTHER: _("Another matter that could not wait"),
    }[category]


def spoken(codes: Iterable[str]) -> str:
    """Return the languages of the visit, each once; languages without a word here are one of "other"."""
    known = {"en": _("English"), "cy": _("Welsh")}
    return ", ".join(dict.fromkeys(known.get(code, _("another language")) for code in codes))


def written_in(text: str, language: str) -> str:
    """Return a text that stands in another language than its page, saying so."""
    if language == "cy":
        return _("{text} (recorded in Welsh)").format(text=text)
    return _("{text} (recorded in English)").format(text=text)
