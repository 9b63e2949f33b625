"""Erasure: what is asked by a lead and confirmed by the centre is destroyed everywhere, in every order of arrival."""

import io
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from fieldinspect.domain.custody import EraseReason, EraseState
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.roster import Revocation
from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.journal.entry import from_line, to_line
from fieldinspect.services import capture, erasure, programme, reading, review, writing
from fieldinspect.services.ports import Write
from fieldinspect.store import drafts, schema
from fieldinspect.store.vault import StoredVault
from tests.kept_team import NAMES, Post, Team
from tests.store.test_roster import next_roster
from tests.team import FORMS, NOW

CANARY = "quillwortcanary"


def ask(lead: StoredVault, *records: str) -> str:
    return erasure.request(
        lead,
        records,
        reason=EraseReason.CONSENT_WITHDRAWN,
        why="The speaker withdrew",
        basis="UK GDPR article 17(1)(b)",
        happened=NOW,
    )


def state(vault: StoredVault) -> EraseState:
    return erasure.erasures(vault)[-1].state


def test_a_note_asked_for_and_confirmed_is_destroyed_on_every_laptop(
    kept: Team, post: Post, visit: str
) -> None:
    lead, ann, ben, centre = (kept[name] for name in NAMES)
    note = capture.add_note(ann, visit, f"{CANARY} said so", happened=NOW)
    stays = capture.add_note(ann, visit, "this stays", happened=NOW)
    capture.correct(ann, note, "text", f"{CANARY} said much", reason="typo", happened=NOW)
    post.carry(ann, lead, ben, centre)
    asked = ask(lead, note)
    post.carry(lead, ann)
    assert state(ann) is EraseState.ASKED
    assert ann.record(note) is not None
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    assert centre.record(note) is None
    post.carry(lead, centre)
    post.carry(centre, lead, ann, ben)
    for vault in (lead, ann, ben, centre):
        assert vault.erased() == {note: asked}
        assert vault.record(note) is None
        assert vault.search(CANARY) == []
        assert vault.history(note, "text") == []
        assert vault.record(stays) is not None
        assert vault.examine_chains().problems == ()
        assert vault.rebuild()
        assert note not in vault.outgoing(frozenset(s.id for s in vault.roster().scopes), {}).keys  # type: ignore[union-attr]
    assert len({vault.digest() for vault in (lead, ann, ben, centre)}) == 1


@pytest.fixture
def erased(kept: Team, post: Post, visit: str) -> str:
    """A contact by ann that the lead and the centre erased; ann and ben do not know it yet."""
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    contact = capture.add_record(ann, Kind.CONTACT, visit, happened=NOW, fields={"text": CANARY})
    post.carry(ann, lead, kept["ben"], centre)
    asked = ask(lead, contact)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(centre, lead)
    return contact


def test_an_erased_record_is_never_written_again(kept: Team, erased: str, visit: str) -> None:
    lead = kept["lead"]
    write = Write(erased, Kind.CONTACT, visit, lead.roster().inspection, {"text": "x"}, NOW)  # type: ignore[union-attr]
    below = Write(
        new_record_id(lead.identity.device), Kind.COMMENT, erased, write.inspection, {"text": "x"}, NOW
    )
    for one in (write, below):
        with pytest.raises(BadInput, match="was erased"):
            lead.write([one])
    with pytest.raises(BadInput, match="was erased"):
        lead.add_blob(erased, io.BytesIO(b"late"))


def test_what_is_written_later_is_kept_aside_and_comes_back_nowhere(
    kept: Team, post: Post, erased: str
) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    capture.answer(ann, erased, {"/contact/minutes": "12"}, happened=NOW)  # she does not know
    post.carry(ann, lead)
    assert lead.quarantined() == {"erased": 1}
    assert lead.record(erased) is None
    lines = list(lead.outgoing(frozenset(s.id for s in lead.roster().scopes), {}).lines())  # type: ignore[union-attr]
    assert (
        sum(from_line(line).sealed is None for line in lines) == 2
    )  # headers stay, to keep every chain whole
    post.carry(lead, ann)
    assert ann.record(erased) is None
    post.carry(lead, centre)
    post.carry(ann, centre)
    post.carry(centre, lead)
    assert ann.quarantined() == lead.quarantined() == {"erased": 1}
    for vault in (lead, ann, centre):
        assert vault.examine_chains().problems == ()
        assert vault.rebuild()


