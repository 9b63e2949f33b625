"""Receipts, acknowledgements, working copies and retention, on real vaults and real bundles."""

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.audit import Act, AuditQuery
from fieldinspect.domain.custody import EraseReason, EraseState, Hold, RetentionRule, RetentionState
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import (
    audit,
    capture,
    custody_words,
    erasure,
    exchange,
    reading,
    receipts,
    record_classes,
    retention,
    working_copies,
    writing,
)
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.kept_team import NAMES, Post, Team
from tests.team import NOW, PASSPHRASE

ENVELOPE = BundleEnvelope()
LATER = datetime.now(UTC) + timedelta(days=31)


@pytest.fixture
def seal(tmp_path: Path) -> Callable[..., int]:
    """Seal what somebody lacks and have them receive it; return how many entries that was."""
    stick = tmp_path / "stick"
    stick.mkdir()

    def seal(sender: StoredVault, *receivers: StoredVault, everything: bool = False) -> int:
        people = [receiver.identity.person for receiver in receivers]
        sealed = exchange.seal_bundle(sender, ENVELOPE, people, stick, everything=everything)
        for receiver in receivers:
            exchange.receive_bundle(receiver, ENVELOPE, Path(sealed.path), now=datetime.now(UTC))
        return sealed.entries

    return seal


@pytest.fixture
def closed(kept: Team, visit: str) -> str:
    """A visit by ann with a note and an attachment, closed and not sent yet."""
    ann = kept["ann"]
    capture.add_note(ann, visit, "Posters from 2011", happened=NOW)
    capture.attach(ann, visit, name="a.txt", media_type="text/plain", source=io.BytesIO(b"six"), happened=NOW)
    capture.close_visit(ann, visit, happened=NOW)
    return visit


# Receipts


