"""From facts to the force's copy: what gets in, what is refused, what can never be there."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from fieldinspect.analysis.identifiers import Kind
from fieldinspect.analysis.summary import Place, Refusal, build_visit_summary
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.summary import (
    FORCE_COPY_STREAMS,
    WITHHELD,
    Count,
    DocumentFact,
    DocumentStatus,
    HalfDay,
    Matter,
    MatterNoted,
    Part,
    Polarity,
    RoleBand,
    Stream,
    VisitSummary,
)
from tests.report.samples import ISSUE, LONG, SHORT, summary_of


def refusals_of(**changes: object) -> tuple[Refusal, ...]:
    made = build_visit_summary(replace(SHORT, **changes), ISSUE)
    assert not isinstance(made, VisitSummary)
    return made


def test_counts_are_banded_and_every_band_is_listed() -> None:
    made = summary_of(LONG)
    assert made.conversations == Count(20, 49)
    assert {part.role: part.count for part in made.by_role} == {
        RoleBand.CONSTABLE: Count(10, 19),
        RoleBand.SPECIALIST: Count(0, 4),
        RoleBand.LEADERS: Count(0, 4),  # the one manager is widened into the supervisors
        RoleBand.STAFF: Count(5, 9),
        RoleBand.OTHER: Count(0, 4),  # nobody, told like anything under five
    }


def test_a_total_that_would_tell_a_part_is_withheld() -> None:
    met = {RoleBand.CONSTABLE: 9, RoleBand.SUPERVISOR: 3}
    sizes = {RoleBand.CONSTABLE: 20, RoleBand.SUPERVISOR: 9}
    made = summary_of(replace(SHORT, conversations=met, role_sizes=sizes))
    small = [part.count for part in made.by_role if part.count.low == 0]
    assert made.conversations in (WITHHELD, Count(10, 19))
    assert all(count == Count(0, 4) for count in small)


def test_a_higher_threshold_makes_wider_bands() -> None:
    made = summary_of(SHORT, replace(ISSUE, threshold=10))
    assert {part.count for part in made.by_role} == {Count(10, 19), Count(0, 9)}


@pytest.mark.parametrize("threshold", range(5, 31))
def test_every_threshold_makes_bands_that_can_be_printed(threshold: int) -> None:
    for met in (0, threshold - 1, threshold, 3 * threshold, 200):
        made = summary_of(
            replace(SHORT, conversations={RoleBand.STAFF: met}), replace(ISSUE, threshold=threshold)
        )
        assert all(part.count.low in {0, *range(threshold, 201)} for part in made.by_role)


@pytest.mark.parametrize(("low", "high"), [(3, 3), (5, 8), (-1, 9)])
def test_no_exact_count_can_be_held(low: int, high: int) -> None:
    with pytest.raises(Bug):
        Count(low, high)


def test_a_role_that_was_met_is_there_whatever_the_establishment_says() -> None:
    sizes = dict.fromkeys(SHORT.role_sizes, 9) | {RoleBand.SPECIALIST: 0}
    made = summary_of(replace(SHORT, conversations={RoleBand.SPECIALIST: 2}, role_sizes=sizes))
    assert RoleBand.SPECIALIST not in {part.role for part in made.by_role}


@pytest.mark.parametrize(
    ("started", "ended", "visited"),
    [
        (datetime(2014, 3, 4, 9), datetime(2014, 3, 4, 11), (HalfDay(date(2014, 3, 4), Part.MORNING),)),
        (
            datetime(2014, 3, 4, 9),
            datetime(2014, 3, 4, 13),
            (HalfDay(date(2014, 3, 4), Part.MORNING), HalfDay(date(2014, 3, 4), Part.AFTERNOON)),
        ),
        (datetime(2014, 3, 4, 22), datetime(2014, 3, 5, 2), (HalfDay(date(2014, 3, 4), Part.AFTERNOON),)),
        (
            datetime(2014, 3, 4, 9),
            datetime(2014, 3, 5, 16),
            (HalfDay(date(2014, 3, 4), Part.MORNING), HalfDay(date(2014, 3, 5), Part.AFTERNOON)),
        ),
    ],
)
def test_the_visit_is_told_in_half_days_and_a_night_is_not_told(
    started: datetime, ended: datetime, visited: tuple[HalfDay, ...]
) -> None:
    assert summary_of(replace(SHORT, started=started, ended=ended)).visited == visited


def test_positive_matters_come_first() -> None:
    order = [matter.polarity for matter in summary_of(LONG).matters]
    assert order == [Polarity.STRENGTH] * 2 + [Polarity.MIXED, Polarity.NEUTRAL, Polarity.WEAKNESS]


@pytest.mark.parametrize("stream", sorted(set(Stream) - FORCE_COPY_STREAMS))
def test_protected_streams_stay_out(stream: Stream) -> None:
    matter = Matter(Polarity.WEAKNESS, "It was so.", stream, restricted=False)
    assert summary_of(replace(SHORT, matters=(matter,))).matters == ()
    with pytest.raises(Bug):
        MatterNoted(Polarity.WEAKNESS, "It was so.", stream)


def test_restricted_matters_stay_out_and_leave_no_trace() -> None:
    matter = Matter(Polarity.WEAKNESS, "PC 1234 Smith did it.", Stream.STATION_VISIT, restricted=True)
    assert summary_of(replace(SHORT, matters=(matter,))) == summary_of(SHORT)


def test_a_matter_with_a_name_is_refused_with_the_reason() -> None:
    matter = Matter(Polarity.WEAKNESS, "The desk of Smith was empty.", Stream.STATION_VISIT, restricted=False)
    (refusal,) = refusals_of(matters=(matter,), known_names=("Jane Smith",))
    assert (refusal.place, refusal.index) == (Place.MATTER, 0)
    assert [finding.sentence for finding in refusal.findings] == [
        "“Smith” is the name of a person. Leave it out"
    ]


@pytest.mark.parametrize(
    ("changes", "place", "kind"),
    [
        ({"documents": (DocumentFact("Plan of Smith", DocumentStatus.SEEN),)}, Place.DOCUMENT, Kind.NAME),
        ({"station": "Peterlee, ring 01632 960983"}, Place.STATION, Kind.PHONE),
        ({"inspection": "Inspection by Jane Smith"}, Place.INSPECTION, Kind.NAME),
        (
            {
                "matters": (
                    Matter(
                        Polarity.NEUTRAL,
                        "It was so.",
                        Stream.STATION_VISIT,
                        restricted=False,
                        translation="Roedd Smith yno.",
                    ),
                )
            },
            Place.TRANSLATION,
            Kind.NAME,
        ),
    ],
)
def test_every_text_passes_the_gate(changes: dict[str, object], place: Place, kind: Kind) -> None:
    (refusal,) = refusals_of(known_names=("Jane Smith",), **changes)
    assert refusal.place is place
    assert kind in {finding.kind for finding in refusal.findings}


def test_the_texts_of_the_issue_pass_the_gate_too() -> None:
    facts = replace(SHORT, known_names=("Jane Smith",))
    issue = replace(
        ISSUE, contact="Jane Smith, 01632 960983", handling="For Jane Smith", reference="DA-Smith"
    )
    made = build_visit_summary(facts, issue)
    assert not isinstance(made, VisitSummary)
    assert {refusal.place for refusal in made} == {Place.CONTACT, Place.HANDLING, Place.REFERENCE}


def test_the_office_may_give_its_own_number() -> None:
    made = summary_of(SHORT, replace(ISSUE, contact="the office, 01632 960983"))
    assert made.contact == "the office, 01632 960983"


def test_a_station_may_bear_a_name() -> None:
    made = summary_of(replace(SHORT, station="Smith Street", known_names=("Jane Smith",)))
    assert made.station == "Smith Street"


def test_promised_by_is_widened_like_every_role() -> None:
    promised = [line.promised_by for line in summary_of(LONG).documents if line.promised_by]
    assert promised == [RoleBand.LEADERS]


def test_forces_of_wales_have_both_languages() -> None:
    assert summary_of(LONG).copy_languages == ("en", "cy")
    assert summary_of(SHORT).copy_languages == ("en",)


@pytest.mark.parametrize(
    ("facts", "issue"),
    [
        (replace(SHORT, ended=datetime(2014, 3, 3)), ISSUE),
        (replace(SHORT, conversations={RoleBand.STAFF: -1}), ISSUE),
        (SHORT, replace(ISSUE, marking=" ")),
        (SHORT, replace(ISSUE, threshold=4)),
    ],
)
def test_contradictions_are_bad_input(facts: object, issue: object) -> None:
    with pytest.raises(BadInput, match=r"\w+ \w+"):
        build_visit_summary(facts, issue)  # type: ignore[arg-type]


def test_whoever_was_met_in_no_recorded_band_counts_among_the_others() -> None:
    sizes = dict.fromkeys(SHORT.role_sizes, 9) | {RoleBand.OTHER: 30, RoleBand.STAFF: 9}
    made = summary_of(replace(SHORT, conversations={RoleBand.ANYBODY: 6}, role_sizes=sizes))
    assert {part.role: part.count for part in made.by_role}[RoleBand.OTHER] == Count(5, 9)
    assert RoleBand.ANYBODY not in {part.role for part in made.by_role}
