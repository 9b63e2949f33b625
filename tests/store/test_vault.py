import io
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldinspect.crypto.slots import WrongPassphrase
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Draft, DraftKey, VaultPlace
from fieldinspect.services import capture, programme, reading
from fieldinspect.services.ports import Receipt, Replica
from fieldinspect.store.door import Door
from fieldinspect.store.lock import VaultIsOpen
from fieldinspect.store.vault import StoredVault
from tests.team import FORMS, NOW, PASSPHRASE

Team = dict[str, StoredVault]


def place(door: Door, person: str) -> VaultPlace:
    return next(found for found in door.known() if found.nickname == person)


def receipt(number: int, device: str) -> Receipt:
    return Receipt(f"{number:032x}", device, number, "", NOW.isoformat(), NOW.isoformat(), f"{number:064x}")


def send(sender: Replica, receiver: Replica, number: int = 1) -> object:
    """Carry everything from one vault to another without an envelope."""
    roster = receiver.roster()
    assert roster is not None
    outgoing = sender.outgoing(roster.scopes_for(frozenset({receiver.identity.person})), {})
    lines = list(outgoing.lines())
    assert len(lines) == outgoing.count
    return receiver.merge(lines, outgoing.keys, outgoing.blobs, receipt(number, sender.identity.device))


@pytest.fixture
def inspection(team: Team) -> str:
    send(team["lead"], team["ann"])
    send(team["lead"], team["ben"])
    return reading.inspections(team["lead"])[0].id


@pytest.fixture
def visit(team: Team, inspection: str) -> str:
    return capture.start_visit(
        team["ann"], inspection=inspection, station="Example Road", force="gwent", happened=NOW
    )


def test_everything_is_there_after_closing_and_opening_again(team: Team, visit: str, door: Door) -> None:
    ann = team["ann"]
    capture.add_note(ann, visit, "Posters from 2011", happened=NOW)
    before = reading.timeline(ann, visit)
    ann.close()
    again = door.open(place(door, "ann"), PASSPHRASE)
    try:
        assert reading.timeline(again, visit) == before
        capture.add_note(again, visit, "Written after", happened=NOW)
        assert again.examine_chains().problems == ()
    finally:
        again.close()


def test_a_wrong_passphrase_and_a_second_process_are_refused(door: Door) -> None:
    vault = door.create("own", "Own", PASSPHRASE, folder_name="own")
    with pytest.raises(VaultIsOpen):
        door.open(place(door, "own"), PASSPHRASE)
    vault.close()
    with pytest.raises(WrongPassphrase):
        door.open(place(door, "own"), PASSPHRASE + "x")
    door.open(place(door, "own"), PASSPHRASE).close()


def test_nothing_that_was_typed_stands_in_the_files_of_the_vault(
    team: Team, visit: str, tmp_path: Path
) -> None:
    ann = team["ann"]
    capture.add_note(ann, visit, "canary-note-7f3a", happened=NOW)
    key = DraftKey(visit, "text")
    ann.save_draft(Draft(key, visit, Kind.NOTE, "canary-draft-7f3a", NOW, NOW))
    capture.attach(
        ann,
        visit,
        name="canary-name-7f3a.txt",
        media_type="text/plain",
        source=io.BytesIO(b"canary-file-7f3a"),
        happened=NOW,
    )
    files = [path for path in (tmp_path / "vaults").rglob("*") if path.is_file()]
    assert len(files) > 12
    for path in files:
        assert b"7f3a" not in path.read_bytes(), path.name
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_promoting_a_draft_deletes_it_in_the_same_transaction(team: Team, visit: str) -> None:
    ann = team["ann"]
    key = DraftKey("0" * 32, "text")
    ann.save_draft(Draft(key, visit, Kind.NOTE, "half a sen", NOW, NOW))
    assert [draft.value for draft in ann.drafts(visit)] == ["half a sen"]
    capture.add_note(ann, visit, "half a sentence", happened=NOW, promote=key)
    assert ann.drafts() == []


def test_a_correction_keeps_the_original_with_its_reason(team: Team, visit: str) -> None:
    ann = team["ann"]
    note = capture.add_note(ann, visit, "12 forms unreviewed", happened=NOW)
    capture.correct(ann, note, "text", "21 forms unreviewed", reason="misread", happened=NOW)
    assert [(version.value, version.reason) for version in ann.history(note, "text")] == [
        ("12 forms unreviewed", ""),
        ("21 forms unreviewed", "misread"),
    ]
    (item,) = reading.timeline(ann, visit)
    assert (item.text, item.edited) == ("21 forms unreviewed", True)
    assert [hit.record for hit in ann.search("21 forms")] == [note]
    assert ann.search("12 forms") == []


