"""A lost laptop replaced: everything that left it comes back to its owner, who goes on where they were."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.purposes import Purpose
from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import (
    capture,
    exchange,
    interests,
    packs,
    planning,
    programme,
    reading,
    replacing,
    team_edits,
    team_list,
    writing,
)
from fieldinspect.services.planning import Details
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.kept_team import Team
from tests.team import NOW, PASSPHRASE

ENVELOPE = BundleEnvelope()
LATER = NOW + timedelta(days=2)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def seal(sender: StoredVault, receiver: StoredVault, stick: Path) -> Path:
    return Path(exchange.seal_bundle(sender, ENVELOPE, [receiver.identity.person], stick, now=NOW).path)


def take(vault: StoredVault, bundle: Path) -> dict[str, int]:
    return dict(exchange.receive_bundle(vault, ENVELOPE, bundle, now=LATER).quarantined)


def note(vault: StoredVault, visit: str, text: str) -> None:
    capture.add_note(vault, visit, text, happened=NOW)


def texts(vault: StoredVault, visit: str) -> set[str]:
    return {item.text for item in reading.timeline(vault, visit) if item.kind == Kind.NOTE}


def test_a_lost_laptop_is_replaced_and_its_owner_goes_on(
    kept: Team, visit: str, stick: Path, tmp_path: Path, reopen: Callable[..., StoredVault]
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    first = capture.add_record(ann, Kind.CONTACT, visit, happened=NOW)
    note(ann, visit, "sent")
    heard = capture.add_record(ann, Kind.VICTIM_INTERVIEW, visit, happened=NOW)
    capture.add_note(ann, heard, "what she said", happened=NOW)
    take(lead, seal(ann, lead, stick))
    capture.add_note(lead, heard, "for leads alone", happened=NOW)
    note(ann, visit, "on a stick that turns up late")
    late = seal(ann, lead, stick)
    ann.save_draft(Draft(DraftKey("0" * 32, "text"), visit, Kind.NOTE, "gone", NOW, NOW))

    door = Door(tmp_path / "new")
    new = door.create("Replacement", "Ann", PASSPHRASE, folder_name="ann")
    request = programme.enrolment_request(new)
    done = replacing.replace_laptop(
        lead, ENVELOPE, request, ann.identity.device, stick, reason="stolen from a car", now=LATER
    )
    assert done.outcome.in_force
    assert (done.person, done.loss.undone) == ("ann", 0)
    assert "Drafts" in replacing.told(done.loss)[-1]
    programme.join(new, done.outcome.raw, programme.fingerprint(done.outcome.raw))
    assert (new.identity.person, new.identity.name) == (ann.identity.person, "ann")
    assert done.sealed is not None
    recovered = replacing.recover(new, ENVELOPE, Path(done.sealed.path), now=LATER)
    assert recovered.received.purpose == Purpose.RECOVERY
    assert visit in {card.id for card in recovered.visits}
    assert texts(new, visit) == {"sent"}
    assert [view.get("text") for view in new.children(heard)] == ["what she said"], "her own, not a lead's"
    capture.answer(new, heard, {"/victim_interview/consent/speaker": "P1"}, happened=LATER)

    second = capture.add_record(new, Kind.CONTACT, visit, happened=LATER)
    assert [item.label for item in reading.contacts(new, visit)] == ["C1", "C2"], "one person, one letter"
    note(new, visit, "gone on with")
    new.close()
    new = reopen("ann", tmp_path / "new" / "ann")
    assert new.identity.person == ann.identity.person
    take(lead, seal(new, lead, stick))
    assert {item.id for item in reading.contacts(lead, visit)} == {first, second}
    assert texts(lead, visit) == {"sent", "gone on with"}

    quarantined = take(lead, late)
    assert set(quarantined) == {"revoked"}, "it is taken in; what came after the revocation does not count"
    assert texts(lead, visit) == {"sent", "gone on with"}
    assert not lead.examine_chains().problems


def test_what_is_wrong_with_a_replacement_is_said(kept: Team, stick: Path, make_vault: object) -> None:
    lead, ann = kept["lead"], kept["ann"]
    new = make_vault("new")  # type: ignore[operator]  # the fixture is a function
    request = programme.enrolment_request(new)
    for lost, reason, sentence in (
        (lead.identity.device, "lost", "working on"),
        ("nobody", "lost", "Nobody called nobody"),
        ("ann", " ", "what happened"),
    ):
        with pytest.raises(BadInput, match=sentence):
            replacing.replace_laptop(lead, ENVELOPE, request, lost, stick, reason=reason, now=LATER)
    with pytest.raises(BadInput, match="in the team list already"):
        replacing.replace_laptop(
            lead, ENVELOPE, programme.enrolment_request(ann), "ben", stick, reason="lost", now=LATER
        )
    asked = replacing.replace_laptop(
        kept["centre"], ENVELOPE, request, "ann", stick, reason="lost", now=LATER
    )
    assert (asked.outcome.in_force, asked.sealed) == (False, None), "root keys have to sign it first"
    assert [name for _device, name in replacing.laptops(lead)] == ["ann", "ben", "centre"]


def test_a_pack_brings_one_inspector_their_planned_visit_and_nobody_else_s(kept: Team, stick: Path) -> None:
    lead, ann, ben = kept["lead"], kept["ann"], kept["ben"]
    day = NOW.date()
    for name, station in (("ann", "High Street"), ("ben", "Low Street")):
        people = (kept[name].identity.person,)
        planning.plan(lead, Details(day, day, "gwent", station, assigned=people), happened=NOW)
    made = packs.make(lead, ENVELOPE, stick, now=NOW)
    assert [(one.person, one.visits) for one in made] == [("ann", 1), ("ben", 1)]
    for vault, pack, station in ((ann, made[0], "High Street"), (ben, made[1], "Low Street")):
        assert pack.sealed is not None
        opened = packs.open_pack(vault, ENVELOPE, Path(pack.sealed.path), now=NOW)
        assert opened.received.purpose == Purpose.VISIT_PACK
        assert [one.details.station for one in opened.to_do] == [station]
        assert [one.details.station for one in planning.planned(vault)] == [station]
        assert vault.search("Street")[0].kind == Kind.PLANNED_VISIT
        visit = planning.begin(vault, opened.to_do[0].id, happened=NOW)
        assert visit in {card.id for card in reading.visits(vault)}
    assert all(one.sealed for one in packs.make(lead, ENVELOPE, stick, now=NOW, everything=True))
    with pytest.raises(BadInput, match="assigned to no visit"):
        packs.make(lead, ENVELOPE, stick, now=NOW, people=[kept["centre"].identity.person])
    with pytest.raises(BadInput, match="Only a lead"):
        packs.make(ann, ENVELOPE, stick, now=NOW)


def test_a_permitted_inspector_s_work_counts_in_spite_of_their_conflict(kept: Team, stick: Path) -> None:
    lead, ann = kept["lead"], kept["ann"]
    me, day = ann.identity.person, NOW.date()
    team_list.change(lead, [team_edits.conflicts_set(me, ["gwent"])], now=NOW)
    details = Details(day, day, "gwent", "High Street", assigned=(me,))
    with pytest.raises(BadInput, match="conflict of interest"):
        planning.plan(lead, details, happened=NOW)
    interests.permit(lead, me, "gwent", reason="short of people", happened=NOW)
    record = planning.plan(lead, details, happened=NOW)
    [pack] = packs.make(lead, ENVELOPE, stick, now=NOW)
    assert pack.sealed is not None
    packs.open_pack(ann, ENVELOPE, Path(pack.sealed.path), now=NOW)
    visit = planning.begin(ann, record, happened=NOW)
    note(ann, visit, "permitted")
    assert take(lead, seal(ann, lead, stick)) == {}
    assert texts(lead, visit) == {"permitted"}


def test_what_others_attached_to_a_restricted_record_stays_with_them(
    kept: Team, visit: str, stick: Path
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    matter = capture.add_record(ann, Kind.CONDUCT_MATTER, visit, happened=NOW, fields={"text": "mine"})
    take(lead, seal(ann, lead, stick))
    theirs = lead.add_blob(matter, BytesIO(b"a scan")).digest
    writing.change(lead, matter, {"blob": theirs}, happened=NOW)
    roster = lead.roster()
    assert roster is not None

    def leaving(person: str) -> tuple[bool, bool]:
        outgoing = lead.outgoing(roster.scopes_for(frozenset([person])), {}, [person])
        return matter in outgoing.keys, theirs in outgoing.blobs

    assert leaving(ann.identity.person) == (True, False)
    assert leaving(lead.identity.person) == (True, True)
