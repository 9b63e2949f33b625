"""What was refused is kept as it came, and says why and what to do next."""

import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from fieldinspect.domain.audit import AuditQuery
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.quarantine import RefusedBundle
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.files import DiskFull
from fieldinspect.journal.acceptance import Reason
from fieldinspect.services import audit, capture, exchange, programme, quarantine, reading
from fieldinspect.services.quarantine import NotReceived
from fieldinspect.store import quarantining, schema
from fieldinspect.store.vault import StoredVault
from tests.kept_team import Post
from tests.store.test_roster import next_roster
from tests.team import FORMS, NOW

Team = dict[str, StoredVault]
ENVELOPE = BundleEnvelope()
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def sealed(team: Team, stick: Path) -> Path:
    """A bundle of Ann's for the lead."""
    lead, ann = team["lead"], team["ann"]
    briefing = exchange.seal_bundle(lead, ENVELOPE, [ann.identity.person], stick)
    exchange.receive_bundle(ann, ENVELOPE, Path(briefing.path), now=NOW)
    inspection = reading.inspections(ann)[0].id
    capture.start_visit(ann, inspection=inspection, station="Example Road", force="gwent", happened=NOW)
    return Path(exchange.seal_bundle(ann, ENVELOPE, [lead.identity.person], stick).path)


def spoil(path: Path) -> bytes:
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"\n--- ") + 8] ^= 1
    path.write_bytes(raw)
    return bytes(raw)


def kept_files(vault: StoredVault) -> list[Path]:
    return sorted((vault._folder / "refused").glob("*"))


def test_a_changed_bundle_is_kept_as_it_came(team: Team, sealed: Path) -> None:
    lead, raw = team["lead"], spoil(sealed)
    with pytest.raises(NotReceived, match=r"changed after it was signed.*kept as it is") as refusal:
        quarantine.receive(lead, ENVELOPE, sealed, now=NOW, source="Office share")
    (kept,) = quarantine.refused(lead)
    assert (kept.id, kept.reason, kept.source, kept.size) == (
        refusal.value.kept,
        "changed",
        "Office share",
        len(raw),
    )
    assert (kept.came, kept.present, kept.deleted) == (NOW, True, None)
    (file,) = kept_files(lead)
    assert file.read_bytes() == raw
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Ask the sender" in quarantine.bundle_reason(kept.reason, kept.sentence).next_step
    assert sealed.exists()


def test_the_same_file_twice_is_one_line_that_says_when_it_was_last_tried(team: Team, sealed: Path) -> None:
    lead = team["lead"]
    spoil(sealed)
    for now in (NOW, LATER):
        with pytest.raises(NotReceived):
            quarantine.receive(lead, ENVELOPE, sealed, now=now)
    (kept,) = quarantine.refused(lead)
    assert (kept.came, kept.tried, kept.name) == (NOW, LATER, sealed.name)
    assert len(kept_files(lead)) == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04 a letter to a victim", b"", b"age-encryption.org/v1\n"[:9]])
def test_what_is_no_bundle_is_not_kept(team: Team, stick: Path, content: bytes) -> None:
    lead, letter = team["lead"], stick / "letter.fib"
    letter.write_bytes(content)
    with pytest.raises(NotReceived, match="It was not kept") as refusal:
        quarantine.receive(lead, ENVELOPE, letter, now=NOW)
    assert not refusal.value.stays
    assert (quarantine.refused(lead), kept_files(lead)) == ([], [])


def test_what_is_for_somebody_else_is_not_kept(team: Team, sealed: Path) -> None:
    with pytest.raises(NotReceived, match=r"somebody else.*It was not kept"):
        quarantine.receive(team["ben"], ENVELOPE, sealed, now=NOW)
    assert quarantine.refused(team["ben"]) == []