def test_unfinished_typing_and_attachments_go_too(kept: Team, post: Post, visit: str) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    attachment = capture.attach(
        ann, visit, name=f"{CANARY}.txt", media_type="text/plain", source=io.BytesIO(b"first"), happened=NOW
    )
    other = capture.attach(
        ann, visit, name="b.txt", media_type="text/plain", source=io.BytesIO(b"other"), happened=NOW
    )
    first = ann.record(attachment).get("blob")  # type: ignore[union-attr]
    second = ann.add_blob(attachment, io.BytesIO(b"second")).digest
    writing.change(ann, attachment, {"blob": second}, happened=NOW)
    # Somebody else's attachment, named by the record that is erased, stays.
    named = ann.record(other).get("blob")  # type: ignore[union-attr]
    writing.change(ann, attachment, {"blob": named}, happened=NOW)
    ann.save_draft(Draft(DraftKey(attachment, "caption"), visit, Kind.ATTACHMENT, CANARY, NOW, NOW))
    ann.save_draft(Draft(DraftKey("0" * 32, "text"), attachment, Kind.COMMENT, CANARY, NOW, NOW))
    ann.save_draft(Draft(DraftKey(visit, "text"), visit, Kind.NOTE, "stays", NOW, NOW))
    post.carry(ann, lead, centre)
    asked = ask(lead, attachment)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(centre, ann)
    assert [ann.has_blob(digest) for digest in (first, second, named)] == [False, False, True]
    assert [draft.value for draft in ann.drafts()] == ["stays"]
    with ann.open_blob(other, named) as opened:
        assert opened.read() == b"other"


