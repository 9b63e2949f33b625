"""A section of two thousand questions: there as widgets only near the window, and all of it in reach."""

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from fieldinspect.services import capture
from fieldinspect.store.vault import StoredVault
from fieldinspect.ui.forms.questions import LINE, MOST_BUTTONS, ONE, Question
from fieldinspect.ui.forms.sheet import MOST, Sheet
from tests.team import NOW
from tests.ui.form_desktop import Opened, ask, contact_form, items

COUNT = 2_000
CHOICES = tuple((f"c{number}", f"Choice {number}") for number in range(MOST_BUTTONS))


class Listed:
    """Lines from a list; every fourth is a choice."""

    def __init__(self, count: int = COUNT) -> None:
        self.questions = [
            Question(f"/q{number}", LINE, f"Question {number}")
            if number % 4
            else Question(f"/q{number}", ONE, f"Question {number}", choices=CHOICES)
            for number in range(count)
        ]

    @property
    def paths(self) -> Sequence[str]:
        return [one.path for one in self.questions]

    @property
    def offers_choices(self) -> bool:
        return True

    def line(self, place: int) -> Question:
        return self.questions[place]


@pytest.fixture
def listed() -> Listed:
    return Listed()


@pytest.fixture
def sheet(qtbot: QtBot, listed: Listed) -> Sheet:
    anchor = QLineEdit()
    made = Sheet(listed, [anchor], lambda _control: None, anchor)
    made.add(QLineEdit())  # what stands below the last question
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    return made


def settle(sheet: Sheet, qtbot: QtBot) -> None:
    for _round in range(3):  # what was made may ask for another height once it is shown
        qtbot.waitUntil(lambda: sheet.is_built, timeout=10_000)
        QApplication.processEvents()


def in_window(sheet: Sheet) -> list[str]:
    """Return the paths whose controls are to be seen, from the top down."""
    seen = [
        (one.mapTo(sheet.viewport(), one.rect().topLeft()).y(), one.height(), path)
        for path, one in sheet.controls.items()
        if one.isVisible()
    ]
    return [
        path for top, height, path in sorted(seen) if top + height > 0 and top < sheet.viewport().height()
    ]


def test_only_what_is_near_the_window_is_there(sheet: Sheet, qtbot: QtBot) -> None:
    settle(sheet, qtbot)
    assert in_window(sheet)[0] == "/q0"
    assert len(sheet.controls) < MOST


def test_a_section_of_ordinary_length_is_there_whole(qtbot: QtBot) -> None:
    anchor = QLineEdit()
    made = Sheet(Listed(60), [anchor], lambda _control: None, anchor)
    qtbot.addWidget(made)
    made.show()
    settle(made, qtbot)
    assert len(made.controls) == 60


def test_scrolling_anywhere_fills_the_window_and_lets_go_of_what_is_far(sheet: Sheet, qtbot: QtBot) -> None:
    bar = sheet.verticalScrollBar()
    settle(sheet, qtbot)
    for share in (*(step / 30 for step in range(31)), 0.0):
        bar.setValue(round(bar.maximum() * share))
        settle(sheet, qtbot)
        shown = in_window(sheet)
        covered = sum(sheet.controls[path].height() for path in shown)
        assert covered >= sheet.viewport().height() - 100, (
            "the rest is the margin and what stands at the ends"
        )
        numbers = [int(path[2:]) for path in shown]
        assert numbers == list(range(numbers[0], numbers[-1] + 1)), "in order, none left out"
        assert len(sheet.controls) <= MOST + len(shown) * 4
    assert in_window(sheet)[0] == "/q0"


def test_what_is_in_the_window_stays_while_lines_above_find_their_height(sheet: Sheet, qtbot: QtBot) -> None:
    settle(sheet, qtbot)
    control = sheet.control("/q900")
    assert control is not None
    sheet.ensureWidgetVisible(control)
    before = control.mapTo(sheet.viewport(), control.rect().topLeft()).y()
    settle(sheet, qtbot)
    assert control.mapTo(sheet.viewport(), control.rect().topLeft()).y() == before
    assert "/q900" in in_window(sheet)


def test_a_question_far_down_is_made_when_it_is_asked_for(sheet: Sheet) -> None:
    control = sheet.control("/q900")
    assert control is not None
    assert len(sheet.controls) < MOST
    assert sheet.control("/nowhere") is None


def test_a_question_says_what_is_so_when_it_comes_near(sheet: Sheet, listed: Listed) -> None:
    listed.questions[901] = listed.questions[901]._replace(value="late")
    sheet.update_question(listed.questions[901])
    control = sheet.control("/q901")
    assert control is not None
    assert isinstance(control.input, QLineEdit)
    assert control.input.text() == "late"


