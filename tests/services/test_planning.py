"""Planned visits: who plans, who is told, and that everybody who begins one writes to one visit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import (
    capture,
    exchange,
    interests,
    planning,
    printing,
    reading,
    team_edits,
    team_list,
    visits,
    working_copies,
    writing,
)
from fieldinspect.services.planning import Clash, Details, State
from fieldinspect.store.vault import StoredVault
from tests.kept_team import Post, Team
from tests.store.test_standing import conflicted
from tests.team import NOW

DAY = date(2014, 2, 5)


@pytest.fixture
def lead(reopen: Callable[..., StoredVault]) -> StoredVault:
    """The vault of the lead alone: each that is opened takes its time."""
    return reopen("lead")


def person(vault: StoredVault, name: str) -> str:
    roster = vault.roster()
    assert roster is not None
    return next(one.id for one in roster.people if one.name == name)


def details(vault: StoredVault, *names: str, **others: object) -> Details:
    people = tuple(person(vault, name) for name in names)
    return replace(Details(DAY, DAY, "gwent", "High Street", assigned=people), **others)  # type: ignore[arg-type]  # a test's own


def conflict(lead: StoredVault, name: str, force: str) -> None:
    """Give somebody a conflict of interest, by a newer team list."""
    assert lead.install_roster(conflicted(lead, person(lead, name), force))


def test_a_plan_keeps_what_was_planned_and_founds_a_visit_that_is_shown_nowhere(lead: StoredVault) -> None:
    before = len(reading.visits(lead))
    wanted = details(
        lead, "ann", "ben", last=DAY + timedelta(2), streams=(Kind.CASE_FILE_REVIEW, Kind.VISIT),
        unannounced=False, lead=person(lead, "lead"), contacts="duty inspector", briefing="ask for the queue",
    )  # fmt: skip
    record = planning.plan(lead, wanted, happened=NOW)
    [found] = planning.planned(lead)
    assert (found.id, found.state) == (record, State.PLANNED)
    assert found.details == replace(wanted, assigned=tuple(sorted(wanted.assigned)))
    assert len(reading.visits(lead)) == before
    visit = lead.record(found.visit)
    assert visit is not None
    assert dict(visit.fields) == {visits.PLANNED: record}, "the visit says neither where nor when"
    with pytest.raises(BadInput, match="not in the vault"):
        printing.preview_summary(lead, lambda *_: b"", visit.id, printing.Copy(DAY))
    with pytest.raises(BadInput, match="Only a visit"):
        capture.close_visit(lead, visit.id, happened=NOW)


WRONG: dict[str, dict[str, object]] = {
    "Enter where": {"station": " ", "force": ""},
    "before the first": {"last": DAY - timedelta(1)},
    "Enter the days": {"first": date(1, 1, 1), "last": date(1, 1, 1)},
    "three months": {"last": DAY + timedelta(100)},
    "what is to be done": {"streams": ()},
    "Choose what is": {"streams": ("note",)},
    "4,000": {"briefing": "x" * 4001},
    "takes no part": {"assigned": ("0" * 32,)},
}


def test_what_is_wrong_with_a_plan_is_said_and_nothing_is_written(lead: StoredVault) -> None:
    good = details(lead, "ann")
    for sentence, change in WRONG.items():
        with pytest.raises(BadInput, match=sentence):
            planning.plan_all(lead, [good, replace(good, **change)], happened=NOW)  # type: ignore[arg-type]  # a test's own
    assert planning.planned(lead) == []


def test_inspectors_do_not_plan(lead: StoredVault, reopen: Callable[..., StoredVault]) -> None:
    with pytest.raises(BadInput, match="Only a lead"):
        planning.plan(reopen("ann"), details(lead, "ann"), happened=NOW)
    with pytest.raises(BadInput, match="is no lead"):
        planning.plan(lead, details(lead, "ann", lead=person(lead, "ann")), happened=NOW)


def test_two_who_begin_a_planned_visit_offline_write_to_one_visit(kept: Team, post: Post) -> None:
    lead, ann, ben = (kept[name] for name in ("lead", "ann", "ben"))
    record = planning.plan(lead, details(lead, "ann", "ben"), happened=NOW)
    post.carry(lead, ann, ben)
    assert [one.id for one in planning.to_do(ann, DAY)] == [record]
    begun = []
    for minutes, vault in ((7, ben), (3, ann)):
        happened = NOW + timedelta(days=2, minutes=minutes)
        begun.append(planning.begin(vault, record, happened=happened))
        capture.add_record(vault, Kind.CONTACT, begun[-1], happened=happened)
        assert planning.begin(vault, record, happened=happened + timedelta(1)) == begun[-1]
    assert begun[0] == begun[1]
    assert planning.to_do(ann, DAY) == []
    post.carry(ann, lead, ben)
    post.carry(ben, lead, ann)
    for vault in (lead, ann, ben):
        [card] = [card for card in reading.visits(vault) if card.id == begun[0]]
        assert (card.station, card.force, card.conflicts) == ("High Street", "gwent", 0)
        assert card.begun == NOW + timedelta(days=2, minutes=3)
        assert sorted(item.label for item in reading.contacts(vault, card.id)) == ["C1a", "C1b"]
        assert vault.conflicts() == []
        [found] = planning.planned(vault)
        assert found.state is State.BEGUN
    assert begun[0] in {copy.visit for copy in working_copies.copies(ann, now=NOW)}


def test_a_plan_is_changed_field_by_field_so_two_leads_disagree_only_about_the_same(
    kept: Team, post: Post
) -> None:
    lead, centre = kept["lead"], kept["centre"]
    record = planning.plan(lead, details(lead, "ann"), happened=NOW)
    post.carry(lead, centre)
    planning.assign(lead, record, person(lead, "ben"), happened=NOW)
    planning.change(centre, record, details(lead, "ann", briefing="bring forms"), happened=NOW)
    planning.assign(centre, record, person(lead, "ann"), away=True, happened=NOW)
    post.carry(lead, centre)
    post.carry(centre, lead)
    for vault in (lead, centre):
        [found] = planning.planned(vault)
        assert found.details == details(lead, "ben", briefing="bring forms")
        assert found.conflicts == ()


def test_a_cancelled_visit_is_kept_with_its_reason_and_not_begun(kept: Team, post: Post) -> None:
    lead, ann = kept["lead"], kept["ann"]
    record = planning.plan(lead, details(lead, "ann"), happened=NOW)
    with pytest.raises(BadInput, match="Enter why"):
        planning.cancel(lead, record, reason="", happened=NOW)
    planning.cancel(lead, record, reason="the force was told", happened=NOW)
    assert lead.history(record, "cancelled")[0].reason == "the force was told"
    post.carry(lead, ann)
    assert planning.to_do(ann, DAY) == []
    with pytest.raises(BadInput, match="was cancelled"):
        planning.begin(ann, record, happened=NOW)
    with pytest.raises(BadInput, match="Plan another"):
        planning.assign(lead, record, person(lead, "ben"), happened=NOW)


def test_nobody_is_sent_to_a_force_of_theirs_save_by_a_leads_permission(kept: Team, post: Post) -> None:
    lead, ann = kept["lead"], kept["ann"]
    conflict(lead, "ann", "gwent")
    with pytest.raises(BadInput, match="ann has a conflict of interest"):
        planning.plan(lead, details(lead, "ann"), happened=NOW)
    record = planning.plan(lead, details(lead, "ben"), happened=NOW)
    with pytest.raises(BadInput, match="ann has a conflict of interest"):
        planning.assign(lead, record, person(lead, "ann"), happened=NOW)
    with pytest.raises(BadInput, match="Only a lead"):
        interests.permit(ann, person(lead, "ann"), "gwent", reason="short of people", happened=NOW)
    interests.permit(lead, person(lead, "ann"), "gwent", reason="short of people", happened=NOW)
    planning.assign(lead, record, person(lead, "ann"), happened=NOW)
    post.carry(lead, ann)
    assert planning.begin(ann, record, happened=NOW)


def test_a_night_visit_is_still_offered_after_midnight_and_for_some_days(lead: StoredVault) -> None:
    record = planning.plan(lead, details(lead, "lead"), happened=NOW)
    for days, offered in ((0, [record]), (1, [record]), (7, [record]), (8, [])):
        assert [one.id for one in planning.to_do(lead, DAY + timedelta(days=days))] == offered


def test_who_comes_later_is_assigned_to_a_visit_that_is_under_way(kept: Team, post: Post) -> None:
    lead, ann, ben = kept["lead"], kept["ann"], kept["ben"]
    record = planning.plan(lead, details(lead, "ann"), happened=NOW)
    post.carry(lead, ann)
    visit = planning.begin(ann, record, happened=NOW)
    post.carry(ann, lead)
    planning.assign(lead, record, person(lead, "ben"), happened=NOW)
    planning.change(lead, record, details(lead, "ann", "ben"), happened=NOW)
    post.carry(lead, ben)
    assert [one.id for one in planning.to_do(ben, DAY)] == [record]
    assert planning.begin(ben, record, happened=NOW) == visit
    with pytest.raises(BadInput, match="only who is assigned"):
        planning.change(lead, record, details(lead, "ann", station="Low Street"), happened=NOW)
    with pytest.raises(BadInput, match="only who is assigned"):
        planning.cancel(lead, record, reason="no", happened=NOW)
    capture.close_visit(ann, visit, happened=NOW)
    post.carry(ann, lead)
    with pytest.raises(BadInput, match="is closed"):
        planning.assign(lead, record, person(lead, "ben"), away=True, happened=NOW)


def test_a_permission_says_what_it_first_said_and_is_given_once(lead: StoredVault) -> None:
    ann = person(lead, "ann")
    conflict(lead, "ann", "gwent")
    permission = interests.permit(lead, ann, "gwent", reason="short of people", happened=NOW)
    with pytest.raises(BadInput, match="permitted ann to inspect"):
        interests.permit(lead, ann, "gwent", reason="short of people", happened=NOW)
    writing.change(lead, permission, {"force": "dorset"}, reason="typo", happened=NOW)
    assert not interests.conflicted(lead, ann, "gwent"), "as what she writes is judged"
    writing.change(lead, permission, {"withdrawn": "true"}, reason="others can", happened=NOW)
    assert interests.conflicted(lead, ann, "gwent")


def test_what_clashes_is_told_before_the_day(lead: StoredVault) -> None:
    made = planning.plan_all(
        lead,
        [
            details(lead, "ann"),
            details(lead, "ann", "ben", station="Low Street"),
            details(lead, station="high street"),
            details(lead, "ann", first=DAY + timedelta(1), last=DAY + timedelta(1)),
        ],
        happened=NOW,
    )
    conflict(lead, "ben", "gwent")
    told = {
        (one.clash, one.plan, one.other, one.person)
        for one in planning.warnings(lead, planning.planned(lead))
    }
    ann, ben = person(lead, "ann"), person(lead, "ben")
    pair = {(one, other) for clash, one, other, who in told if (clash, who) == (Clash.SAME_PERSON, ann)}
    assert [set(one) for one in pair] == [{made[0], made[1]}]
    assert (Clash.NOBODY, made[2], "", "") in told
    assert (Clash.CONFLICT, made[1], "", ben) in told
    assert [{one, other} for clash, one, other, _who in told if clash is Clash.SAME_PLACE] == [
        {made[0], made[2]}
    ]


def test_what_a_plan_says_is_not_written_by_hand(lead: StoredVault) -> None:
    record = planning.plan(lead, details(lead, "ann"), happened=NOW)
    with pytest.raises(BadInput, match="where they were made"):
        capture.answer(lead, record, {"station": "Low Street"}, happened=NOW)


def test_who_is_taken_off_keeps_a_visit_that_they_began_and_nothing_else(kept: Team, tmp_path: Path) -> None:
    lead, ann, ben = kept["lead"], kept["ann"], kept["ben"]
    team_list.change(lead, [team_edits.team_set("North", ["cleveland"], ["ann", "ben"])], now=NOW)
    made = planning.plan_all(lead, [details(lead, "ann", "ben"), details(lead, "ann", "ben")], happened=NOW)

    def send(sender: StoredVault, receiver: StoredVault) -> None:
        sealed = exchange.seal_bundle(sender, BundleEnvelope(), [receiver.identity.person], tmp_path, now=NOW)
        exchange.receive_bundle(receiver, BundleEnvelope(), Path(sealed.path), now=NOW)

    for vault in (ann, ben):
        send(lead, vault)
    visit = planning.begin(ann, made[0], happened=NOW)
    for record in made:
        for name in ("ann", "ben"):
            planning.assign(lead, record, person(lead, name), away=True, happened=NOW)
    for vault in (ann, ben):
        send(lead, vault)
    send(ann, lead)
    send(lead, ben)
    assert visit in {card.id for card in reading.visits(ann)}, "what she began stays hers"
    assert planning.planned(ann) == planning.planned(ben) == [], "both learn that they need not go"
    assert visit not in {card.id for card in reading.visits(ben)}
    capture.add_note(ann, visit, "gone on with", happened=NOW)
