"""Visits begun apart and linked later: one visit, with both sets of records, in whatever order things arrive."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import (
    capture,
    concerns,
    erasure,
    linking,
    planning,
    printing,
    reading,
    visits,
    working_copies,
    writing,
)
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.exporting import Records
from fieldinspect.services.planning import Details
from fieldinspect.services.ports import Write
from fieldinspect.store.vault import StoredVault
from tests.kept_team import Post, Team
from tests.team import NOW

BAND = "/contact/role_band"


def start(vault: StoredVault, station: str = "High Street", force: str = "gwent", minutes: int = 0) -> str:
    inspection = reading.inspections(vault)[0].id
    happened = NOW + timedelta(minutes=minutes)
    return capture.start_visit(vault, inspection=inspection, station=station, force=force, happened=happened)


@pytest.fixture
def apart(kept: Team, post: Post) -> tuple[str, str]:
    """One visit that ann and ben each started, with a contact and a note each; everybody holds both."""
    begun = []
    for minutes, name in enumerate(("ann", "ben")):
        vault = kept[name]
        begun.append(start(vault, minutes=minutes))
        capture.add_record(vault, Kind.CONTACT, begun[-1], happened=NOW, answers={BAND: "constable"})
        capture.add_note(vault, begun[-1], f"seen by {name}", happened=NOW)
    for name in ("ann", "ben"):
        post.carry(kept[name], *(vault for other, vault in kept.items() if other != name))
    return begun[0], begun[1]


def notes(vault: StoredVault, visit: str) -> set[str]:
    return {item.text for item in reading.timeline(vault, visit) if item.kind == Kind.NOTE}


def labels(vault: StoredVault, visit: str) -> list[str]:
    return sorted(item.label for item in reading.contacts(vault, visit))


def groups(vault: StoredVault) -> set[frozenset[str]]:
    return {frozenset(card.parts) for card in reading.visits(vault)}


def test_linked_visits_are_one_everywhere_with_both_sets_of_records(
    kept: Team, apart: tuple[str, str]
) -> None:
    lead, (first, second) = kept["lead"], apart
    before = len(reading.visits(lead))
    linking.link(lead, [second, first], happened=NOW)
    cards = reading.visits(lead)
    assert len(cards) == before - 1
    card = next(card for card in cards if card.id == first)
    assert (card.parts, card.notes) == ((first, second), 2)
    for part in apart:
        assert notes(lead, part) == {"seen by ann", "seen by ben"}
        assert labels(lead, part) == ["C1a", "C1b"]
    views = {view.id: view for view in lead.of_kind(Kind.VISIT)}
    inspection = lead.of_kind(Kind.INSPECTION)[0]
    facts = [printing.visit_facts(lead, views[part], inspection) for part in apart]
    assert [sum(one.conversations.values()) for one in facts] == [2, 2], "disclosure counts over the union"
    export = Records(lead, [], restricted=False, language="en")
    assert {export.visit_of(view) for view in lead.children_of(apart)} == {first}


def test_a_link_is_undone_with_a_reason_and_nothing_is_lost(kept: Team, apart: tuple[str, str]) -> None:
    ann, (first, second) = kept["ann"], apart
    made = linking.link(ann, apart, happened=NOW)
    with pytest.raises(BadInput, match="why"):
        linking.unlink(ann, made, reason=" ", happened=NOW)
    linking.unlink(ann, made, reason="another station of the same name", happened=NOW)
    assert notes(ann, first) == {"seen by ann"}
    assert labels(ann, second) == ["C1"]
    assert linking.suggestions(ann) == [], "what was taken apart is not suggested again"
    with pytest.raises(BadInput, match="undone already"):
        linking.unlink(ann, made, reason="again", happened=NOW)
    linking.link(ann, apart, happened=NOW)
    assert notes(ann, first) == {"seen by ann", "seen by ben"}


def test_visits_of_one_station_and_day_are_suggested_to_whoever_may_link_them(
    kept: Team, apart: tuple[str, str]
) -> None:
    start(kept["ben"], station="Low Street")
    for name in ("lead", "ann", "ben"):
        [found] = linking.suggestions(kept[name])
        assert {found.first.visit, found.second.visit} == set(apart)
        assert {found.first.people, found.second.people} == {("ann",), ("ben",)}
        assert dict(found.first.counts) == {Kind.CONTACT: 1, Kind.NOTE: 1}
    linking.link(kept["lead"], apart, happened=NOW)
    assert linking.suggestions(kept["lead"]) == []
    assert len(linking.joined(kept["lead"], apart[1])) == 1


def test_only_a_lead_or_who_began_one_of_them_links_and_others_links_count_for_nothing(
    kept: Team, apart: tuple[str, str], post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, ben, (first, _second) = kept["lead"], kept["ben"], apart
    other = start(kept["ann"], minutes=9)
    post.carry(kept["ann"], ben, lead)
    with pytest.raises(BadInput, match="Only a lead"):
        linking.link(ben, [first, other], happened=NOW)
    monkeypatch.setattr(linking, "may_link", lambda *_: True)
    linking.link(ben, [first, other], happened=NOW)
    post.carry(ben, lead)
    assert not any(one.counts for one in visits.links(lead))
    assert frozenset({first}) in groups(lead)


def test_visits_of_different_forces_are_not_linked(kept: Team, apart: tuple[str, str], post: Post) -> None:
    lead, ann = kept["lead"], kept["ann"]
    elsewhere = start(ann, force="dyfed-powys")
    with pytest.raises(BadInput, match="different forces"):
        linking.link(ann, [apart[0], elsewhere], happened=NOW)
    with pytest.raises(BadInput, match="two visits"):
        linking.link(ann, [elsewhere, elsewhere], happened=NOW)
    linking.link(ann, apart, happened=NOW)
    with pytest.raises(BadInput, match="linked already"):
        linking.link(ann, apart, happened=NOW)
    capture.answer(ann, apart[0], {"force": "dyfed-powys"}, happened=NOW)
    post.carry(ann, lead)
    assert frozenset(apart) not in groups(lead), "a link across forces joins nothing"
    capture.answer(lead, apart[0], {"force": "gwent"}, happened=NOW)
    assert frozenset(apart) in groups(lead)


def test_three_visits_become_one_in_whatever_order_links_arrive(
    kept: Team, apart: tuple[str, str], post: Post, reopen: Callable[..., StoredVault]
) -> None:
    lead, centre = kept["lead"], kept["centre"]
    third = start(lead, minutes=5)
    post.carry(lead, centre)
    senders = (kept["ann"], kept["ben"], lead)
    post.carry(lead, *senders[:2])
    linking.link(senders[0], [apart[0], apart[1]], happened=NOW)
    linking.link(senders[1], [apart[1], third], happened=NOW)
    linking.link(lead, [third, apart[0]], happened=NOW)
    order = [*permutations(senders)][4]
    for sender in order:
        post.carry(sender, centre)
    assert frozenset({*apart, third}) in groups(centre)
    post.carry(kept["ann"], lead)
    post.carry(kept["ben"], lead)
    assert groups(lead) == groups(centre)


def test_a_withdrawn_visit_leaves_the_others_together(kept: Team, apart: tuple[str, str], post: Post) -> None:
    lead = kept["lead"]
    third = start(lead, minutes=5)
    linking.link(lead, [*apart, third], happened=NOW)
    assert frozenset({*apart, third}) in groups(lead)
    capture.withdraw(lead, third, "never happened", happened=NOW)
    assert frozenset(apart) in groups(lead)


def test_what_a_link_names_is_what_its_author_wrote(kept: Team, apart: tuple[str, str], post: Post) -> None:
    lead, ben = kept["lead"], kept["ben"]
    made = linking.link(lead, apart, happened=NOW)
    third = start(kept["ann"], minutes=7)
    post.carry(lead, ben)
    post.carry(kept["ann"], ben, lead)
    writing.change(ben, made, {visits.VISITS: f"{apart[0]}\n{third}"}, happened=NOW)
    post.carry(ben, lead)
    assert frozenset(apart) in groups(lead)
    with pytest.raises(BadInput, match="where they were made"):
        capture.withdraw(ben, made, "no", happened=NOW)


def test_a_linked_visit_is_closed_and_its_copy_removed_as_one(kept: Team, apart: tuple[str, str]) -> None:
    ann = kept["ann"]
    linking.link(ann, apart, happened=NOW)
    concern = capture.add_record(ann, Kind.SAFEGUARDING_CONCERN, apart[1], happened=NOW)
    assert [view.id for view in concerns.open_concerns(ann, apart[0])] == [concern]
    with pytest.raises(BadInput, match="still open"):
        capture.close_visit(ann, apart[0], happened=NOW)
    answer = {"/safeguarding_concern/outcome_check/closed": "yes"}
    capture.answer(ann, concern, answer, happened=NOW)
    capture.close_visit(ann, apart[0], happened=NOW)
    assert all(ann.record(part).get("closed") == "true" for part in apart)  # type: ignore[union-attr]  # both here
    [copy] = [one for one in working_copies.copies(ann, now=NOW) if one.station == "High Street"]
    assert (copy.visit, copy.records) == (apart[0], 7)


def test_writing_goes_to_the_visit_that_the_person_began(kept: Team, apart: tuple[str, str]) -> None:
    for name, own in zip(("ann", "ben", "lead"), (*apart, apart[0]), strict=True):
        vault = kept[name]
        if name != "lead":
            linking.link(vault, apart, happened=NOW)
            assert visits.own_part(vault, apart[0]) == visits.own_part(vault, apart[1]) == own
    linking.link(kept["lead"], apart, happened=NOW)
    assert visits.own_part(kept["lead"], apart[0]) == apart[0]


def test_a_hostile_link_stops_nobody(kept: Team, apart: tuple[str, str], post: Post) -> None:
    lead, ben = kept["lead"], kept["ben"]
    inspection = lead.of_kind(Kind.INSPECTION)[0].id
    names = "\n".join((apart[1], *(f"{number:032x}" for number in range(20_000))))
    made = new_record_id(ben.identity.device)
    ben.write([Write(made, Kind.VISIT_LINK, inspection, inspection, {visits.VISITS: names}, NOW)])
    writing.change(ben, made, {visits.UNDONE: "true"}, happened=NOW)
    post.carry(ben, lead)
    assert len(linking.suggestions(lead)) == 1
    assert visits.links(lead) == []


def test_words_of_others_hide_no_visit_and_move_none_to_another_age(
    kept: Team, apart: tuple[str, str], post: Post
) -> None:
    lead, ben = kept["lead"], kept["ben"]
    begun = {
        f"{visits.BEGUN}{n}": value for n, value in enumerate(("0001-01-01T00:00:00+00:00", "soon", "2014"))
    }
    writing.change(ben, apart[0], {visits.PLANNED: "0" * 32, "station": None, **begun}, happened=NOW)
    post.carry(ben, lead)
    [card] = [card for card in reading.visits(lead) if card.id == apart[0]]
    assert card.begun == NOW


def test_linked_visits_are_erased_and_read_as_one(kept: Team, apart: tuple[str, str]) -> None:
    lead = kept["lead"]
    linking.link(lead, apart, happened=NOW)
    named = {member.id for member in erasure.beneath(lead, apart[1])}
    assert named >= {*apart, *(view.id for view in lead.children_of(apart))}
    ConsultationLog().opened(lead, [apart[0]], happened=NOW)
    [log] = lead.of_kind(Kind.CONSULTATION)
    assert set(log.fields) == set(apart)


def test_the_plan_goes_with_the_copy_of_its_visit(kept: Team, post: Post) -> None:
    lead, ann = kept["lead"], kept["ann"]
    details = Details(NOW.date(), NOW.date(), "gwent", "Low Street", assigned=(ann.identity.person,))
    record = planning.plan(lead, details, happened=NOW)
    post.carry(lead, ann)
    planning.begin(ann, record, happened=NOW)
    [copy] = [one for one in working_copies.copies(ann, now=NOW) if one.station == "Low Street"]
    assert copy.records == 2
