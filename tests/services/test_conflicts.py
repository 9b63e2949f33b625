"""Settling, combining, deferring, and undoing: every step an entry, and all replicas agree."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import Conflict
from fieldinspect.services import capture, conflicts, reading
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.conflict_context import ConflictContext, context
from fieldinspect.services.conflicts import Decision
from fieldinspect.store.vault import StoredVault
from tests.kept_team import Post
from tests.team import NOW

Team = dict[str, StoredVault]
LATER = NOW + timedelta(hours=1)
WHY = "The log was on the wall"


def swap(post: Post, *vaults: StoredVault) -> None:
    for sender in vaults:
        post.carry(sender, *(one for one in vaults if one is not sender))


@pytest.fixture
def disputed(kept: Team, visit: str, post: Post) -> str:
    """A note that three people corrected without knowing of each other."""
    lead, ann, ben = kept["lead"], kept["ann"], kept["ben"]
    note = capture.add_note(ann, visit, "Eleven days", happened=NOW)
    swap(post, ann, lead, ben)
    for vault, words in ((ann, "Twelve days"), (ben, "Nine days"), (lead, "Ten days")):
        capture.correct(vault, note, "text", words, reason="Checked", happened=NOW)
    swap(post, lead, ann, ben)
    return note


def only(vault: StoredVault) -> Conflict:
    (found,) = vault.conflicts()
    return found


def seen(vault: StoredVault, conflict: Conflict) -> ConflictContext:
    found = context(vault, conflict)
    assert found is not None
    return found


def text_of(vault: StoredVault, record: str) -> str:
    view = vault.record(record)
    assert view is not None
    return view.get("text")


def test_the_context_says_where_what_stood_before_and_who_wrote_what(kept: Team, disputed: str) -> None:
    lead = kept["lead"]
    found = seen(lead, only(lead))
    assert (found.station, found.before, found.words) == ("Sample Street", "Eleven days", True)
    assert {(side.name, side.shown) for side in found.sides} == {
        ("ann", "Twelve days"),
        ("ben", "Nine days"),
        ("lead", "Ten days"),
    }
    assert [side.name for side in found.sides if side.mine] == ["lead"]
    assert {side.put_back_by for side in found.sides} == {""}


def test_combining_keeps_all_three_one_under_the_other(kept: Team, disputed: str, post: Post) -> None:
    lead, ann, ben = kept["lead"], kept["ann"], kept["ben"]
    conflict = only(lead)
    words = conflicts.combined(conflict)
    assert sorted(words.split("\n")) == ["Nine days", "Ten days", "Twelve days"]
    conflicts.resolve(lead, conflict, words, reason=WHY, happened=LATER)
    swap(post, lead, ann, ben)
    for vault in (lead, ann, ben):
        assert (vault.conflicts(), text_of(vault, disputed)) == ([], words)
    assert lead.digest() == ann.digest() == ben.digest()


@pytest.mark.parametrize("act", ["settle", "defer", "undo"])
def test_only_who_leads_may(kept: Team, disputed: str, act: str) -> None:
    ann = kept["ann"]
    conflict = only(ann)
    acts: dict[str, Callable[[], object]] = {
        "settle": lambda: conflicts.resolve(ann, conflict, "x", reason=WHY, happened=LATER),
        "defer": lambda: conflicts.defer(ann, [conflict], reason=WHY, happened=LATER),
        "undo": lambda: conflicts.undo(ann, [Decision(conflict, "x")], reason=WHY, happened=LATER),
    }
    with pytest.raises(BadInput, match="Only a team lead"):
        acts[act]()
    assert len(only(ann).versions) == 3


def test_what_came_in_meanwhile_is_never_settled_unseen(
    kept: Team, visit: str, disputed: str, post: Post
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    looked_at = only(lead)
    capture.correct(ann, disputed, "text", "Thirteen days", reason="Asked again", happened=LATER)
    post.carry(ann, lead)
    with pytest.raises(BadInput, match="Something new has come in"):
        conflicts.resolve(lead, looked_at, "Ten days", reason=WHY, happened=LATER)
    assert "Thirteen days" in [one.value for one in only(lead).versions]


def test_deferring_says_who_and_why_and_lapses_when_something_new_comes(
    kept: Team, disputed: str, post: Post
) -> None:
    lead, centre = kept["lead"], kept["centre"]
    conflicts.defer(lead, [only(lead)], reason="Ask the station first", happened=LATER)
    post.carry(lead, centre)
    for vault in (lead, centre):
        (said,) = conflicts.deferred(vault, vault.conflicts()).values()
        assert (said.name, said.reason, said.when) == ("lead", "Ask the station first", LATER)
    conflicts.take_up(lead, said, happened=LATER)
    assert conflicts.deferred(lead, lead.conflicts()) == {}
    conflicts.defer(lead, [only(lead)], reason="Ask again", happened=LATER)
    capture.correct(kept["ann"], disputed, "text", "Thirteen days", reason="Asked again", happened=LATER)
    post.carry(kept["ann"], lead)
    assert conflicts.deferred(lead, lead.conflicts()) == {}
    with pytest.raises(BadInput, match="Enter why"):
        conflicts.defer(lead, [only(lead)], reason=" ", happened=LATER)


def test_undoing_puts_every_value_back_with_its_writer(kept: Team, disputed: str, post: Post) -> None:
    lead, ann, ben = kept["lead"], kept["ann"], kept["ben"]
    conflict = only(lead)
    conflicts.resolve(lead, conflict, "Fourteen days", reason=WHY, happened=LATER)
    conflicts.undo(lead, [Decision(conflict, "Fourteen days")], reason="Undone", happened=LATER)
    swap(post, lead, ann, ben)
    for vault in (lead, ann, ben):
        again = only(vault)
        assert {one.value for one in again.versions} == {"Ten days", "Nine days", "Twelve days"}
        found = seen(vault, again)
        assert {(side.name, side.shown, side.put_back_by) for side in found.sides} == {
            ("ann", "Twelve days", "lead"),
            ("ben", "Nine days", "lead"),
            ("lead", "Ten days", "lead"),
        }
    assert lead.digest() == ann.digest() == ben.digest()
    assert lead.rebuild()
    assert lead.quarantined() == ann.quarantined() == {}
    assert "Fourteen days" in [one.value for one in lead.history(disputed, "text")]
    conflicts.resolve(lead, only(lead), "Ten days", reason=WHY, happened=LATER)
    assert lead.conflicts() == []


def test_a_settlement_that_somebody_wrote_over_is_not_undone(kept: Team, disputed: str) -> None:
    lead = kept["lead"]
    conflict = only(lead)
    conflicts.resolve(lead, conflict, "Ten days", reason=WHY, happened=LATER)
    capture.correct(lead, disputed, "text", "Eight days", reason="Asked again", happened=LATER)
    with pytest.raises(BadInput, match="cannot be undone"):
        conflicts.undo(lead, [Decision(conflict, "Ten days")], reason="Undone", happened=LATER)
    assert text_of(lead, disputed) == "Eight days"


def test_many_are_settled_alike_in_one_act_and_undone_in_one(kept: Team, visit: str, post: Post) -> None:
    lead, ann = kept["lead"], kept["ann"]
    notes = [capture.add_note(ann, visit, f"note {number}", happened=NOW) for number in range(5)]
    post.carry(ann, lead)
    for note in notes:
        capture.correct(lead, note, "text", "the lead's", reason="x", happened=NOW)
        capture.correct(ann, note, "text", "Ann's", reason="x", happened=NOW)
    post.carry(ann, lead)
    found = conflicts.listed(lead, ConsultationLog(), happened=NOW)
    hers = [
        Decision(one, version.value) for one in found if (version := conflicts.by(one, ann.identity.person))
    ]
    conflicts.settle(lead, hers, reason=WHY, happened=LATER)
    assert {item.text for item in reading.timeline(lead, visit)} == {"Ann's"}
    conflicts.undo(lead, hers, reason="Undone", happened=LATER)
    assert len(lead.conflicts()) == 5
    assert conflicts.by(found[0], "nobody") is None


def test_typing_over_what_a_lead_settled_is_a_conflict_again_and_a_correction_is_not(
    kept: Team, disputed: str, post: Post
) -> None:
    lead, ann = kept["lead"], kept["ann"]
    conflicts.resolve(lead, only(lead), "Nine days", reason=WHY, happened=NOW)
    post.carry(lead, ann)
    for words in ("Twelve", "Twelve days"):
        capture.answer(ann, disputed, {"text": words}, happened=LATER)
    post.carry(ann, lead)
    assert [one.value for one in only(lead).versions] == ["Nine days", "Twelve days"]
    conflicts.resolve(lead, only(lead), "Nine days", reason=WHY, happened=LATER)
    post.carry(lead, ann)
    capture.correct(ann, disputed, "text", "Twelve days", reason="The log says so", happened=LATER)
    assert ann.conflicts() == [], "a correction says why"
    capture.correct(lead, disputed, "text", "9 days", reason=WHY, happened=LATER)
    capture.answer(lead, disputed, {"text": "Nine"}, happened=LATER)
    assert lead.conflicts() == [], "what one decided oneself one may type over"


def test_what_was_merged_without_a_question_is_told(kept: Team, disputed: str) -> None:
    lead = kept["lead"]
    told = conflicts.merged(lead)
    assert {one.name for one in told} == {"ann", "ben"}
    assert sum(one.entries for one in told) == sum(one.entries for one in lead.merged_bundles())
