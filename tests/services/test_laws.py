"""What stands by an act of its own is written by that act alone, whoever asks."""

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, streams
from fieldinspect.store.vault import StoredVault
from tests.team import NOW

Team = dict[str, StoredVault]
HAND = "is not written by hand"


@pytest.fixture
def concern(kept: Team, visit: str) -> str:
    return capture.add_record(kept["ann"], Kind.SAFEGUARDING_CONCERN, visit, happened=NOW)


@pytest.mark.parametrize(
    "field",
    [
        "withdrawn",
        "closed",
        "completed",
        "form",
        "ordinal",
        "second_of",
        "returned",
        "handed_in",
        "blind:/a",
        "blob",
    ],
)
def test_a_field_with_an_act_of_its_own_is_written_by_no_other(kept: Team, visit: str, field: str) -> None:
    ann = kept["ann"]
    before = ann.record(visit)
    with pytest.raises(BadInput, match=HAND):
        capture.answer(ann, visit, {field: "true"}, happened=NOW)
    with pytest.raises(BadInput, match=HAND):
        capture.correct(ann, visit, field, "true", reason="I say so", happened=NOW)
    with pytest.raises(BadInput, match=HAND):
        capture.add_record(ann, Kind.CONTACT, visit, happened=NOW, fields={field: "true"})
    assert ann.record(visit) == before


def test_an_open_concern_is_neither_withdrawn_nor_passed_over(kept: Team, visit: str, concern: str) -> None:
    ann = kept["ann"]
    with pytest.raises(BadInput, match=HAND):
        capture.correct(ann, concern, "closed", "true", reason="x", happened=NOW)
    with pytest.raises(BadInput, match="cannot be withdrawn"):
        capture.withdraw(ann, concern, "x", happened=NOW)
    with pytest.raises(BadInput, match="still open"):
        capture.close_visit(ann, visit, happened=NOW)
    with pytest.raises(BadInput, match="Only a visit is closed"):
        capture.close_visit(ann, concern, happened=NOW)


def test_a_correction_has_a_reason(kept: Team, visit: str) -> None:
    ann = kept["ann"]
    note = capture.add_note(ann, visit, "words", happened=NOW)
    for reason in ("", "  "):
        with pytest.raises(BadInput, match="Enter why you are correcting it"):
            capture.correct(ann, note, "text", "others", reason=reason, happened=NOW)
    assert [one.value for one in ann.history(note, "text")] == ["words"]


def test_what_tells_what_was_done_is_not_corrected(kept: Team) -> None:
    lead = kept["lead"]
    (forms,) = lead.of_kind(Kind.FORM_SET)
    with pytest.raises(BadInput, match="written by the program"):
        capture.correct(lead, forms.id, "text", "x", reason="x", happened=NOW)
    with pytest.raises(BadInput, match="written by the program"):
        capture.withdraw(lead, forms.id, "x", happened=NOW)


def test_a_record_that_is_not_here_is_told(kept: Team) -> None:
    with pytest.raises(BadInput, match="not in the vault"):
        capture.answer(kept["ann"], "0" * 32, {"text": "x"}, happened=NOW)


def test_what_was_withdrawn_is_not_completed(kept: Team, visit: str) -> None:
    ann = kept["ann"]
    contact = capture.add_record(ann, Kind.CONTACT, visit, happened=NOW)
    capture.withdraw(ann, contact, "by mistake", happened=NOW)
    with pytest.raises(BadInput, match="was withdrawn"):
        streams.say_completed(ann, contact, True, happened=NOW)


def test_a_section_is_marked_and_words_are_changed(kept: Team, visit: str) -> None:
    ann = kept["ann"]
    contact = capture.add_record(ann, Kind.CONTACT, visit, happened=NOW)
    capture.answer(ann, contact, {"completed:/contact/first": "true"}, happened=NOW)
    capture.correct(ann, visit, "station", "Example Road North", reason="misread the sign", happened=NOW)
    view = ann.record(visit)
    assert view is not None
    assert view.get("station") == "Example Road North"