def test_what_arrived_is_receipted_once_and_receipts_are_not(
    kept: Team, closed: str, seal: Callable[..., int]
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    seal(ann, lead)
    (sent,) = receipts.deliveries(ann)
    assert [laptop.person for laptop in sent.outstanding] == ["lead"]
    assert seal(lead, ann, everything=True) > 1
    (sent,) = receipts.deliveries(ann)
    (delivery,) = sent.delivered
    assert (delivery.laptop.person, delivery.leads, sent.outstanding) == ("lead", True, ())
    seal(ann, lead)  # a receipt for the lead's bundle, which brought more than receipts
    before = len(lead.of_kind(Kind.RECEIPT))
    for sender, receiver in ((lead, ann), (ann, lead), (lead, ann)):
        seal(sender, receiver)  # receipts, and lines of the log: nobody thanks for thanks
    assert len(lead.of_kind(Kind.RECEIPT)) == len(ann.of_kind(Kind.RECEIPT)) == before


def test_a_receipt_by_somebody_it_was_not_sent_to_or_of_another_file_counts_for_nothing(
    kept: Team, closed: str, seal: Callable[..., int], post: Post
) -> None:
    lead, ann, ben, _centre = (kept[name] for name in NAMES)
    seal(ann, lead)
    posted = ann.posted_bundles()[0]
    inspection = ann.roster().inspection  # type: ignore[union-attr]  # she takes part
    for vault, digest in ((ben, posted.digest), (lead, "0" * 64)):
        fields = {"bundle": posted.bundle, "digest": digest, "sender": ann.identity.device, "count": "1"}
        _write(vault, Kind.RECEIPT, inspection, fields)
        post.carry(vault, ann)
    assert receipts.deliveries(ann)[0].delivered == ()


def _write(vault: StoredVault, kind: Kind, inspection: str, fields: dict[str, str | None]) -> None:
    from fieldinspect.domain.ids import new_record_id
    from fieldinspect.services.ports import Write

    made = new_record_id(vault.identity.device)
    vault.write([Write(made, kind, inspection, inspection, fields, NOW)])


def test_every_laptop_acknowledges_an_erasure_with_its_next_bundle(
    kept: Team, closed: str, seal: Callable[..., int]
) -> None:
    lead, ann, ben, centre = (kept[name] for name in NAMES)
    seal(ann, lead, centre)
    (note,) = lead.children(closed, [Kind.NOTE])
    asked = erasure.request(
        lead,
        [note.id],
        reason=EraseReason.MISTAKE,
        why="twice",
        basis="UK GDPR article 5(1)(c)",
        happened=NOW,
    )
    seal(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    seal(centre, lead, ann)
    seal(ann, centre, lead)
    (found,) = erasure.erasures(lead)
    assert found.state is EraseState.DONE
    assert {word.laptop.person for word in found.acknowledged} == {"centre", "ann"}
    assert {laptop.person for laptop in found.outstanding} == {"lead", "ben"}
    seal(lead, ben, centre, everything=True)
    seal(ben, lead)
    (found,) = erasure.erasures(lead)
    assert found.outstanding == ()
    certificate = erasure.certificate(lead, asked, date(2026, 3, 1))
    assert certificate.erasure.classes == {"visits": 1}
    assert (found.asked_by, found.confirmed_by, found.alone) == ("lead", "centre", False)


# Working copies


def test_a_copy_goes_after_its_days_and_leaves_a_log_that_is_no_damage(
    kept: Team, closed: str, seal: Callable[..., int]
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    attachment = reading.attachments(ann, closed)[0]
    assert holds(ann, closed) == {Hold.UNRECEIPTED}
    seal(ann, lead)
    assert holds(ann, closed) == {Hold.UNRECEIPTED}
    seal(lead, ann)
    assert holds(ann, closed, days=0) == {Hold.TOO_EARLY}
    assert holds(ann, closed) == set()
    digest = lead.digest()
    assert working_copies.remove(ann, closed, now=LATER) == 3
    assert ann.record(closed) is None
    assert ann.search("Posters") == []
    assert not ann.has_blob(attachment.digest)
    assert ann.examine_chains().problems == ()
    assert ann.rebuild()
    assert set(ann.removed()) == {closed, attachment.id, lead.children(closed, [Kind.NOTE])[0].id}
    assert [said.get("visit") for said in working_copies.removed(ann)] == [closed]
    with pytest.raises(BadInput, match="was removed from this laptop"):
        _note(ann, closed)
    seal(ann, lead)
    assert lead.digest() != digest  # the log of it travels; what it was stays with the lead
    assert lead.search("Posters")


def _note(vault: StoredVault, visit: str) -> None:
    from fieldinspect.domain.ids import new_record_id
    from fieldinspect.services.ports import Write

    inspection = vault.roster().inspection  # type: ignore[union-attr]  # it takes part
    note = new_record_id(vault.identity.device)
    vault.write([Write(note, Kind.NOTE, visit, inspection, {"text": "more"}, NOW)])


def holds(vault: StoredVault, visit: str, days: int = 31, in_use: tuple[str, ...] = ()) -> set[Hold]:
    moment = datetime.now(UTC) + timedelta(days=days)
    found = working_copies.copies(vault, now=moment, in_use=in_use)
    return set(next(copy for copy in found if copy.visit == visit).holds)


def test_what_keeps_a_copy(kept: Team, closed: str, seal: Callable[..., int], post: Post) -> None:
    lead, ann, ben, _centre = (kept[name] for name in NAMES)
    seal(ann, lead)
    seal(lead, ann)
    assert holds(ann, closed, in_use=(closed,)) == {Hold.IN_USE}
    key = DraftKey(closed, "text")
    ann.save_draft(Draft(key, closed, Kind.NOTE, "half a", NOW, NOW))
    assert holds(ann, closed) == {Hold.DRAFTS}
    ann.drop_draft(key)
    later = capture.add_note(ann, closed, "one more", happened=NOW)
    assert holds(ann, closed) == {Hold.UNRECEIPTED}
    with pytest.raises(BadInput, match="has to stay"):
        working_copies.remove(ann, closed, now=LATER)
    post.carry(ann, ben)
    capture.answer(ben, later, {"text": "by ben"}, happened=NOW)
    capture.answer(ann, later, {"text": "by ann"}, happened=NOW)
    writing.change(ann, closed, {"closed": "false"}, happened=NOW)
    post.carry(ben, ann)
    assert holds(ann, closed) == {Hold.UNRECEIPTED, Hold.CONFLICTS, Hold.NOT_CLOSED}


def test_a_receipt_by_an_inspector_is_not_enough_and_a_lead_keeps_everything(
    kept: Team, closed: str, seal: Callable[..., int]
) -> None:
    lead, ann, ben, _centre = (kept[name] for name in NAMES)
    seal(ann, ben)
    seal(ben, ann)
    assert receipts.deliveries(ann)[0].delivered
    assert Hold.UNRECEIPTED in holds(ann, closed)
    assert working_copies.copies(lead, now=LATER) == []
    with pytest.raises(BadInput, match="keeps what it holds"):
        working_copies.remove(lead, lead.of_kind(Kind.VISIT)[0].id, now=LATER)


def test_after_it_went_deltas_go_on_and_it_comes_back_only_on_purpose(
    kept: Team, closed: str, seal: Callable[..., int]
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    seal(ann, lead)
    seal(lead, ann)
    working_copies.remove(ann, closed, now=LATER)
    other = capture.start_visit(
        ann, inspection=reading.inspections(ann)[0].id, station="Another Road", force="", happened=NOW
    )
    assert seal(ann, lead) < 8  # the removal, the new visit, a receipt, lines of the log
    assert {card.id for card in reading.visits(lead)} >= {closed, other}
    capture.add_note(lead, closed, "by the lead", happened=NOW)
    seal(lead, ann, everything=True)
    assert ann.record(closed) is None
    working_copies.bring_back(ann, closed, now=LATER)
    assert ann.removed() == {}
    seal(lead, ann, everything=True)
    assert ann.record(closed) is not None
    assert len(ann.children(closed, [Kind.NOTE])) == 2
    assert reading.attachments(ann, closed)[0].present
    assert ann.rebuild()
    assert ann.examine_chains().problems == ()


def test_copies_go_by_themselves_only_where_the_policy_says_so(
    kept: Team, closed: str, seal: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    seal(ann, lead)
    seal(lead, ann)
    assert working_copies.remove_due(ann, now=LATER) == []
    roster = ann.roster()
    assert roster is not None
    auto = replace(roster, policy=replace(roster.policy, remove_copies="auto", keep_days=3))
    monkeypatch.setattr(ann, "roster", lambda: auto)
    assert [copy.visit for copy in working_copies.remove_due(ann, now=LATER)] == [closed]


def test_a_restored_laptop_that_meets_its_own_removal_keeps_what_it_holds(
    kept: Team, closed: str, seal: Callable[..., int], reopen: Callable[..., StoredVault], tmp_path: Path
) -> None:
    lead = kept["lead"]
    kept["ann"].close()
    shutil.copytree(tmp_path / "team" / "vaults" / "ann", tmp_path / "earlier")
    ann = reopen("ann")
    seal(ann, lead)
    seal(lead, ann)
    assert working_copies.remove(ann, closed, now=LATER) == 3
    seal(ann, lead)
    ann.close()
    ann = reopen("ann", tmp_path / "earlier")
    (note,) = ann.children(closed, [Kind.NOTE])
    capture.correct(ann, note.id, "text", "and what nobody was sent", reason="more", happened=NOW)
    ann.save_draft(Draft(DraftKey(note.id, "text"), closed, Kind.NOTE, "half a", NOW, NOW))
    seal(lead, ann, everything=True)
    assert ann.founded(Kind.WORKING_COPY)
    assert ann.removed() == {}
    assert ann.record(note.id).get("text") == "and what nobody was sent"  # type: ignore[union-attr]
    assert [draft.value for draft in ann.drafts()] == ["half a"]
    assert ann.rebuild()
    assert ann.removed() == {}


def test_what_was_removed_stays_removed_when_everything_is_judged_again(
    kept: Team, closed: str, seal: Callable[..., int], reopen: Callable[..., StoredVault]
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    seal(ann, lead)
    seal(lead, ann)
    working_copies.remove(ann, closed, now=LATER)
    assert ann.rebuild()
    assert len(ann.removed()) == 3
    ann.close()
    ann = reopen("ann")
    seal(lead, ann, everything=True)
    assert len(ann.removed()) == 3
    assert ann.record(closed) is None


def test_receipts_of_a_lead_who_lost_the_work_count_no_more_until_given_again(
    kept: Team, closed: str, seal: Callable[..., int], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    lead.back_up(tmp_path / "lead.backup", NOW)
    seal(ann, lead)
    note = capture.add_note(lead, closed, "by the lead, lost too", happened=NOW)
    seal(lead, ann)
    assert holds(ann, closed) == set()
    lead.close()
    lead = Door(tmp_path / "again", FLOOR_COST).restore(
        tmp_path / "lead.backup", PASSPHRASE, folder_name="lead"
    )
    request.addfinalizer(lead.close)
    assert lead.record(closed) is None
    seal(lead, ann, everything=True)
    assert holds(ann, closed) == {Hold.UNRECEIPTED}
    assert len(receipts.deliveries(ann)[-1].outstanding) == 1
    with pytest.raises(BadInput, match="has to stay"):
        working_copies.remove(ann, closed, now=LATER)
    seal(ann, lead)
    assert lead.record(note) is not None
    seal(lead, ann)
    assert holds(ann, closed) == set()
    assert working_copies.remove(ann, closed, now=LATER) == 4


# Retention


def test_what_is_due_is_reviewed_kept_or_destroyed(kept: Team, closed: str, post: Post) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    inspection = reading.inspections(lead)[0].id
    concern = capture.add_record(ann, Kind.SAFEGUARDING_CONCERN, closed, happened=NOW)
    survivor = capture.add_record(ann, Kind.VICTIM_INTERVIEW, inspection, happened=NOW)
    post.carry(ann, lead)
    today = date(2016, 6, 1)
    assert states(lead, today)[closed] is RetentionState.UNDATED
    with pytest.raises(BadInput, match="Only a team lead"):
        retention.set_publication(ann, date(2015, 3, 27), happened=NOW)
    retention.set_publication(lead, date(2015, 3, 27), happened=NOW)
    assert states(lead, date(2016, 3, 1))[closed] is RetentionState.SOON
    assert states(lead, today)[closed] is states(lead, today)[survivor] is RetentionState.DUE
    assert states(lead, today)[concern] is RetentionState.KEPT
    retention.keep(lead, survivor, date(2017, 1, 1), "an appeal is open", happened=NOW)
    assert states(lead, today)[survivor] is RetentionState.KEPT
    planned = retention.destruction(lead, [closed], today=today)
    assert planned.stays == {concern: date(2021, 2, 3)}
    assert len(planned.named) == 3
    with pytest.raises(BadInput, match="not over"):
        retention.destroy(lead, [survivor], "over", "Retention schedule", today=today, happened=NOW)
    asked = retention.destroy(lead, [closed], "over", "Retention schedule", today=today, happened=NOW)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    assert centre.record(closed) is None
    assert centre.record(concern) is not None
    assert erasure.erasures(centre)[0].reason is EraseReason.RETENTION


def states(vault: StoredVault, today: date) -> dict[str, RetentionState]:
    return {item.record: item.state for item in retention.review(vault, today=today)}


def test_a_lead_changes_a_period_for_everybody_with_a_reason(kept: Team, post: Post) -> None:
    lead, ann = kept["lead"], kept["ann"]
    assert retention.rules(ann) == record_classes.DEFAULT_RULES
    retention.set_rule(lead, "visits", RetentionRule(24), why="the court asked", happened=NOW)
    post.carry(lead, ann)
    assert retention.rules(ann)["visits"] == RetentionRule(24)
    for name, rule, why, words in (
        ("visits", RetentionRule(24), " ", "why"),
        ("visits", RetentionRule(-1), "x", "number of months"),
        ("nothing", RetentionRule(24), "x", "no such class"),
    ):
        with pytest.raises(BadInput, match=words):
            retention.set_rule(lead, name, rule, why=why, happened=NOW)
    with pytest.raises(BadInput, match="Only a team lead"):
        retention.set_rule(ann, "visits", RetentionRule(1), why="x", happened=NOW)


@pytest.mark.parametrize("text", ["24", "publication+12", "for-good"])
def test_a_period_reads_back_as_it_was_written(text: str) -> None:
    assert retention.write_rule(retention.read_rule(text)) == text


@pytest.mark.parametrize("text", ["", "-1", "12 months", "publication+", "9999", "\u0663"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="publication"):
        retention.read_rule(text)


def test_everything_has_words() -> None:
    for code in EraseReason:
        assert custody_words.reason(code)
    for state in EraseState:
        assert custody_words.state(state)
    for hold in Hold:
        assert custody_words.hold(hold)
    for name in (*record_classes.DEFAULT_RULES, ""):
        assert custody_words.record_class(name)
    for due in RetentionState:
        assert custody_words.retention_state(due)
    assert custody_words.rule(RetentionRule(1)) == "1 month"
    assert custody_words.rule(RetentionRule(3, from_publication=True)) == "3 months after publication"
    assert custody_words.rule(RetentionRule(None)) == "Kept for good"


def test_a_team_list_from_before_the_policy_named_days_still_reads(kept: Team) -> None:
    import msgspec

    from fieldinspect.domain.roster import Policy

    old = msgspec.json.decode(b'{"envelope":"x25519","lock_minutes":5}', type=Policy)
    assert (old.keep_days, old.remove_copies) == (30, "ask")
    assert Role.CENTRAL in kept["lead"].roster().roles_of(kept["centre"].identity.person)  # type: ignore[union-attr]


def test_the_log_names_what_was_asked_for_and_not_why_in_words(
    kept: Team, closed: str, seal: Callable[..., int]
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    seal(ann, lead)
    named = [member.id for member in erasure.beneath(lead, closed)]
    erasure.request(
        lead,
        named,
        reason=EraseReason.OTHER,
        why="words of the lead",
        basis="UK GDPR article 17",
        happened=NOW,
    )
    (line,) = audit.lines(lead, AuditQuery(acts=frozenset({Act.ERASURE})))
    assert set(line.records) == set(named)
    assert "words of the lead" not in str(line.details)
