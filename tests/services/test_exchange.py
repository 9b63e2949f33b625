import io
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.kinds import Kind
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.files import DiskFull
from fieldinspect.services import capture, exchange, programme, reading, team_list
from fieldinspect.store.vault import StoredVault
from tests.team import FORMS, NOW

Team = dict[str, StoredVault]
ENVELOPE = BundleEnvelope()


def person(vault: StoredVault) -> str:
    return vault.identity.person


@pytest.fixture
def bundles(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def visit(team: Team, bundles: Path) -> str:
    """A visit that the inspector began after the lead's briefing came in."""
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    sealed = exchange.seal_bundle(lead, ENVELOPE, [person(ann), person(ben)], bundles)
    for vault in (ann, ben):
        exchange.receive_bundle(vault, ENVELOPE, Path(sealed.path), now=NOW)
    inspection = reading.inspections(ann)[0].id
    return capture.start_visit(
        ann, inspection=inspection, station="Example Road", force="gwent", happened=NOW
    )


def test_a_note_reaches_the_lead_and_a_second_receipt_changes_nothing(
    team: Team, visit: str, bundles: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    capture.add_note(ann, visit, "Nine forms wait", happened=NOW)
    capture.attach(ann, visit, name="a.txt", media_type="text/plain", source=io.BytesIO(b"six"), happened=NOW)
    sealed = exchange.seal_bundle(ann, ENVELOPE, [person(lead)], bundles)
    assert sealed.recipients == ("lead",)
    account = exchange.receive_bundle(lead, ENVELOPE, Path(sealed.path), now=NOW)
    assert (account.sender, account.new_records["note"], account.attachments) == ("ann", 1, 1)
    assert [item.text for item in reading.timeline(lead, visit) if item.kind == Kind.NOTE] == [
        "Nine forms wait"
    ]
    again = exchange.receive_bundle(lead, ENVELOPE, Path(sealed.path), now=NOW)
    assert again.already_received
    assert again.new_entries == 0


def test_only_what_the_recipient_lacks_is_sealed(team: Team, visit: str, bundles: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    first = exchange.seal_bundle(ann, ENVELOPE, [person(lead)], bundles)
    with pytest.raises(exchange.NothingToSend):
        exchange.seal_bundle(ann, ENVELOPE, [person(lead)], bundles)
    capture.add_note(ann, visit, "one more", happened=NOW)
    second = exchange.seal_bundle(ann, ENVELOPE, [person(lead)], bundles)
    assert second.entries == 2  # the note, and the log's line about this bundle
    everything = exchange.seal_bundle(ann, ENVELOPE, [person(lead)], bundles, everything=True)
    assert everything.entries > first.entries
    # The later one may come first: nothing is held back, and the gap is said.
    account = exchange.receive_bundle(lead, ENVELOPE, Path(second.path), now=NOW)
    assert account.gaps == 4  # the chain began, the visit, a receipt, and the first bundle's line in the log
    account = exchange.receive_bundle(lead, ENVELOPE, Path(first.path), now=NOW)
    assert account.gaps == 0
    assert lead.examine_chains().problems == ()


def test_a_newer_team_list_is_something_to_send(team: Team, bundles: Path) -> None:
    lead, ann, ben = team["lead"], team["ann"], team["ben"]
    for vault in (ann, ben):
        exchange.seal_bundle(lead, ENVELOPE, [person(vault)], bundles)
    team_list.revoke(lead, "ben", "Stolen", now=NOW)
    sealed = exchange.seal_bundle(lead, ENVELOPE, [person(ann)], bundles)
    exchange.receive_bundle(ann, ENVELOPE, Path(sealed.path), now=NOW)
    roster = ann.roster()
    assert roster is not None
    assert roster.devices_of(person(ben)) == ()
    with pytest.raises(exchange.NothingToSend):
        exchange.seal_bundle(lead, ENVELOPE, [person(ann)], bundles)


def test_the_outbox_is_truthful(team: Team, visit: str, bundles: Path) -> None:
    ann = team["ann"]
    waiting = ann.outbox().entries
    assert waiting == ann.tallies()[visit].unsent  # what the program writes for itself does not count
    exchange.seal_bundle(ann, ENVELOPE, [person(team["lead"])], bundles)
    assert ann.outbox().entries == 0
    assert visit not in ann.tallies()


def test_a_bundle_for_somebody_else_is_refused(team: Team, visit: str, bundles: Path) -> None:
    sealed = exchange.seal_bundle(team["ann"], ENVELOPE, [person(team["lead"])], bundles)
    with pytest.raises(BadInput, match=r"not (sealed )?for you|somebody else"):
        exchange.receive_bundle(team["ben"], ENVELOPE, Path(sealed.path), now=NOW)


@pytest.mark.parametrize("spoil", ["truncate", "flip", "replace", "empty"])
def test_a_spoilt_bundle_is_refused_and_changes_nothing(
    team: Team, visit: str, bundles: Path, spoil: str
) -> None:
    lead = team["lead"]
    path = Path(exchange.seal_bundle(team["ann"], ENVELOPE, [person(lead)], bundles).path)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    whole = path.read_bytes()
    path.write_bytes(
        {
            "truncate": whole[: len(whole) // 2],
            "flip": bytes(raw),
            "replace": b"PK\x03\x04 no bundle",
            "empty": b"",
        }[spoil]
    )
    with pytest.raises(BadInput):
        exchange.receive_bundle(lead, ENVELOPE, path, now=NOW)
    assert path.exists()
    assert reading.visits(lead) == []
    path.write_bytes(whole)
    assert exchange.receive_bundle(lead, ENVELOPE, path, now=NOW).new_entries > 0


def test_someone_who_is_not_in_the_team_list_cannot_send(
    team: Team, make_vault: Callable[[str], StoredVault], bundles: Path
) -> None:
    stranger, lead = make_vault("stranger"), team["lead"]
    programme.found_inspection(stranger, "Another", now=NOW, forms=FORMS)
    programme.admit(stranger, programme.enrolment_request(lead), ["lead"], now=NOW)
    sealed = exchange.seal_bundle(stranger, ENVELOPE, [person(lead)], bundles)
    with pytest.raises(BadInput):
        exchange.receive_bundle(lead, ENVELOPE, Path(sealed.path), now=NOW)


def test_a_newer_team_list_travels_with_a_bundle(
    team: Team, make_vault: Callable[[str], StoredVault], bundles: Path, visit: str
) -> None:
    lead, ann, late = team["lead"], team["ann"], make_vault("late")
    roster = programme.admit(lead, programme.enrolment_request(late), ["inspector"], now=NOW)
    programme.join(late, roster, programme.fingerprint(roster))
    sealed = exchange.seal_bundle(lead, ENVELOPE, [person(late)], bundles, everything=True)
    exchange.receive_bundle(late, ENVELOPE, Path(sealed.path), now=NOW)
    inspection = reading.inspections(late)[0].id
    capture.start_visit(late, inspection=inspection, station="Sample Street", force="gwent", happened=NOW)
    # Ann's team list does not know this laptop yet; the bundle brings one that does, signed by the same root.
    sealed = exchange.seal_bundle(late, ENVELOPE, [person(ann)], bundles)
    account = exchange.receive_bundle(ann, ENVELOPE, Path(sealed.path), now=NOW)
    assert account.sender == "late"
    assert "Sample Street" in [card.station for card in reading.visits(ann)]


def test_a_full_disk_while_sealing_leaves_nothing_and_keeps_the_work_unsent(
    team: Team, visit: str, bundles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = team["ann"]
    waiting = ann.outbox().entries

    def full(*_given: object, **_named: object) -> None:
        raise DiskFull

    monkeypatch.setattr("fieldinspect.exchange.envelope.write_bundle", full)
    before = list(bundles.iterdir())
    with pytest.raises(WorldFailed, match="no space"):
        exchange.seal_bundle(ann, ENVELOPE, [person(team["lead"])], bundles)
    assert list(bundles.iterdir()) == before
    assert ann.outbox().entries == waiting
