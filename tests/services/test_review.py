from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, instruments, reading, review, versions, writing
from fieldinspect.services.ports import Write
from fieldinspect.store.vault import StoredVault
from tests.services.test_instruments import root_of
from tests.team import FORMS, NOW, carry

Team = dict[str, StoredVault]


CONTROLS = "".join(
    f'<input ref="/contact/{name}"><label>{name}</label></input>' for name in ("minutes", "topics", "shift")
)


def form(version: str, body: str, binds: str) -> bytes:
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>Contact</h:title><model><instance>
 <contact id="contact" version="{version}">{body}</contact></instance>{binds}</model></h:head>
 <h:body>{CONTROLS}
 </h:body></h:html>""".encode()


OLD = form(
    "1",
    "<minutes/><topics/><shift/>",
    '<bind nodeset="/contact/minutes" type="string"/><bind nodeset="/contact/shift" type="string"/>',
)
NEW = OLD.replace(b'version="1"', b'version="2"').replace(
    b'<bind nodeset="/contact/minutes" type="string"/>', b'<bind nodeset="/contact/minutes" type="int"/>'
)
NEW = NEW.replace(b"<shift/>", b"").replace(b'<bind nodeset="/contact/shift" type="string"/>', b"")
NEW = NEW.replace(b'<input ref="/contact/shift"><label>shift</label></input>', b"")


@pytest.fixture
def contact(team: Team, tmp_path: Path) -> str:
    """A contact by ann that the lead has received."""
    lead, ann = team["lead"], team["ann"]
    inspection = reading.inspections(lead)[0].id
    publish(lead, inspection, 2, OLD)
    carry(lead, ann, tmp_path)
    visit = capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)
    answers = {"/contact/minutes": "a dozen", "/contact/topics": "risk forms", "/contact/shift": "late"}
    made = capture.add_record(ann, Kind.CONTACT, visit, happened=NOW, answers=answers)
    carry(ann, lead, tmp_path)
    return made


def publish(lead: StoredVault, inspection: str, version: int, xml: bytes) -> None:
    fields = instruments.sign_form_set(
        inspection,
        version,
        NOW.isoformat(),
        FORMS | {"contact": (str(version), xml)},
        instruments.signer_with([root_of(lead)]),
    )
    lead.write(
        [Write(new_record_id(lead.identity.device), Kind.FORM_SET, inspection, inspection, fields, NOW)]
    )


def test_a_returned_record_is_a_to_do_list_for_its_author(team: Team, contact: str, tmp_path: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    review.comment(lead, contact, "Good", happened=NOW)
    review.comment(lead, contact, "How many minutes?", about="/contact/minutes", asks=True, happened=NOW)
    review.return_to_author(lead, contact, "One answer is unclear", happened=NOW)
    assert review.to_do(lead) == []
    carry(lead, ann, tmp_path)
    ((view, (asked,)),) = review.to_do(ann)
    assert (view.id, view.get("returned")) == (contact, "One answer is unclear")
    assert (asked.about, asked.text, asked.author) == ("/contact/minutes", "How many minutes?", "lead")
    with pytest.raises(BadInput, match="How many minutes"):
        review.hand_in_again(ann, contact, happened=NOW)
    capture.answer(ann, contact, {"/contact/minutes": "12"}, happened=NOW)
    review.settle(ann, asked.id, happened=NOW)
    review.hand_in_again(ann, contact, happened=NOW)
    assert review.to_do(ann) == []
    carry(ann, lead, tmp_path)
    assert [one.done for one in review.comments(lead, contact)] == [False, True]
    assert [v.value for v in lead.history(contact, "returned")] == ["One answer is unclear", None]


def test_only_a_lead_returns_a_record_and_never_without_a_reason(team: Team, contact: str) -> None:
    with pytest.raises(BadInput, match="Only a team lead"):
        review.return_to_author(team["ann"], contact, "x", happened=NOW)
    with pytest.raises(BadInput, match="Enter why"):
        review.return_to_author(team["lead"], contact, " ", happened=NOW)


def test_a_record_moves_to_a_newer_form_only_by_choice_and_knowing_what_changes(
    team: Team, contact: str
) -> None:
    lead = team["lead"]
    view = lead.record(contact)
    assert view is not None
    assert versions.newer_form(lead, view) == ""
    with pytest.raises(BadInput, match="newest version"):
        versions.plan_move(lead, contact)
    publish(lead, view.inspection, 3, NEW)
    plan = versions.plan_move(lead, contact)
    assert plan.kept == 1
    assert plan.dropped == {"/contact/shift": "late"}
    assert list(plan.retyped) == ["/contact/minutes"]
    assert instruments.form_of(lead, view) == OLD
    versions.move(lead, contact, happened=NOW)
    moved = lead.record(contact)
    assert moved is not None
    assert instruments.form_of(lead, moved) == NEW
    assert moved.get("/contact/shift") == "late"
    assert lead.rebuild()


def test_a_record_of_a_form_nobody_signed_is_not_opened(team: Team, contact: str) -> None:
    lead = team["lead"]
    writing.change(lead, contact, {"form": "contact 9 " + "0" * 64}, happened=NOW)
    view = lead.record(contact)
    assert view is not None
    with pytest.raises(instruments.FormsNotTrusted):
        instruments.form_of(lead, view)


def test_a_return_asks_of_answers_in_one_act_and_a_second_one_says_so(
    team: Team, contact: str, tmp_path: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    asks = {"/contact/minutes": "How many?", "/contact/shift": "Which?"}
    changes = review.return_to_author(lead, contact, "Unclear", asks=asks, happened=NOW)
    assert len(changes.records) == 3
    with pytest.raises(BadInput, match="returned already: Unclear"):
        review.return_to_author(lead, contact, "Again", happened=NOW)
    assert [v.value for v in lead.history(contact, "returned")] == ["Unclear"]
    assert {one.about: one.text for one in review.comments(lead, contact)} == asks
    review.take_back(lead, contact, happened=NOW)
    assert review.out(lead) == []
    with pytest.raises(BadInput, match="not returned"):
        review.take_back(lead, contact, happened=NOW)
    carry(lead, ann, tmp_path)
    assert review.to_do(ann) == []


def test_whoever_leads_sees_what_the_author_changed(team: Team, contact: str, tmp_path: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    review.return_to_author(lead, contact, "Unclear", asks={"/contact/minutes": "How many?"}, happened=NOW)
    assert [(one.record, one.author, one.answered) for one in review.out(lead)] == [(contact, "ann", False)]
    carry(lead, ann, tmp_path)
    assert review.out(ann) == []
    capture.answer(ann, contact, {"/contact/minutes": "12", "/contact/shift": None}, happened=NOW)
    for one in review.comments(ann, contact):
        review.settle(ann, one.id, happened=NOW)
    with pytest.raises(BadInput, match="Only its author"):
        review.hand_in_again(lead, contact, happened=NOW)
    review.hand_in_again(ann, contact, happened=NOW)
    with pytest.raises(BadInput, match="not returned"):
        review.hand_in_again(ann, contact, happened=NOW)
    carry(ann, lead, tmp_path)
    (back,) = review.out(lead)
    assert (back.reason, back.answered) == ("Unclear", True)
    assert review.changed_since(lead, contact) == [
        ("/contact/minutes", "a dozen", "12"),
        ("/contact/shift", "late", ""),
    ]
    with pytest.raises(BadInput, match="Only a team lead"):
        review.accept(ann, contact, happened=NOW)
    review.accept(lead, contact, happened=NOW)
    assert review.out(lead) == []
    with pytest.raises(BadInput, match="has not handed"):
        review.accept(lead, contact, happened=NOW)
