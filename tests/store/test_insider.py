"""What somebody with an enrolled laptop and no scruples cannot do: forged entries, keys and clocks."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.kinds import Kind, Scope
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.journal.clock import at
from fieldinspect.journal.entry import LAST_CLOCK, Body, Change, to_line, write_entry
from fieldinspect.services import capture, exchange, programme, reading
from fieldinspect.store.door import Door
from fieldinspect.store.pen import AHEAD_MS
from fieldinspect.store.vault import StoredVault
from tests.store.test_vault import place, receipt, send
from tests.team import FORMS, NOW, PASSPHRASE

Team = dict[str, StoredVault]
HAPPENED = "2014-02-03T21:31:00.000+00:00"
EARLY = at(NOW)
"""Before everything that was written here, and not before the team list lets anybody write."""


@pytest.fixture
def visit(team: Team) -> str:
    """A visit by ann that everybody holds."""
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    for vault in (ann, ben):
        send(lead, vault, 1)
    inspection = reading.inspections(ann)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)
    for vault in (lead, ben):
        send(ann, vault, 2)
    return visit


class Forger:
    """Writes whatever entries it likes with the keys of an enrolled laptop, in a chain of its own."""

    def __init__(self, vault: StoredVault) -> None:
        self._vault = vault
        self._incarnation = new_id()
        self._sequence = 0
        self._previous = ""

    def forge(
        self,
        record: str,
        key: RecordKey,
        *,
        kind: str = Kind.NOTE,
        parent: str = "",
        inspection: str = "",
        scope: str = Scope.TEAM,
        clock: int = EARLY,
        fields: Mapping[str, str] | None = None,
    ) -> bytes:
        roster = self._vault.roster()
        assert roster is not None
        self._sequence += 1
        changes = tuple(Change(field, value, ()) for field, value in (fields or {"text": "forged"}).items())
        entry = write_entry(
            Body(kind, parent, inspection, new_id(), HAPPENED, changes),
            key=key,
            signer=self._vault._pen.signer,
            device=self._vault.identity.device,
            incarnation=self._incarnation,
            sequence=self._sequence,
            previous=self._previous,
            clock=clock,
            author=self._vault.identity.person,
            record=record,
            scope=roster.scope_id(scope),
        )
        self._previous = entry.id
        return to_line(entry)


def take(
    vault: StoredVault,
    number: int,
    sender: StoredVault,
    *lines: bytes,
    keys: dict[str, tuple[bytes, ...]] | None = None,
) -> object:
    return vault.merge(lines, keys or {}, {}, receipt(number, sender.identity.device))


def test_junk_on_a_restricted_record_does_not_open_it(team: Team, visit: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    matter = capture.add_record(
        ann, Kind.CONDUCT_MATTER, visit, happened=NOW, fields={"text": "secret statement"}
    )
    send(ann, lead, 11)
    send(ann, ben, 12)
    junk = Forger(ben).forge(matter, RecordKey.generate(), kind=Kind.CONDUCT_MATTER, scope=Scope.TEAM)
    take(lead, 13, ben, junk)
    roster = lead.roster()
    assert roster is not None
    outgoing = lead.outgoing(roster.scopes_for(frozenset({ben.identity.person})), {})
    assert matter not in outgoing.keys
    send(lead, ben, 14)
    assert ben.record(matter) is None
    assert ben.search("secret") == []
    assert lead.record(matter).get("text") == "secret statement"  # type: ignore[union-attr]


def test_a_wrong_key_that_comes_first_does_no_harm(team: Team, visit: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    note = capture.add_note(ann, visit, "words that must arrive", happened=NOW)
    take(lead, 11, ben, keys={note: (b"x" * 32,)})
    send(ann, lead, 12)
    assert lead.record(note).get("text") == "words that must arrive"  # type: ignore[union-attr]
    capture.correct(lead, note, "text", "corrected by the lead", reason="typo", happened=NOW)
    send(lead, ann, 13)
    assert ann.record(note).get("text") == "corrected by the lead"  # type: ignore[union-attr]


@pytest.mark.parametrize("clock", [at(NOW), at(NOW) + 1])
@pytest.mark.parametrize(
    ("target", "kind"), [("note", Kind.PRINT_LOG), ("inspection", Kind.NOTE), ("form_set", Kind.NOTE)]
)
def test_nobody_else_says_what_a_record_is(
    team: Team, visit: str, target: str, kind: str, clock: int
) -> None:
    ann, ben = team["ann"], team["ben"]
    capture.add_note(ann, visit, "what was seen", happened=NOW)
    before = ann.digest()
    record = ann.of_kind(target)[0]
    key = RecordKey(ann.outgoing(frozenset(s.id for s in ann.roster().scopes), {}).keys[record.id][0])  # type: ignore[union-attr]
    forged = Forger(ben).forge(
        record.id, key, kind=kind, clock=clock, fields={"title": "hijacked", "text": "hijacked"}
    )
    take(ann, 21, ben, forged)
    assert ann.quarantined() == {"kind": 1}
    assert ann.record(record.id) == record
    assert ann.search("hijacked") == []
    assert ann.rebuild()
    assert ann.digest() != before  # the quarantine is part of what two vaults agree on
    capture.add_record(ann, Kind.CONTACT, visit, happened=NOW)


def test_a_poisoned_clock_is_not_followed_and_capture_goes_on(team: Team, visit: str) -> None:
    ann, ben = team["ann"], team["ben"]
    own = new_record_id(ben.identity.device)
    key = RecordKey.generate()
    poison = Forger(ben).forge(own, key, clock=LAST_CLOCK - 1)
    take(ann, 31, ben, poison, keys={own: (key.secret,)})
    note = capture.add_note(ann, visit, "after the poison", happened=NOW)
    written = ann.record(note)
    assert written is not None
    assert written.written.timestamp() * 1000 < ann._pen.now_ms() + AHEAD_MS
    assert ann.examine_chains().problems == ()
    assert ann.rebuild()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Kind.ATTACHMENT, {"blob": "/etc/passwd", "size": "x", "name": "../../x"}),
        (Kind.CONTACT, {"ordinal": "many"}),
        (Kind.PRINT_LOG, {"product": "visit_summary", "copy": "last"}),
    ],
)
def test_fields_that_are_not_what_they_should_be_break_no_screen(
    team: Team, visit: str, tmp_path: Path, kind: str, fields: dict[str, str]
) -> None:
    ann, ben = team["ann"], team["ben"]
    own, key = new_record_id(ben.identity.device), RecordKey.generate()
    inspection = reading.inspections(ann)[0].id
    forged = Forger(ben).forge(own, key, kind=kind, parent=visit, inspection=inspection, fields=fields)
    take(ann, 41, ben, forged, keys={own: (key.secret,)})
    reading.timeline(ann, visit)
    assert all(not card.present for card in reading.attachments(ann, visit))
    capture.add_record(ann, Kind.CONTACT, visit, happened=NOW)
    sealed = exchange.seal_bundle(ann, BundleEnvelope(), [team["lead"].identity.person], tmp_path)
    assert sealed.attachments == 0


def test_what_was_withheld_from_two_still_reaches_the_one_who_may_have_it(
    team: Team, visit: str, tmp_path: Path
) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    envelope = BundleEnvelope()
    matter = capture.add_record(
        ann, Kind.CONDUCT_MATTER, visit, happened=NOW, fields={"text": "for the lead"}
    )
    both = exchange.seal_bundle(ann, envelope, [lead.identity.person, ben.identity.person], tmp_path)
    exchange.receive_bundle(lead, envelope, Path(both.path), now=NOW)
    assert lead.record(matter) is None
    assert ann.outbox().entries == 1
    alone = exchange.seal_bundle(ann, envelope, [lead.identity.person], tmp_path)
    exchange.receive_bundle(lead, envelope, Path(alone.path), now=NOW)
    assert lead.record(matter).get("text") == "for the lead"  # type: ignore[union-attr]
    assert ann.outbox().entries == 0


def test_what_comes_late_is_passed_on_late(team: Team, visit: str, tmp_path: Path) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    envelope, to_lead, to_ben = BundleEnvelope(), [lead.identity.person], [ben.identity.person]
    first_note = capture.add_note(ann, visit, "first", happened=NOW)
    first = exchange.seal_bundle(ann, envelope, to_lead, tmp_path)
    capture.add_note(ann, visit, "second", happened=NOW)
    second = exchange.seal_bundle(ann, envelope, to_lead, tmp_path)
    exchange.receive_bundle(lead, envelope, Path(second.path), now=NOW)
    on = exchange.seal_bundle(lead, envelope, to_ben, tmp_path)
    exchange.receive_bundle(ben, envelope, Path(on.path), now=NOW)
    exchange.receive_bundle(lead, envelope, Path(first.path), now=NOW)
    on = exchange.seal_bundle(lead, envelope, to_ben, tmp_path)
    exchange.receive_bundle(ben, envelope, Path(on.path), now=NOW)
    assert ben.record(first_note) is not None


def lose_and_restore(
    ann: StoredVault, lead: StoredVault, visit: str, door: Door, backup: Path, number: int
) -> StoredVault:
    """Let ann send the lead a note, lose the laptop, and open the copy made before that note."""
    folder = Path(place(door, "ann").folder)
    ann.close()
    shutil.copytree(folder, backup)
    again = door.open(place(door, "ann"), PASSPHRASE)
    capture.add_note(again, visit, "lost with the laptop", happened=NOW)
    send(again, lead, number)
    again.close()
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)
    return door.open(place(door, "ann"), PASSPHRASE)


def test_a_restored_vault_that_meets_its_own_later_work_begins_a_new_chain(
    team: Team, visit: str, door: Door, tmp_path: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    restored = lose_and_restore(ann, lead, visit, door, tmp_path / "backup", 51)
    try:
        old = restored.identity.incarnation
        send(lead, restored, 52)
        assert restored.identity.incarnation != old
        capture.add_note(restored, visit, "after the restore", happened=NOW)
        assert restored.examine_chains().problems == ()
        assert len(restored.children(visit, [Kind.NOTE])) == 2
        restored.close()
        restored = door.open(place(door, "ann"), PASSPHRASE)
        assert restored.identity.incarnation != old
        capture.add_note(restored, visit, "and after opening again", happened=NOW)
        assert restored.examine_chains().problems == ()
    finally:
        restored.close()


def test_junk_in_another_scope_does_not_hold_a_record_back(team: Team, visit: str, tmp_path: Path) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    note = capture.add_note(ann, visit, "words that must arrive", happened=NOW)
    junk = Forger(ben).forge(note, RecordKey.generate(), scope=Scope.RESTRICTED)
    take(ann, 61, ben, junk)
    sealed = exchange.seal_bundle(ann, BundleEnvelope(), [lead.identity.person], tmp_path)
    exchange.receive_bundle(lead, BundleEnvelope(), Path(sealed.path), now=NOW)
    assert lead.record(note).get("text") == "words that must arrive"  # type: ignore[union-attr]
    assert ann.outbox().entries == 0


def test_a_heap_of_keys_neither_spreads_nor_makes_sent_work_unsent(
    team: Team, visit: str, tmp_path: Path
) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    note = capture.add_note(ann, visit, "words that must arrive", happened=NOW)
    exchange.seal_bundle(ann, BundleEnvelope(), [lead.identity.person], tmp_path)
    take(ann, 71, ben, keys={note: tuple(bytes([number]) * 32 for number in range(16))})
    assert ann.outbox().entries == 0
    forger = Forger(ben)
    keys = [RecordKey.generate() for _number in range(20)]
    take(
        ann,
        72,
        ben,
        *(forger.forge(note, key) for key in keys),
        keys={note: tuple(key.secret for key in keys)},
    )
    sealed = exchange.seal_bundle(ann, BundleEnvelope(), [lead.identity.person], tmp_path, everything=True)
    exchange.receive_bundle(lead, BundleEnvelope(), Path(sealed.path), now=NOW)
    assert lead.record(note).get("text") == "words that must arrive"  # type: ignore[union-attr]


def test_what_a_forger_said_before_the_founder_came_is_taken_back(team: Team, visit: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    note = capture.add_note(ann, visit, "zebra crossing", happened=NOW)
    capture.correct(ann, note, "text", "zebra corrected", reason="typo", happened=NOW)
    key = RecordKey(ann.outgoing(frozenset(s.id for s in ann.roster().scopes), {}).keys[note][0])  # type: ignore[union-attr]
    forged = Forger(ben).forge(note, key, kind=Kind.PRINT_LOG, fields={"product": "forged"})
    take(lead, 81, ben, forged, keys={note: (key.secret,)})
    assert lead.record(note).kind == Kind.PRINT_LOG  # type: ignore[union-attr]
    send(ann, lead, 82)
    assert lead.record(note).kind == Kind.NOTE  # type: ignore[union-attr]
    assert [hit.record for hit in lead.search("zebra corrected")] == [note]
    assert lead.quarantined() == {"kind": 1}
    assert lead.rebuild()


def test_a_restored_vault_that_wrote_on_finds_its_lost_work_and_begins_anew(
    team: Team, visit: str, door: Door, tmp_path: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    restored = lose_and_restore(ann, lead, visit, door, tmp_path / "backup", 91)
    try:
        old = restored.identity.incarnation
        capture.add_note(restored, visit, "written after the restore", happened=NOW)
        send(lead, restored, 92)
        assert restored.identity.incarnation != old
        assert len(restored.children(visit, [Kind.NOTE])) == 2
        capture.add_note(restored, visit, "in the new chain", happened=NOW)
        assert [type(problem).__name__ for problem in restored.examine_chains().problems] == ["Fork"]
        assert restored.rebuild()
    finally:
        restored.close()


def test_a_laptop_is_not_given_to_somebody_else(team: Team) -> None:
    lead, ben = team["lead"], team["ben"]
    ben._identity = replace(ben.identity, person=new_id(), name="Mallory")
    with pytest.raises(BadInput, match="belongs to ben"):
        programme.admit(lead, programme.enrolment_request(ben), ["inspector"], now=NOW)


def test_lines_that_are_still_being_read_hold_up_nobody(team: Team, visit: str) -> None:
    ann = team["ann"]
    outgoing = ann.outgoing(frozenset(scope.id for scope in ann.roster().scopes), {})  # type: ignore[union-attr]
    lines = outgoing.lines()
    next(lines)
    capture.add_note(ann, visit, "in between", happened=NOW)
    del lines
    assert len(ann.children(visit, [Kind.NOTE])) == 1
    assert ann.examine_chains().problems == ()


def test_a_note_too_long_to_be_read_is_never_written(team: Team, visit: str) -> None:
    ann = team["ann"]
    with pytest.raises(BadInput, match="more text than one entry"):
        capture.add_note(ann, visit, "x" * 4_500_000, happened=NOW)
    assert ann.children(visit, [Kind.NOTE]) == []
    assert ann.rebuild()


def test_a_stranger_cannot_take_over_a_vault_that_has_no_team_list_yet(
    team: Team, make_vault: object, tmp_path: Path
) -> None:
    fresh = make_vault("fresh")  # type: ignore[operator]  # the fixture is a function
    lead = team["lead"]
    programme.admit(lead, programme.enrolment_request(fresh), ["inspector"], now=NOW)
    sealed = exchange.seal_bundle(lead, BundleEnvelope(), [fresh.identity.person], tmp_path)
    with pytest.raises(BadInput, match="no inspection yet"):
        exchange.receive_bundle(fresh, BundleEnvelope(), Path(sealed.path), now=NOW)
    assert fresh.roster() is None


def test_a_request_cannot_speak_for_somebody_who_takes_part_already(team: Team, make_vault: object) -> None:
    lead, other = team["lead"], make_vault("other")  # type: ignore[operator]  # the fixture is a function
    other._identity = replace(other.identity, person=lead.identity.person, name="Mallory")
    request = programme.enrolment_request(other)
    for another in (False, True):
        with pytest.raises(BadInput, match="is of Mallory, but says that it is another laptop of lead"):
            programme.admit(lead, request, [], now=NOW, another_laptop=another)
    roster = lead.roster()
    assert roster is not None
    assert roster.name_of(lead.identity.person) == "lead"
    assert "lead" in roster.roles_of(lead.identity.person)


def test_a_record_is_begun_only_under_an_id_of_this_laptop(team: Team, visit: str) -> None:
    with pytest.raises(Bug, match="not this laptop's"):
        capture.add_note(team["ann"], visit, "x", record=new_id(), happened=NOW)


def test_a_second_inspection_does_not_replace_the_first(team: Team) -> None:
    with pytest.raises(BadInput, match="takes part in an inspection already"):
        programme.found_inspection(team["lead"], "Another", now=NOW, forms=FORMS)
