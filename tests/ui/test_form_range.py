"""A range: a slider and a field in step, and an unanswered one that looks and says so."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from fieldinspect.ui.forms.questions import Limits
from fieldinspect.ui.forms.ranging import Slider
from fieldinspect.ui.forms.scale import scale
from tests.forms.making import bind, xform
from tests.ui.trials import Tried

RANGES = {
    "score": ("int", 'start="0" end="10" step="2"'),
    "sure": ("decimal", 'start="0" end="1" step="0.1"'),
    "down": ("int", 'start="10" end="0" step="1" appearance="vertical"'),
    "picked": ("int", 'start="0" end="10" step="1" appearance="picker"'),
    "endless": ("int", ""),
    "fixed": ("int", 'start="0" end="10" step="1"'),
}
FORM = xform(
    "".join(f"<{name}/>" for name in RANGES).replace("<fixed/>", "<fixed>4</fixed>"),
    "".join(bind(name, type=kind) for name, (kind, _more) in RANGES.items() if name != "fixed")
    + bind("fixed", type="int", readonly="true()"),
    "".join(
        f'<range ref="/d/{name}" {more}><label>{name.capitalize()}</label></range>'
        for name, (_kind, more) in RANGES.items()
    ),
)


@pytest.fixture
def tried(qapp: QApplication) -> Iterator[Tried]:
    made = Tried(qapp, FORM)
    yield made
    made.close()


@pytest.fixture
def slider(tried: Tried) -> Callable[[str], Slider]:
    return lambda name: tried.by_name(f"Slider: {name}", Slider)


@pytest.mark.parametrize(
    ("limits", "steps", "first", "last"),
    [
        (Limits("0", "10", "2"), 5, "0", "10"),
        (Limits("0", "1", "0.1"), 10, "0", "1"),
        (Limits("0", "10", "3"), 3, "0", "9"),
        (Limits("10", "0", "1"), 10, "10", "0"),
        (Limits("-5", "5"), 10, "-5", "5"),
        (Limits("0", "100", "10"), 10, "0", "100"),
    ],
)
def test_a_scale_has_every_step_between_its_ends(limits: Limits, steps: int, first: str, last: str) -> None:
    made = scale(limits)
    assert made is not None
    assert (made.steps, made.value(0), made.value(steps)) == (steps, first, last)
    assert [made.place(made.value(place)) for place in range(steps + 1)] == list(range(steps + 1))
    assert all(not limits.problem(made.value(place)) for place in range(steps + 1))


@pytest.mark.parametrize(
    "limits",
    [
        Limits(),
        Limits("0", "0", "1"),
        Limits("0", "10", "0"),
        Limits("a", "b", "c"),
        Limits("0", "NaN", "1"),
        Limits("0", "Infinity", "1"),
        Limits("0", "1e9", "1"),
        Limits("0", "1", "1e-400000"),
        Limits("0", "10", "20"),
    ],
)
def test_limits_that_make_no_slider(limits: Limits) -> None:
    assert scale(limits) is None


@pytest.mark.parametrize("value", ["", "x", "11", "-1", "NaN", "Infinity"])
def test_a_value_outside_has_no_place(value: str) -> None:
    made = scale(Limits("0", "10", "1"))
    assert made is not None
    assert made.place(value) is None


def test_an_unanswered_range_shows_no_value_until_it_is_touched(
    tried: Tried, slider: Callable[[str], Slider]
) -> None:
    score = slider("Score")
    assert not score.is_answered
    assert score.accessibleDescription() == "No answer yet"
    empty = score.grab().toImage()
    assert tried.value("/d/score") == ""
    score.setFocus()
    QTest.keyClick(score, Qt.Key.Key_Right)
    assert score.is_answered
    assert tried.by_name("Score", QLineEdit).text() == "0"
    assert score.grab().toImage() != empty, "the handle of 0 is not to be taken for no answer"


def test_keys_move_in_steps_and_the_answer_comes_on_leaving(
    tried: Tried, slider: Callable[[str], Slider]
) -> None:
    score, field = slider("Score"), tried.by_name("Score", QLineEdit)
    score.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(score, key)
    assert field.text() == "2"
    assert score.accessibleDescription() == "2"
    field.setFocus()
    assert tried.value("/d/score") == "2"
    score.setFocus()
    QTest.keyClick(score, Qt.Key.Key_End)
    QTest.keyClick(score, Qt.Key.Key_Return)
    assert tried.value("/d/score") == "10"


def test_decimals_are_written_as_the_form_would(tried: Tried, slider: Callable[[str], Slider]) -> None:
    sure = slider("Sure")
    sure.setFocus()
    QTest.keyClick(sure, Qt.Key.Key_Home)
    for _step in range(3):
        QTest.keyClick(sure, Qt.Key.Key_Up)
    tried.by_name("Sure", QLineEdit).setFocus()
    assert tried.value("/d/sure") == "0.3"


def test_the_field_moves_the_slider_and_clearing_takes_the_handle_away(
    tried: Tried, slider: Callable[[str], Slider]
) -> None:
    field = tried.by_name("Score", QLineEdit)
    field.setFocus()
    QTest.keyClicks(field, "6")
    assert slider("Score").accessibleDescription() == "6"
    slider("Sure").setFocus()
    assert tried.value("/d/score") == "6"
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, "99")
    assert not slider("Score").is_answered, "what is out of range stands nowhere"
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    slider("Sure").setFocus()
    assert tried.value("/d/score") == ""
    assert not slider("Score").is_answered


def test_pointing_answers_and_the_wheel_does_not(tried: Tried, slider: Callable[[str], Slider]) -> None:
    score = slider("Score")
    at = QPointF(score.rect().center())
    wheel = QWheelEvent(
        at, score.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(score, wheel)
    assert not score.is_answered
    QTest.mouseClick(score, Qt.MouseButton.LeftButton, pos=QPoint(score.width() - 2, score.height() // 2))
    assert tried.value("/d/score") == "10"
    QTest.mouseClick(score, Qt.MouseButton.LeftButton, pos=QPoint(1, score.height() // 2))
    assert tried.value("/d/score") == "0"


def test_a_vertical_one_that_goes_down(tried: Tried, slider: Callable[[str], Slider]) -> None:
    down = slider("Down")
    assert down.orientation() == Qt.Orientation.Vertical
    down.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(down, key)
    tried.by_name("Down", QLineEdit).setFocus()
    assert tried.value("/d/down") == "8"


@pytest.mark.parametrize("name", ["Picked", "Endless"])
def test_a_picker_and_a_range_without_limits_are_typed(tried: Tried, name: str) -> None:
    assert not [one for one in tried.window.findChildren(Slider) if one.accessibleName() == f"Slider: {name}"]
    field = tried.by_name(name, QLineEdit)
    field.setFocus()
    QTest.keyClicks(field, "7")
    tried.by_name("Score", QLineEdit).setFocus()
    assert tried.value(f"/d/{name.lower()}") == "7"


def test_a_range_that_cannot_be_answered_can_be_read(slider: Callable[[str], Slider]) -> None:
    fixed = slider("Fixed")
    assert not fixed.isEnabled()
    assert fixed.accessibleDescription() == "4"


def test_a_screen_reader_hears_the_number_itself(slider: Callable[[str], Slider]) -> None:
    score = slider("Score")
    score.setFocus()
    for _step in range(3):
        QTest.keyClick(score, Qt.Key.Key_Right)
    told: QAccessibleInterface = QAccessible.queryAccessibleInterface(score)
    assert told.role() == QAccessible.Role.Slider
    assert told.text(QAccessible.Text.Name) == "Slider: Score"
    assert score.value() == 4
    assert (score.minimum(), score.maximum()) == (0, 10)
