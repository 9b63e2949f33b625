"""Instant capture, without a window: what is written when, and what must not be."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import TimelineItem
from fieldinspect.ui.context import Context
from fieldinspect.ui.screens.visit.composer import Composer
from fieldinspect.ui.screens.visit.grammar import Written, parse
from tests.fakes.background import FakeJobs, FakeSaving, FakeTime
from tests.fakes.vault import NOW, FakeVault


@dataclass
class FakeView:
    text: str = ""
    kind: str = ""
    recovered: str = ""
    correcting: str = ""
    asked: list[str] = field(default_factory=list)
    held_back: str = ""

    def hold_back(self, record: str) -> None:
        self.held_back = record

    def show_text(self, text: str) -> None:
        self.text = text

    def show_kind(self, kind: str) -> None:
        self.kind = kind

    def show_recovered(self, sentence: str) -> None:
        self.recovered = sentence

    def show_correcting(self, sentence: str) -> None:
        self.correcting = sentence

    def ask_reason(self, sentence: str) -> None:
        self.asked.append(sentence)


class Desk:
    """A composer on a visit in a fake vault."""

    def __init__(self) -> None:
        self.time = FakeTime(NOW)
        self.vault = FakeVault()
        self.jobs = FakeJobs(self.vault)
        self.saving = FakeSaving()
        self.view = FakeView()
        self.visit = self.vault.put(Kind.VISIT, station="Example Road")
        nothing: Any = None
        context = Context(
            self.jobs, self.time, self.time.now, self.saving, lambda _place: None, lambda _words: None,
            nothing, nothing, nothing, nothing, "en", new_id,
        )  # fmt: skip
        self.composer = Composer(self.view, context, "visit")
        self.open()

    def open(self) -> None:
        self.composer.open(self.visit, self.vault.drafts(self.visit))

    def type(self, text: str) -> None:
        self.view.text = text
        self.composer.typed(text)

    def wait(self, milliseconds: float) -> None:
        self.time.pass_ms(milliseconds)
        self.jobs.run()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_pause_makes_a_draft_and_no_entry(desk: Desk) -> None:
    desk.type("The queue")
    desk.wait(399)
    assert not desk.vault.drafts()
    desk.wait(1)
    assert [draft.value for draft in desk.vault.drafts()] == ["The queue"]
    assert not desk.vault.notes()
    assert desk.saving.told == ["saving", "saved"]


def test_saved_is_said_only_after_the_vault_said_so(desk: Desk) -> None:
    desk.type("The queue")
    desk.time.pass_ms(400)
    assert desk.saving.told == ["saving"]
    desk.jobs.run()
    assert desk.saving.told == ["saving", "saved"]


def test_the_time_of_a_note_is_that_of_its_first_character(desk: Desk) -> None:
    desk.type("T")
    desk.wait(20_000)
    desk.type("The queue")
    desk.composer.end()
    desk.jobs.run()
    assert [note.happened for note in desk.vault.notes()] == [NOW]


def test_an_ended_note_leaves_the_box_empty_and_no_draft(desk: Desk) -> None:
    desk.type("The queue")
    desk.wait(400)
    desk.composer.end()
    desk.jobs.run()
    assert desk.vault.texts() == ["The queue"]
    assert desk.view.text == ""
    assert not desk.vault.drafts()


def test_thirty_idle_seconds_make_an_entry_and_keep_the_text(desk: Desk) -> None:
    desk.type("The queue")
    desk.wait(30_000)
    assert desk.vault.texts() == ["The queue"]
    assert not desk.vault.drafts()
    assert desk.view.text == "The queue"


def test_a_note_is_never_in_the_box_and_in_the_timeline(desk: Desk) -> None:
    desk.type("The queue")
    desk.wait(30_000)
    assert desk.view.held_back == desk.vault.notes()[0].id
    desk.composer.end()
    assert (desk.view.text, desk.view.held_back) == ("", "")


def test_leaving_makes_room_once_the_note_is_safe(desk: Desk) -> None:
    desk.type("/said The queue")
    desk.composer.leave()
    assert desk.view.text == "/said The queue"
    desk.jobs.run()
    assert (desk.view.text, desk.view.held_back) == ("", "")
    desk.type("The next one")
    desk.composer.end()
    desk.jobs.run()
    assert desk.vault.texts() == ["The queue", "The next one"]


def test_what_is_typed_while_leaving_stays_with_its_note(desk: Desk) -> None:
    desk.type("The queue")
    desk.composer.leave()
    desk.type("The queue went back")
    desk.jobs.run()
    assert desk.view.text == "The queue went back"
    desk.composer.end()
    desk.jobs.run()
    assert desk.vault.texts() == ["The queue went back"]


def test_leaving_keeps_a_refused_note_in_the_box(desk: Desk) -> None:
    desk.type("The queue")
    desk.jobs.fail_with = WorldFailed("full")
    desk.composer.leave()
    desk.jobs.run()
    assert desk.view.text == "The queue"


def test_typing_on_after_that_changes_the_same_note(desk: Desk) -> None:
    desk.type("The queue")
    desk.wait(30_000)
    desk.type("The queue went back eleven days")
    desk.composer.end()
    desk.jobs.run()
    assert desk.vault.texts() == ["The queue went back eleven days"]


def test_leaving_twice_writes_once(desk: Desk) -> None:
    desk.type("The queue")
    desk.composer.promote()
    desk.jobs.run()
    written = len(desk.vault.reasons)
    desk.composer.promote()
    desk.composer.end()
    desk.jobs.run()
    assert len(desk.vault.reasons) == written


@pytest.mark.parametrize("text", ["", "   ", "\n", "/said", '"'])
def test_nothing_is_written_of_nothing(desk: Desk, text: str) -> None:
    desk.type(text)
    desk.composer.end()
    desk.composer.promote()
    desk.jobs.run()
    assert not desk.vault.notes()


def test_text_that_is_taken_back_leaves_no_draft(desk: Desk) -> None:
    desk.type("The queue")
    desk.wait(400)
    desk.type("")
    desk.wait(60_000)
    assert not desk.vault.drafts()
    assert not desk.vault.notes()


def test_a_refused_note_comes_back_into_the_box(desk: Desk) -> None:
    desk.type("The queue")
    desk.jobs.fail_with = WorldFailed("There is no space left on this laptop")
    desk.composer.end()
    desk.jobs.run()
    assert desk.view.text == "The queue"
    assert desk.saving.told[-1] == "failed: There is no space left on this laptop"
    desk.jobs.fail_with = None
    desk.composer.end()
    desk.jobs.run()
    assert desk.vault.texts() == ["The queue"]


def test_a_refused_note_comes_back_in_front_of_what_was_typed_since(desk: Desk) -> None:
    desk.type("The queue")
    desk.jobs.fail_with = WorldFailed("full")
    desk.composer.end()
    desk.type("Second")
    desk.jobs.run()
    assert desk.view.text == "The queue\nSecond"


def test_a_refused_draft_is_tried_again_without_a_key(desk: Desk) -> None:
    desk.type("The queue")
    desk.jobs.fail_with = WorldFailed("full")
    desk.wait(400)
    desk.jobs.fail_with = None
    desk.wait(5_000)
    assert [draft.value for draft in desk.vault.drafts()] == ["The queue"]


def test_after_a_crash_the_draft_is_where_it_was(desk: Desk) -> None:
    desk.type("/said The queue")
    desk.wait(400)
    again = Desk()
    again.vault = again.jobs.vault = desk.vault
    again.visit = desk.visit
    again.open()
    assert again.view.text == "/said The queue"
    assert again.view.recovered.startswith("Unfinished work from ")
    again.composer.end()
    again.jobs.run()
    assert [(note.get("text"), note.get("written_kind")) for note in desk.vault.notes()] == [
        ("The queue", "said")
    ]
    assert desk.vault.notes()[0].happened == NOW


def note_of(desk: Desk) -> TimelineItem:
    view = desk.vault.notes()[0]
    return TimelineItem(view.id, view.kind, view.happened, view.written, "Amal", True, view.get("text"))


def test_a_correction_asks_why_and_keeps_the_reason(desk: Desk) -> None:
    desk.type("The queque")
    desk.composer.end()
    desk.jobs.run()
    desk.composer.correct(note_of(desk))
    desk.type("The queue")
    desk.composer.end("  ")
    assert desk.view.asked
    assert desk.vault.texts() == ["The queque"]
    desk.composer.end("Slip of the keys")
    desk.jobs.run()
    assert desk.vault.texts() == ["The queue"]
    assert desk.vault.reasons[-1] == "Slip of the keys"


def test_leaving_never_writes_a_correction_without_its_reason(desk: Desk) -> None:
    desk.type("The queque")
    desk.composer.end()
    desk.jobs.run()
    desk.composer.correct(note_of(desk))
    desk.type("The queue")
    desk.composer.promote()
    desk.jobs.run()
    assert desk.vault.texts() == ["The queque"]
    assert [draft.value for draft in desk.vault.drafts()] == ["The queue"]


def test_a_correction_given_up_changes_nothing(desk: Desk) -> None:
    desk.type("The queue")
    desk.composer.end()
    desk.jobs.run()
    desk.composer.correct(note_of(desk))
    desk.type("Something else")
    desk.composer.give_up_correction()
    desk.wait(60_000)
    assert desk.vault.texts() == ["The queue"]
    assert desk.view.text == ""
    assert not desk.vault.drafts()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("seen", Written("seen")),
        ("/obs seen", Written("seen", "observation")),
        ("/said heard", Written("heard", "said")),
        ("/q why", Written("why", "question")),
        ("/unknown text", Written("/unknown text")),
        ("/ text", Written("/ text")),
        ("! seen", Written("seen", flagged=True)),
        ('"No time"', Written("No time", verbatim=True)),
        ('/said !"No time', Written("No time", "said", verbatim=True, flagged=True)),
        ("1/2 of them", Written("1/2 of them")),
        ("", Written("")),
    ],
)
def test_grammar(typed: str, written: Written) -> None:
    assert parse(typed) == written


def test_what_is_on_its_way_and_then_refused_is_not_taken_for_safe(desk: Desk) -> None:
    desk.type("The queue")
    desk.jobs.fail_with = WorldFailed("full")
    desk.composer.promote()  # the box loses the focus,
    desk.composer.leave()  # because the screen is left
    desk.jobs.run()
    assert desk.view.text == "The queue"
    desk.jobs.fail_with = None
    desk.composer.leave()
    desk.jobs.run()
    assert desk.vault.texts() == ["The queue"]
    assert desk.view.text == ""


def test_leaving_keeps_a_mark_without_words_as_a_draft(desk: Desk) -> None:
    desk.type("!")
    desk.composer.leave()
    desk.jobs.run()
    assert [draft.value for draft in desk.vault.drafts()] == ["!"]


def test_leaving_tries_a_refused_correction_again(desk: Desk) -> None:
    desk.type("The queque")
    desk.composer.end()
    desk.jobs.run()
    (note,) = desk.vault.notes()
    desk.composer.correct(item(note.id, "The queque"))
    desk.type("The queue")
    desk.jobs.fail_with = WorldFailed("full")
    desk.wait(400)
    desk.jobs.fail_with = None
    desk.composer.leave()
    desk.jobs.run()
    assert [draft.value for draft in desk.vault.drafts()] == ["The queue"]


def test_a_note_is_gone_on_with_unless_it_changed_or_another_is_begun(desk: Desk) -> None:
    desk.type("/said The queue")
    record = desk.composer.record
    desk.composer.leave()
    desk.jobs.run()
    for changed, begun in (("The queue", ""), ("The queue of forms", ""), ("The queue", "Another")):
        desk.open()
        desk.view.text = ""
        if begun:
            desk.type(begun)
        desk.composer._resumed(item(record, changed), "/said The queue")
        goes_on = changed == "The queue" and not begun
        assert (desk.composer.record == record) == goes_on
        assert (desk.view.text == "/said The queue") == goes_on


def item(record: str, text: str) -> TimelineItem:
    return TimelineItem(record, Kind.NOTE, NOW, NOW, "Amal", True, text, written_kind="said")
