"""Who is sent which bodies: conflicts of interest, teams, plans; and what is owed to whom once they may."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Revocation, Team
from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, reading, receipts
from fieldinspect.services.ports import Write
from fieldinspect.store.vault import StoredVault
from tests.store.test_roster import next_roster
from tests.store.test_standing import conflicted, override, start
from tests.store.test_vault import send
from tests.team import NOW

Vaults = dict[str, StoredVault]
ENVELOPE = BundleEnvelope()


@pytest.fixture
def inspection(team: Vaults) -> str:
    for name in ("ann", "ben"):
        send(team["lead"], team[name], 1)
    return reading.inspections(team["lead"])[0].id


def seal(sender: StoredVault, folder: Path, *receivers: StoredVault) -> exchange.Sealed:
    people = [receiver.identity.person for receiver in receivers]
    return exchange.seal_bundle(sender, ENVELOPE, people, folder)


def pass_on(sender: StoredVault, folder: Path, *receivers: StoredVault) -> exchange.Sealed:
    """Seal for people, and let each take it in."""
    sealed = seal(sender, folder, *receivers)
    for receiver in receivers:
        exchange.receive_bundle(receiver, ENVELOPE, Path(sealed.path), now=datetime.now(UTC))
    return sealed


def with_teams(lead: StoredVault, **forces: tuple[str, StoredVault]) -> bytes:
    teams = tuple(
        Team(f"{number:032x}", name, (force,), (vault.identity.person,))
        for number, (name, (force, vault)) in enumerate(forces.items())
    )
    return next_roster(lead, teams=teams)


def test_a_conflict_of_interest_holds_a_visit_back_and_an_override_sends_it(
    team: Vaults, inspection: str, tmp_path: Path
) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    lead.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    there, elsewhere = start(ann, inspection, "gwent"), start(ann, inspection, "dorset")
    contact = capture.add_record(ann, Kind.CONTACT, there, happened=NOW)
    note = capture.add_note(ann, contact, "of gwent", happened=NOW)
    pass_on(ann, tmp_path, lead)
    told = {one.name: [held.visits for held in one.held_back] for one in exchange.recipients(lead)}
    assert told == {"ann": [], "ben": [1]}
    sealed = pass_on(lead, tmp_path, ben)
    assert sealed.held_back == ("ben: 1 visit of Gwent Police is held back: conflict of interest",)
    assert [ben.record(record) is None for record in (there, contact, note, elsewhere)] == [True] * 3 + [
        False
    ]
    assert ben.search("gwent") == []
    assert ben.examine_chains().problems == ()
    pass_on(lead, tmp_path, ann)
    override(lead, ben.identity.person, "gwent")
    entries = pass_on(lead, tmp_path, ben).entries
    assert ben.record(note).get("text") == "of gwent"  # type: ignore[union-attr]
    assert entries == 3 + 3  # the visit with all beneath; the override, a receipt and the log line
    pass_on(lead, tmp_path, ann)
    capture.add_note(ann, there, "later", happened=NOW)
    pass_on(ann, tmp_path, lead)
    pass_on(lead, tmp_path, ben)
    assert len(ben.children(there, [Kind.NOTE])) == 1


def test_a_bundle_holds_what_all_may_have_and_each_is_sent_the_rest(
    team: Vaults, inspection: str, tmp_path: Path
) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    lead.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    ann.install_roster(lead.roster_bytes())
    visit = start(ann, inspection, "gwent")
    pass_on(ann, tmp_path, lead, ben)
    assert lead.record(visit) is None
    assert ann.outbox().entries == 1  # nobody has it yet
    pass_on(ann, tmp_path, lead)
    assert lead.record(visit) is not None
    assert ann.outbox().entries == 0
    capture.add_note(ann, visit, "more", happened=NOW)
    seal(ann, tmp_path, ben)
    assert ann.outbox().entries == 1


def test_a_team_holds_its_forces_and_what_its_people_began(
    team: Vaults, inspection: str, tmp_path: Path
) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    own = start(ben, inspection, "gwent")
    pass_on(ben, tmp_path, lead)
    lead.install_roster(with_teams(lead, south=("gwent", ann), west=("dorset", ben)))
    theirs, mine = start(lead, inspection, "gwent"), start(lead, inspection, "dorset")
    wrong = start(lead, inspection, "kent")
    capture.add_note(lead, own, "on ben's own visit", happened=NOW)
    sealed = pass_on(lead, tmp_path, ben)
    assert sorted(sealed.held_back) == [
        "ben: 1 visit of Gwent Police is held back: another team inspects it",
        "ben: 1 visit of Kent Police is held back: another team inspects it",
    ]
    assert (ben.record(theirs), ben.record(wrong)) == (None, None)
    assert ben.record(mine) is not None
    assert len(ben.children(own, [Kind.NOTE])) == 1
    capture.correct(lead, wrong, "force", "dorset", reason="the wrong force", happened=NOW)
    pass_on(lead, tmp_path, ben)
    assert ben.record(wrong).get("force") == "dorset"  # type: ignore[union-attr]
    assert ben.record(theirs) is None


def test_a_plan_is_for_whoever_is_assigned(team: Vaults, inspection: str, tmp_path: Path) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit, plan = (new_record_id(lead.identity.device) for _ in range(2))
    fields: dict[str, str | None] = {
        "visit": visit,
        "force": "gwent",
        f"assigned/{ann.identity.person}": "true",
    }
    lead.write([Write(plan, Kind.PLANNED_VISIT, inspection, inspection, fields, NOW)])
    lead.write([Write(visit, Kind.VISIT, inspection, inspection, {"planned": plan}, NOW)])
    pass_on(lead, tmp_path, ann)
    pass_on(lead, tmp_path, ben)
    assert [vault.record(plan) is None for vault in (ann, ben)] == [False, True]
    assert [vault.record(visit) is None for vault in (ann, ben)] == [False, True]
    also: dict[str, str | None] = {f"assigned/{ben.identity.person}": "true"}
    lead.write([Write(plan, Kind.PLANNED_VISIT, inspection, inspection, also, NOW)])
    pass_on(lead, tmp_path, ben)
    assert ben.record(plan) is not None
    assert ben.record(visit) is not None


def test_what_was_held_back_is_receipted_by_nobody(team: Vaults, inspection: str, tmp_path: Path) -> None:
    """A copy may go once a lead has the work: not because a lead with a conflict of interest got the header."""
    lead, ann = team["lead"], team["ann"]
    lead.install_roster(conflicted(lead, lead.identity.person, "gwent"))
    ann.install_roster(lead.roster_bytes())
    there, elsewhere = start(ann, inspection, "gwent"), start(ann, inspection, "dorset")
    pass_on(ann, tmp_path, lead)
    pass_on(lead, tmp_path, ann)
    held = {
        place.record: since
        for place, since in receipts.receipted(ann, ann.places([there, elsewhere])).items()
    }
    assert held[there] is None
    assert held[elsewhere] is not None
    set_aside = next_roster(lead, people=tuple(
        person if person.id != lead.identity.person else type(person)(person.id, person.name, person.roles)
        for person in lead.roster().people  # type: ignore[union-attr]
    ))  # fmt: skip
    for vault in (lead, ann):
        vault.install_roster(set_aside)
    pass_on(ann, tmp_path, lead)
    assert lead.record(there) is not None
    pass_on(lead, tmp_path, ann)
    assert None not in receipts.receipted(ann, ann.places([there])).values()


# The team list's dates and versions


def test_a_lapsed_team_list_stops_sending_and_receiving_and_never_writing(
    team: Vaults, inspection: str, tmp_path: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    capture.add_note(lead, start(lead, inspection, "gwent"), "news", happened=NOW)
    waiting = seal(lead, tmp_path, ann)
    past = datetime.now(UTC) - timedelta(days=15)
    expired = next_roster(lead, expires=past.isoformat())
    ann.install_roster(expired)
    start(ann, inspection, "gwent")
    with pytest.raises(BadInput, match=r"expired on .* ask lead for a new team list"):
        seal(ann, tmp_path, lead)
    with pytest.raises(BadInput, match="days of grace are over"):
        exchange.receive_bundle(ann, ENVELOPE, Path(waiting.path), now=datetime.now(UTC))
    lead.install_roster(expired)
    lead.install_roster(next_roster(lead, expires=(past + timedelta(days=400)).isoformat()))
    start(lead, inspection, "dorset")
    pass_on(lead, tmp_path, ann)  # the bundle brings the list that was waited for
    pass_on(ann, tmp_path, lead)


def test_days_of_grace(team: Vaults, inspection: str, tmp_path: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for vault in (lead, ann):
        vault.install_roster(next_roster(lead, expires=yesterday.isoformat()))
    start(ann, inspection, "gwent")
    pass_on(ann, tmp_path, lead)


def test_an_old_program_receives_nothing_and_goes_on_writing(
    team: Vaults, inspection: str, tmp_path: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    lead.install_roster(next_roster(lead, minimum={"app": "99.0"}))
    with pytest.raises(BadInput, match="asks for a newer version"):
        pass_on(lead, tmp_path, ann)
    start(ann, inspection, "gwent")


def test_a_revoked_laptop_is_told_whom_to_call(team: Vaults, inspection: str, tmp_path: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    start(ann, inspection, "gwent")
    revoked = Revocation(ann.identity.device, ann.identity.incarnation, 1)
    ann.install_roster(next_roster(lead, revocations=(revoked,)))
    with pytest.raises(BadInput, match="Call lead"):
        seal(ann, tmp_path, lead)


# At opening: what somebody may not hold any more


def shown(vault: StoredVault, visit: str, note: str) -> list[object]:
    """Return every answer by which a vault could show a visit and a note in it."""
    traces = vault.traces(before=None, since=0, devices=[], record=note, limit=9)
    return [
        vault.record(visit),
        vault.children(visit),
        vault.children_of([visit]),
        [view for view in vault.of_kind(Kind.VISIT) if view.id == visit],
        [view for view in vault.with_field("text") if view.id == note],
        vault.history(note, "text"),
        vault.as_it_stood(note, datetime.now(UTC)),
        vault.search("zebra"),
        vault.counts(visit),
        [one for one in vault.conflicts() if one.record == visit],
        vault.tallies().get(visit),
        vault.drafts(visit),
        [one.fields for one in traces if one.fields],
    ]


@pytest.mark.parametrize("why", ["conflict", "team"])
def test_what_may_not_be_held_any_more_is_hidden_kept_and_shown_again(
    team: Vaults, inspection: str, tmp_path: Path, why: str
) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    note = capture.add_note(ann, visit, "zebra crossing", happened=NOW)
    attachment = capture.attach(
        ann, visit, name="plan.txt", media_type="text/plain", source=BytesIO(b"plan"), happened=NOW
    )
    pass_on(ann, tmp_path, lead, ben)
    field = "/station_visit/arrival/escort"
    for vault, said in ((ann, "yes"), (ben, "no")):
        capture.answer(vault, visit, {field: said}, happened=NOW)
    pass_on(ann, tmp_path, ben)
    ben.save_draft(Draft(DraftKey(visit, field), visit, Kind.VISIT, "unfinished", NOW, NOW))
    digest = ben.record(attachment).get("blob")  # type: ignore[union-attr]
    everything = shown(ben, visit, note)
    assert all(everything)
    before = ben.digest()
    if why == "conflict":
        lead.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    else:
        lead.install_roster(with_teams(lead, south=("gwent", ann), west=("dorset", ben)))
    ben.install_roster(lead.roster_bytes())
    assert not any(shown(ben, visit, note))
    with pytest.raises(BadInput, match="not see this"):
        ben.open_blob(attachment, digest)
    assert [held.visits for held in ben.held_back([ben.identity.person])[ben.identity.person]] == [1]
    if why == "conflict":
        with pytest.raises(BadInput, match="conflict of interest"):
            start(ben, inspection, "gwent")
        lead.install_roster(conflicted(lead, ben.identity.person))
    else:
        lead.install_roster(with_teams(lead, south=("gwent", ann), west=("gwent", ben)))
    ben.install_roster(lead.roster_bytes())
    assert shown(ben, visit, note) == everything
    assert ben.digest() == before


def test_whoever_raised_a_concern_goes_on_seeing_it(team: Vaults, inspection: str, tmp_path: Path) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    pass_on(ann, tmp_path, ben)
    concern = capture.add_record(ben, Kind.SAFEGUARDING_CONCERN, visit, happened=NOW)
    ben.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    assert ben.record(visit) is None
    assert ben.record(concern) is not None


def test_what_may_not_be_held_takes_no_place_among_what_is_found(team: Vaults, inspection: str) -> None:
    lead, ann = team["lead"], team["ann"]
    mine, theirs = start(ann, inspection, "dorset"), start(ann, inspection, "gwent")
    for number in range(3):
        capture.add_note(ann, theirs, f"custody custody {number}", happened=NOW)
    capture.add_note(ann, mine, "a longer text on the custody suite, and on other things", happened=NOW)
    send(ann, lead, 9)
    lead.install_roster(conflicted(lead, lead.identity.person, "gwent"))
    assert [hit.visit for hit in lead.search("custody", limit=2)] == [mine]


def test_what_was_kept_from_all_still_waits_bundle_after_bundle(
    team: Vaults, inspection: str, tmp_path: Path
) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    lead.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    ann.install_roster(lead.roster_bytes())
    seal(ann, tmp_path, lead)
    visits = []
    for _each in range(3):
        visits.append(start(ann, inspection, "gwent"))
        contact = capture.add_record(ann, Kind.CONTACT, visits[-1], happened=NOW)
        capture.add_note(ann, contact, "words", happened=NOW)
        start(ann, inspection, "dorset")
        seal(ann, tmp_path, ben)
    assert ann.outbox().entries == 9
    assert {visit: tally.unsent for visit, tally in ann.tallies().items() if tally.unsent} == dict.fromkeys(
        visits, 3
    )
    capture.add_note(ann, visits[0], "later", happened=NOW)
    assert ann.outbox().entries == 10
    seal(ann, tmp_path, lead)
    assert ann.outbox().entries == 0
