"""A section of two thousand questions is built in slices of a bounded size."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from fieldinspect.ui.forms.questions import LINE, MOST_BUTTONS, ONE, Question
from fieldinspect.ui.forms.sheet import FIRST_SLICE, SLICE, Sheet
from tests.ui.form_desktop import Opened, ask, contact_form

COUNT = 2_000
MOST_OF_ONE = MOST_BUTTONS + 4
"""Widgets of the largest question."""


@pytest.fixture
def sheet(qtbot: object) -> Sheet:
    choices = tuple((f"c{number}", f"Choice {number}") for number in range(MOST_BUTTONS))
    questions = [
        Question(f"/q{number}", LINE, f"Question {number}")
        if number % 4
        else Question(f"/q{number}", ONE, f"Question {number}", choices=choices)
        for number in range(COUNT)
    ]
    made = Sheet(questions, [], lambda _control: None, lambda _sheet: None)
    qtbot.addWidget(made)  # type: ignore[attr-defined]  # it is pytest-qt's
    return made


def test_no_slice_is_larger_than_the_window_thread_can_take(sheet: Sheet, qtbot: object) -> None:
    first = len(sheet.controls)
    assert 0 < first < COUNT
    with qtbot.waitSignal(sheet.built, timeout=30_000):  # type: ignore[attr-defined]  # it is pytest-qt's
        pass
    assert len(sheet.controls) == COUNT
    assert sheet.slices[0] <= FIRST_SLICE + MOST_OF_ONE
    assert max(sheet.slices[1:]) <= SLICE + MOST_OF_ONE
    children = [len(part.findChildren(QWidget)) for part in sheet.parts]
    assert max(children[1:]) <= SLICE + MOST_OF_ONE, "the weights tell how many widgets there are"


def test_a_question_far_down_is_built_when_it_is_asked_for(sheet: Sheet) -> None:
    control = sheet.control("/q900")
    assert control is not None
    assert len(sheet.controls) < COUNT
    assert sheet.control("/nowhere") is None


def test_what_changes_before_a_question_is_built_is_shown_when_it_is(sheet: Sheet) -> None:
    sheet.update_question(Question("/q901", LINE, "Question 901", value="late"))
    control = sheet.control("/q901")
    assert control is not None
    assert isinstance(control.input, QLineEdit)
    assert control.input.text() == "late"


def test_the_end_of_a_long_section_is_reached_by_keys(opened_form: Callable[..., Opened]) -> None:
    names = [f"q{number}" for number in range(120)]
    opened = opened_form(contact_form("".join(f"<{n}/>" for n in names), "", "".join(map(ask, names))))
    opened.form.go_to("/contact/q118")
    opened.desktop.key("Ctrl+Down")
    opened.desktop.key("Ctrl+Down")
    assert opened.desktop.start.window.focusWidget().accessibleName() == "Yes, completed"