def test_merging_twice_or_in_another_order_gives_the_same_vault(team: Team, visit: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    capture.add_note(ann, visit, "by ann", happened=NOW)
    send(ann, ben, 2)
    note = capture.add_note(ben, visit, "by ben", happened=NOW)
    capture.answer(ann, visit, {"/station_visit/arrival/forewarned": "yes"}, happened=NOW)
    capture.answer(ben, visit, {"/station_visit/arrival/forewarned": "no"}, happened=NOW)
    send(ben, lead, 3)
    first = send(ann, lead, 4)
    assert first.conflicts == 1  # type: ignore[attr-defined]
    again = send(ann, lead, 5)
    assert (again.new, again.conflicts) == (0, 0)  # type: ignore[attr-defined]
    send(lead, ann, 6)
    send(lead, ben, 7)
    assert reading.timeline(lead, visit)[-1].id in {note, reading.timeline(ann, visit)[-1].id}
    values = [{version.value for version in c.versions} for c in lead.conflicts()]
    assert values == [{"yes", "no"}]
    assert lead.conflicts() == ann.conflicts() == ben.conflicts()
    assert [i.text for i in reading.timeline(ann, visit)] == [i.text for i in reading.timeline(ben, visit)]


def test_replaying_the_journal_from_empty_gives_the_stored_projections(team: Team, visit: str) -> None:
    ann, lead = team["ann"], team["lead"]
    contact = capture.add_record(
        ann, Kind.CONTACT, visit, happened=NOW, answers={"/contact/role_band": "constable"}
    )
    capture.answer(ann, contact, {"/contact/minutes": "12", "/contact/shift": "night"}, happened=NOW)
    capture.answer(ann, contact, {"/contact/shift": None}, happened=NOW)
    capture.withdraw(ann, capture.add_note(ann, visit, "wrong", happened=NOW), "wrong visit", happened=NOW)
    assert ann.rebuild()
    send(ann, lead, 9)
    assert lead.rebuild()


def test_a_conduct_matter_stays_among_those_entitled(team: Team, visit: str) -> None:
    ann, ben, lead = team["ann"], team["ben"], team["lead"]
    matter = capture.add_record(
        ann, Kind.CONDUCT_MATTER, visit, happened=NOW, fields={"text": "fist on desk"}
    )
    send(ann, ben, 11)
    assert ben.record(matter) is None
    assert ben.search("fist") == []
    send(ann, lead, 12)
    assert lead.search("fist")[0].record == matter
    send(ben, lead, 13)
    assert lead.examine_chains().problems == ()


def test_an_attachment_travels_and_opens(team: Team, visit: str) -> None:
    ann, lead = team["ann"], team["lead"]
    content = b"%PDF" + bytes(range(256)) * 1000
    capture.attach(
        ann, visit, name="policy.pdf", media_type="application/pdf", source=io.BytesIO(content), happened=NOW
    )
    send(ann, lead, 21)
    (card,) = reading.attachments(lead, visit)
    assert (card.name, card.size, card.present) == ("policy.pdf", len(content), True)
    with lead.open_blob(card.id, card.digest) as opened:
        assert opened.read() == content


def test_ordinals_carry_a_letter_once_two_laptops_recorded_a_visit(team: Team, visit: str) -> None:
    ann, ben = team["ann"], team["ben"]
    capture.add_record(ann, Kind.CONTACT, visit, happened=NOW)
    assert [item.label for item in reading.contacts(ann, visit)] == ["C1"]
    send(ann, ben, 31)
    capture.add_record(ben, Kind.CONTACT, visit, happened=NOW)
    assert sorted(item.label for item in reading.contacts(ben, visit)) == ["C1a", "C1b"]


def test_a_vault_without_an_inspection_says_what_to_do(make_vault: Callable[[str], StoredVault]) -> None:
    alone = make_vault("alone")
    with pytest.raises(Exception, match="no inspection yet"):
        alone.roster_bytes()
    programme.found_inspection(alone, "Mine", now=NOW, forms=FORMS)
    assert [i.title for i in reading.inspections(alone)] == ["Mine"]
