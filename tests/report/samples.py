"""Visits that never took place: a short one in England, a long one in Wales, and one full of what must not leave."""

from dataclasses import replace
from datetime import date, datetime

from fieldinspect.analysis.summary import build_visit_summary
from fieldinspect.domain.summary import (
    Activity,
    ConcernCategory,
    DocumentFact,
    DocumentStatus,
    ImmediateConcern,
    Issue,
    Matter,
    Polarity,
    RoleBand,
    Stream,
    VisitFacts,
    VisitSummary,
)

ISSUE = Issue(
    marking="OFFICIAL-SENSITIVE",
    handling="For the chief officer team and the force liaison officer only",
    handling_cy="Ar gyfer tîm y prif swyddogion a swyddog cyswllt yr heddlu yn unig",
    reference="DA-2014-NWP-03",
    version=1,
    copy=2,
    issued=date(2014, 3, 6),
    contact="the inspection office",
    contact_cy="swyddfa'r arolygiad",
    correct_by=date(2014, 3, 20),
    report_expected=date(2014, 3, 27),
)

SHORT = VisitFacts(
    force="durham",
    force_name="Durham Constabulary",
    station="Peterlee",
    inspection="The police response to domestic abuse",
    started=datetime(2014, 3, 4, 9, 12),
    ended=datetime(2014, 3, 4, 11, 47),
    conversations={RoleBand.CONSTABLE: 12, RoleBand.SUPERVISOR: 2, RoleBand.STAFF: 7},
    activities={Activity.OBSERVATIONS: 14, Activity.TESTS: 3},
    role_sizes={RoleBand.CONSTABLE: 60, RoleBand.SUPERVISOR: 9, RoleBand.MANAGER: 2, RoleBand.STAFF: 21},
)


def _noted(polarity: Polarity, text: str, welsh: str = "") -> Matter:
    return Matter(polarity, text, Stream.STATION_VISIT, restricted=False, translation=welsh)


LONG = VisitFacts(
    force="north-wales",
    force_name="North Wales Police",
    force_name_cy="Heddlu Gogledd Cymru",
    station="Llangefni",
    inspection="The police response to domestic abuse",
    inspection_cy="Ymateb yr heddlu i gam-drin domestig",
    started=datetime(2014, 3, 4, 21, 40),
    ended=datetime(2014, 3, 5, 1, 15),
    conversations={RoleBand.CONSTABLE: 11, RoleBand.SUPERVISOR: 3, RoleBand.STAFF: 6, RoleBand.SPECIALIST: 2},
    activities={Activity.OBSERVATIONS: 23, Activity.TESTS: 6, Activity.DOCUMENTS: 4, Activity.INTERVIEWS: 1},
    languages=("cy", "en"),
    documents=(
        DocumentFact("Domestic abuse policy, version 4", DocumentStatus.SEEN),
        DocumentFact("Risk assessment guidance for officers", DocumentStatus.COPIED),
        DocumentFact(
            "Training records for public protection, 2013 to 2014",
            DocumentStatus.PROMISED,
            date(2014, 3, 14),
            RoleBand.MANAGER,
        ),
        DocumentFact("Terms of reference of the daily management meeting", DocumentStatus.REQUESTED),
    ),
    concerns=(ImmediateConcern(ConcernCategory.UNREVIEWED_RISK, date(2014, 3, 5)),),
    matters=(
        _noted(
            Polarity.WEAKNESS,
            "Risk forms from the previous week were waiting for a supervisor, and the oldest had waited several days.",
            "Roedd ffurflenni risg o'r wythnos flaenorol yn aros am oruchwyliwr, a'r hynaf wedi aros sawl diwrnod.",
        ),
        _noted(
            Polarity.STRENGTH,
            "Posters and leaflets about help for victims were on show at the front counter in Welsh and English.",
            "Roedd posteri a thaflenni am gymorth i ddioddefwyr i'w gweld wrth y cownter blaen yn Gymraeg a Saesneg.",
        ),
        _noted(
            Polarity.STRENGTH,
            "Officers showed how they find earlier calls to an address, and found them without delay.",
            "Dangosodd swyddogion sut y maent yn dod o hyd i alwadau blaenorol i gyfeiriad, a hynny heb oedi.",
        ),
        _noted(
            Polarity.MIXED,
            "Body-worn cameras were charged and available. How the recordings are kept was explained in different "
            "ways.",
        ),
        _noted(
            Polarity.NEUTRAL,
            "The room kept for private conversations was being used for storage during the visit.",
            "Roedd yr ystafell ar gyfer sgyrsiau preifat yn cael ei defnyddio i storio yn ystod yr ymweliad.",
        ),
    ),
    role_sizes={
        RoleBand.CONSTABLE: 48,
        RoleBand.SPECIALIST: 6,
        RoleBand.SUPERVISOR: 7,
        RoleBand.MANAGER: 1,
        RoleBand.STAFF: 15,
        RoleBand.OTHER: 2,
    },
)


def summary_of(facts: VisitFacts, issue: Issue = ISSUE) -> VisitSummary:
    made = build_visit_summary(facts, issue)
    assert isinstance(made, VisitSummary), made
    return made


def short() -> VisitSummary:
    issue = replace(ISSUE, reference="DA-2014-DUR-01", handling="", handling_cy="", report_expected=None)
    return summary_of(SHORT, issue)


def long() -> VisitSummary:
    return summary_of(LONG)
