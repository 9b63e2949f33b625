"""What the instruments of the other streams change for a visit: who holds them, what keeps it open, what is owed."""

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind, Scope
from fieldinspect.domain.summary import ConcernCategory, DocumentStatus
from fieldinspect.services import capture, printing, reading
from fieldinspect.store.vault import StoredVault
from tests.team import NOW

Team = dict[str, StoredVault]
CLOSED = "/safeguarding_concern/outcome_check/closed"


@pytest.fixture
def lead(team: Team) -> StoredVault:
    return team["lead"]


@pytest.fixture
def visit(lead: StoredVault) -> str:
    inspection = reading.inspections(lead)[0].id
    return capture.start_visit(lead, inspection=inspection, station="Example Road", force="", happened=NOW)


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        (Kind.VICTIM_INTERVIEW, Scope.RESTRICTED),
        (Kind.VICTIM_FOCUS_GROUP, Scope.RESTRICTED),
        (Kind.CONDUCT_MATTER, Scope.RESTRICTED),
        (Kind.STAFF_FOCUS_GROUP, Scope.TEAM),
        (Kind.PARTNER_FOCUS_GROUP, Scope.TEAM),
        (Kind.CASE_FILE_REVIEW, Scope.TEAM),
        (Kind.SAFEGUARDING_CONCERN, Scope.TEAM),
    ],
)
def test_what_survivors_said_and_conduct_matters_go_to_leaders_alone(
    lead: StoredVault, visit: str, kind: Kind, scope: Scope
) -> None:
    roster = lead.roster()
    assert roster is not None
    before = lead.outgoing(frozenset({roster.scope_id(scope)}), {}).count
    capture.add_record(lead, kind, visit, happened=NOW)
    assert lead.outgoing(frozenset({roster.scope_id(scope)}), {}).count == before + 1


def test_records_of_fieldwork_may_stand_under_the_inspection_itself(lead: StoredVault) -> None:
    inspection = reading.inspections(lead)[0].id
    record = capture.add_record(lead, Kind.CASE_FILE_REVIEW, inspection, happened=NOW)
    view = lead.record(record)
    assert view is not None
    assert (view.parent, view.inspection) == (inspection, inspection)
    assert view.get("form").startswith("case_file_review ")


def test_a_visit_stays_open_until_the_form_of_its_concern_says_closed(lead: StoredVault, visit: str) -> None:
    concern = capture.add_record(lead, Kind.SAFEGUARDING_CONCERN, visit, happened=NOW)
    with pytest.raises(BadInput, match="still open"):
        capture.close_visit(lead, visit, happened=NOW)
    capture.answer(lead, concern, {CLOSED: "no"}, happened=NOW)
    with pytest.raises(BadInput, match="still open"):
        capture.close_visit(lead, visit, happened=NOW)
    capture.answer(lead, concern, {CLOSED: "yes"}, happened=NOW)
    capture.close_visit(lead, visit, happened=NOW)


def test_the_summary_knows_the_category_and_that_a_promise_was_kept(lead: StoredVault, visit: str) -> None:
    category = {"/safeguarding_concern/concern/category": "child_at_risk"}
    capture.add_record(lead, Kind.SAFEGUARDING_CONCERN, visit, happened=NOW, answers=category)
    promise = {"/document/title": "Policy", "/document/status": "promised", "/document/due": "2014-03-01"}
    document = capture.add_record(lead, Kind.DOCUMENT, visit, happened=NOW, answers=promise)
    assert [one.status for one in facts(lead, visit).documents] == [DocumentStatus.PROMISED]
    capture.answer(lead, document, {"/document/received_on": "2014-02-20"}, happened=NOW)
    assert [one.status for one in facts(lead, visit).documents] == [DocumentStatus.COPIED]
    assert [one.category for one in facts(lead, visit).concerns] == [ConcernCategory.CHILD_AT_RISK]


def facts(vault: StoredVault, visit: str) -> printing.VisitFacts:
    view = vault.record(visit)
    assert view is not None
    inspection = vault.record(view.inspection)
    assert inspection is not None
    return printing.visit_facts(vault, view, inspection)
