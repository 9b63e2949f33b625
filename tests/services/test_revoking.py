"""Revoking a laptop: what goes on counting, what does not, and what a thief may try."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Revocation
from fieldinspect.journal.acceptance import Gate, Reason
from fieldinspect.journal.chain import ChainHead
from fieldinspect.services import capture, reading, team_edits, team_list, team_words
from fieldinspect.store.vault import StoredVault
from tests.journal.test_acceptance import roster_of
from tests.journal.writers import Writer
from tests.store.test_vault import send
from tests.team import NOW

Team = dict[str, StoredVault]
RECORD: Final = "f" * 32


def begin(team: Team) -> str:
    lead, ann = team["lead"], team["ann"]
    send(lead, ann)
    inspection = reading.inspections(ann)[0].id
    return capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)


def texts(vault: StoredVault, visit: str) -> list[str]:
    return [view.get("text") for view in vault.children(visit, [Kind.NOTE])]


def test_what_came_before_a_loss_counts_and_what_came_after_does_not(team: Team) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = begin(team)
    capture.add_note(ann, visit, "before", happened=NOW)
    time.sleep(0.01)
    lost = datetime.now(UTC)
    time.sleep(0.01)
    capture.add_note(ann, visit, "after", happened=NOW)
    send(ann, lead, 2)
    loss = team_list.loss_of(lead, "ann", lost)
    assert (loss.kept, loss.undone) == (3, 1)
    said = " ".join(team_list.loss_sentences(loss))
    assert "3 entries of ann from this laptop are here and go on counting" in said
    assert "1 entry stops counting" in said
    team_list.revoke(lead, "ann", "Stolen open", now=NOW, since=lost)
    assert texts(lead, visit) == ["before"]
    assert lead.quarantined() == {"revoked": 1}
    assert not lead.roster().devices_of(ann.identity.person)  # type: ignore[union-attr]
    team_list.change(lead, [team_edits.reinstatement("ann")], now=NOW)
    assert texts(lead, visit) == ["before", "after"]


def test_without_a_time_all_that_is_here_counts_and_nothing_that_comes_later(team: Team) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = begin(team)
    capture.add_note(ann, visit, "received", happened=NOW)
    send(ann, lead, 2)
    capture.add_note(ann, visit, "on the lost laptop alone", happened=NOW)
    outcome = team_list.revoke(lead, "ann", "Lost", now=NOW)
    (named, whole) = outcome.proposal.after.revocations
    assert (named.sequence, named.head) == (3, lead.last_places(ann.identity.device)[0].entry)
    assert (whole.incarnation, whole.sequence) == ("", 0)
    assert texts(lead, visit) == ["received"]


def test_revoking_once_more_pardons_nothing(team: Team) -> None:
    lead, ann = team["lead"], team["ann"]
    visit = begin(team)
    capture.add_note(ann, visit, "honest", happened=NOW)
    send(ann, lead, 2)
    first = team_list.revoke(lead, "ann", "Stolen", now=NOW).proposal.after.revocations
    capture.add_note(ann, visit, "thief", happened=NOW)
    send(ann, lead, 3)
    loss = team_list.loss_of(lead, ann.identity.device)
    assert (loss.kept, loss.undone) == (3, 1)
    again = team_list.revoke(lead, ann.identity.device, "Stolen from the car", now=NOW)
    assert texts(lead, visit) == ["honest"]
    assert [replace(one, reason="Stolen") for one in again.proposal.after.revocations] == [*first]


def test_a_limit_that_rises_is_told_and_a_chain_cut_at_its_start_too(team: Team) -> None:
    before = team["lead"].roster()
    assert before is not None
    device = team["ann"].identity.device
    low, high = Revocation(device, "a" * 32, 0), Revocation(device, "a" * 32, 2, "b" * 64)
    said = [*team_words.differences(before, replace(before, revocations=(low,)))]
    assert said == ["Nothing of a chain of the laptop of ann counts: no reason given"]
    told = [
        *team_words.differences(replace(before, revocations=(low,)), replace(before, revocations=(high,)))
    ]
    assert "That is more than counted before: look closely at what came since" in told


def test_a_laptop_that_nothing_is_known_of_is_revoked_as_a_whole(team: Team) -> None:
    lead = team["lead"]
    assert team_list.loss_of(lead, "ben").places == ()
    outcome = team_list.revoke(lead, "ben", "Lost", now=NOW)
    assert [(one.incarnation, one.sequence) for one in outcome.proposal.after.revocations] == [("", 0)]


def test_one_cannot_revoke_the_laptop_one_works_on_or_one_of_nobody(team: Team) -> None:
    lead = team["lead"]
    with pytest.raises(BadInput, match="the laptop you are working on"):
        team_list.revoke(lead, "lead", "Lost", now=NOW)
    with pytest.raises(BadInput, match="Nobody called eve"):
        team_list.revoke(lead, "eve", "Lost", now=NOW)


def test_a_thief_gains_nothing_by_another_chain() -> None:
    """The chain that is known counts up to its place; one that was never seen here does not count at all."""
    ann = Writer("a" * 32)
    device = ann.signer.public.fingerprint
    first, second = (ann.write(RECORD, {"text": text}) for text in ("honest", "stolen"))
    edit = team_edits.revocation(device, [ChainHead(device, ann.incarnation, 1, first.id)], "Stolen")
    gate = Gate(edit(roster_of(ann)))
    assert gate.writer(first.header) is None
    assert gate.writer(second.header) is Reason.REVOKED
    ann.incarnation, ann.sequence, ann.previous = "e" * 32, 0, ""
    assert gate.writer(ann.write(RECORD, {"text": "new chain"}).header) is Reason.REVOKED