def test_a_full_disk_leaves_the_file_where_it_lay_and_says_so(
    team: Team, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = team["lead"]
    spoil(sealed)
    monkeypatch.setattr(quarantining, "free_space", lambda _path: 1000)
    with pytest.raises(NotReceived, match="stays where it lay") as refusal:
        quarantine.receive(lead, ENVELOPE, sealed, now=NOW)
    assert (refusal.value.stays, refusal.value.kept) == (True, "")
    assert (quarantine.refused(lead), kept_files(lead)) == ([], [])

    def full(*_given: object) -> object:
        raise DiskFull

    monkeypatch.undo()
    monkeypatch.setattr(quarantining, "atomic_writer", full)
    with pytest.raises(NotReceived, match="no space left"):
        quarantine.receive(lead, ENVELOPE, sealed, now=NOW)
    assert kept_files(lead) == []


def test_refused_bundles_together_have_a_cap(
    team: Team, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = team["lead"]
    size = len(spoil(sealed))
    monkeypatch.setattr(quarantine, "MOST_BYTES", 2 * size - 1)
    with pytest.raises(NotReceived):
        quarantine.receive(lead, ENVELOPE, sealed, now=NOW)
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"!")
    with pytest.raises(NotReceived, match="no room to keep"):
        quarantine.receive(lead, ENVELOPE, sealed, now=NOW)
    assert len(quarantine.refused(lead)) == 1


def test_after_a_newer_team_list_it_is_received_after_all(
    team: Team, make_vault: Callable[[str], StoredVault], stick: Path
) -> None:
    lead, stranger = team["lead"], make_vault("stranger")
    programme.found_inspection(stranger, "Another", now=NOW, forms=FORMS)
    programme.admit(stranger, programme.enrolment_request(lead), ["lead"], now=NOW)
    path = Path(exchange.seal_bundle(stranger, ENVELOPE, [lead.identity.person], stick).path)
    with pytest.raises(NotReceived):
        quarantine.receive(lead, ENVELOPE, path, now=NOW)
    (kept,) = quarantine.refused(lead)
    with pytest.raises(NotReceived, match="stays among the refused"):
        quarantine.try_again(lead, ENVELOPE, kept.id, now=LATER)
    (again,) = quarantine.refused(lead)
    assert (again.came, again.tried, again.reason) == (NOW, LATER, kept.reason)


def test_after_a_newer_team_list_what_a_stranger_sent_is_tried_again_once_by_itself(
    team: Team, make_vault: Callable[[str], StoredVault], stick: Path
) -> None:
    lead, newcomer = team["lead"], make_vault("newcomer")
    programme.admit(lead, programme.enrolment_request(newcomer), ["inspector"], now=NOW)
    ann, admitted = team["ann"], lead.roster_bytes()
    assert admitted is not None
    programme.join(newcomer, admitted, programme.fingerprint(admitted))
    briefing = exchange.seal_bundle(lead, ENVELOPE, [newcomer.identity.person, ann.identity.person], stick)
    for vault in (newcomer, ann):
        exchange.receive_bundle(vault, ENVELOPE, Path(briefing.path), now=NOW)
    inspection = reading.inspections(newcomer)[0].id
    capture.start_visit(newcomer, inspection=inspection, station="Example Road", force="gwent", happened=NOW)
    path = Path(exchange.seal_bundle(newcomer, ENVELOPE, [ann.identity.person], stick).path)
    kept = ann.keep_refused(
        path,
        lambda bundle, size: RefusedBundle(
            bundle, path.name, "", "unknown-signer", "?", size, NOW, NOW, judged="1 0"
        ),
        most=1 << 30,
    )
    assert quarantine.reconsider(ann, ENVELOPE, now=LATER)
    assert not quarantine.reconsider(ann, ENVELOPE, now=LATER)
    assert kept.id not in [one.id for one in quarantine.refused(ann)]
    assert len(reading.visits(ann)) == 1


def test_a_stranger_is_asked_about_once_by_each_team_list(
    team: Team, make_vault: Callable[[str], StoredVault], stick: Path
) -> None:
    lead, stranger = team["lead"], make_vault("stranger")
    programme.found_inspection(stranger, "Another", now=NOW, forms=FORMS)
    programme.admit(stranger, programme.enrolment_request(lead), ["lead"], now=NOW)
    path = Path(exchange.seal_bundle(stranger, ENVELOPE, [lead.identity.person], stick).path)
    with pytest.raises(NotReceived):
        quarantine.receive(lead, ENVELOPE, path, now=NOW)
    assert not quarantine.reconsider(lead, ENVELOPE, now=LATER)
    lead.install_roster(next_roster(lead))
    assert quarantine.reconsider(lead, ENVELOPE, now=LATER)
    assert not quarantine.reconsider(lead, ENVELOPE, now=LATER)
    (kept,) = quarantine.refused(lead)
    assert kept.tried == LATER


def test_what_comes_while_the_team_list_has_lapsed_stays_where_it_lay(team: Team, sealed: Path) -> None:
    lead = team["lead"]
    roster = lead.roster()
    assert roster is not None
    lapsed = datetime.fromisoformat(roster.expires) + timedelta(days=roster.policy.grace_days + 1)
    with pytest.raises(NotReceived, match=r"expired on .* It stays where it lay") as refused:
        quarantine.receive(lead, ENVELOPE, sealed, now=lapsed)
    assert refused.value.stays
    assert quarantine.refused(lead) == []
    assert quarantine.receive(lead, ENVELOPE, sealed, now=NOW).new_entries > 0


def test_a_good_bundle_that_waited_is_received_and_leaves_the_list(team: Team, sealed: Path) -> None:
    lead = team["lead"]
    late = BundleEnvelope(lambda: NOW)
    whole = sealed.read_bytes()
    spoil(sealed)
    with pytest.raises(NotReceived):
        quarantine.receive(lead, late, sealed, now=NOW)
    (kept,) = quarantine.refused(lead)
    lead.refused_file(kept.id).write_bytes(whole)  # as if what was wrong with us had been put right
    received = quarantine.try_again(lead, late, kept.id, now=LATER)
    assert received.new_entries > 0
    assert (quarantine.refused(lead), kept_files(lead)) == ([], [])


def test_deleting_leaves_the_line_and_saving_a_copy_is_logged(
    team: Team, sealed: Path, tmp_path: Path
) -> None:
    lead, raw = team["lead"], spoil(sealed)
    with pytest.raises(NotReceived):
        quarantine.receive(lead, ENVELOPE, sealed, now=NOW)
    (kept,) = quarantine.refused(lead)
    copy = quarantine.save_copy(lead, kept.id, tmp_path, happened=NOW)
    assert copy.read_bytes() == raw
    with pytest.raises(BadInput, match="already"):
        quarantine.save_copy(lead, kept.id, tmp_path, happened=NOW)
    products = [line.details.get("product") for line in audit.lines(lead, AuditQuery())]
    assert products.count(quarantine.REFUSED) == 1
    quarantine.delete(lead, kept.id, now=LATER)
    assert kept_files(lead) == []
    (line,) = quarantine.refused(lead)
    assert (line.deleted, line.present, line.reason) == (LATER, False, "changed")
    for act in (
        lambda: quarantine.delete(lead, kept.id, now=LATER),
        lambda: quarantine.try_again(lead, ENVELOPE, kept.id, now=LATER),
        lambda: quarantine.save_copy(lead, "../../etc", tmp_path, happened=LATER),
    ):
        with pytest.raises(BadInput, match="not here any more"):
            act()


def test_a_file_whose_row_was_lost_is_listed_all_the_same(team: Team, sealed: Path) -> None:
    lead = team["lead"]
    raw = spoil(sealed)
    folder = lead._folder / "refused"
    folder.mkdir(mode=0o700)
    (folder / f"{'a' * 32}.fib").write_bytes(raw)
    (found,) = quarantine.refused(lead)
    assert (found.id, found.size, found.reason) == ("a" * 32, len(raw), "other")
    quarantine.delete(lead, found.id, now=LATER)
    assert [one.deleted for one in quarantine.refused(lead)] == [LATER]


def test_nothing_lies_beside_the_database_that_says_why(team: Team, sealed: Path) -> None:
    lead = team["lead"]
    spoil(sealed)
    with pytest.raises(NotReceived):
        quarantine.receive(lead, ENVELOPE, sealed, now=NOW, source="Canary Wharf share")
    lead._checkpoint()
    for file in lead._folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"Canary Wharf" not in content, file.name
            assert sealed.name.encode() not in content, file.name


@pytest.mark.parametrize("reason", [*Reason, "something-newer"])
def test_every_reason_has_a_sentence_and_a_next_step(reason: str) -> None:
    said = quarantine.entry_reason(reason)
    assert said.why
    assert said.next_step
    if reason in set(Reason):
        assert said.why != quarantine.entry_reason("something-newer").why


def test_entries_set_aside_are_grouped_by_reason_and_say_who_and_when(kept: Team, visit: str) -> None:
    lead, ann = kept["lead"], kept["ann"]
    capture.add_note(ann, visit, "The queue is long", happened=NOW)
    Post().carry(ann, lead)
    with lead._transaction() as connection:
        row = (schema.quarantine.c.entry, schema.quarantine.c.reason)
        notes = sa.select(schema.entry.c.id, sa.literal("revoked")).where(
            schema.entry.c.record.in_(sa.select(schema.record.c.id).where(schema.record.c.kind == "note"))
        )
        connection.execute(sa.insert(schema.quarantine).from_select([one.name for one in row], notes))
    (group,) = quarantine.groups(lead)
    assert (group.reason.name, group.number) == ("revoked", 1)
    (found,) = quarantine.entries(lead, "revoked")
    assert (found.author, found.kind, found.standing) == (ann.identity.person, "note", "revoked")
    assert "text" in found.fields
    assert not found.values
    assert quarantine.entries(lead, "role") == []
