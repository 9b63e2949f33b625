"""The rows of a timeline: order, windows of rows, and 10,000 of them."""

import time
from datetime import timedelta

from pytestqt.qtbot import QtBot

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import TimelineItem
from fieldinspect.ui.models.timeline import PAGE, TimelineModel, spoken
from fieldinspect.ui.widgets.timeline import Timeline
from tests.fakes.vault import NOW


def item(number: int, **more: object) -> TimelineItem:
    when = NOW + timedelta(seconds=number)
    return TimelineItem(f"{number:08}", Kind.NOTE, when, when, "Amal", True, f"note {number}", **more)  # type: ignore[arg-type]


def shown(model: TimelineModel) -> list[str]:
    return [model.at(row).text for row in range(model.rowCount())]


def test_rows_are_in_the_order_of_what_happened(qtbot: QtBot) -> None:
    model = TimelineModel()
    model.replace([item(2), item(1)])
    model.merge([item(3), item(0)])
    assert shown(model) == ["note 0", "note 1", "note 2", "note 3"]


def test_a_known_row_is_replaced_in_its_place(qtbot: QtBot) -> None:
    model = TimelineModel()
    model.replace([item(1), item(2)])
    with qtbot.waitSignal(model.dataChanged), qtbot.assertNotEmitted(model.rowsInserted):
        model.merge([item(1, edited=True)])
    assert model.at(0).edited


def test_only_the_newest_are_shown_until_asked(qtbot: QtBot) -> None:
    model = TimelineModel()
    model.replace([item(number) for number in range(3 * PAGE)])
    assert model.rowCount() == PAGE
    assert model.at(0).text == f"note {2 * PAGE}"
    assert model.show_earlier() == PAGE
    assert model.row_of(item(0).id) == 0
    assert model.rowCount() == 3 * PAGE
    assert model.show_earlier() == 0


def test_a_late_note_before_the_shown_ones_moves_none_of_them(qtbot: QtBot) -> None:
    model = TimelineModel()
    model.replace([item(2 * number) for number in range(2 * PAGE)])
    before = shown(model)
    with qtbot.assertNotEmitted(model.rowsInserted):
        model.merge([item(1)])
    assert shown(model) == before
    assert model.earlier == PAGE + 1


def test_a_reader_hears_time_kind_marks_and_text() -> None:
    said = spoken(item(0, flagged=True, written_kind="said"))
    assert said.endswith("Said. Flagged. note 0")


def test_ten_thousand_notes_open_at_the_newest_and_take_one_more(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(600, 400)
    timeline.show()
    timeline.rows.replace([item(number) for number in range(10_000)])
    qtbot.wait(50)
    begun = time.perf_counter()
    timeline.rows.merge([item(10_000)])
    assert time.perf_counter() - begun < 0.25
    bar = timeline.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(0)
    qtbot.wait(10)
    assert timeline.rows.rowCount() == 2 * PAGE + 1
    timeline.show_record(item(0).id)
    assert timeline.current_record == item(0).id
