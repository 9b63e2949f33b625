"""Every kind of question, answered by keyboard or by what it is called, ends in the vault."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QListWidget, QRadioButton

from fieldinspect.domain.kinds import Kind
from fieldinspect.ui.forms.questions import Limits
from tests.ui.form_desktop import Opened, ask, contact_form, items

TOWNS = tuple(f"town{number}" for number in range(1, 30))
NO_SCREEN = pytest.mark.qt_log_ignore("This plugin does not support")
"""Lists that pop up are raised, which the platform without a screen cannot do."""
FORM = contact_form(
    "<order/><score/><paper/><agreed/><place/><code/><town/><towns/><first/><second/><words/>",
    '<bind nodeset="/contact/score" type="int"/><bind nodeset="/contact/place" type="geopoint"/>'
    '<bind nodeset="/contact/paper" type="binary"/>',
    '<odk:rank xmlns:odk="http://www.opendatakit.org/xforms" ref="/contact/order"><label>Order</label>'
    f"{items('risk', 'speed', 'care')}</odk:rank>"
    + ask("score", "range", start="0", end="10", step="2")
    + ask("paper", "upload", mediatype="image/*")
    + ask("agreed", "trigger")
    + ask("place")
    + ask("code", "secret")
    + ask("town", "select1", items(*TOWNS))
    + ask("towns", "select", items(*TOWNS))
    + ask("first", "select1", items("never", "often"))
    + ask("second", "select1", items("never", "often"))
    + ask("words"),
)


@pytest.fixture
def opened(opened_form: Callable[..., Opened]) -> Opened:
    made = opened_form(FORM)
    made.desktop.wait(lambda: made.form.sheet is not None and made.form.sheet.is_built)
    return made


def test_an_order_is_made_with_keys_or_buttons_and_taken_back(opened: Opened) -> None:
    listed = opened.desktop.by_name("Order", QListWidget)
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert opened.field("/contact/order") == "speed risk care"
    assert listed.currentRow() == 1
    opened.desktop.press("Move down: Order")
    assert opened.field("/contact/order") == "speed care risk"
    opened.desktop.press("Clear answer: Order")
    assert opened.field("/contact/order") is None
    opened.desktop.press("This is the order: Order")
    assert opened.field("/contact/order") == "risk speed care"


def test_a_range_tells_its_limits_and_what_is_outside_them(opened: Opened) -> None:
    desktop = opened.desktop
    assert "A number from 0 to 10, in steps of 2" in desktop.words()
    desktop.type("Score", "12")
    QApplication.focusWidget().focusNextChild()
    desktop.settle()
    assert "Error: Enter a number from 0 to 10" in desktop.words()
    assert opened.field("/contact/score") == "12"
    desktop.by_name("Score", QLineEdit).clear()
    desktop.type("Score", "4")
    QApplication.focusWidget().focusNextChild()
    desktop.settle()
    assert "Error:" not in desktop.words()


@pytest.mark.parametrize(
    ("value", "wrong"),
    [("4", ""), ("0", ""), ("11", "from 0 to 10"), ("-2", "from 0 to 10"), ("3", "steps of 2"), ("x", "")],
)
def test_limits(value: str, wrong: str) -> None:
    said = Limits("0", "10", "2").problem(value)
    assert bool(said) == bool(wrong)
    assert wrong in said


def test_a_file_is_an_attachment_of_the_record_and_its_name_the_answer(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poster = tmp_path / "poster.png"
    poster.write_bytes(b"picture")
    monkeypatch.setattr("fieldinspect.ui.forms.uploading.ask_file", lambda *_a: poster)
    opened.desktop.press("Choose a file: Paper")
    assert opened.field("/contact/paper") == "poster.png"
    assert "poster.png" in opened.desktop.words()
    assert opened.children(Kind.ATTACHMENT) == ["poster.png"]
    opened.desktop.press("Choose a file: Paper")
    assert opened.field("/contact/paper") == "poster (2).png"
    opened.desktop.press("Remove: Paper")
    assert opened.field("/contact/paper") is None
    assert len(opened.children(Kind.ATTACHMENT)) == 2, "what was attached stays with the record"


def test_an_acknowledgement_is_one_box(opened: Opened) -> None:
    box = opened.desktop.by_name("Agreed", QCheckBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    opened.desktop.settle()
    assert opened.field("/contact/agreed") == "OK"
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert opened.field("/contact/agreed") is None


def test_a_place_says_how_it_is_written_and_a_secret_is_hidden(opened: Opened) -> None:
    assert "Latitude and longitude, such as 51.48 -3.18" in opened.desktop.words()
    assert opened.desktop.by_name("Code", QLineEdit).echoMode() == QLineEdit.EchoMode.Password


@NO_SCREEN
def test_a_long_list_is_searched_by_typing(opened: Opened) -> None:
    desktop = opened.desktop
    desktop.type("Town", "own29")
    QTest.keyClick(desktop.by_name("Town"), Qt.Key.Key_Return)
    desktop.settle()
    assert opened.field("/contact/town") == "town29"
    assert desktop.by_name("Town", QLineEdit).text() == "Town29"
    desktop.by_name("Town", QLineEdit).clear()
    desktop.type("Town", "nowhere")
    QTest.keyClick(desktop.by_name("Town"), Qt.Key.Key_Return)
    assert "Error: Choose one from the list" in desktop.words()
    assert opened.field("/contact/town") == "town29"


@NO_SCREEN
def test_several_of_a_long_list_are_taken_one_by_one(opened: Opened) -> None:
    for name in ("Town28", "Town2"):
        opened.desktop.type("Towns", name)
        QTest.keyClick(opened.desktop.by_name("Towns"), Qt.Key.Key_Return)
        opened.desktop.settle()
    assert opened.field("/contact/towns") == "town2 town28"
    opened.desktop.press("Remove: Town28")
    assert opened.field("/contact/towns") == "town2"


def shown_words(opened: Opened) -> list[str]:
    return [button.text() for button in opened.form.findChildren(QRadioButton)]


def test_digits_answer_enter_goes_on_and_space_repeats(opened: Opened) -> None:
    desktop = opened.desktop
    opened.form.go_to("/contact/first")
    assert "2  Often" in [
        button.text() for button in desktop.start.window.findChildren(type(QApplication.focusWidget()))
    ]
    desktop.key("2")
    assert opened.field("/contact/first") == "often"
    desktop.key("Return")
    desktop.key("Space")
    assert opened.field("/contact/second") == "often"
    desktop.key("Return")
    assert QApplication.focusWidget().accessibleName() == "Words"
    desktop.key("2")
    assert desktop.by_name("Words", QLineEdit).text() == "2", "a text field keeps its digits"
    desktop.key("Ctrl+Up")
    desktop.key("Ctrl+Up")
    desktop.key("1")
    assert opened.field("/contact/first") == "never"


def test_digits_can_be_turned_off(opened: Opened) -> None:
    opened.form.go_to("/contact/first")
    opened.desktop.press("Answer with digits")
    opened.form.go_to("/contact/first")
    opened.desktop.key("2")
    assert opened.field("/contact/first") is None
    assert "2  Often" not in [
        box.text() for box in opened.form.findChildren(type(QApplication.focusWidget()))
    ]
