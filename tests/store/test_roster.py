"""Acceptance is a projection: a new roster changes what counts, and a later one changes it back."""

from dataclasses import replace

from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Revocation, Roster
from fieldinspect.journal.roster import digest, read_history, write_history, write_roster
from fieldinspect.services import capture, reading
from fieldinspect.store.vault import StoredVault
from tests.store.test_vault import send
from tests.team import NOW

Team = dict[str, StoredVault]


def next_roster(lead: StoredVault, **changes: object) -> bytes:
    ours, secret = lead.roster(), lead.secret("root-key")
    assert ours is not None
    assert secret is not None
    version = ours.version + 1
    history = [raw for _roster, raw in read_history(lead.roster_bytes())]
    following: Roster = replace(ours, version=version, previous=digest(history[-1]), **changes)  # type: ignore[arg-type]
    return write_history([*history, write_roster(following, [SigningKey(secret)])])


def test_a_revocation_quarantines_from_its_sequence_on_and_lifting_it_brings_all_back(team: Team) -> None:
    lead, ann = team["lead"], team["ann"]
    send(lead, ann)
    inspection = reading.inspections(ann)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)
    for number in range(3):
        capture.add_note(ann, visit, f"note {number}", happened=NOW)
    send(ann, lead, 2)
    before = lead.digest()
    good = 3  # the chain's first entry, the visit, and the first note
    revocation = Revocation(ann.identity.device, ann.identity.incarnation, good, reason="stolen")
    assert lead.install_roster(next_roster(lead, revocations=(revocation,)))
    assert [view.get("text") for view in lead.children(visit, [Kind.NOTE])] == ["note 0"]
    assert lead.quarantined() == {"revoked": 2}
    assert lead.search("note 2") == []
    assert lead.rebuild()
    assert lead.install_roster(next_roster(lead, revocations=()))
    assert lead.digest() == before


def test_a_roster_that_changes_nobody_judges_nothing_again(team: Team) -> None:
    lead = team["lead"]
    before = lead.digest()
    assert lead.install_roster(next_roster(lead, expires="2030-01-01T00:00:00+00:00"))
    assert lead.digest() == before
    assert lead.rebuild()