def test_a_crash_before_the_sweep_leaves_it_for_the_next_opening(
    kept: Team,
    post: Post,
    visit: str,
    reopen: Callable[..., StoredVault],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    attachment = capture.attach(
        ann, visit, name="a.txt", media_type="text/plain", source=io.BytesIO(b"first"), happened=NOW
    )
    digest = ann.record(attachment).get("blob")  # type: ignore[union-attr]
    post.carry(ann, lead, centre)
    asked = ask(lead, attachment)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(StoredVault, "sweep", lambda _vault: None)
        post.carry(centre, ann)
    assert ann.has_blob(digest)
    ann.close()
    again = reopen("ann")
    assert not again.has_blob(digest)
    assert again.last_destroyed() is not None


def parts(
    sender: StoredVault, record: str, asked: str
) -> dict[str, tuple[list[bytes], dict[str, tuple[bytes, ...]]]]:
    """What a record, its request and its confirmation are made of, each to be delivered apart."""
    outgoing = sender.outgoing(frozenset(s.id for s in sender.roster().scopes), {})  # type: ignore[union-attr]
    lines = list(outgoing.lines())
    confirmation = sender.founded(Kind.ERASURE)[0].record if sender.founded(Kind.ERASURE) else ""
    found = {}
    for name, one in (("record", record), ("request", asked), ("confirmation", confirmation)):
        of = [line for line in lines if from_line(line).header.record == one]
        found[name] = (of, {one: tuple(outgoing.keys[one])} if one in outgoing.keys else {})
    return found


def test_no_order_of_arrival_changes_what_is_left(
    kept: Team, post: Post, visit: str, reopen: Callable[..., StoredVault], tmp_path: Path
) -> None:
    lead, ann, ben, centre = (kept[name] for name in NAMES)
    ben.close()
    note = capture.add_note(ann, visit, CANARY, happened=NOW)
    capture.correct(ann, note, "text", CANARY + " twice", reason="more", happened=NOW)
    post.carry(ann, lead, centre)
    asked = ask(lead, note)
    post.carry(lead, centre)
    whole = parts(centre, note, asked)["record"]
    erasure.confirm(centre, asked, happened=NOW)
    capture.answer(ann, note, {"flagged": "true"}, happened=NOW)  # after the confirmation, unaware
    late = parts(ann, note, asked)["record"]
    left = parts(centre, note, asked)
    headers = ([to_line(msgspec.structs.replace(from_line(line), sealed=None)) for line in late[0]], {})
    pieces = [headers, whole, late, left["request"], left["confirmation"]]
    digests = set()
    for at, order in enumerate(list(permutations(range(5)))[::17]):
        shutil.copytree(tmp_path / "team" / "vaults" / "ben", tmp_path / f"order-{at}")
        laptop = reopen("ben", tmp_path / f"order-{at}")
        for index in (*order, *order[:3]):  # some of it twice
            laptop.merge(*pieces[index], {}, post.receipt(ann))
        assert laptop.rebuild()
        assert laptop.record(note) is None
        assert laptop.search(CANARY) == []
        digests.add(laptop.digest())
        laptop.close()
    assert len(digests) == 1


def test_what_an_unconfirmed_request_names_stays_and_a_withdrawn_one_is_not_confirmed(
    kept: Team, post: Post, visit: str
) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    note = capture.add_note(ann, visit, CANARY, happened=NOW)
    post.carry(ann, lead, centre)
    asked = ask(lead, note)
    with pytest.raises(BadInput, match="Only the centre"):
        erasure.confirm(lead, asked, happened=NOW)
    erasure.withdraw(lead, asked, "they changed their mind", happened=NOW)
    post.carry(lead, centre)
    assert state(centre) is EraseState.WITHDRAWN
    assert erasure.erasures(centre)[0].withdrawn_why == "they changed their mind"
    with pytest.raises(BadInput, match="withdrawn"):
        erasure.confirm(centre, asked, happened=NOW)
    with pytest.raises(BadInput, match="not confirmed"):
        erasure.certificate(lead, asked, NOW.date())
    assert centre.record(note) is not None


def test_what_cannot_be_asked_for(kept: Team, erased: str, visit: str) -> None:
    lead, ann, _ben, _centre = (kept[name] for name in NAMES)
    inspection = reading.inspections(lead)[0].id
    chain, forms = (lead.of_kind(kind)[0].id for kind in (Kind.CHAIN, Kind.FORM_SET))
    request = lead.founded(Kind.ERASURE_REQUEST)[0].record
    for record, words in (
        (erased, "erased already"),
        ("0" * 32, "not in the vault"),
        *((one, "cannot be erased") for one in (inspection, chain, forms, request)),
    ):
        with pytest.raises(BadInput, match=words):
            ask(lead, record)
    with pytest.raises(BadInput, match="Only a team lead"):
        ask(ann, visit)


def test_one_person_alone_may_do_both_only_where_nobody_else_could(
    make_vault: Callable[[str], StoredVault],
) -> None:
    alone = make_vault("alone")
    programme.found_inspection(alone, "Mine", now=NOW, forms=FORMS, central=True)
    inspection = reading.inspections(alone)[0].id
    visit = capture.start_visit(alone, inspection=inspection, station="S", force="", happened=NOW)
    notes = [capture.add_note(alone, visit, f"{CANARY} {number}", happened=NOW) for number in range(2)]
    erasure.confirm(alone, ask(alone, notes[0]), happened=datetime.now(UTC))
    assert alone.record(notes[0]) is None
    assert erasure.erasures(alone)[0].alone
    other = make_vault("other")
    now = datetime.now(UTC)
    programme.admit(alone, programme.enrolment_request(other), [Role.LEAD], now=now)
    # Nobody's clock proves what was done before: what is destroyed stays so, and now two people are needed.
    assert state(alone) is EraseState.POWERLESS
    assert alone.record(notes[0]) is None
    assert alone.rebuild()
    asked = ask(alone, notes[1])
    with pytest.raises(BadInput, match="Somebody else"):
        erasure.confirm(alone, asked, happened=datetime.now(UTC))
    assert alone.record(notes[1]) is not None


def test_a_visit_is_asked_for_with_all_that_hangs_beneath(kept: Team, post: Post, visit: str) -> None:
    lead, ann, ben, centre = (kept[name] for name in NAMES)
    contact = capture.add_record(ann, Kind.CONTACT, visit, happened=NOW)
    attachment = capture.attach(
        ann, contact, name="a.txt", media_type="text/plain", source=io.BytesIO(b"six"), happened=NOW
    )
    review.comment(ann, attachment, "why", happened=NOW)
    post.carry(ann, lead, centre, ben)
    named = [member.id for member in erasure.beneath(lead, visit)]
    assert len(named) == 4
    note = capture.add_note(ben, visit, "written without knowing", happened=NOW)
    asked = ask(lead, *named)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(ben, centre)
    assert [member.id for member in erasure.left_beneath(centre)] == [note]
    assert erasure.erasures(centre)[0].classes == {"visits": 4}
    assert visit not in [card.id for card in reading.visits(centre)]


def test_a_restored_copy_erases_again_with_the_next_bundle(
    kept: Team, post: Post, visit: str, reopen: Callable[..., StoredVault], tmp_path: Path
) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    note = capture.add_note(ann, visit, CANARY, happened=NOW)
    post.carry(ann, lead, centre)
    ann.close()
    shutil.copytree(tmp_path / "team" / "vaults" / "ann", tmp_path / "copy")
    asked = ask(lead, note)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    restored = reopen("ann", tmp_path / "copy")
    assert restored.record(note) is not None
    post.carry(centre, restored)
    assert restored.record(note) is None
    assert restored.search(CANARY) == []


def test_a_confirmation_that_a_revocation_takes_away_no_longer_holds_back_what_others_have(
    kept: Team, post: Post, visit: str
) -> None:
    lead, ann, ben, centre = (kept[name] for name in NAMES)
    note = capture.add_note(ann, visit, CANARY, happened=NOW)
    post.carry(ann, lead, ben, centre)
    asked = ask(lead, note)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(centre, ann)
    assert set(ann.erased()) == {note}
    stolen = Revocation(centre.identity.device, "", 0, reason="stolen")
    roster = next_roster(lead, revocations=(stolen,))
    for vault in (lead, ann, ben):
        vault.install_roster(roster)
    assert ann.erased() == {}
    assert ann.record(note) is None  # what was destroyed here stays destroyed
    post.carry(ben, ann)
    assert ann.record(note).get("text") == CANARY  # type: ignore[union-attr]
    assert ann.rebuild()
    assert erasure.erasures(ann)[0].state is EraseState.ASKED


def test_no_draft_is_kept_of_an_erased_record_or_under_it(kept: Team, erased: str, visit: str) -> None:
    lead = kept["lead"]
    for key, about in ((DraftKey(erased, "text"), visit), (DraftKey("0" * 32, "text"), erased)):
        with pytest.raises(BadInput, match="was erased"):
            lead.save_draft(Draft(key, about, Kind.COMMENT, CANARY, NOW, NOW))
    where = DraftKey("place", "place")
    lead.save_draft(Draft(where, "", "place", f'{{"record":"{erased}","note_text":"{CANARY}"}}', NOW, NOW))
    assert lead.drafts() == []


def test_where_somebody_was_is_forgotten_with_what_is_erased_there(
    kept: Team, post: Post, visit: str
) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    notes = [capture.add_note(ann, visit, CANARY, happened=NOW) for _number in range(2)]
    post.carry(ann, lead, centre)
    for vault, note in ((lead, notes[0]), (centre, notes[1])):
        place = f'{{"record":"{visit}","note":"{note}","note_text":"{CANARY}"}}'
        vault.save_draft(Draft(DraftKey("place", "place"), "", "place", place, NOW, NOW))
    asked = ask(lead, notes[0])
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(centre, lead)
    assert lead.drafts() == []
    assert len(centre.drafts()) == 1


def test_a_check_tells_drafts_of_erased_records_and_records_that_came_back(kept: Team, erased: str) -> None:
    lead = kept["lead"]
    with lead._transaction() as connection:
        drafts.save(
            connection,
            lead.identity.device,
            Draft(DraftKey(erased, "text"), "", Kind.NOTE, CANARY, NOW, NOW),
        )
    (found,) = lead.check().findings
    assert "erased" in found.sentence
    assert lead.rebuild()
    assert lead.drafts() == []
    with lead._transaction() as connection:
        connection.execute(sa.delete(schema.erased))
    assert lead.check().findings
    lead.rebuild()
    assert set(lead.erased()) == {erased}
