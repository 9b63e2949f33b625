"""What counts of what was written: conflicts of interest, dates, branches and roles, in every order of arrival."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Revocation
from fieldinspect.domain.views import VaultPlace
from fieldinspect.journal.clock import at
from fieldinspect.journal.entry import from_line
from fieldinspect.services import capture, conflicts, planning, programme, reading, review
from fieldinspect.services.ports import Write
from fieldinspect.store import entries
from fieldinspect.store.door import Door
from fieldinspect.store.gates import gate_for
from fieldinspect.store.vault import StoredVault
from tests.store.test_insider import Forger, take
from tests.store.test_roster import next_roster
from tests.store.test_vault import receipt, send
from tests.team import NOW, PASSPHRASE

Team = dict[str, StoredVault]
Keys = dict[str, tuple[bytes, ...]]


def everything(vault: StoredVault) -> tuple[list[bytes], Keys]:
    outgoing = vault.outgoing(frozenset(scope.id for scope in vault.roster().scopes), {})  # type: ignore[union-attr]
    return list(outgoing.lines()), {record: tuple(keys) for record, keys in outgoing.keys.items()}


def key_of(vault: StoredVault, record: str) -> RecordKey:
    return RecordKey(everything(vault)[1][record][0])


def conflicted(lead: StoredVault, person: str, *forces: str) -> bytes:
    return with_person(lead, person, conflicts=forces)


def with_person(lead: StoredVault, person: str, **changes: object) -> bytes:
    roster = lead.roster()
    assert roster is not None
    people = tuple(
        replace(one, **changes) if one.id == person else one  # type: ignore[arg-type]  # the caller names fields
        for one in roster.people
    )
    return next_roster(lead, people=people)


def override(lead: StoredVault, person: str, force: str) -> str:
    inspection = reading.inspections(lead)[0].id
    made = new_record_id(lead.identity.device)
    fields: dict[str, str | None] = {"person": person, "force": force}
    lead.write([Write(made, Kind.CONFLICT_OVERRIDE, inspection, inspection, fields, NOW, "nobody else can")])
    return made


@pytest.fixture
def inspection(team: Team) -> str:
    for name in ("ann", "ben"):
        send(team["lead"], team[name], 1)
    return reading.inspections(team["lead"])[0].id


def start(vault: StoredVault, inspection: str, force: str) -> str:
    return capture.start_visit(
        vault, inspection=inspection, station="Example Road", force=force, happened=NOW
    )


# Forces


def test_the_force_is_said_by_whoever_began_it_by_leads_and_by_whoever_is_assigned(
    team: Team, inspection: str, founded: Path, tmp_path: Path
) -> None:
    """Nobody else hides a visit from somebody, or voids what they wrote; and an assignment may come last."""
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    details = planning.Details(NOW.date(), NOW.date(), force="gwent", station="X")
    plan = planning.plan(lead, details, happened=NOW)
    becoming = planning.one(lead, plan).visit
    send(lead, ben, 2)
    send(ann, ben, 3)
    with pytest.raises(BadInput, match="say of which force"):
        capture.correct(ben, visit, "force", "kent", reason="x", happened=NOW)
    forger, about = Forger(ben), {"kind": Kind.VISIT, "parent": inspection, "inspection": inspection}
    said = [
        forger.forge(record, key_of(ben, record), fields={"force": "kent"}, **about)  # type: ignore[arg-type]
        for record in (visit, becoming)
    ]
    send(ann, lead, 4)
    lead.install_roster(conflicted(lead, lead.identity.person, "kent"))
    take(lead, 5, ben, *said)
    assert lead.quarantined() == {"role": 2}
    assert lead.record(visit) is not None
    planning.assign(lead, plan, ben.identity.person, happened=NOW)
    # It is of Kent now, says who was assigned: that is nothing for this lead.
    assert lead.quarantined() == {"conflict": 1, "role": 1}
    assert lead.record(becoming) is None
    assert lead.rebuild()
    lines, keys = everything(lead)
    for number, order in enumerate((lines, lines[::-1])):
        home = tmp_path / f"replica{number}"
        shutil.copytree(founded, home)
        vault = Door(home).open(VaultPlace(str(home / "ann"), "ann"), PASSPHRASE)
        vault.install_roster(lead.roster_bytes())
        for position, line in enumerate(order):
            vault.merge([line], keys, {}, receipt(100 + position, "x"))
        assert vault.quarantined() == {"conflict": 1, "role": 1}
        assert vault.rebuild()
        vault.close()


# Conflicts of interest


def test_what_somebody_with_a_conflict_of_interest_wrote_there_does_not_count(
    team: Team, inspection: str
) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    there, elsewhere = start(ann, inspection, "gwent"), start(ann, inspection, "dorset")
    send(ann, ben, 2)
    for visit in (there, elsewhere):
        capture.add_note(ben, visit, "by ben", happened=NOW)
    send(ben, lead, 3)
    assert lead.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    assert lead.quarantined() == {"conflict": 1}
    assert lead.children(there) == []
    assert len(lead.children(elsewhere)) == 1
    assert lead.search("ben") != []
    assert lead.rebuild()
    set_aside = override(lead, ben.identity.person, "gwent")
    assert lead.quarantined() == {}
    assert len(lead.children(there)) == 1
    capture_again = lead.record(set_aside)
    assert capture_again is not None
    lead.write(
        [Write(set_aside, Kind.CONFLICT_OVERRIDE, inspection, inspection, {"withdrawn": "true"}, NOW, "no")]
    )
    assert lead.quarantined() == {"conflict": 1}
    assert lead.rebuild()


def test_nobody_conflicted_takes_a_visit_out_of_its_force(team: Team, inspection: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    send(ann, lead, 2)
    lead.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    forger, key = Forger(ben), key_of(ann, visit)
    renamed = forger.forge(
        visit, key, kind=Kind.VISIT, parent=inspection, inspection=inspection, fields={"force": "dorset"}
    )
    own, own_key = new_record_id(ben.identity.device), RecordKey.generate()
    note = forger.forge(own, own_key, parent=visit, inspection=inspection, fields={"force": "dorset"})
    take(lead, 3, ben, renamed, note, keys={own: (own_key.secret,)})
    assert lead.record(visit).get("force") == "gwent"  # type: ignore[union-attr]
    assert lead.quarantined() == {"conflict": 1, "role": 1}
    assert lead.rebuild()


def test_what_one_writes_oneself_leaves_the_forces_that_a_record_names(team: Team, inspection: str) -> None:
    lead, ben = team["lead"], team["ben"]
    visit = start(ben, inspection, "gwent")
    send(ben, lead, 2)
    capture.correct(lead, visit, "station", "Example Street", reason="x", happened=NOW)
    capture.correct(ben, visit, "force", "dorset", reason="wrong", happened=NOW)
    send(ben, lead, 3)
    lead.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    assert lead.rebuild()
    capture.correct(lead, visit, "station", "Elsewhere", reason="x", happened=NOW)
    assert lead.rebuild()


def test_a_concern_for_somebody_at_risk_counts_whoever_raises_it(team: Team, inspection: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    send(ann, ben, 2)
    capture.add_record(ben, Kind.SAFEGUARDING_CONCERN, visit, happened=NOW)
    send(ben, lead, 3)
    lead.install_roster(conflicted(lead, ben.identity.person, "gwent"))
    assert lead.quarantined() == {}


def test_nobody_sets_their_own_conflict_aside(team: Team, inspection: str) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = start(ann, inspection, "gwent")
    send(ann, lead, 2)
    capture.add_note(lead, visit, "by the lead", happened=NOW)
    lead.install_roster(conflicted(lead, lead.identity.person, "gwent"))
    override(lead, lead.identity.person, "gwent")
    assert lead.quarantined() == {"conflict": 1}
    assert lead.record(visit) is None
    again = new_record_id(lead.identity.device)
    with pytest.raises(BadInput, match="conflict of interest"):
        lead.write([Write(again, Kind.NOTE, visit, inspection, {"text": "again"}, NOW)])


@pytest.fixture
def receiver(team: Team, make_vault: Callable[[str], StoredVault], tmp_path: Path) -> Path:
    """The closed vault of a fourth person, who wrote nothing."""
    cat = make_vault("cat")
    lead = team["lead"]
    programme.admit(lead, programme.enrolment_request(cat), ["inspector"], now=NOW)
    programme.join(cat, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
    cat.close()
    return tmp_path / "vaults" / "cat"


def test_no_order_of_arrival_changes_what_counts(
    team: Team, inspection: str, receiver: Path, door: Door, tmp_path: Path
) -> None:
    """The visit, what hangs beneath it, its corrected force, the team list and the override come in any order."""
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "dorset")
    begun, keys = everything(ann)
    send(ann, ben, 2)
    contact = capture.add_record(ben, Kind.CONTACT, visit, happened=NOW)
    capture.add_note(ben, contact, "beneath what does not count", happened=NOW)
    beneath = [line for line in everything(ben)[0] if line not in begun]
    capture.correct(ann, visit, "force", "gwent", reason="the other force", happened=NOW)
    corrected = [line for line in everything(ann)[0] if line not in begun]
    roster = conflicted(lead, ben.identity.person, "gwent")
    before = everything(lead)[0]
    override(lead, ben.identity.person, "dorset")
    other = [line for line in everything(lead)[0] if line not in before]
    keys = keys | everything(ben)[1] | everything(lead)[1]
    parts: list[list[bytes] | bytes] = [begun, beneath, corrected, roster, other]
    orders = random.Random(7).sample(list(permutations(parts)), 7)
    shown = set()
    for number, order in enumerate(orders):
        copy = tmp_path / "copies" / str(number)
        shutil.copytree(receiver, copy)
        vault = door.open(VaultPlace(str(copy), "cat"), PASSPHRASE)
        try:
            for step, part in enumerate(order):
                if isinstance(part, bytes):
                    vault.install_roster(part)
                else:
                    vault.merge(part, keys, {}, receipt(100 * number + step, ann.identity.device))
            assert vault.quarantined() == {"conflict": 2}
            assert vault.children(visit) == []
            assert vault.rebuild()
            shown.add(vault.digest())
        finally:
            vault.close()
    assert len(shown) == 1


# Dates: clocks are claims


def test_what_was_written_after_somebodys_time_does_not_count(team: Team, inspection: str) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = start(ann, inspection, "gwent")
    capture.add_note(ann, visit, "in time", happened=NOW)
    send(ann, lead, 2)
    own, key = new_record_id(ann.identity.device), RecordKey.generate()
    until = datetime.now(UTC) + timedelta(hours=1)
    late = Forger(ann).forge(
        own, key, parent=visit, inspection=inspection, clock=at(until + timedelta(minutes=1))
    )
    take(lead, 3, ann, late, keys={own: (key.secret,)})
    before = lead.digest()
    lead.install_roster(with_person(lead, ann.identity.person, valid_until=until.isoformat()))
    assert lead.quarantined() == {"expired": 1}
    assert lead.rebuild()
    lead.install_roster(with_person(lead, ann.identity.person, valid_until=""))
    assert lead.digest() == before


def test_whoevers_time_is_over_is_told_and_still_hands_over_what_they_wrote(
    team: Team, inspection: str
) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = start(ann, inspection, "gwent")
    past = datetime.now(UTC) + timedelta(milliseconds=1)
    ann.install_roster(with_person(lead, ann.identity.person, valid_until=past.isoformat()))
    with pytest.raises(BadInput, match="your time on this team is over"):
        capture.add_note(ann, visit, "too late", happened=NOW)
    logged = Write(
        new_record_id(ann.identity.device), Kind.DISCLOSURE, inspection, inspection, {"issued_to": "x"}, NOW
    )
    ann.write([logged])
    assert ann.quarantined() == {}


def test_a_slow_clock_writes_no_earlier_than_the_team_list(team: Team, inspection: str) -> None:
    lead, ann = team["lead"], team["ann"]
    since = datetime.now(UTC) + timedelta(hours=1)
    ann.install_roster(with_person(lead, ann.identity.person, valid_from=since.isoformat()))
    start(ann, inspection, "gwent")
    assert ann.quarantined() == {}
    assert ann.rebuild()


# Revocation at a head


def test_a_branch_that_a_thief_grew_before_the_revocation_does_not_count(team: Team, inspection: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    capture.add_note(ann, visit, "honest", happened=NOW)
    capture.add_note(ann, visit, "honest too", happened=NOW)
    lines, keys = everything(ann)
    own = [from_line(line) for line in lines]
    chain = [one for one in own if one.header.incarnation == ann.identity.incarnation]
    thief = Forger(ann)
    thief._incarnation, thief._sequence, thief._previous = (
        ann.identity.incarnation, 2, chain[1].id,
    )  # fmt: skip
    stolen, key = new_record_id(ann.identity.device), RecordKey.generate()
    forged = thief.forge(stolen, key, parent=visit, inspection=inspection)
    head = chain[-1]
    roster = next_roster(
        lead,
        revocations=(
            Revocation(
                ann.identity.device, ann.identity.incarnation, head.header.sequence, head.id, "stolen"
            ),
        ),
    )
    ben_orders = ((roster, forged, lines), (forged, roster, lines), (lines, forged, roster))
    for number, (vault, order) in enumerate(zip((lead, ben), ben_orders, strict=False)):
        for step, part in enumerate(order):
            if part is roster:
                vault.install_roster(roster)
            else:
                given = [part] if isinstance(part, bytes) else part
                vault.merge(given, keys | {stolen: (key.secret,)}, {}, receipt(50 + 10 * number + step, "x"))
        assert vault.quarantined() == {"fork": 1}
        assert [note.get("text") for note in vault.children(visit, [Kind.NOTE])] == ["honest", "honest too"]
        assert vault.rebuild()
    assert lead.digest() == ben.digest()


def test_what_a_chain_said_is_forgotten_with_a_transaction_that_failed(team: Team, inspection: str) -> None:
    """Otherwise as many entries, but others, would be judged by those that were never kept."""
    lead, ann = team["lead"], team["ann"]
    visit = start(ann, inspection, "gwent")
    send(ann, lead, 2)
    place = lead.last_places(ann.identity.device)[0]
    cut = Revocation(place.device, place.incarnation, place.sequence, place.entry)
    lead.install_roster(next_roster(lead, revocations=(cut,)))
    roster = lead.roster()
    assert roster is not None
    forger = Forger(ann)
    forger._incarnation, forger._sequence = place.incarnation, place.sequence - 1
    forged = from_line(forger.forge(visit, key_of(ann, visit), parent=inspection, inspection=inspection))

    def fail() -> None:
        with lead._transaction() as connection:
            entries.append(connection, entries.Chains(connection), [forged])
            assert gate_for(connection, roster).branches
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    honest = Forger(ann)
    honest._incarnation, honest._sequence, honest._previous = place.incarnation, place.sequence, place.entry
    later = from_line(honest.forge(visit, key_of(ann, visit), parent=inspection, inspection=inspection))
    with lead._transaction() as connection:
        entries.append(connection, entries.Chains(connection), [later])
        assert not gate_for(connection, roster).branches


# What only who leads, or only the author, does


def test_an_inspector_returns_no_record_and_settles_no_second_reading(team: Team, inspection: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    note = capture.add_note(ann, visit, "what was seen", happened=NOW)
    send(ann, lead, 2)
    forger, key = Forger(ben), key_of(ann, note)
    same = {"kind": Kind.NOTE, "parent": visit, "inspection": inspection}
    for number, fields in enumerate(({"returned": "do it again"}, {"blind:/x": "settled"}), 3):
        take(lead, number, ben, forger.forge(note, key, fields=fields, **same))
    assert lead.quarantined() == {"role": 2}
    review.return_to_author(lead, note, "please complete", happened=NOW)
    take(lead, 5, ben, forger.forge(note, key, fields={"handed_in": "true"}, **same))
    assert lead.quarantined() == {"role": 3}
    send(lead, ann, 6)
    review.hand_in_again(ann, note, happened=NOW)
    send(ann, lead, 7)
    review.accept(lead, note, happened=NOW)
    assert lead.quarantined() == {"role": 3}
    assert lead.rebuild()


def test_nobody_withdraws_a_concern(team: Team, inspection: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    concern = capture.add_record(ann, Kind.SAFEGUARDING_CONCERN, visit, happened=NOW)
    send(ann, lead, 2)
    forged = Forger(ben).forge(
        concern, key_of(ann, concern), kind=Kind.SAFEGUARDING_CONCERN, parent=visit,
        inspection=inspection, fields={"withdrawn": "true"},
    )  # fmt: skip
    take(lead, 3, ben, forged)
    assert lead.quarantined() == {"role": 1}
    assert not lead.record(concern).withdrawn  # type: ignore[union-attr]


def test_an_inspector_settles_no_disagreement_and_typing_goes_on(team: Team, inspection: str) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    visit = start(ann, inspection, "gwent")
    send(ann, ben, 2)
    field = "/station_visit/arrival/escort"
    capture.answer(ann, visit, {field: "yes"}, happened=NOW)
    capture.answer(ben, visit, {field: "no"}, happened=NOW)
    for number, (sender, receiver) in enumerate(((ann, ben), (ben, ann), (ann, lead)), 3):
        send(sender, receiver, number)
    found = ann.conflicts()[0]
    ann.write(
        [Write(visit, Kind.VISIT, inspection, inspection, {field: "yes"}, NOW, "mine", resolves=True)]
    )  # what a changed program would write
    send(ann, lead, 9)
    assert lead.quarantined() == {"role": 1}
    assert len(lead.conflicts()) == 1
    capture.answer(ben, visit, {field: "unclear"}, happened=NOW)
    send(ben, lead, 10)
    assert lead.quarantined() == {"role": 1}
    conflicts.resolve(lead, lead.conflicts()[0], "no", reason="asked both", happened=NOW)
    assert lead.conflicts() == []
    assert lead.rebuild()
    assert found.field == field
