"""Blindness is a matter of the vault: whatever asks it, the other reading of a file is not in the answer."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import (
    blindness,
    capture,
    exporting,
    reading,
    review,
    second_reading,
    streams,
    writing,
)
from fieldinspect.services.blindness import Reading
from fieldinspect.store.vault import StoredVault
from tests.services.test_second_reading import (
    HISTORY,
    NUMBER,
    REASONS,
    Readers,
    carry,
    first_reading,
    readers,
)
from tests.team import NOW

__all__ = ["readers"]
SECRET = "Sound"


class Blind(NamedTuple):
    """Ben, who reads a second time what Ann has read; and Ann's reading, commented and with a file."""

    ann: StoredVault
    ben: StoredVault
    first: str
    second: str
    folder: Path


@pytest.fixture
def blind(readers: Readers, tmp_path: Path) -> Blind:
    ann, ben = readers
    first = first_reading(ann)
    review.comment(ann, first, "Sound as a bell", happened=NOW, about=HISTORY)
    capture.attach(
        ann,
        first,
        name="log.txt",
        media_type="text/plain",
        source=io.BytesIO(b"x"),
        happened=NOW,
        caption=SECRET,
    )
    streams.say_completed(ann, first, True, happened=NOW)
    carry(ann, ben, tmp_path)
    return Blind(ann, ben, first, second_reading.begin(ben, first, happened=NOW), tmp_path)


def test_no_answer_of_the_vault_holds_a_hidden_reading(blind: Blind) -> None:
    ben, first = blind.ben, blind.first
    view = ben.record(first)
    assert view is not None
    assert view.blind
    assert view.get(NUMBER) == "B-12"
    assert HISTORY not in view.fields
    views = [view, *ben.of_kind(Kind.CASE_FILE_REVIEW), *ben.children(view.parent), *ben.with_field("form")]
    assert all(one.blind and REASONS not in one.fields for one in views if one.id == first)
    assert ben.history(first, REASONS) == []
    assert ben.children(first) == []
    assert ben.search(SECRET) == []
    assert ben.of_kind(Kind.COMMENT) == ben.of_kind(Kind.ATTACHMENT) == []
    assert REASONS not in ben.as_it_stood(first, view.written)
    assert review.comments(ben, first) == []
    assert set(reading.answers(ben, first)) == {NUMBER}


def test_what_stands_two_below_a_hidden_reading_is_hidden_too(readers: Readers, tmp_path: Path) -> None:
    ann, ben = readers
    first = first_reading(ann)
    log = capture.attach(
        ann, first, name="log.txt", media_type="text/plain", source=io.BytesIO(b"x"), happened=NOW
    )
    concern = capture.add_record(ann, Kind.SAFEGUARDING_CONCERN, first, happened=NOW)
    said = [review.comment(ann, one, "Sound as a bell", happened=NOW) for one in (log, concern)]
    carry(ann, ben, tmp_path)
    mine = review.comment(ben, log, "A bell of mine", happened=NOW)
    second_reading.begin(ben, first, happened=NOW)
    assert [ben.record(one) for one in (log, concern, *said)] == [None] * 4
    assert [one.id for one in ben.of_kind(Kind.COMMENT)] == [mine]
    assert [hit.record for hit in ben.search("bell")] == [mine]
    assert ben.history(said[0], "text") == []
    assert ben.as_it_stood(said[0], NOW.replace(year=2100)) == {}
    assert {one.id for one in ann.of_kind(Kind.COMMENT)} == set(said)


def test_a_conflict_in_a_hidden_reading_is_not_listed(blind: Blind) -> None:
    capture.answer(blind.ann, blind.first, {REASONS: "Sound, on reflection"}, happened=NOW)
    capture.answer(blind.ben, blind.first, {REASONS: "Elsewhere"}, happened=NOW)
    carry(blind.ann, blind.ben, blind.folder)
    assert blind.ben.conflicts() == []
    carry(blind.ben, blind.ann, blind.folder)
    assert [(one.record, one.field) for one in blind.ann.conflicts()] == [(blind.first, REASONS)]


