"""From what a visit knows to what the force is handed: the disclosure rules applied, once, in memory.

Rules of this module, to be held against the code:

1. Whatever text could carry a person's name passes the gate, or the summary is refused with the reasons.
2. Restricted matters and matters of protected streams are left out without a word: not even their number is told.
3. Every printed role band is listed, also those nobody of was spoken to: silence would tell a small count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from fieldinspect.analysis.attainable import Interval
from fieldinspect.analysis.disclosure import band, half_day, protect_parts, widened
from fieldinspect.analysis.gate import Finding, Gate, check, check_title
from fieldinspect.analysis.identifiers import Kind
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.summary import (
    FORCE_COPY_STREAMS,
    NARROWEST_BAND,
    WELSH_FORCES,
    Activity,
    ActivityCount,
    Count,
    DocumentFact,
    DocumentLine,
    HalfDay,
    Issue,
    Matter,
    MatterNoted,
    Polarity,
    RoleBand,
    RoleCount,
    VisitFacts,
    VisitSummary,
)
from fieldinspect.i18n import _


class Place(StrEnum):
    """Which text a refusal is about."""

    MATTER = "matter"
    TRANSLATION = "translation"
    DOCUMENT = "document"
    HANDLING = "handling"
    INSPECTION = "inspection"
    STATION = "station"
    REFERENCE = "reference"
    CONTACT = "contact"


@dataclass(frozen=True)
class Refusal:
    """A text that must be reworded first. `index` counts from 0 within the facts' own matters or documents."""

    place: Place
    index: int
    text: str
    findings: tuple[Finding, ...]


# Names and numbers of a place, or of the inspectorate's own office, are not those of a person.
_OF_A_PLACE: Final = frozenset({Kind.NAME, Kind.ADDRESS, Kind.REFERENCE, Kind.COLLAR})
_OF_A_PERSON: Final = frozenset({Kind.NAME, Kind.RANK_NAME, Kind.TITLE_NAME, Kind.COLLAR})

# Documents are listed one by one; a count beside the list would say nothing.
_COUNTED: Final = (Activity.OBSERVATIONS, Activity.TESTS, Activity.INTERVIEWS)

_HALF_A_DAY: Final = timedelta(hours=12)

_POSITIVE_FIRST: Final = (Polarity.STRENGTH, Polarity.MIXED, Polarity.NEUTRAL, Polarity.WEAKNESS)


def build_visit_summary(facts: VisitFacts, issue: Issue) -> VisitSummary | tuple[Refusal, ...]:
    """Return the force's copy, or every text that has to be reworded first.

    Raises `BadInput` when the visit's times or counts contradict themselves or the marking is missing.
    """
    _require(facts, issue)
    if refusals := tuple(_refusals(facts, issue)):
        return refusals
    roles = widened(_role_sizes(facts))
    by_role, conversations = _conversations(facts, issue.threshold, roles)
    return VisitSummary(
        marking=issue.marking.strip().upper(),
        handling=issue.handling,
        handling_cy=issue.handling_cy,
        reference=issue.reference,
        version=issue.version,
        copy=issue.copy,
        issued=issue.issued,
        recipient=issue.recipient,
        contact=issue.contact,
        contact_cy=issue.contact_cy,
        correct_by=issue.correct_by,
        report_expected=issue.report_expected,
        force_name=facts.force_name,
        force_name_cy=facts.force_name_cy,
        station=facts.station,
        inspection=facts.inspection,
        inspection_cy=facts.inspection_cy,
        visited=_visited(facts),
        spoken=facts.languages,
        conversations=conversations,
        by_role=by_role,
        activities=_activities(facts, issue.threshold),
        documents=tuple(_line(document, roles) for document in facts.documents),
        concerns=tuple(sorted(facts.concerns, key=lambda concern: concern.raised)),
        matters=_matters(facts),
        copy_languages=("en", "cy") if facts.force in WELSH_FORCES else ("en",),
    )


def releasable(matter: Matter) -> bool:
    """Tell whether a matter may be shown to the force at all, whatever its words."""
    return matter.stream in FORCE_COPY_STREAMS and not matter.restricted


def _require(facts: VisitFacts, issue: Issue) -> None:
    if facts.ended < facts.started:
        raise BadInput(_("The visit ends before it begins. Correct the times, then print again"))
    if min([0, *facts.conversations.values(), *facts.activities.values()]) < 0:
        raise BadInput(_("A count of the visit is below zero. Correct it, then print again"))
    if not issue.marking.strip():
        raise BadInput(_("The summary has no protective marking. Give the inspection one, then print again"))
    if issue.threshold < NARROWEST_BAND:
        raise BadInput(_("Counts under 5 are never printed. Choose a threshold of 5 or more"))