def test_questions_that_do_not_apply_take_no_room(qtbot: QtBot, listed: Listed) -> None:
    listed.questions[1:1900] = [one._replace(relevant=False) for one in listed.questions[1:1900]]
    anchor = QLineEdit()
    sheet = Sheet(listed, [anchor], lambda _control: None, anchor)
    qtbot.addWidget(sheet)
    sheet.resize(700, 600)
    sheet.show()
    settle(sheet, qtbot)
    assert in_window(sheet)[:2] == ["/q0", "/q1900"]
    assert sheet.next_path("/q0", 1) == "/q1900"
    listed.questions[5] = listed.questions[5]._replace(relevant=True)
    sheet.update_question(listed.questions[5])
    settle(sheet, qtbot)
    assert in_window(sheet)[:3] == ["/q0", "/q5", "/q1900"]


def test_readers_find_the_questions_in_order_whatever_order_they_were_made_in(
    sheet: Sheet, qtbot: QtBot
) -> None:
    settle(sheet, qtbot)
    for path in ("/q901", "/q899", "/q900", "/q300"):
        sheet.control(path)
    settle(sheet, qtbot)
    body = sheet.controls["/q0"].parentWidget()
    assert body is not None
    order = [
        int(one.path[2:])  # type: ignore[attr-defined]  # they are controls
        for one in body.children()
        if isinstance(one, QWidget)
    ]
    assert order == sorted(order)
    assert {0, 300, 899, 900, 901} <= set(order)


def focused_path(sheet: Sheet) -> str:
    focused = QApplication.focusWidget()
    return next((path for path, one in sheet.controls.items() if focused and one.isAncestorOf(focused)), "")


@pytest.mark.parametrize("by", [1, -1])
def test_tab_goes_through_questions_that_are_not_there_yet(sheet: Sheet, by: int) -> None:
    first = sheet.control("/q900")
    assert first is not None
    assert first.input is not None
    sheet.activateWindow()
    first.input.setFocus()
    visited = [focused_path(sheet)]
    while len(visited) < 30:  # faster than anything is made in idle moments
        assert sheet.focusNextPrevChild(by > 0)
        here = focused_path(sheet)
        if here != visited[-1]:
            visited.append(here)
    assert visited == [f"/q{900 + by * step}" for step in range(30)]


def long_form(count: int = 400, required: str = "") -> bytes:
    names = [f"q{number}" for number in range(count)]
    binds = "".join(f'<bind nodeset="/contact/{name}" {required}/>' for name in names)
    body = "".join(
        ask(name, "select1", items("never", "often")) if number % 4 == 0 else ask(name)
        for number, name in enumerate(names)
    )
    return contact_form("".join(f"<{name}/>" for name in names), binds, body)


def test_the_end_of_a_long_section_is_reached_by_keys_and_left_again(
    opened_form: Callable[..., Opened],
) -> None:
    opened = opened_form(long_form())
    opened.form.go_to("/contact/q398")
    opened.desktop.key("Ctrl+Down")
    opened.desktop.key("Ctrl+Down")
    assert QApplication.focusWidget().accessibleName() == "Yes, completed"
    opened.desktop.key("Ctrl+Up")
    assert QApplication.focusWidget().accessibleName() == "Q399"


def test_heads_down_keying_goes_on_through_a_long_section(opened_form: Callable[..., Opened]) -> None:
    opened = opened_form(long_form())
    opened.form.go_to("/contact/q0")
    for number in range(48):
        target = QApplication.focusWidget()
        if number % 4 == 0:
            QTest.keyClick(target, "2")
            target = QApplication.focusWidget()
        else:
            QTest.keyClicks(target, f"word{number}")
        QTest.keyClick(target, "\r")
    opened.desktop.settle()
    assert [opened.field(f"/contact/q{number}") for number in (0, 17, 44, 47)] == [
        "often",
        "word17",
        "often",
        "word47",
    ]
    assert "48 of 400" in opened.desktop.words()


def test_the_summary_leads_to_a_question_that_is_not_there(opened_form: Callable[..., Opened]) -> None:
    answers = {f"/contact/q{number}": "x" if number % 4 else "often" for number in range(390)}

    def answer(vault: StoredVault, _inspection: str, record: str) -> None:
        capture.answer(vault, record, answers, happened=NOW)

    opened = opened_form(long_form(required='required="true()"'), answer)
    opened.form.completed_said.emit(True)
    opened.desktop.settle()
    assert "/contact/q393" not in opened.form.sheet.controls  # type: ignore[union-attr]  # it is open
    opened.desktop.press("Answer “Q393”")
    assert QApplication.focusWidget().accessibleName() == "Q393"
    assert "Error: Answer “Q393”" in opened.desktop.words()


def test_a_summary_of_very_many_problems_says_how_many_more(opened_form: Callable[..., Opened]) -> None:
    opened = opened_form(long_form(required='required="true()"'))
    opened.form.completed_said.emit(True)
    opened.desktop.settle()
    assert "and 380 more problems" in opened.desktop.words()