def test_a_hidden_reading_is_in_no_export_and_the_export_says_so(blind: Blind) -> None:
    capture.answer(blind.ben, blind.second, {REASONS: "Mine"}, happened=NOW)
    export = exporting.record_tables(blind.ben)
    cells = [cell for table in export.tables for row in table.rows for cell in row]
    assert blind.second in cells
    assert not any(SECRET in cell for cell in cells)
    assert export.blind == 1
    assert [one.view.id for one in exporting.submissions(blind.ben)] == [blind.second]
    assert exporting.record_tables(blind.ann).blind == 0  # she has not received the second reading yet


def test_all_of_it_is_there_when_both_are_completed(blind: Blind) -> None:
    streams.say_completed(blind.ben, blind.second, True, happened=NOW)
    view = blind.ben.record(blind.first)
    assert view is not None
    assert not view.blind
    assert view.get(REASONS) == SECRET
    assert [one.record for one in blind.ben.search("Sound as a bell")]
    assert len(blind.ben.children(blind.first)) == 2


def test_what_i_said_about_a_reading_before_i_read_the_file_stays_mine(
    readers: Readers, tmp_path: Path
) -> None:
    ann, ben = readers
    first = first_reading(ann)
    carry(ann, ben, tmp_path)
    review.comment(ben, first, "Is this the right file?", happened=NOW)
    second_reading.begin(ben, first, happened=NOW)
    assert [one.text for one in review.comments(ben, first)] == ["Is this the right file?"]


READINGS: list[tuple[str, Sequence[Reading], set[str]]] = [
    ("a reading that nobody reads again", [Reading("a", "ann", "", False)], set()),
    (
        "both under way",
        [Reading("a", "ann", "", True), Reading("b", "ben", "a", False)],
        {"a"},
    ),
    (
        "mine is completed, theirs is not",
        [Reading("a", "ann", "", False), Reading("b", "ben", "a", True)],
        {"a"},
    ),
    (
        "three readers by accident",
        [
            Reading("a", "ann", "", True),
            Reading("b", "ben", "a", True),
            Reading("c", "cat", "a", False),
        ],
        {"c"},
    ),
    (
        "another file",
        [Reading("a", "ann", "", True), Reading("b", "ben", "x", False)],
        set(),
    ),
]


@pytest.mark.parametrize(("_case", "readings", "hidden"), READINGS, ids=[case for case, *_rest in READINGS])
def test_what_ben_must_not_see(_case: str, readings: Sequence[Reading], hidden: set[str]) -> None:
    assert blindness.hidden_from("ben", readings) == hidden


def test_completed_counts_when_its_own_author_says_it(blind: Blind) -> None:
    """Whoever may write could else complete somebody's reading in order to see it."""
    streams.say_completed(blind.ben, blind.second, True, happened=NOW)
    writing.change(blind.ann, blind.first, {"completed": None}, happened=NOW)
    carry(blind.ann, blind.ben, blind.folder)
    writing.change(blind.ben, blind.first, {"completed": "true"}, happened=NOW)
    view = blind.ben.record(blind.first)
    assert view is not None
    assert view.blind


def test_withdrawing_my_reading_shows_me_nothing(blind: Blind) -> None:
    capture.withdraw(blind.ben, blind.second, "Begun by mistake", happened=NOW)
    view = blind.ben.record(blind.first)
    assert view is not None
    assert view.blind
    with pytest.raises(BadInput, match="was withdrawn"):
        streams.say_completed(blind.ben, blind.second, True, happened=NOW)
    with pytest.raises(BadInput, match="not written by hand"):
        capture.correct(blind.ben, blind.second, "withdrawn", "", reason="mistake", happened=NOW)


def test_a_lead_who_reads_neither_sees_both(blind: Blind, make_vault: Callable[[str], StoredVault]) -> None:
    assert {one.id for one in blind.ann.of_kind(Kind.CASE_FILE_REVIEW)} == {blind.first}
    carry(blind.ben, blind.ann, blind.folder)
    hidden = blind.ann.record(blind.second)
    assert hidden is not None
    assert hidden.blind  # she leads, but she reads it too