def _refusals(facts: VisitFacts, issue: Issue) -> Iterator[Refusal]:
    known = _known_words(facts) | issue.confirmed_words
    gate = Gate(facts.known_names, facts.other_forces, known, issue.threshold)
    for index, matter in enumerate(facts.matters):
        if releasable(matter):
            yield from _refusal(Place.MATTER, index, matter.text, check(matter.text, gate, matter.said_by))
            other = matter.translation
            yield from _refusal(Place.TRANSLATION, index, other, check(other, gate, matter.said_by))
    for index, document in enumerate(facts.documents):
        yield from _refusal(Place.DOCUMENT, index, document.title, check_title(document.title, gate))
    yield from _heading_refusals(facts, issue, gate)


def _heading_refusals(facts: VisitFacts, issue: Issue, gate: Gate) -> Iterator[Refusal]:
    own = replace(gate, other_forces=())
    for text in (issue.handling, issue.handling_cy):
        yield from _refusal(Place.HANDLING, 0, text, check_title(text, gate))
    for text in (facts.inspection, facts.inspection_cy):
        yield from _refusal(Place.INSPECTION, 0, text, check_title(text, own))
    for place, text in (
        (Place.REFERENCE, issue.reference),
        (Place.CONTACT, issue.contact),
        (Place.CONTACT, issue.contact_cy),
    ):
        found = tuple(hit for hit in check_title(text, own) if hit.kind in _OF_A_PERSON)
        yield from _refusal(place, 0, text, found)
    at_station = tuple(hit for hit in check_title(facts.station, own) if hit.kind not in _OF_A_PLACE)
    yield from _refusal(Place.STATION, 0, facts.station, at_station)


def _refusal(place: Place, index: int, text: str, findings: tuple[Finding, ...]) -> Iterator[Refusal]:
    if findings:
        yield Refusal(place, index, text, findings)


def _known_words(facts: VisitFacts) -> frozenset[str]:
    """Capitalised words of the visit's own headings: a station may be named in a matter."""
    titles = (facts.force_name, facts.force_name_cy, facts.station, facts.inspection, facts.inspection_cy)
    return frozenset(word.strip(",.()") for title in titles for word in title.split())


def _role_sizes(facts: VisitFacts) -> dict[RoleBand, int]:
    """How many fill each band; whoever was spoken to is there, whatever the establishment says."""
    met = {role for role, count in facts.conversations.items() if count}
    return {role: max(size, 1) if role in met else size for role, size in facts.role_sizes.items()}


def _visited(facts: VisitFacts) -> tuple[HalfDay, ...]:
    first, last = half_day(facts.started), half_day(facts.ended)
    # Two dates for one short visit would tell that it was made at night, and so on which shift.
    over_midnight = first.day != last.day and facts.ended - facts.started < _HALF_A_DAY
    return (first,) if first == last or over_midnight else (first, last)


def _conversations(
    facts: VisitFacts, threshold: int, roles: dict[RoleBand, RoleBand]
) -> tuple[tuple[RoleCount, ...], Count]:
    counts = dict.fromkeys(roles.values(), 0)
    for role, count in facts.conversations.items():
        counts[_printed(role, roles, roles[RoleBand.OTHER])] += count
    parts, total = protect_parts(tuple(counts.values()), threshold)
    by_role = tuple(RoleCount(role, _count(part)) for role, part in zip(counts, parts, strict=True))
    return by_role, _count(total)


def _printed(role: RoleBand, roles: dict[RoleBand, RoleBand], otherwise: RoleBand) -> RoleBand:
    """Return the band a role is printed as; `otherwise` for a wide band that is not printed itself."""
    return roles.get(role, role if role in roles.values() else otherwise)


def _activities(facts: VisitFacts, threshold: int) -> tuple[ActivityCount, ...]:
    return tuple(
        ActivityCount(activity, _count(band(facts.activities.get(activity, 0), threshold)))
        for activity in _COUNTED
    )


def _count(shown: Interval) -> Count:
    return Count(shown.low, shown.high)


def _line(document: DocumentFact, roles: dict[RoleBand, RoleBand]) -> DocumentLine:
    by = document.promised_by
    return DocumentLine(
        document.title, document.status, document.due, by and _printed(by, roles, RoleBand.ANYBODY)
    )


def _matters(facts: VisitFacts) -> tuple[MatterNoted, ...]:
    noted = [
        MatterNoted(matter.polarity, matter.text, matter.stream, matter.language, matter.translation)
        for matter in facts.matters
        if releasable(matter)
    ]
    return tuple(sorted(noted, key=lambda matter: _POSITIVE_FIRST.index(matter.polarity)))
